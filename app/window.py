"""The main window: puts canvas, docks, menus and status bar together; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QToolBar, QVBoxLayout, QWidget

from app import window_state
from app.actions.make import fill_menus, make_actions
from app.actions.tips import KeyTips
from app.canvas.stage import Stage
from app.canvas.view import Canvas
from app.canvas.viewport import Viewport
from app.closing import may_close
from app.docks import put_docks
from app.icons import icon
from app.panels.access import AccessPanel
from app.panels.notices import NoticesPanel
from app.panels.paint_mode import PaintModeBar
from app.panels.recent import RecentMenu
from app.panels.slices import SlicesPanel
from app.panels.start_page import StartPage
from app.panels.status import StatusPanel
from app.panels.tool_options import ToolOptionsPanel
from app.panels.tools import ToolsPanel
from app.presenters.bundle import Presenters
from app.showing import Showing
from app.window_title import title_of
from engine.core.planes import Plane
from engine.workflow.export import ExportReport

_ON_TOP = ("file.open", "file.open-folder", "file.save", "edit.undo", "edit.redo", "mask.predict",
           "file.export", "view.fit", "view.mask")  # fmt: skip


@dataclass(frozen=True, slots=True)
class WindowMemory:
    """How a window looked.

    Attributes:
        geometry: Where it stood, were it not maximised.
        state: Whether it was maximised.
        docks: Where its docks were.
        viewports: What of the picture each plane showed.
        dialogs: The names of those that were open.
    """

    geometry: QRect
    state: Qt.WindowState
    docks: QByteArray
    viewports: Mapping[Plane, Viewport]
    dialogs: tuple[str, ...]


class MainWindow(QMainWindow):
    """One window over one set of presenters."""

    def __init__(self, presenters: Presenters, memory: WindowMemory | None = None) -> None:
        """A new window, or one in the place of another and as that one was."""
        super().__init__()
        self.presenters = presenters
        self.setWindowIcon(icon("program"))
        self.setAcceptDrops(True)
        self.resize(1440, 900)
        self.stage = Stage(presenters)
        self._status = StatusPanel(presenters)
        self.setStatusBar(self._status)
        self.actions_by_name = make_actions(self, self, self.stage)
        self._start_page = StartPage(presenters.project, self.actions_by_name, self.stage)
        self._put_canvas()
        self._put_docks()
        self._put_menus()
        KeyTips(self, presenters.settings)
        self._showing = Showing(self, self)
        self._connect()
        self._show_title()
        self._plain_layout = self.saveState()
        if memory is None:
            window_state.restore(self)
        else:
            self._recall(memory)

    @property
    def canvas(self) -> Canvas:
        """That of the active plane."""
        return self.stage.canvas

    def open_paths(self, paths: Sequence[Path]) -> None:
        if paths:
            self.presenters.project.open_paths(paths)

    def show_dialog(self, name: str) -> None:
        self._showing.show(name)

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def fit(self) -> None:
        self.stage.fit()

    def zoom(self, factor: float) -> None:
        self.stage.zoom(factor)

    def toggle_mask(self) -> None:
        self.presenters.layers.toggle_mask()

    def change_opacity(self, by: float) -> None:
        layers = self.presenters.layers
        layers.set_opacity(layers.opacity + by)
        self._status.tell(self.tr("Mask opacity {:.0%}").format(layers.opacity))

    def move_split(self, by: float) -> None:
        self.stage.move_split(by)

    def reset_layout(self) -> None:
        self.restoreState(self._plain_layout)

    def remember(self) -> WindowMemory:
        """What the window that comes after this one needs to look like it."""
        return WindowMemory(
            self.normalGeometry(),
            self.windowState(),
            self.saveState(),
            {plane: one.viewport for plane, one in self.stage.canvases.items()},
            self._showing.open_names,
        )

    def _recall(self, memory: WindowMemory) -> None:
        self.setGeometry(memory.geometry)
        self.setWindowState(memory.state)
        self.restoreState(memory.docks)
        for plane, viewport in memory.viewports.items():
            self.stage.canvases[plane].look(viewport)
        for name in memory.dialogs:
            self.show_dialog(name)

    def _put_canvas(self) -> None:
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        access = AccessPanel(self.presenters.project)
        access.take_over_asked.connect(partial(self.show_dialog, "take-over"))
        access.recovery_asked.connect(partial(self.show_dialog, "recover"))
        layout.addWidget(access)
        layout.addWidget(NoticesPanel(self.presenters.notices))
        layout.addWidget(self.stage, 1)
        layout.addWidget(self._start_page, 1)
        layout.addWidget(SlicesPanel(self.presenters.case))
        self.setCentralWidget(middle)

    def _put_docks(self) -> None:
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, ToolsPanel(self.presenters.editing))
        self._docks = put_docks(self, self.presenters, self.show_dialog)

    def _put_menus(self) -> None:
        bar = QToolBar(self.tr("Main"))
        bar.setObjectName("main")
        menus = fill_menus(self.menuBar(), self.actions_by_name)
        recent = RecentMenu(self.presenters.recent, self)
        menus["&File"].insertMenu(self.actions_by_name["file.sample"], recent)
        view = menus["&View"]
        view.addSeparator()
        view.addActions([dock.toggleViewAction() for dock in self._docks])
        bar.addActions([self.actions_by_name[name] for name in _ON_TOP])
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, bar)
        self.addToolBarBreak(Qt.ToolBarArea.TopToolBarArea)
        strip = ToolOptionsPanel(self.presenters.editing, self.presenters.case)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, strip)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, PaintModeBar(self.presenters))

    def _connect(self) -> None:
        p = self.presenters
        for signal in (p.case.history_changed, p.case.saved, p.case.closed, p.review.changed):
            signal.connect(self._show_title)
        p.settings.changed.connect(self._follow)
        p.notices.insisted.connect(self._tell_insisted)
        p.exporting.exported.connect(self._tell_exported)
        self.stage.hovered.connect(self._status.show_place)
        self.stage.zoomed.connect(self._status.show_zoom)

    def _follow(self, setting: str) -> None:
        if setting == "look.hide-names":
            self._show_title()

    def _show_title(self) -> None:
        self.setWindowTitle(title_of(self.presenters))

    def _tell_insisted(self) -> None:
        self._status.tell(self.tr("Confirm what stands above the image first"))

    def _tell_exported(self, report: ExportReport) -> None:
        self._status.tell(self.tr("{} masks exported").format(len(report.masks)))
        for name, why in report.failed:
            self._status.tell(f"{name}: {why}")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        self.open_paths([Path(url.toLocalFile()) for url in event.mimeData().urls()])

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Save, end what runs, remember the layout; stay if the mask cannot be saved."""
        if not may_close(self, self.presenters):
            event.ignore()
            return
        self.presenters.project.close()
        self.presenters.runner.finish()
        window_state.save(self)
        self.presenters.settings.flush_if_due()
        self.presenters.runner.stop()
        event.accept()
