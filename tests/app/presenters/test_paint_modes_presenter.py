from __future__ import annotations

import numpy as np
import pytest

from app.presenters.paint_modes import Over
from engine.core.sources import Origin, PixelSource


def stroke(desk, label: int) -> None:
    """One stroke over the middle of the slice."""
    desk.p.case.go_to(2)
    desk.p.editing.choose_tool("brush")
    desk.p.editing.choose_label(label)
    desk.p.editing.set_radius(3.0)
    desk.p.editing.press((5.0, 6.0))
    desk.p.editing.move((5.0, 7.0))
    desk.p.editing.release((5.0, 7.0))
    desk.rest()


@pytest.mark.parametrize(
    ("over", "only", "painted_over"),
    [(Over.ALL, None, {0, 1, 2}), (Over.BACKGROUND, None, {0}), (Over.CLASS, 2, {2})],
)
def test_strokes_cover_what_the_mode_says(at_work, over, only, painted_over):
    at_work.put(slice(2, 3), 1)
    at_work.p.case.go_to(2)
    box = tuple(slice(at, at + 1) for at in at_work.p.case.view.voxel(5, 6))
    origin = Origin(PixelSource.PAINTED, "brush", 2)
    at_work.p.case.replace(np.full((1, 1, 1), 2, np.uint8), box, origin)
    before = at_work.history.labels.copy()
    at_work.p.modes.paint_over(over, only)
    stroke(at_work, 3)
    new = (at_work.history.labels == 3) & (before != 3)
    assert set(np.unique(before[new]).tolist()) == painted_over


def test_a_locked_class_is_neither_painted_over_nor_painted(at_work):
    at_work.put(slice(2, 3), 1)
    before = at_work.history.labels.copy()
    at_work.p.modes.toggle_lock(1)
    stroke(at_work, 3)
    assert (at_work.history.labels[before == 1] == 1).all()
    assert (at_work.history.labels == 3).any()
    at_work.p.case.undo()
    stroke(at_work, 1)
    assert np.array_equal(at_work.history.labels, before)
    at_work.p.modes.toggle_lock(1)
    stroke(at_work, 1)
    assert not np.array_equal(at_work.history.labels, before)


def test_a_class_that_is_not_there_cannot_be_locked(at_work):
    at_work.p.modes.toggle_lock(9)
    assert at_work.p.modes.locked == frozenset()


def test_only_pixels_between_the_limits_are_painted(at_work):
    pixels = at_work.p.case.case.image.pixels[0]
    middle = int(np.median(pixels[:, :, 2]))
    at_work.p.modes.limit(on=True)
    at_work.p.modes.set_limits(float(pixels.max()), middle)
    assert at_work.p.modes.limits == (middle, float(pixels.max())), "the lower one first"
    stroke(at_work, 1)
    painted = pixels[at_work.history.labels == 1]
    assert painted.size
    assert painted.min() >= middle
    at_work.p.modes.limit(on=False)
    stroke(at_work, 1)
    assert pixels[at_work.history.labels == 1].min() < middle


def test_a_limit_is_picked_from_the_picture_and_pulls_the_nearer_end(at_work):
    modes, case = at_work.p.modes, at_work.p.case
    modes.limit(on=True)
    modes.set_limits(0.0, 900.0)
    voxel = case.view.voxel(4, 5)
    value = float(case.case.image.pixels[(0, *voxel)])
    assert not modes.picked((4.5, 5.5)), "nothing is to be picked"
    modes.pick(on=True)
    assert modes.picked((4.5, 5.5))
    assert not modes.is_picking
    nearer_low = value < 900.0 - value
    assert modes.limits == ((value, 900.0) if nearer_low else (0.0, value))


def test_locks_end_with_the_project(at_work, tmp_path, qtbot):
    from PIL import Image

    at_work.p.modes.lock(2, locked=True)
    at_work.show(1)
    assert at_work.p.modes.locked == {2}
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(tmp_path / "other.png")
    with qtbot.waitSignal(at_work.p.case.opened):
        at_work.p.project.open_paths([tmp_path / "other.png"])
    at_work.rest()
    assert at_work.p.modes.locked == frozenset()
