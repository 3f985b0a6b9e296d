from __future__ import annotations

import sys
import threading

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox

from app import errors
from app.errors import show_error
from app.report import report_of
from app.settings import Settings
from app.start import open_program
from engine.errors import WriteError
from engine.logs import private


class Sender(QObject):
    sent = Signal()


@pytest.fixture
def program(qtbot, tmp_path):
    before, threads = sys.excepthook, threading.excepthook
    made = open_program(tmp_path / "home", Settings(tmp_path / "settings.toml"))
    mine = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook = before, threads
    qtbot.addWidget(made.window)
    made.hooks = mine
    yield made
    sys.excepthook, threading.excepthook = before, threads
    made.window.close()


def boxes(window):
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


def fail_on(what: str) -> None:
    raise RuntimeError(f"the pixels of {what} are odd")


def failure() -> Exception:
    try:
        fail_on("Doe^Jane in /data/my XYZZY/a.png")
    except RuntimeError as error:
        return error
    raise AssertionError


def test_the_window_goes_on_when_a_slot_raises(program, qtbot):
    def fail() -> None:
        raise RuntimeError("broken")

    sender = Sender()
    sender.sent.connect(fail)
    sys.excepthook = program.hooks[0]
    with qtbot.captureExceptions():  # its own hook stands aside
        sys.excepthook = program.hooks[0]
        for _ in range(3):
            sender.sent.emit()
    qtbot.waitUntil(lambda: bool(boxes(program.window)))
    assert len(boxes(program.window)) == 1, "one fault is told once"
    assert "broken" in boxes(program.window)[0].detailedText()
    boxes(program.window)[0].close()
    program.presenters.editing.choose_tool("eraser")
    assert program.window.isVisible()
    assert program.presenters.editing.tool == "eraser"


def test_what_a_thread_raises_is_shown_too(program, qtbot):
    threading.excepthook = program.hooks[1]
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(boxes(program.window)))
    assert "ZeroDivisionError" in boxes(program.window)[0].detailedText()
    boxes(program.window)[0].close()


def test_a_report_has_versions_and_no_name_and_no_path():
    private("Doe^Jane")
    report = report_of(failure(), "cpu")
    assert "Doe" not in report
    assert "XYZZY" not in report
    for part in ("numpy: 2", "Python: 3", "Device: cpu", "RuntimeError", "test_errors.py"):
        assert part in report, part
    assert "torch" not in sys.modules or "torch: " in report


def test_a_report_is_saved_whole_or_not_at_all(program, tmp_path, monkeypatch):
    path = tmp_path / "report.txt"
    monkeypatch.setattr(errors.QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    box = show_error(program.window, failure())
    next(one for one in box.buttons() if "report" in one.text()).click()
    assert path.read_text("utf-8") == box.detailedText()
    path.unlink()
    path.mkdir()
    box = show_error(program.window, failure())
    next(one for one in box.buttons() if "report" in one.text()).click()
    told = [one.text() for one in boxes(program.window)]
    assert any("cannot be written" in text for text in told)
    for one in boxes(program.window):
        one.close()


def test_that_the_mask_cannot_be_saved_is_told_once_until_it_can_be(program):
    case = program.presenters.case
    error = WriteError("'/full/disk' cannot be written: no space.", remedy="Make room.")
    for _ in range(2):
        case.unsaved.emit(error)
        for box in boxes(program.window):
            assert box.text() == error.what
            box.close()
    case.unsaved.emit(error)
    assert not boxes(program.window)
    case.saved.emit()
    case.unsaved.emit(error)
    assert len(boxes(program.window)) == 1
    boxes(program.window)[0].close()


def test_a_stroke_that_cannot_be_kept_is_told_each_time(program):
    error = WriteError("'/full/disk' cannot be written: no space.", remedy="Make room.")
    for _ in range(2):
        program.presenters.case.failed.emit(error)
        (box,) = boxes(program.window)
        box.close()


@pytest.mark.parametrize(
    ("answers", "closes"),
    [(["Save", "Cancel"], False), (["Save", "Discard"], True), (["Cancel"], False)],
)
def test_a_mask_that_cannot_be_saved_is_asked_about(program, monkeypatch, answers, closes):
    p = program.presenters
    asked = []

    def answer(parent, error):
        asked.append(error)
        return QMessageBox.StandardButton[answers[len(asked) - 1]]

    monkeypatch.setattr("app.closing.ask_unsaved", answer)
    monkeypatch.setattr(type(p.case), "is_dirty", property(lambda _: True))
    monkeypatch.setattr(p.runner, "finish", lambda: WriteError("no.", remedy="yes."))
    assert program.window.close() is closes
    assert len(asked) == len(answers)
    monkeypatch.undo()
