from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.edit import Edit
from engine.core.geometry import Geometry
from engine.core.planes import Plane, slice_count, slice_view
from tests.engine.core.test_geometry import signed_permutations

SIDES = (4, 5, 6)


def ras(geometry: Geometry) -> np.ndarray:
    """For each voxel its place along R, A and S, (3, *shape)."""
    index = np.stack(np.meshgrid(*map(np.arange, geometry.shape), indexing="ij"))
    assert geometry.affine is not None
    return np.einsum("ij,jxyz->ixyz", geometry.affine[:3, :3], index)


@pytest.mark.parametrize("affine", signed_permutations())
@pytest.mark.parametrize("plane", Plane)
def test_slices_are_radiological_whatever_the_file_order(affine, plane):
    geometry = Geometry(SIDES, affine)
    places = ras(geometry)
    down, along, across = {
        Plane.AXIAL: (1, 0, 2),
        Plane.CORONAL: (2, 0, 1),
        Plane.SAGITTAL: (2, 1, 0),
    }[plane]
    levels = []
    for index in range(slice_count(geometry, plane)):
        view = slice_view(geometry, plane, index)
        shown = view.read(places)
        assert (np.diff(shown[down], axis=0) < 0).all(), "anterior or superior is at the top"
        assert (np.diff(shown[along], axis=1) < 0).all(), "right or anterior is on the left"
        assert np.ptp(shown[across]) == 0
        levels.append(shown[across].flat[0])
        assert view.sides == shown.shape[1:]
        steps = abs(np.diff(shown[down], axis=0)[0, 0]), abs(np.diff(shown[along], axis=1)[0, 0])
        assert view.spacing == pytest.approx(steps)
    assert (np.diff(levels) > 0).all(), "slices are counted upwards"


def test_letters_name_the_side_of_the_patient():
    geometry = Geometry(SIDES, np.diag([-1.0, -1.0, 1.0, 1.0]))
    assert slice_view(geometry, Plane.AXIAL, 0).letters == ("R", "L", "A", "P")
    assert slice_view(geometry, Plane.CORONAL, 0).letters == ("R", "L", "S", "I")
    assert slice_view(geometry, Plane.SAGITTAL, 0).letters == ("A", "P", "S", "I")


@pytest.mark.parametrize("affine", signed_permutations())
@pytest.mark.parametrize(("degrees", "is_told"), [(9.0, False), (11.0, True), (23.0, True)])
def test_an_oblique_edge_tells_where_it_lies_besides(affine, degrees, is_told):
    angle = np.deg2rad(degrees)
    turn = np.eye(4)
    turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    geometry = Geometry(SIDES, turn @ affine)
    assert geometry.obliquity == pytest.approx(degrees)
    letters = {
        Plane.AXIAL: ("Ra", "Lp", "Al", "Pr"),
        Plane.CORONAL: ("Ra", "Lp", "S", "I"),
        Plane.SAGITTAL: ("Al", "Pr", "S", "I"),
    }
    for plane, told in letters.items():
        expected = told if is_told else tuple(letter[0] for letter in told)
        assert slice_view(geometry, plane, 0).letters == expected


@given(
    st.sampled_from(signed_permutations()),
    st.sampled_from(list(Plane)),
    st.data(),
)
def test_an_edit_of_a_slice_is_the_same_edit_of_the_volume(affine, plane, data):
    geometry = Geometry(SIDES, affine)
    view = slice_view(geometry, plane, data.draw(st.integers(0, slice_count(geometry, plane) - 1)))
    box = tuple(
        slice(start, data.draw(st.integers(start + 1, side)))
        for side in view.sides
        for start in [data.draw(st.integers(0, side - 1))]
    )
    volume = np.arange(np.prod(SIDES)).reshape(SIDES).astype(np.uint8)
    wanted = volume.copy()
    after = data.draw(st.integers(0, 99)) + np.arange(
        np.prod([part.stop - part.start for part in box])
    ).reshape([part.stop - part.start for part in box]).astype(np.uint8)
    edit = Edit(box, view.read(volume)[box].copy(), after)
    view.read(wanted)[box] = after
    whole = view.edit(edit)
    assert np.array_equal(whole.before, volume[whole.box])
    whole.apply(volume)
    assert np.array_equal(volume, wanted)
    assert view.part(whole.box) == box


def test_a_box_of_another_slice_has_no_part_here():
    geometry = Geometry(SIDES, np.eye(4))
    box = (slice(0, 2), slice(0, 2), slice(3, 4))
    assert slice_view(geometry, Plane.AXIAL, 2).part(box) is None
    assert slice_view(geometry, Plane.AXIAL, 3).part(box) is not None


@given(st.sampled_from(signed_permutations()), st.sampled_from(list(Plane)), st.data())
def test_a_pixel_of_the_screen_is_the_voxel_it_shows(affine, plane, data):
    geometry = Geometry(SIDES, affine)
    view = slice_view(geometry, plane, data.draw(st.integers(0, slice_count(geometry, plane) - 1)))
    row, column = (data.draw(st.integers(0, side - 1)) for side in view.sides)
    volume = np.random.default_rng(0).random(SIDES)
    assert view.read(volume)[row, column] == volume[view.voxel(row, column)]


@pytest.mark.parametrize("affine", signed_permutations())
@pytest.mark.parametrize("plane", Plane)
def test_the_middle_of_a_pixel_lies_in_the_middle_of_its_voxel(affine, plane):
    view = slice_view(Geometry(SIDES, affine), plane, 1)
    for row, column in [(0, 0), (2, 1), (3, 3)]:
        middle = np.array(view.place((row + 0.5, column + 0.5)))
        assert np.array_equal(middle, np.array(view.voxel(row, column)) + 0.5)


def test_a_photo_is_shown_as_it_is():
    view = slice_view(Geometry((3, 4)), Plane.AXIAL, 0)
    picture = np.arange(12).reshape(3, 4)
    assert np.array_equal(view.read(picture), picture)
    assert view.letters == ("", "", "", "")


def test_a_flat_nifti_image_is_turned_as_its_affine_says():
    view = slice_view(Geometry((3, 4), np.eye(4)), Plane.CORONAL, 0)
    picture = np.arange(12).reshape(3, 4)
    assert np.array_equal(view.read(picture), picture.T[::-1, ::-1])
    assert view.letters == ("R", "L", "A", "P")


def test_a_stack_without_a_place_is_shown_page_by_page():
    geometry = Geometry((3, 4, 5))
    stack = np.arange(60).reshape(3, 4, 5)
    assert slice_count(geometry, Plane.AXIAL) == 3
    assert np.array_equal(slice_view(geometry, Plane.AXIAL, 2).read(stack), stack[2])


def test_a_slice_that_is_not_there_is_a_bug():
    with pytest.raises(ValueError, match="slice 9 of 6"):
        slice_view(Geometry(SIDES, np.eye(4)), Plane.AXIAL, 9)
