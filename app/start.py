"""Starting the window: application, settings, program; then the engine is warmed."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from platformdirs import user_config_path, user_data_path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.job import About, Listed
from app.program import Program
from app.settings import Settings
from app.window import MainWindow
from engine.logs import set_up
from engine.workflow.requests import Warm


def run(paths: Sequence[Path], *, sample: bool = False) -> int:
    """Open the window on some paths, or on the sample, until it is closed; the exit status."""
    set_up(logging.INFO, file="window")
    application = make_application(sys.argv)
    settings = Settings(user_config_path("sulcus", appauthor=False) / "settings.toml")
    program = open_program(user_data_path("sulcus", appauthor=False), settings)
    if sample:
        program.presenters.project.open_sample()
    else:
        program.window.open_paths(paths)
    QTimer.singleShot(0, lambda: warm(program.window))
    return application.exec()


def make_application(argv: Sequence[str]) -> QApplication:
    """The application; there is one in a process."""
    application = QApplication(list(argv))
    application.setApplicationName("Sulcus")
    application.setOrganizationName("Sulcus")
    return application


def open_program(home: Path, settings: Settings | None = None) -> Program:
    """The program with its window shown; projects of loose files are kept under `home`.

    Settings that are not given lie under `home` too.
    """
    return Program(home, settings or Settings(home / "settings.toml"))


def open_window(home: Path) -> MainWindow:
    """The window of a program whose settings lie under `home`."""
    return open_program(home).window


def warm(window: MainWindow, done: Callable[[], None] = lambda: None) -> None:
    """Start the device process and let it import torch, now that the window is there."""

    def show(answer: dict[str, str]) -> None:
        runner.name_device(answer["device"])
        done()

    runner = window.presenters.runner
    runner.ask(
        "Starting the engine",
        Warm(),
        about=About(listed=Listed.ALWAYS),
        on_success=show,
        on_failure=window.presenters.project.failed.emit,
    )
