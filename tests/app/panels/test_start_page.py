"""What a new user sees first."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QToolButton

from app.panels.start_page import StartPage
from app.start import open_window


@pytest.fixture
def window(qtbot, tmp_path):
    made = open_window(tmp_path)
    qtbot.addWidget(made)
    yield made
    made.close()


def test_the_ways_to_begin_give_way_to_the_image(window, qtbot):
    page = window.findChild(StartPage)
    assert page.isVisible()
    assert not window.stage.isVisible()
    buttons = page.findChildren(QToolButton)
    assert [one.defaultAction() for one in buttons] == [
        window.actions_by_name[name] for name in ("file.open-folder", "file.open", "file.sample")
    ]
    buttons[2].click()
    qtbot.waitUntil(lambda: window.presenters.case.case is not None, timeout=60_000)
    assert not page.isVisible()
    assert window.stage.isVisible()
