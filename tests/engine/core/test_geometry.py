from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.geometry import Geometry
from engine.errors import GeometryError


def signed_permutations() -> list[np.ndarray]:
    """All 48 ways to lay three axes along three directions, with spacings 1, 2 and 3 mm."""
    found = []
    for order, signs in product(permutations(range(3)), product((-1, 1), repeat=3)):
        affine = np.eye(4)
        affine[:3, :3] = 0
        for axis, (direction, sign) in enumerate(zip(order, signs, strict=True)):
            affine[direction, axis] = sign * (axis + 1)
        found.append(affine)
    return found


@pytest.mark.parametrize("affine", signed_permutations())
def test_orientation_names_the_direction_each_axis_runs_to(affine):
    letters = Geometry((4, 5, 6), affine).orientation
    for axis, letter in enumerate(letters):
        direction = "RAS".find(letter) if letter in "RAS" else "LPI".find(letter)
        assert np.sign(affine[direction, axis]) == (1 if letter in "RAS" else -1)
        assert abs(affine[direction, axis]) == axis + 1


def test_spacing_and_volume_follow_the_affine_even_when_it_is_sheared():
    affine = np.diag([1.0, 1.0, 1.5, 1.0])
    affine[0, 2] = 0.4
    geometry = Geometry((4, 4, 4), affine)
    assert geometry.spacing == pytest.approx((1, 1, np.hypot(1.5, 0.4)))
    assert geometry.voxel_volume_ml == pytest.approx(1.5e-3)


def test_a_photo_has_pixels_for_spacing_and_no_volume():
    geometry = Geometry((30, 40))
    assert geometry.spacing == (1.0, 1.0)
    assert geometry.voxel_volume_ml is None
    assert geometry.orientation == ""


def test_what_has_sizes_and_no_place_counts_in_its_smallest_side():
    geometry = Geometry((30, 40, 50), sizes=(3e-3, 2e-3, 1e-3))
    assert geometry.spacing == (3.0, 2.0, 1.0)
    assert geometry.voxel_volume_ml == pytest.approx(6e-12)
    assert geometry.cropped((slice(0, 3),) * 3).sizes == geometry.sizes
    assert geometry.distance_mm(Geometry((30, 40, 50))) == 0
    assert Geometry((30, 40), sizes=(2.0, 1.0)).voxel_volume_ml is None
    for sizes in ((1.0, 1.0), (1.0, 0.0, 1.0), (1.0, float("nan"), 1.0), (1.0, float("inf"), 1.0)):
        with pytest.raises(ValueError, match="no sizes"):
            Geometry((30, 40, 50), sizes=sizes)
    with pytest.raises(ValueError, match="no sizes"):
        Geometry((30, 40, 50), np.eye(4), (1.0, 1.0, 1.0))


@given(st.floats(0, 5e-5), st.floats(1e-3, 10))
def test_the_gate_lets_rounding_pass_and_stops_a_shift(small, large):
    affine = np.diag([1.0, 2.0, 3.0, 1.0])
    image = Geometry((5, 6, 7), affine)
    near, far = affine.copy(), affine.copy()
    near[0, 3] += small
    far[1, 3] += large
    image.require_same(Geometry((5, 6, 7), near), mine="a", theirs="b")
    with pytest.raises(GeometryError, match=r"'image.nii' and 'mask.nii' lie .* mm apart"):
        image.require_same(Geometry((5, 6, 7), far), mine="'image.nii'", theirs="'mask.nii'")


def test_the_gate_sees_a_rotation_that_leaves_the_origin_in_place():
    affine = np.eye(4)
    turned = np.eye(4)
    turned[:2, :2] = [[np.cos(1e-3), -np.sin(1e-3)], [np.sin(1e-3), np.cos(1e-3)]]
    distance = Geometry((200, 200, 5), affine).distance_mm(Geometry((200, 200, 5), turned))
    assert distance == pytest.approx(np.hypot(199, 199) * 1e-3, rel=1e-3)


def test_the_gate_names_different_shapes():
    with pytest.raises(GeometryError, match="a has 5 x 7 pixels and b 5 x 6"):
        Geometry((5, 7)).require_same(Geometry((5, 6)), mine="a", theirs="b")


def test_the_affine_cannot_be_written():
    geometry = Geometry((2, 2, 2), np.eye(4))
    assert geometry.affine is not None
    with pytest.raises(ValueError, match="read-only"):
        geometry.affine[0, 0] = 2


@pytest.mark.parametrize("shape", [(), (3,), (1, 2, 3, 4), (0, 4)])
def test_a_grid_that_is_none_is_a_bug(shape):
    with pytest.raises(ValueError, match="2 or 3 axes"):
        Geometry(shape)
