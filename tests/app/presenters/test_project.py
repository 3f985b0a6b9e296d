from __future__ import annotations

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from app.jobs import JobRunner
from app.presenters.bundle import Presenters
from app.presenters.opening import Cause
from engine.core.case import CaseState
from engine.errors import WriteError
from engine.workflow.add import add_found
from engine.workflow.checkpoint import hold_project

MASK = (np.arange(600).reshape(20, 30) % 2).astype(np.uint8)


@pytest.fixture
def presenters(qtbot, tmp_path):
    runner = JobRunner()
    made = Presenters.make(runner, tmp_path / "home", runner)
    yield made
    qtbot.waitUntil(lambda: not runner.is_busy)
    runner.finish()
    runner.stop()


@pytest.fixture
def pages(tmp_path):
    path = tmp_path / "pages.tif"
    with tifffile.TiffWriter(path) as writer:
        for side in (20, 21, 22):
            page = np.full((side, 30), 7, np.uint8)
            writer.write(page, photometric="minisblack", contiguous=False, metadata=None)
    return path


@pytest.fixture
def pair(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    Pillow.fromarray(MASK * 90).save(folder / "a.png")
    Pillow.fromarray(MASK).save(folder / "a_mask.png")
    return folder


def test_the_masks_of_a_folder_are_taken_over(qtbot, presenters, pair):
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.open_paths([pair])
    (case,) = presenters.project.cases
    assert case.state is CaseState.IN_REVIEW
    assert np.array_equal(presenters.case.history.labels, MASK)


def test_a_mask_that_does_not_fit_is_told_and_the_image_opens(qtbot, presenters, pair):
    Pillow.fromarray(MASK.T).save(pair / "a_mask.png")
    with (
        qtbot.waitSignal(presenters.case.opened),
        qtbot.waitSignal(presenters.project.told) as told,
    ):
        presenters.project.open_paths([pair])
    assert told.args[0][0].startswith("a: The image has 20 x 30 pixels")
    assert not presenters.case.history.labels.any()


def test_of_several_images_in_a_file_those_that_are_chosen_become_cases(qtbot, presenters, pages):
    with qtbot.waitSignal(presenters.project.parts_found) as asked:
        presenters.project.open_paths([pages])
    found = asked.args[0]
    assert len(found.cases) == 3
    assert presenters.project.cases == ()
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.choose_parts([case.image for case in found.cases[1:]])
    assert [case.part for case in presenters.project.cases] == ["1", "2"]
    assert presenters.case.case.image.geometry.shape == (21, 30)


def test_choosing_none_opens_none(qtbot, presenters, pages):
    with qtbot.waitSignal(presenters.project.parts_found):
        presenters.project.open_paths([pages])
    presenters.project.choose_parts([])
    assert not presenters.runner.is_busy
    assert presenters.project.project is None


def test_masks_of_tissues_without_names_wait_for_an_answer(qtbot, presenters, make_volume):
    image = make_volume("in/t1.nii.gz")
    labels = (np.arange(960).reshape(12, 10, 8) % 4).astype(np.uint8)
    make_volume("in/t1_seg.nii.gz", labels)
    with qtbot.waitSignals([presenters.project.order_asked, presenters.case.opened]):
        presenters.project.open_paths([image.parent])
    assert not presenters.case.history.labels.any()
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.choose_order("bids")
    names = presenters.project.project.label_set.names
    order = np.array([0, names.index("GM"), names.index("WM"), names.index("CSF")])
    assert np.array_equal(presenters.case.history.labels, order[labels])


def test_an_answer_is_not_taken_over_what_was_drawn_meanwhile(
    qtbot, presenters, make_volume, monkeypatch
):
    reports = []

    def spied(*arguments):
        reports.append(add_found(*arguments))
        return reports[-1]

    monkeypatch.setattr("app.presenters.opening.add_found", spied)
    image = make_volume("in/t1.nii.gz")
    make_volume("in/t1_seg.nii.gz", np.ones((12, 10, 8), np.uint8))
    with qtbot.waitSignals([presenters.project.order_asked, presenters.case.opened]):
        presenters.project.open_paths([image.parent])
    presenters.editing.press((3, 3))
    presenters.editing.release((3, 3))
    drawn = presenters.case.history.labels.copy()
    assert drawn.any()
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.choose_order("ibsr")
    assert np.array_equal(presenters.case.history.labels, drawn)
    assert [report.imported for report in reports] == [(), ()]


def test_no_answer_leaves_the_masks_out(qtbot, presenters, make_volume):
    image = make_volume("in/t1.nii.gz")
    make_volume("in/t1_seg.nii.gz", np.ones((12, 10, 8), np.uint8))
    with qtbot.waitSignals([presenters.project.order_asked, presenters.case.opened]):
        presenters.project.open_paths([image.parent])
    qtbot.waitUntil(lambda: not presenters.runner.is_busy)
    presenters.project.choose_order("")
    presenters.project.choose_order("ibsr")
    assert not presenters.runner.is_busy


def test_every_way_to_open_ends_with_the_right_to_write(qtbot, presenters, pair, pages):
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.open_paths([pair])
    first = presenters.case.hold
    assert first.folder == presenters.project.project.folder
    with qtbot.waitSignal(presenters.project.parts_found) as asked:
        presenters.project.open_paths([pages])
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.choose_parts([case.image for case in asked.args[0].cases])
    assert presenters.case.hold.folder == presenters.project.project.folder != first.folder
    qtbot.waitUntil(lambda: not presenters.runner.is_busy)
    hold_project(first.folder).release()  # the first one was let go
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.open_paths([first.folder])
    assert presenters.case.hold.folder == first.folder
    assert not presenters.case.is_read_only


def test_what_is_open_is_added_to_again_under_the_same_hold(qtbot, presenters, pair):
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.open_paths([pair])
    hold = presenters.case.hold
    Pillow.fromarray(MASK).save(pair / "b.png")
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.open_paths([pair])
    assert presenters.case.hold is hold
    hold.require()
    assert not presenters.case.is_read_only
    assert len(presenters.project.cases) == 2
    presenters.editing.press((3, 3))
    presenters.editing.release((3, 3))
    presenters.case.undo()
    presenters.case.undo()
    assert not presenters.case.history.labels.any(), "the imported mask is a step, too"


def test_a_workspace_that_another_sulcus_has_is_shown_and_not_added_to(
    qtbot, presenters, pair, tmp_path
):
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.open_paths([pair])
    folder = presenters.project.project.folder
    Pillow.fromarray(MASK).save(pair / "b.png")
    runner = JobRunner()
    other = Presenters.make(runner, tmp_path / "home", runner)
    with qtbot.waitSignal(other.case.opened):
        other.project.open_paths([pair])
    assert other.project.read_only.cause is Cause.HELD
    assert other.project.project.folder == folder
    assert len(other.project.cases) == 1
    assert other.case.is_read_only
    assert np.array_equal(other.case.history.labels, MASK)
    runner.finish()
    runner.stop()


def test_what_was_on_screen_comes_back_when_adding_to_it_fails(
    qtbot, presenters, pair, monkeypatch
):
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.open_paths([pair])

    def refuse(*_):
        raise WriteError("The disk is full.", remedy="Make room.")

    monkeypatch.setattr("app.presenters.opening.add_found", refuse)
    with (
        qtbot.waitSignal(presenters.case.opened),
        qtbot.waitSignal(presenters.project.failed) as failed,
    ):
        presenters.project.open_paths([pair])
    assert failed.args[0].what == "The disk is full."
    assert not presenters.case.is_read_only
    assert np.array_equal(presenters.case.history.labels, MASK)


def test_a_workspace_that_could_not_be_added_to_is_let_go(qtbot, presenters, pair, monkeypatch):
    folders = []

    def refuse(folder, *_):
        folders.append(folder)
        raise WriteError("The disk is full.", remedy="Make room.")

    monkeypatch.setattr("app.presenters.opening.add_found", refuse)
    with qtbot.waitSignal(presenters.project.failed):
        presenters.project.open_paths([pair])
    hold_project(folders[0]).release()
    assert presenters.project.project is None
