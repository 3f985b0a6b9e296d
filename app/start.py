"""Starting the window: application, theme, crash hook, window; then the engine is warmed."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from platformdirs import user_data_path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.errors import CrashHook, show_error
from app.jobs import JobRunner
from app.presenters.bundle import Presenters
from app.theme import use_dark
from app.window import MainWindow
from engine.logs import set_up
from engine.workflow.requests import Warm


def run(paths: Sequence[Path], *, sample: bool = False) -> int:
    """Open the window on some paths, or on the sample, until it is closed; the exit status."""
    set_up(logging.INFO, file="window")
    application = make_application(sys.argv)
    window = open_window(user_data_path("sulcus", appauthor=False))
    if sample:
        window.presenters.project.open_sample()
    else:
        window.open_paths(paths)
    QTimer.singleShot(0, lambda: warm(window))
    return application.exec()


def make_application(argv: Sequence[str]) -> QApplication:
    """The application with its theme; there is one in a process."""
    application = QApplication(list(argv))
    application.setApplicationName("Sulcus")
    application.setOrganizationName("Sulcus")
    use_dark(application)
    return application


def open_window(home: Path) -> MainWindow:
    """A window that keeps projects of loose files under `home`, shown and with a crash hook."""
    runner = JobRunner()
    window = MainWindow(Presenters.make(runner, home / "projects", runner))
    runner.setParent(window)
    hook = CrashHook(window)
    hook.caught.connect(lambda error: show_error(window, error))
    hook.install()
    window.show()
    return window


def warm(window: MainWindow, done: Callable[[], None] = lambda: None) -> None:
    """Start the device process and let it import torch, now that the window is there."""

    def show(answer: dict[str, str]) -> None:
        window.show_device(answer["device"])
        done()

    def tell(error: Exception) -> None:
        show_error(window, error)

    window.presenters.runner.ask(
        "Starting the engine",
        Warm(),
        on_success=show,
        on_failure=tell,
    )
