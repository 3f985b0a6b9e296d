from __future__ import annotations

import nibabel as nib
import numpy as np
import pytest

from engine.core.sources import PixelSource
from engine.editing.operations.table import OPERATIONS


@pytest.fixture
def drawn(at_work):
    """Two parts of class 1 with a hole in the larger one, and a class 2 beside it."""
    labels = np.zeros((12, 10, 8), np.uint8)
    labels[1:7, 1:7, 1:4] = 1
    labels[3, 3, 2] = 0
    labels[9:11, 8, 2] = 1
    labels[1:4, 7:9, 2] = 2
    box = tuple(slice(0, side) for side in labels.shape)
    at_work.p.case.replace(labels, box)
    at_work.rest()
    at_work.p.case.go_to(2)
    return at_work


def options(name: str) -> dict[str, object]:
    if name == "boolean":
        return {"other": np.indices((12, 10, 8)).sum(axis=0) % 2 == 0}
    return {"remove-small": {"pixels": 5}, "copy-slice": {"count": 2}}.get(name, {})


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("name", [row.name for row in OPERATIONS])
def test_every_operation_is_one_step_that_undo_takes_back(drawn, name, whole):
    before, stacks = drawn.history.labels.copy(), drawn.history.stacks[0]
    if name == "interpolate":
        drawn.put(slice(7, 8), 1)
        before, stacks = drawn.history.labels.copy(), drawn.history.stacks[0]
    operations = drawn.p.operations
    operations.run(name, operations.make(name, **options(name)), whole=whole)
    drawn.rest()
    after = drawn.history.labels
    assert (after != before).any()
    assert len(drawn.history.stacks[0]) == len(stacks) + 1
    if not (whole or OPERATIONS[name].needs_volume):
        assert np.array_equal(np.delete(after, 2, 2), np.delete(before, 2, 2)), "only this slice"
    changed = after != before
    assert (drawn.history.sources[changed] == PixelSource.PAINTED).all()
    assert drawn.p.history.steps[0].origin.tool == name
    drawn.p.case.undo()
    assert np.array_equal(drawn.history.labels, before)


def test_a_preview_shows_and_changes_nothing_until_it_is_kept(drawn):
    case, operations = drawn.p.case, drawn.p.operations
    before = drawn.history.labels.copy()
    operations.preview("fill-holes", operations.make("fill-holes"), whole=True)
    drawn.rest()
    assert operations.is_previewing
    assert np.array_equal(drawn.history.labels, before)
    shown = case.shown_labels
    assert (shown != case.view.read(before)).sum() == 1
    case.go_to(5)
    case.go_to(2)
    assert (case.shown_labels != case.view.read(before)).sum() == 1, "on every slice"
    assert operations.keep()
    assert not operations.is_previewing
    assert drawn.history.labels[3, 3, 2] == 1
    assert not operations.keep()


def test_a_preview_is_left_by_escape_and_by_another_stroke(drawn):
    case, operations = drawn.p.case, drawn.p.operations
    for leave in (operations.leave, lambda: drawn.put(slice(7, 8), 3)):
        operations.preview("fill-holes", operations.make("fill-holes"), whole=True)
        drawn.rest()
        assert case.has_overlay
        leave()
        assert not case.has_overlay
        assert not operations.is_previewing
    assert not operations.leave(), "there is nothing more to leave"
    assert drawn.history.labels[3, 3, 2] == 0


def test_filling_between_slices_is_previewed_and_kept(at_work):
    at_work.put(slice(1, 2), 1)
    at_work.put(slice(5, 6), 1)
    at_work.p.editing.choose_label(1)
    at_work.p.operations.fill_between()
    at_work.rest()
    at_work.p.case.go_to(3)
    assert (at_work.p.case.shown_labels == 1).sum() == 30
    assert not at_work.history.labels[:, :, 3].any()
    at_work.p.operations.keep()
    assert (at_work.history.labels[3, 3, 1:6] == 1).all()
    at_work.p.case.undo()
    assert not at_work.history.labels[:, :, 3].any()


