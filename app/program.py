"""One set of presenters, and the window over it, which is made anew in another language."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.errors import CrashHook, show_error, show_told
from app.jobs import JobRunner
from app.language import font_for, use_language
from app.presenters.bundle import Presenters
from app.settings import Settings
from app.theme import use_theme
from app.window import MainWindow, WindowMemory


class Program(QObject):
    """Lives as long as its window is there; what lasts from one window to the next is here."""

    def __init__(self, home: Path, settings: Settings) -> None:
        """Show the window; projects of loose files are kept under `home`."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        super().__init__(application)
        self._application = application
        self.settings = settings
        settings.setParent(self)
        self._use_language()
        self._use_theme()
        self.runner = JobRunner(self)
        self.presenters = Presenters.make(self.runner, home / "projects", self, settings)
        self.window = self._made()
        hook = CrashHook(self)
        # Queued, since it may come from another thread, or from the midst of painting.
        hook.caught.connect(self._show_error, Qt.ConnectionType.QueuedConnection)
        hook.install()
        settings.changed.connect(self._follow)
        settings.failed.connect(self._show_error)
        application.styleHints().colorSchemeChanged.connect(
            self._use_theme, Qt.ConnectionType.QueuedConnection
        )
        if settings.told:
            show_told(self.window, (settings.told,))

    def rebuild(self) -> None:
        """Another window in the place of this one, over the same presenters."""
        old = self.window
        old.destroyed.disconnect(self.deleteLater)
        self.presenters.editing.cancel()
        self.window = self._made(old.remember())
        old.hide()
        old.deleteLater()

    def _made(self, memory: WindowMemory | None = None) -> MainWindow:
        window = MainWindow(self.presenters, memory)
        window.destroyed.connect(self.deleteLater)
        window.show()
        return window

    def _follow(self, name: str) -> None:
        if name == "look.theme":
            self._use_theme()
        elif name == "look.language":
            self._use_language()
            # Later, since what was clicked to choose the language is in the window that goes.
            QTimer.singleShot(0, self.rebuild)

    def _use_language(self) -> None:
        name = self.settings.choice("look.language")
        use_language(name)
        self._application.setFont(font_for(name))

    def _use_theme(self) -> None:
        use_theme(self._application, self.settings.choice("look.theme"))

    def _show_error(self, error: BaseException) -> None:
        show_error(self.window, error, self.runner.device_name)
