from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from app.presenters.planes import Layout, PlanesPresenter
from app.settings import Settings
from engine.core.planes import Plane
from tests.app.volumes import open_volume


@pytest.fixture
def desk(case, monkeypatch, tmp_path):
    open_volume(case, monkeypatch, tmp_path, (8, 9, 5), np.eye(4))
    return case


@pytest.fixture
def planes(case, tmp_path):
    return PlanesPresenter(case, Settings(tmp_path / "settings.toml"))


@pytest.mark.parametrize("signs", list(product((1, -1), repeat=3)))
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_all_planes_cross_at_the_cursor(case, order, signs, monkeypatch, tmp_path):
    affine = np.eye(4)
    affine[:3, :3] = np.eye(3)[:, list(order)] * signs
    open_volume(case, monkeypatch, tmp_path, (6, 7, 8), affine)
    case.put_cursor((1, 5, 6))
    for plane in Plane:
        view = case.view_in(plane)
        assert view.voxel(*view.pixel((1, 5, 6))) == (1, 5, 6)


def test_a_case_opens_in_the_middle_of_each_plane(desk):
    assert [desk.index_in(plane) for plane in Plane] == [2, 4, 4]
    assert desk.index == 2


def test_a_step_moves_the_cursor_across_the_active_plane_only(desk):
    before = desk.cursor
    desk.step(1)
    assert desk.cursor == (before[0], before[1], before[2] + 1)
    assert desk.index == 3


def test_another_plane_shows_the_slice_that_the_cursor_lies_in(desk):
    desk.put_cursor((3, 7, 1))
    desk.show_plane(Plane.CORONAL)
    assert desk.index == 7
    desk.turn_plane(1)
    assert (desk.plane, desk.index) == (Plane.SAGITTAL, 3)
    desk.turn_plane(1)
    assert (desk.plane, desk.index) == (Plane.AXIAL, 1)


def test_the_cursor_stays_in_the_volume(desk):
    desk.put_cursor((99, -4, 2))
    assert desk.cursor == (7, 0, 2)


def test_a_slice_is_told_only_if_the_active_one_changed(desk, qtbot):
    with qtbot.assertNotEmitted(desk.slice_changed), qtbot.waitSignal(desk.cursor_changed):
        row, column, _ = desk.cursor
        desk.put_cursor((row + 1, column + 1, desk.cursor[2]))
    with qtbot.waitSignals([desk.slice_changed, desk.cursor_changed]):
        desk.put_cursor((0, 0, 0))


def test_a_change_of_one_plane_is_a_part_of_another_where_they_cross(desk, planes):
    desk.put_cursor((3, 4, 2))
    axial = desk.view_in(Plane.AXIAL)
    row, column = axial.pixel((3, 4, 2))
    dab = (slice(row, row + 1), slice(column, column + 1))
    coronal = planes.part_in(Plane.CORONAL, dab)
    assert coronal is not None
    assert tuple(of.start for of in coronal) == desk.view_in(Plane.CORONAL).pixel((3, 4, 2))
    assert planes.part_in(Plane.AXIAL, dab) == dab
    beside = (slice(row + 1, row + 2), slice(column + 1, column + 2))
    assert planes.part_in(Plane.CORONAL, beside) is None
    ball = (slice(2, 5), slice(3, 6), slice(1, 4))
    for plane in Plane:
        part = planes.part_in(plane, ball)
        assert part is not None
        assert all(of.stop - of.start == 3 for of in part)


def test_neurological_and_the_nose_turn_different_planes(desk, planes):
    def turned():
        return [planes.is_mirrored(desk.view_in(plane)) for plane in Plane]

    assert turned() == [False, False, False]
    assert "Radiological" in planes.convention
    planes.toggle_convention()
    assert turned() == [True, True, False]
    assert "Neurological" in planes.convention
    planes.toggle_nose()
    assert turned() == [True, True, True]


def test_the_choices_are_remembered(case, planes, tmp_path):
    planes.arrange(Layout.THREE)
    planes.toggle_convention()
    planes.toggle_crosshair()
    planes._settings.flush()
    again = PlanesPresenter(case, Settings(tmp_path / "settings.toml"))
    assert again.layout is Layout.THREE
    assert again.is_neurological
    assert not again.shows_crosshair


def test_one_plane_fills_the_window_and_gives_it_back(desk, planes):
    assert planes.shown == tuple(Plane)
    planes.maximise(Plane.SAGITTAL)
    assert planes.shown == (Plane.SAGITTAL,)
    assert desk.plane is Plane.SAGITTAL
    desk.turn_plane(1)
    assert planes.shown == (Plane.AXIAL,)
    planes.maximise()
    assert planes.shown == tuple(Plane)
    planes.arrange(Layout.ONE)
    assert planes.shown == (desk.plane,)