def test_a_mask_is_copied_to_so_many_slices_either_way(at_work):
    at_work.put(slice(3, 4), 1)
    at_work.p.case.go_to(3)
    operations = at_work.p.operations
    for by, expected in ((1, [3, 4, 5]), (-1, [1, 2, 3])):
        made = operations.make("copy-slice", label=None, by=by, count=2)
        operations.run("copy-slice", made, whole=False)
        at_work.rest()
        assert np.flatnonzero(at_work.history.labels.any(axis=(0, 1))).tolist() == expected
        at_work.p.case.undo()


@pytest.mark.parametrize("through", [False, True])
def test_the_region_under_the_pointer_is_deleted(drawn, through):
    view = drawn.p.case.view
    place = next(
        (row, column)
        for row in range(view.sides[0])
        for column in range(view.sides[1])
        if view.voxel(row, column) == (2, 2, 2)
    )
    drawn.p.pointing.point(place)
    drawn.p.operations.delete_region(through=through)
    drawn.rest()
    labels = drawn.history.labels
    assert not (labels[1:7, 1:7, 2] == 1).any()
    assert (labels[9:11, 8, 2] == 1).all(), "the other part stays"
    assert (labels[1:4, 7:9, 2] == 2).all()
    assert (labels[2, 2, 1] == 0) == through
    drawn.p.case.undo()
    assert drawn.history.labels[2, 2, 2] == 1


def test_where_there_is_nothing_to_delete_it_says_so(drawn):
    drawn.p.operations.delete_region()
    drawn.p.pointing.point((0, 0))
    drawn.p.operations.delete_region()
    drawn.rest()
    assert drawn.said == [
        "Point at a region to delete it",
        "There is nothing to delete at this place",
    ]


def test_locked_classes_stay_as_they_are(drawn):
    before = drawn.history.labels.copy()
    drawn.p.modes.lock(1, locked=True)
    operations = drawn.p.operations
    operations.run("clear", operations.make("clear", label=1), whole=True)
    drawn.rest()
    assert np.array_equal(drawn.history.labels, before)
    assert drawn.said == ["Clear a class: nothing to change"]


def test_a_mask_that_changed_meanwhile_is_worked_on_as_it_is_then(drawn):
    operations = drawn.p.operations
    operations.run("fill-holes", operations.make("fill-holes"), whole=True)
    box = (slice(4, 5), slice(4, 5), slice(2, 3))
    drawn.p.case.replace(np.zeros((1, 1, 1), np.uint8), box)
    drawn.rest()
    assert drawn.history.labels[3, 3, 2] == 1
    assert drawn.history.labels[4, 4, 2] == 1, "the hole that was made meanwhile is filled too"
    drawn.p.case.undo()
    assert drawn.history.labels[4, 4, 2] == 0, "and was a step of its own"


def test_a_cancelled_operation_does_nothing(drawn):
    before = drawn.history.labels.copy()
    operations = drawn.p.operations
    operations.run("clear", operations.make("clear", label=1), whole=True)
    assert operations.leave()
    drawn.rest()
    assert np.array_equal(drawn.history.labels, before)


def test_a_mask_file_is_combined_with(drawn, tmp_path, qtbot):
    other = np.zeros((12, 10, 8), np.uint8)
    other[1:7, 1:7, :] = 7
    nib.save(nib.Nifti1Image(other, np.diag([1.0, 1.0, 2.0, 1.0])), tmp_path / "other.nii.gz")
    operations = drawn.p.operations
    with qtbot.waitSignal(operations.other_changed):
        operations.read_other(tmp_path / "other.nii.gz")
    drawn.rest()
    made = operations.make("boolean", label=1, other=operations.other, how="intersect")
    operations.run("boolean", made, whole=True)
    drawn.rest()
    assert (drawn.history.labels == 1).sum() == 6 * 6 * 3 - 1
    assert not (drawn.history.labels[9:11, 8] == 1).any()


def test_a_mask_on_another_grid_is_refused(drawn, tmp_path):
    nib.save(nib.Nifti1Image(np.ones((3, 3, 3), np.uint8), np.eye(4)), tmp_path / "o.nii.gz")
    drawn.p.operations.read_other(tmp_path / "o.nii.gz")
    drawn.rest()
    assert drawn.p.operations.other is None
    (error,) = drawn.errors
    assert "3 x 3 x 3" in str(error)
    drawn.errors.clear()
