"""What each tool does besides what all of them promise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.label_set import IGNORE
from engine.core.planes import Plane
from engine.editing import alike, filling
from engine.editing.outcome import CarryOut, Measured, Picked, Refine, Spread, Tuned
from engine.editing.paint_mode import PaintMode
from engine.editing.pointer import Phase
from engine.editing.polygons import polygon
from engine.editing.tools import wand as wand_module
from tests.engine.editing.hand import Hand, desk_of

THICK = np.diag([-1.0, 1.0, 3.0, 1.0])


def empty(rows=40, columns=50) -> np.ndarray:
    return np.zeros((rows, columns), np.uint8)


def is_inside(point, corners) -> bool:
    """The winding number by angles, an independent way."""
    turned = 0.0
    for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
        angle = math.atan2(b[1] - point[1], b[0] - point[0])
        angle -= math.atan2(a[1] - point[1], a[0] - point[0])
        turned += (angle + math.pi) % (2 * math.pi) - math.pi
    return abs(turned) > 1


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.floats(-5, 20).map(lambda x: x + 0.01), st.floats(-5, 20)),
        min_size=3,
        max_size=7,
    )
)
def test_a_polygon_is_every_pixel_whose_centre_it_winds_around(corners):
    found = np.zeros((12, 14), bool)
    part = polygon((12, 14), corners)
    if part is not None:
        found[part[0]] = part[1]
    for (row, column), inside in np.ndenumerate(found):
        centre = (row + 0.5, column + 0.5)
        near = min(
            _distance(centre, a, b) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)
        )
        if near > 1e-6:
            assert inside == is_inside(centre, corners)


def _distance(point, a, b) -> float:
    p, a, b = (np.array(x, float) for x in (point, a, b))
    length = (b - a) @ (b - a)
    share = np.clip((p - a) @ (b - a) / length, 0, 1) if length else 0
    return float(np.linalg.norm(p - a - share * (b - a)))


def test_a_lasso_that_crosses_itself_has_no_hole():
    desk = desk_of(empty())
    around = [
        (20 + 12 * math.sin(t), 25 + 12 * math.cos(t)) for t in np.linspace(0, 4 * math.pi, 80)
    ]
    Hand(desk, "lasso", 1).drag(around)
    assert desk.labels[20, 25] == 1
    assert abs(int(desk.labels.sum()) - math.pi * 144) < 20


def corners(hand: Hand, *places) -> Hand:
    for place in places:
        hand.press(*place)
        hand.release(*place)
    return hand


SQUARE = [(5, 5), (5, 25), (25, 25), (25, 5)]


@pytest.mark.parametrize("way", ["first corner", "double click", "enter"])
def test_a_polygon_is_closed_in_three_ways(way):
    desk = desk_of(empty())
    hand = corners(Hand(desk, "polygon", 2), *SQUARE)
    assert not desk.labels.any()
    if way == "first corner":
        hand.move(5.6, 5.4, pixel=0.1)
        assert hand.shown.lines[0].would_close
        hand.press(5.6, 5.4, pixel=0.1)
    elif way == "double click":
        hand.press(15, 15).release(15, 15).say(Phase.DOUBLE, 15, 15)
    else:
        hand.say(Phase.FINISH)
    assert hand.is_done
    area = 400 if way != "double click" else 300
    assert abs(int((desk.labels == 2).sum()) - area) <= 10
    assert desk.keeper.count == 1


def test_closing_counts_pixels_of_the_screen():
    hand = corners(Hand(desk_of(empty()), "polygon", 2), *SQUARE)
    hand.press(14.0, 5.0, pixel=0.5)
    assert not hand.is_done, "9 image pixels are 18 of the screen"
    hand.press(14.0, 5.0, pixel=1.0)
    assert hand.is_done


def test_backspace_removes_the_last_corner_and_then_the_polygon():
    desk = desk_of(empty())
    hand = corners(Hand(desk, "polygon", 2), *SQUARE)
    assert len(hand.shown.lines[0].points) == 5
    hand.say(Phase.BACK, 10, 10)
    assert list(hand.shown.lines[0].points) == [*SQUARE[:3], (10, 10)]
    hand.say(Phase.FINISH)
    assert (desk.labels == 2).sum() in range(190, 212), "a triangle"
    hand = corners(Hand(desk, "polygon", 1), *SQUARE[:2])
    hand.say(Phase.BACK).say(Phase.BACK)
    assert hand.is_done
    assert not (desk.labels == 1).any()


def test_two_corners_are_no_polygon():
    desk = desk_of(empty())
    hand = corners(Hand(desk, "polygon", 2), *SQUARE[:2]).say(Phase.FINISH)
    assert not hand.is_done
    assert not desk.labels.any()


def test_shift_holds_a_side_at_steps_of_45_degrees_as_the_eye_sees_them():
    desk = desk_of(np.zeros((30, 30, 30), np.uint8), THICK, plane=Plane.CORONAL, index=3)
    hand = Hand(desk, "polygon", 2).press(10.0, 10.0)
    for at, expected in [((10.4, 22.0), (10.0, 22.0)), ((20.0, 10.9), (20.0, 10.0))]:
        hand.move(*at, straight=True)
        assert np.allclose(hand.shown.lines[0].points[-1], expected)
    hand.move(14.0, 21.5, straight=True)  # 12 mm down, 11.5 mm along
    down, along = np.subtract(hand.shown.lines[0].points[-1], (10, 10)) * (3.0, 1.0)
    assert np.isclose(down, along)


def test_a_fill_takes_the_connected_pixels_or_the_class_everywhere():
    start = empty()
    start[5:10, 5:10] = 1
    start[20:25, 30:33] = 1
    for is_contiguous, count in ((True, 25), (False, 40)):
        desk = desk_of(start.copy())
        Hand(desk, "fill", 3, is_contiguous=is_contiguous).press(7.5, 7.5)
        assert (desk.labels == 3).sum() == count
        assert desk.keeper.count == 1
    desk = desk_of(start.copy())
    Hand(desk, "fill", 3).press(0.5, 0.5)
    assert np.array_equal(desk.labels == 3, start == 0)


def ramp() -> np.ndarray:
    """(1, 40, 50) uint8: brightness is 4 times the column; a dark wall at row 20."""
    image = np.broadcast_to(np.arange(50, dtype=np.uint8) * 4, (40, 50)).copy()
    image[20] = 255
    return image[None]


def test_a_wand_takes_what_is_as_bright_and_dragging_widens_it():
    desk = desk_of(empty(), image=ramp())
    hand = Hand(desk, "wand", 2, tolerance=8).press(5.5, 20.5)
    shown = hand.shown.region
    assert not desk.labels.any(), "nothing is painted before release"
    assert (shown.part, shown.inside.sum()) == ((slice(0, 20), slice(18, 23)), 100)
    hand.move(5.5, 36.5)
    assert hand.shown.text == "± 12"
    hand.release(5.5, 36.5)
    assert hand.outcome == Tuned("tolerance", 12)
    assert set(np.flatnonzero(desk.labels.any(axis=0))) == set(range(17, 24))
    assert not desk.labels[20:].any(), "it does not go through the wall"
    desk = desk_of(empty(), image=ramp())
    Hand(desk, "wand", 2, tolerance=8, is_contiguous=False).drag([(5.5, 20.5)])
    assert desk.labels[21:].any(), "unless it need not be connected"


def test_a_wand_searches_only_what_is_on_screen():
    seen = (slice(3, 12), slice(10, 21))
    desk = desk_of(empty(), image=ramp(), seen=seen)
    Hand(desk, "wand", 2, tolerance=30).drag([(5.5, 18.5)])
    outside = np.ones((40, 50), bool)
    outside[seen] = False
    assert desk.labels[seen].any()
    assert not desk.labels[outside].any()


def test_a_large_view_is_thinned_while_dragging_and_exact_after(monkeypatch):
    monkeypatch.setattr(wand_module, "QUICK", 200)
    rng = np.random.default_rng(0)
    image = rng.integers(0, 60, (1, 40, 50)).astype(np.int16)
    image[:, 8:30, 8:40] += 120
    desks = [desk_of(empty(), image=image) for _ in range(2)]
    hand = Hand(desks[0], "wand", 2, tolerance=60).press(12.5, 12.5)
    assert hand.shown.region.step == 4
    hand.release(12.5, 12.5)
    monkeypatch.setattr(wand_module, "QUICK", 10**6)
    Hand(desks[1], "wand", 2, tolerance=60).drag([(12.5, 12.5)])
    assert np.array_equal(desks[0].labels, desks[1].labels)
    assert (desks[0].labels == 2).sum() > 500


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.float32, np.float64])
def test_distances_count_255ths_of_the_span_whatever_the_type(dtype):
    values = np.array([[[0, 10, 20, 100]]]).astype(dtype)
    found = alike.distances(values, np.array([10], dtype), 100.0)
    assert found.tolist() == [[26, 0, 26, 230]]


def test_what_is_no_number_is_like_nothing():
    values = np.array([[[np.nan, 1.0, np.inf]]])
    assert alike.distances(values, np.array([1.0]), 2.0).tolist() == [[255, 0, 255]]
    assert (alike.distances(values, np.array([np.nan]), 2.0) == 255).all()


def test_a_threshold_brush_leaves_other_intensities():
    desk = desk_of(empty(), image=ramp())
    Hand(desk, "threshold", 2, radius=9.0, tolerance=10).drag([(10.5, 20.5), (14.5, 20.5)])
    columns = np.flatnonzero((desk.labels == 2).any(axis=0))
    assert columns.tolist() == [18, 19, 20, 21, 22]
    free = desk_of(empty(), image=ramp())
    Hand(free, "brush", 2, radius=9.0).drag([(10.5, 20.5), (14.5, 20.5)])
    assert not (desk.labels.astype(bool) & ~free.labels.astype(bool)).any()


def test_the_picker_finds_the_class_at_release():
    labels = empty()
    labels[10:20, 10:20] = 3
    hand = Hand(desk_of(labels), "picker").drag([(0.5, 0.5), (12.5, 12.5)])
    assert hand.outcome == Picked(3)
    labels[5, 5] = IGNORE
    assert Hand(desk_of(labels), "picker").drag([(5.5, 5.5)]).outcome is None


def test_a_box_is_refined_as_far_as_it_lies_in_the_image():
    desk = desk_of(empty())
    hand = Hand(desk, "box").drag([(12.4, 5.5), (-3.0, 20.2)])
    assert isinstance(hand.outcome, Refine)
    assert hand.outcome.scope.box == (slice(0, 13), slice(5, 21))
    assert hand.outcome.scope.within is None
    assert Hand(desk, "box").drag([(12.4, 5.5)]).outcome is None, "a click is no box"


def test_the_crf_brush_refines_what_the_brush_would_paint():
    way = [(10.2, 8.7), (14.0, 30.1), (25.5, 30.1)]
    desk, painted = desk_of(empty()), desk_of(empty())
    hand = Hand(desk, "crf brush", radius=3.0).drag(way)
    Hand(painted, "brush", 1, radius=3.0).drag(way)
    scope = hand.outcome.scope
    assert np.array_equal(scope.within, painted.labels == 1)
    assert not desk.labels.any()
    assert scope.within[scope.box].sum() == scope.within.sum()


def test_scribbles_are_seeds_of_several_classes_and_the_mask_waits():
    desk = desk_of(empty())
    hand = Hand(desk, "scribble", 1, radius=1.0, reach=100)
    hand.press(10.5, 10.5).move(10.5, 20.5).release(10.5, 20.5)
    first = hand.shown.seeds
    assert first.part == (slice(0, 29), slice(0, 39))
    hand.move(30, 30)
    assert hand.shown.seeds is first, "moving about asks for nothing"
    assert len(hand.shown.lines) == 1
    hand._label = 0
    hand.press(20.5, 10.5).release(20.5, 12.5)
    assert [line.label for line in hand.shown.lines] == [1, 0]
    assert set(np.unique(hand.shown.seeds.labels)) == {0, 1, IGNORE}
    hand.say(Phase.BACK)
    assert set(np.unique(hand.shown.seeds.labels)) == {1, IGNORE}
    assert np.array_equal(hand.shown.seeds.labels, first.labels)
    hand.say(Phase.FINISH)
    assert isinstance(hand.outcome, Spread)
    assert not desk.labels.any()


def test_a_line_is_measured_in_millimetres_or_pixels():
    desk = desk_of(np.zeros((30, 30, 30), np.uint8), THICK, plane=Plane.CORONAL, index=3)
    hand = Hand(desk, "measure").drag([(10.0, 10.0), (11.0, 14.0)])  # 3 mm down, 4 mm along
    assert isinstance(hand.outcome, Measured)
    assert hand.outcome.guide.text == "5.0 mm"
    photo = Hand(desk_of(empty()), "measure").drag([(10.0, 10.0), (13.0, 14.0)])
    assert photo.outcome.guide.text == "5.0 px"


def test_area_and_volume_of_a_part_and_of_a_class():
    labels = np.zeros((30, 30, 10), np.uint8)
    labels[2:12, 2:12, 2:6] = 2  # 100 mm², 4 slices of 3 mm
    labels[20:25, 20:25, 3] = 2
    desk = desk_of(labels, THICK, index=3)
    at = next(
        (row + 0.5, column + 0.5)
        for (row, column), label in np.ndenumerate(desk.sheet.labels)
        if label == 2 and desk.sheet.view.voxel(row, column)[0] < 12
    )
    part = Hand(desk, "measure", of="component").drag([at])
    assert part.outcome.guide.text == "b  100 mm²  1.2 ml"
    assert part.outcome.guide.region.inside.sum() == 100
    whole = Hand(desk, "measure", of="class").drag([at])
    assert whole.outcome.guide.text == "b  125 mm²  1.275 ml"
    photo = Hand(desk_of(labels[..., 3].copy()), "measure").drag([(5.5, 5.5)])
    assert photo.outcome.guide.text == "b  100 px"


@pytest.mark.parametrize("tool", ["fill", "wand", "lasso", "polygon"])
def test_what_is_large_is_worked_out_beside_and_comes_to_the_same(tool, monkeypatch):
    mode = PaintMode(only=0)
    start = empty()
    start[12:18, 12:30] = 1
    results = []
    for quick in (10**6, 50):
        monkeypatch.setattr(filling, "QUICK", quick)
        desk = desk_of(start.copy(), image=ramp(), mode=mode)
        options = {"tolerance": 60} if tool == "wand" else {}
        hand = Hand(desk, tool, 2, **options).whole([(5, 5), (5, 30), (25, 30), (25, 5)])
        assert isinstance(hand.outcome, CarryOut) == (quick == 50)
        assert desk.keeper.count == 1
        results.append((desk.labels.copy(), desk.history.sources.copy()))
        desk.history.undo()
        assert np.array_equal(desk.labels, start)
    assert np.array_equal(results[0][0], results[1][0])
    assert np.array_equal(results[0][1], results[1][1])
    assert (results[0][0] == 2).sum() > 100
