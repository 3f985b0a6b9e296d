from __future__ import annotations

import threading

import pytest
from PySide6.QtWidgets import QToolButton

from app.job import About
from app.jobs import Lane
from app.panels.status import StatusPanel
from app.presenters import jobs
from app.start import open_window
from app.widgets.signed_label import SignedLabel


@pytest.fixture
def window(qtbot, tmp_path):
    made = open_window(tmp_path)
    qtbot.addWidget(made)
    yield made
    made.close()


def stop_button(window):
    return next(
        one
        for one in window.findChild(StatusPanel).findChildren(QToolButton)
        if one.accessibleName() == "Cancel the running job"
    )


def test_the_button_stops_what_it_shows_as_its_presenter_would_and_nothing_else(
    window, monkeypatch, qtbot
):
    """A job that its presenter still waits for would block every later one."""
    monkeypatch.setattr(jobs, "SHOW_AFTER_S", 0.0)
    p = window.presenters
    gate, stopped = threading.Event(), []

    def wait(progress):
        progress.step(1, 4, "Refining")
        gate.wait(5)

    def begin(title, lane):
        return p.runner.run(
            title,
            wait,
            lane=lane,
            about=About(on_stop=lambda: stopped.append(title)),
            on_success=lambda _: None,
            on_failure=lambda _: None,
        )

    other = begin("Exporting", Lane.EXPORT)
    qtbot.waitUntil(lambda: p.jobs.shown is other)
    job = begin("Refining", Lane.MASK)
    qtbot.waitUntil(lambda: p.jobs.shown is job)
    button = stop_button(window)
    assert button.isVisible()
    button.click()
    assert stopped == ["Refining"]
    assert (job.is_cancelled, other.is_cancelled) == (True, False)
    gate.set()
    qtbot.waitUntil(lambda: not p.runner.is_busy)
    assert not button.isVisible()


def test_a_message_that_the_rest_would_cut_has_the_place_of_the_convention(
    window, qtbot, make_volume
):
    window.resize(1200, 800)
    window.open_paths([make_volume()])
    p = window.presenters
    qtbot.waitUntil(lambda: p.case.case is not None and not p.runner.is_busy, timeout=20_000)
    panel = window.findChild(StatusPanel)
    convention = next(
        one for one in panel.findChildren(SignedLabel) if one.text().startswith("Radiological")
    )
    panel.tell("18 slices with a mask were not seen yet (Ctrl+Shift+N shows the next one)")
    assert not convention.isVisible()
    qtbot.wait(50)
    left = min(one.x() for one in panel.findChildren(SignedLabel) if one.isVisible())
    assert panel.fontMetrics().horizontalAdvance(panel.currentMessage()) < left
    panel.clearMessage()
    assert convention.isVisible()
    panel.tell("Skipped")
    assert convention.isVisible()


def test_what_was_measured_stands_in_the_status_bar(at_work):
    editing, panel = at_work.presenters.editing, at_work.window.findChild(StatusPanel)
    editing.choose_tool("measure")
    editing.press((10.0, 10.0))
    editing.release((10.0, 26.0))
    assert panel._measured.text() == "16.0 px"
    assert panel._measured.isVisible()
    editing.choose_tool("brush")
    assert not panel._measured.isVisible()
