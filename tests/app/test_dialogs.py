from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QListWidget

from app.dialogs.order import ask_order
from app.dialogs.parts import PartsDialog
from app.errors import show_error, show_told
from app.panels.notices import NoticesPanel
from app.start import open_window
from engine.core.case import ImageRef
from engine.core.found import Found, FoundCase
from engine.core.image import Notice
from engine.errors import ReadError

FOUND = Found(tuple(FoundCase(ImageRef(Path("a.tif"), str(n), f"image {n}")) for n in range(3)))


class Chooser(QObject):
    """Takes answers in place of a presenter."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[object] = []

    def choose_parts(self, images: list[ImageRef]) -> None:
        self.answers.append([image.part for image in images])

    def choose_order(self, order: str) -> None:
        self.answers.append(order)


@pytest.fixture
def window(qtbot, tmp_path):
    made = open_window(tmp_path)
    qtbot.addWidget(made)
    yield made
    made.close()


def test_all_parts_are_ticked_and_those_unticked_are_left_out(qtbot, window):
    chooser = Chooser()
    dialog = PartsDialog(FOUND, chooser, window)
    shown = dialog.findChild(QListWidget)
    assert [shown.item(n).text() for n in range(3)] == ["image 0", "image 1", "image 2"]
    shown.item(1).setCheckState(Qt.CheckState.Unchecked)
    dialog.accept()
    assert chooser.answers == [["0", "2"]]


def test_without_a_tick_nothing_can_be_opened_and_cancelling_opens_nothing(qtbot, window):
    chooser = Chooser()
    dialog = PartsDialog(FOUND, chooser, window)
    for row in range(3):
        dialog.findChild(QListWidget).item(row).setCheckState(Qt.CheckState.Unchecked)
    assert not dialog._go.isEnabled()
    dialog.reject()
    assert chooser.answers == [[]]


@pytest.mark.parametrize(("title", "order"), [("IBSR", "ibsr"), ("BIDS", "bids"), ("Leave", "")])
def test_the_order_of_labels_is_asked_in_words(qtbot, window, title, order):
    chooser = Chooser()
    box = ask_order(window, 2, chooser)
    assert "2 masks" in box.text()
    next(button for button in box.buttons() if title in button.text()).click()
    assert chooser.answers == [order]


def test_what_was_left_aside_is_told_with_all_of_it_to_unfold(window):
    box = show_told(window, ["one thing.", "another."])
    assert (box.text(), box.detailedText()) == ("one thing.", "one thing.\nanother.")
    box.close()
    box = show_told(window, ["one thing."])
    assert not box.detailedText()
    box.close()


def test_a_report_of_a_fault_names_no_path_but_the_line_of_the_program(window):
    try:
        Path("/data/my XYZZY/a.png").read_bytes()
    except OSError as error:
        box = show_error(window, error)
    assert "XYZZY" not in box.detailedText()
    assert "tests/app/test_dialogs.py" in box.detailedText()
    box.close()
    box = show_error(window, ReadError("'/data/XYZZY/a.png' is gone.", remedy="Look."))
    assert "XYZZY" in box.text(), "the person must know which file"
    box.close()


def test_the_bar_shows_what_is_odd_until_it_is_answered(window):
    notices = window.presenters.notices
    bar = window.centralWidget().findChild(NoticesPanel)
    assert bar.isHidden()
    notices.notices = (Notice("a", "This is odd."), Notice("b", "Confirm.", must_confirm=True))
    notices.changed.emit()
    assert not bar.isHidden()
    assert bar._text.text() == "This is odd.\nConfirm."
    assert bar._button.text() == "I have checked this"
    notices.notices = (Notice("a", "This is odd."),)
    notices.changed.emit()
    assert bar._button.text() == "Close"
    notices.notices = ()
    notices.changed.emit()
    assert bar.isHidden()
