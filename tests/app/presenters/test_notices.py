from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image as Pillow

from app.jobs import JobRunner
from app.presenters.bundle import Presenters
from engine.core.image import Notice
from engine.io.formats.raster import Raster
from engine.workflow.add import find_in, open_workspace
from engine.workflow.checkpoint import hold_project
from engine.workflow.project import describe_project

MUST = Notice("no-side", "This file does not say which side is left.", must_confirm=True)
MAY = Notice("first-frame", "Only the first frame is shown.")


@pytest.fixture
def presenters(qtbot, tmp_path):
    runner = JobRunner()
    made = Presenters.make(runner, tmp_path / "home", runner)
    yield made
    qtbot.waitUntil(lambda: not runner.is_busy)
    runner.finish()
    runner.stop()


@pytest.fixture
def odd(monkeypatch):
    """Every picture has something to confirm, and something to know."""
    read = Raster.read_watched

    def with_notices(self, *given):
        return replace(read(self, *given), notices=(MUST, MAY))

    monkeypatch.setattr(Raster, "read_watched", with_notices)


@pytest.fixture
def picture(tmp_path):
    for name in ("a.png", "b.png"):
        Pillow.fromarray(np.full((20, 30), 90, np.uint8)).save(tmp_path / name)
    return tmp_path / "a.png"


def opened(qtbot, presenters, path):
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.open_paths([path])


def test_a_plain_picture_has_no_notices_and_may_be_drawn_on(qtbot, presenters, picture):
    opened(qtbot, presenters, picture)
    assert presenters.notices.notices == ()
    presenters.editing.press((5, 5))
    assert presenters.editing.is_drawing
    presenters.editing.cancel()


def test_nothing_can_be_drawn_before_what_must_be_is_confirmed(qtbot, presenters, picture, odd):
    opened(qtbot, presenters, picture)
    notices, editing = presenters.notices, presenters.editing
    assert notices.notices == (MUST, MAY)
    with qtbot.waitSignal(notices.insisted):
        editing.press((5, 5))
    assert not editing.is_drawing
    assert not presenters.case.history.labels.any()
    with qtbot.waitSignal(notices.changed):
        notices.answer()
    assert notices.notices == ()
    editing.press((5, 5))
    assert editing.is_drawing
    editing.cancel()


def test_a_case_asks_once_and_the_next_one_asks_for_itself(qtbot, presenters, picture, odd):
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.open_paths([picture, picture.with_name("b.png")])
    with qtbot.waitSignal(presenters.notices.changed):
        presenters.notices.answer()
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.step(1)
    assert presenters.notices.must_confirm
    with qtbot.waitSignal(presenters.case.opened):
        presenters.project.step(-1)
    assert presenters.notices.notices == (MAY,)
    assert not presenters.notices.must_confirm
    presenters.notices.answer()
    assert presenters.notices.notices == ()


def test_an_answer_that_cannot_be_kept_leaves_the_question(qtbot, presenters, picture, odd):
    opened(qtbot, presenters, picture)
    folder = presenters.project.project.folder
    (folder / "confirmed.json").write_text("{")
    with qtbot.waitSignal(presenters.notices.failed):
        presenters.notices.answer()
    assert presenters.notices.must_confirm


def test_who_only_looks_puts_the_notices_away_and_keeps_nothing(qtbot, presenters, picture, odd):
    opened(qtbot, presenters, picture)
    folder = presenters.project.project.folder
    presenters.project.close()
    qtbot.waitUntil(lambda: not presenters.runner.is_busy)
    with hold_project(folder), qtbot.waitSignal(presenters.case.opened):
        presenters.project.open_paths([folder])
    assert presenters.case.is_read_only
    presenters.notices.answer()
    assert presenters.notices.notices == ()
    assert not (folder / "confirmed.json").exists()


def test_a_closed_case_has_no_notices(qtbot, presenters, picture, odd):
    opened(qtbot, presenters, picture)
    presenters.case.close()
    assert presenters.notices.notices == ()
    presenters.notices.answer()


def test_the_workspace_of_a_mask_with_names_has_its_classes(tmp_path, picture):
    from engine.progress import Progress

    Pillow.fromarray(np.ones((20, 30), np.uint8)).save(tmp_path / "a_mask.png")
    (tmp_path / "labels.txt").write_text("nothing\ncell\nwall\n")
    found = find_in([picture, tmp_path / "a_mask.png"], None, Progress())
    open_workspace(tmp_path / "w.sulcus", found)
    assert describe_project(tmp_path / "w.sulcus").label_set.names == ("nothing", "cell", "wall")
