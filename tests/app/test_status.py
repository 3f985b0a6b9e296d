from __future__ import annotations

import pytest
from PySide6.QtWidgets import QToolButton

from app.panels import status
from app.panels.status import StatusPanel
from app.start import open_window
from engine.progress import Step


@pytest.fixture
def window(qtbot, tmp_path):
    made = open_window(tmp_path)
    qtbot.addWidget(made)
    yield made
    made.close()


def test_the_button_stops_the_live_refinement_too(window, monkeypatch):
    """A job that its presenter still waits for would block every later one."""
    monkeypatch.setattr(status, "SHOW_AFTER_S", 0.0)
    p = window.presenters
    stopped = []
    monkeypatch.setattr(p.refinement, "is_of", lambda job: job is not None)
    monkeypatch.setattr(p.refinement, "cancel", lambda: stopped.append(True))
    panel = window.findChild(StatusPanel)
    job = p.runner.run(
        "Refining", lambda _: None, on_success=lambda _: None, on_failure=lambda _: None
    )
    p.runner.progressed.emit(job, Step(1, 4, "Refining"))
    button = next(
        one
        for one in panel.findChildren(QToolButton)
        if one.accessibleName() == "Cancel the running job"
    )
    assert button.isVisible()
    button.click()
    assert stopped == [True]
    assert job.progress.is_cancelled
