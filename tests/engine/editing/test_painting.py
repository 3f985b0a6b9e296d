from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.planes import Plane
from engine.editing.swath import swath
from tests.engine.editing.hand import Hand, desk_of

places = st.tuples(st.floats(-10, 50), st.floats(-10, 50))
sizes = st.tuples(st.floats(0.5, 2), st.floats(0.5, 2))


def reached(shape, start, stop, radius, spacing, **kw) -> np.ndarray:
    whole = np.zeros(shape, bool)
    found = swath(shape, start, stop, radius, spacing, **kw)
    if found is not None:
        whole[found[0]] = found[1]
    return whole


def ends_of(shape, *places) -> np.ndarray:
    """The pixels that the ends lie in."""
    ends = np.zeros(shape, bool)
    for place in places:
        at = tuple(int(np.floor(one)) for one in place)
        if all(0 <= one < side for one, side in zip(at, shape, strict=True)):
            ends[at] = True
    return ends


def apart(shape, start, stop, spacing, steps=4000):
    """(steps, axes, *shape): how far centres lie from points along the way, in millimetres."""
    grid = np.stack(np.meshgrid(*[np.arange(side) + 0.5 for side in shape], indexing="ij"))
    share = np.linspace(0, 1, steps)[:, None]
    way = np.asarray(start) * (1 - share) + np.asarray(stop) * share
    for point in way:
        yield (grid - point.reshape(-1, *[1] * len(shape))) * np.reshape(
            spacing, (-1, *[1] * len(shape))
        )


@given(places, places, st.floats(0.5, 12), sizes)
def test_a_capsule_is_every_pixel_within_the_radius_of_the_line(start, stop, radius, spacing):
    shape = (37, 41)
    found = reached(shape, start, stop, radius, spacing)
    rows, columns = np.mgrid[:37, :41] + 0.5
    p = np.stack([rows * spacing[0], columns * spacing[1]])
    a, b = (np.array(x) * spacing for x in (start, stop))
    along = b - a
    length = along @ along
    t = (
        np.clip(np.tensordot(along, p - a[:, None, None], 1) / length, 0, 1)
        if length > 1e-12
        else 0
    )
    distance = np.hypot(*(p - a[:, None, None] - along[:, None, None] * t))
    clear = abs(distance - radius) > 1e-3
    inside = (distance <= radius) | ends_of(shape, start, stop)
    assert np.array_equal(found[clear], inside[clear])


@settings(deadline=None, max_examples=30)
@given(
    st.tuples(st.floats(-4, 20), st.floats(-4, 20), st.floats(-2, 8)),
    st.tuples(st.floats(-4, 20), st.floats(-4, 20), st.floats(-2, 8)),
    st.floats(0.5, 6),
    st.tuples(st.floats(0.5, 2), st.floats(0.5, 2), st.floats(0.5, 4)),
    st.booleans(),
)
def test_a_ball_or_a_cube_on_its_way_is_what_many_of_them_cover(
    start, stop, radius, spacing, is_square
):
    shape = (15, 16, 6)
    found = reached(shape, start, stop, radius, spacing, is_square=is_square)
    least = np.full(shape, np.inf)
    for away in apart(shape, start, stop, spacing, 300):
        size = np.abs(away).max(axis=0) if is_square else np.sqrt((away**2).sum(axis=0))
        least = np.minimum(least, size)
    slack = np.linalg.norm((np.subtract(stop, start)) * spacing) / 300 + 1e-3
    ends = ends_of(shape, start, stop)
    assert (found | (least > radius - slack))[~ends].all(), "all that they cover"
    assert not (found & (least > radius + slack) & ~ends).any(), "and no more"
    assert found[ends].all()


def test_the_smallest_brush_paints_the_pixel_it_is_on_wherever_it_is_pressed():
    for at in [(2.5, 3.5), (2.01, 3.98), (2.999, 3.0)]:
        assert np.argwhere(reached((5, 5), at, at, 0.5, (1, 1))).tolist() == [[2, 3]]


def test_a_brush_outside_the_image_does_nothing():
    assert swath((5, 5), (50, 50), (60, 60), 3, (1, 1)) is None


def test_a_ball_is_round_in_millimetres_and_reaches_through_slices():
    affine = np.diag([-1.0, 1.0, 2.5, 1.0])
    for plane in Plane:
        desk = desk_of(np.zeros((30, 32, 13), np.uint8), affine, plane=plane, index=6)
        middle = tuple(side / 2 for side in desk.sheet.view.sides)
        Hand(desk, "brush", 1, radius=5.0, is_solid=True).drag([middle])
        centre = np.array(desk.sheet.view.place(middle)) * (1, 1, 2.5)
        grid = np.moveaxis(np.indices(desk.labels.shape), 0, -1) + 0.5
        distance = np.linalg.norm(grid * (1, 1, 2.5) - centre, axis=-1)
        assert np.array_equal(desk.labels == 1, distance <= 5.0 + 1e-4), plane
        assert desk.keeper.count == 1
        told = np.zeros(desk.labels.shape, bool)
        for box in desk.boxes:
            told[box] = True
        assert told[desk.labels == 1].all()


def test_sizes_count_the_smallest_side_of_a_voxel_in_every_plane():
    affine = np.diag([0.5, 1.0, 2.0, 1.0])
    for plane in Plane:
        desk = desk_of(np.zeros((60, 40, 30), np.uint8), affine, plane=plane, index=12)
        middle = tuple(side / 2 for side in desk.sheet.view.sides)
        Hand(desk, "brush", 1, radius=16.0).drag([middle])  # 8 mm
        area = (desk.labels == 1).sum() * np.prod(desk.sheet.view.spacing)
        assert abs(area / (np.pi * 64) - 1) < 0.1, plane


def test_a_straight_line_begins_where_the_last_stroke_ended():
    desk = desk_of(np.zeros((30, 40), np.uint8))
    Hand(desk, "brush", 1, radius=1.0).press(5.5, 30.5, since=(5.5, 5.5)).release(5.5, 30.5)
    assert (desk.labels[5, 5:31] == 1).all()
    assert desk.keeper.count == 1


def test_pressure_changes_the_size_only_where_it_is_heeded():
    painted = []
    for heeds in (False, True):
        desk = desk_of(np.zeros((30, 30), np.uint8))
        hand = Hand(desk, "brush", 1, radius=10.0, heeds_pressure=heeds)
        hand.press(15, 15, pressure=0.3).release(15, 15, pressure=0.3)
        painted.append(int(desk.labels.sum()))
    assert painted[0] > 300
    assert 20 < painted[1] < 40


def test_a_square_brush_leaves_a_square():
    desk = desk_of(np.zeros((30, 30), np.uint8))
    Hand(desk, "brush", 1, radius=3.0, shape="square").drag([(10.0, 12.0)])
    assert desk.labels[7:13, 9:15].all()
    assert desk.labels.sum() == 36
