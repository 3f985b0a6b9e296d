from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.surface.camera import Camera, Side

SHAPE = (300, 400)
numbers = st.floats(-80, 80)
turns = st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), max_size=4)

# Where the side on the right and the one on top of the picture lie.
SEEN = {
    Side.ANTERIOR: ((-1, 0, 0), (0, 0, 1)),
    Side.POSTERIOR: ((1, 0, 0), (0, 0, 1)),
    Side.LEFT: ((0, -1, 0), (0, 0, 1)),
    Side.RIGHT: ((0, 1, 0), (0, 0, 1)),
    Side.SUPERIOR: ((1, 0, 0), (0, 1, 0)),
    Side.INFERIOR: ((-1, 0, 0), (0, 1, 0)),
}


@pytest.mark.parametrize("side", Side)
def test_from_each_side_the_patient_lies_as_one_who_stands_there_sees_them(side):
    camera = Camera().seen_from(side)
    right, top = SEEN[side]

    seen = camera.to_picture(np.array([right, top, (0, 0, 0)], np.float64), SHAPE)

    assert seen[0, 0] > 200
    assert seen[0, 1] == pytest.approx(150)
    assert seen[1, 1] < 150
    assert seen[1, 0] == pytest.approx(200)
    towards = {"A": (1, 1), "P": (1, -1), "L": (0, -1), "R": (0, 1), "S": (2, 1), "I": (2, -1)}
    axis, sign = towards[side.value]
    nearer = np.zeros((1, 3))
    nearer[0, axis] = sign
    assert camera.to_picture(nearer, SHAPE)[0, 2] == pytest.approx(1.0)


def turned(camera, by):
    for right, down in by:
        camera = camera.turned(right, down)
    return camera


@settings(max_examples=60, deadline=None)
@given(turns, numbers, numbers, numbers)
def test_the_line_of_sight_through_the_picture_of_a_point_runs_through_the_point(by, x, y, z):
    camera = replace(turned(Camera(), by), centre=np.array([5.0, -3.0, 9.0]))
    point = np.array([x, y, z])
    column, row, depth = camera.to_picture(point[None], SHAPE)[0]

    origin, towards = camera.sight(column, row, SHAPE)

    assert origin - depth * towards == pytest.approx(point, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(turns)
def test_turning_keeps_right_angles_and_never_mirrors(by):
    basis = turned(Camera(), by).basis

    assert basis @ basis.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(basis) == pytest.approx(1.0)


def test_the_surface_follows_the_pointer():
    camera = Camera().seen_from(Side.ANTERIOR)
    near = np.array([[0.0, 50.0, 0.0]])  # towards the eye
    before = camera.to_picture(near, SHAPE)[0]

    to_the_right = camera.turned(0.2, 0.0).to_picture(near, SHAPE)[0]
    down = camera.turned(0.0, 0.2).to_picture(near, SHAPE)[0]
    along = camera.moved(0.1, 0.2).to_picture(near, SHAPE)[0]

    assert to_the_right[0] > before[0] + 5
    assert down[1] > before[1] + 5
    assert along[:2] - before[:2] == pytest.approx([0.1 * 300, 0.2 * 300])


def test_what_is_under_the_pointer_stays_there_while_zooming():
    camera = Camera()
    place = (0.3, -0.2)  # to the right and down, in heights
    pixel = (200 + 0.3 * 300, 150 + 0.2 * 300)
    origin, _ = camera.sight(*pixel, SHAPE)

    larger = camera.zoomed(1.7, place)

    assert larger.height == pytest.approx(camera.height / 1.7)
    assert larger.to_picture(origin[None], SHAPE)[0, :2] == pytest.approx(pixel)
    assert camera.zoomed(1e9).height == 1.0
    assert camera.zoomed(1e-9).height == 1e5


@pytest.mark.parametrize("shape", [(300, 400), (400, 150)])
def test_a_ball_that_is_aimed_at_stays_within_the_picture(shape):
    camera = Camera().around(np.array([1.0, 2.0, 3.0]), 40.0, shape)
    rng = np.random.default_rng(0)
    points = rng.normal(size=(200, 3))
    points = 40 * points / np.linalg.norm(points, axis=1, keepdims=True) + [1, 2, 3]

    seen = turned(camera, [(0.7, 0.9)]).to_picture(points, shape)

    assert (seen[:, :2] > 0).all()
    assert (seen[:, :2] < shape[::-1]).all()
