from __future__ import annotations

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from app.jobs import JobRunner
from app.presenters.bundle import Presenters
from engine.core.case import CaseState
from engine.workflow.add import add_found

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

    monkeypatch.setattr("app.presenters.project.add_found", spied)
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
