from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import main
from app.preflight import has_display, require_display
from engine.errors import MissingSystem
from engine.workflow.doctor import QT_LIBRARIES, install_line, missing_qt_libraries

ROOT = Path(__file__).parents[2]
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="libraries of Linux")


@linux
def test_a_library_that_is_missing_is_found_by_trying_to_load_it(monkeypatch):
    monkeypatch.setitem(QT_LIBRARIES, "libthat-nobody-has.so.9", "libthat9")
    assert "libthat-nobody-has.so.9" in missing_qt_libraries()
    assert install_line(["libthat-nobody-has.so.9"]).endswith(" libthat9")


@linux
def test_the_window_says_which_library_is_missing_and_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setitem(QT_LIBRARIES, "libthat-nobody-has.so.9", "libthat9")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert main.main([]) == 1
    said = capsys.readouterr().err
    assert "libthat-nobody-has.so.9" in said
    assert "apt-get install" in said
    assert "libthat9" in said


@linux
def test_without_a_display_the_window_says_so(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("app.preflight.missing_qt_libraries", list)
    assert not has_display()
    with pytest.raises(MissingSystem, match="no display"):
        require_display()


def test_a_missing_library_is_said_before_qt_is_imported():
    code = (
        "import sys, engine.workflow.doctor as doctor, main\n"
        "doctor.QT_LIBRARIES['libthat-nobody-has.so.9'] = 'libthat9'\n"
        "status = main.main([])\n"
        "print(status, 'PySide6' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.stdout.split() == ["1", "False"], done.stderr
