"""A phantom with one marker, in all 48 axis orders: the letters and the pixels must agree."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from engine.core.geometry import Geometry
from engine.core.planes import Plane, slice_index, slice_view

SHAPE = (5, 6, 7)
ORDERS = list(product(permutations(range(3)), product((1, -1), repeat=3)))
SIDES = {Plane.AXIAL: "RLAP", Plane.CORONAL: "RLSI", Plane.SAGITTAL: "APSI"}


def grid(order, signs, turn=None) -> Geometry:
    affine = np.eye(4)
    affine[:3, :3] = np.eye(3)[:, list(order)] * signs
    if turn is not None:
        affine[:3, :3] = turn @ affine[:3, :3]
    return Geometry(SHAPE, affine)


def turned(*degrees: float) -> np.ndarray:
    whole = np.eye(3)
    for axis, angle in enumerate(np.deg2rad(degrees)):
        first, second = [a for a in range(3) if a != axis]
        one = np.eye(3)
        one[first, first] = one[second, second] = np.cos(angle)
        one[first, second], one[second, first] = -np.sin(angle), np.sin(angle)
        whole = one @ whole
    return whole


@pytest.mark.parametrize(("order", "signs"), ORDERS)
def test_the_marker_lies_towards_the_letters_that_name_its_side(order, signs):
    geometry = grid(order, signs)
    corners = list(product(*((0, side - 1) for side in SHAPE)))
    places = {c: geometry.affine[:3, :3] @ c for c in corners}
    left_anterior_superior = max(corners, key=lambda c: -places[c][0] + places[c][1] + places[c][2])
    for plane, letters in SIDES.items():
        view = slice_view(geometry, plane, slice_index(geometry, plane, left_anterior_superior))
        assert view.letters == tuple(letters)
        row, column = view.pixel(left_anterior_superior)
        left, right, top, bottom = letters
        assert (column == 0) == (left in "LAS")
        assert (column == view.sides[1] - 1) == (right in "LAS")
        assert (row == 0) == (top in "LAS")
        assert (row == view.sides[0] - 1) == (bottom in "LAS")


@pytest.mark.parametrize(("order", "signs"), ORDERS)
def test_a_voxel_of_one_plane_is_the_same_voxel_in_the_others(order, signs):
    geometry = grid(order, signs)
    voxel = (1, 4, 2)
    for plane in Plane:
        view = slice_view(geometry, plane, slice_index(geometry, plane, voxel))
        assert view.voxel(*view.pixel(voxel)) == voxel


def test_letters_of_an_oblique_grid_tell_the_second_direction_too():
    geometry = grid((0, 1, 2), (1, 1, 1), turned(17, -9, 5))
    assert slice_view(geometry, Plane.SAGITTAL, 0).letters == ("As", "Pi", "Sp", "Ia")
    letters = slice_view(geometry, Plane.AXIAL, 0).letters
    assert [letter[0] for letter in letters] == ["R", "L", "A", "P"]


def test_letters_of_a_grid_that_is_hardly_turned_stay_single():
    geometry = grid((0, 1, 2), (1, 1, 1), turned(0, 0, 9))
    assert slice_view(geometry, Plane.AXIAL, 0).letters == ("R", "L", "A", "P")
    assert geometry.obliquity == pytest.approx(9)


@pytest.mark.parametrize(("order", "signs"), ORDERS[::5])
def test_obliquity_is_the_largest_angle_of_an_axis(order, signs):
    assert grid(order, signs).obliquity == pytest.approx(0, abs=1e-5)
    assert grid(order, signs, turned(12, 0, 0)).obliquity == pytest.approx(12)
    assert Geometry((4, 5)).obliquity == 0
