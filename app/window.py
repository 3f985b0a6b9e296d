"""The main window: puts canvas, docks, menus and status bar together; decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow, QToolBar, QVBoxLayout, QWidget

from app import window_state
from app.actions.make import fill_menus, make_actions
from app.canvas.pointer import CanvasPointer
from app.canvas.view import Canvas
from app.dialogs.about import show_about
from app.dialogs.compatibility import CompatibilityDialog
from app.dialogs.export import ExportDialog
from app.dialogs.order import ask_order
from app.dialogs.parts import PartsDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.dialogs.steps import StepsDialog
from app.errors import agrees_to_lose, show_error, show_told
from app.icons import icon
from app.panels.cases import CasesPanel
from app.panels.classes import ClassesPanel
from app.panels.model import ModelPanel
from app.panels.notices import NoticesPanel
from app.panels.refine import RefinePanel
from app.panels.slices import SlicesPanel
from app.panels.status import StatusPanel
from app.panels.tools import ToolsPanel
from app.presenters.bundle import Presenters
from engine.io.table import IMAGE_FORMATS
from engine.workflow.export import ExportReport

_ON_TOP = ("file.open", "file.open-folder", "file.save", "edit.undo", "edit.redo", "mask.predict",
           "file.export", "view.fit", "view.mask")  # fmt: skip


class MainWindow(QMainWindow):
    """One window over one set of presenters."""

    def __init__(self, presenters: Presenters) -> None:
        super().__init__()
        self.presenters = presenters
        self.setWindowTitle("Sulcus")
        self.setWindowIcon(icon("program"))
        self.setAcceptDrops(True)
        self.resize(1440, 900)
        self.canvas = Canvas(presenters)
        CanvasPointer(self.canvas, presenters)
        self._status = StatusPanel(presenters)
        self.setStatusBar(self._status)
        self._put_canvas()
        self._put_docks()
        self._put_menus()
        self._connect()
        self._plain_layout = self.saveState()
        window_state.restore(self)

    def ask_for_files(self) -> None:
        known = " ".join(f"*{suffix}" for row in IMAGE_FORMATS for suffix in row.suffixes)
        kinds = [self.tr("Images and volumes ({})").format(known), self.tr("All files (*)")]
        paths, _ = QFileDialog.getOpenFileNames(self, self.tr("Open"), "", ";;".join(kinds))
        self.open_paths([Path(path) for path in paths])

    def ask_for_folder(self) -> None:
        title = self.tr("Open a folder of images, or a .sulcus project")
        folder = QFileDialog.getExistingDirectory(self, title)
        self.open_paths([Path(folder)] if folder else [])

    def open_paths(self, paths: Sequence[Path]) -> None:
        if paths:
            self.presenters.project.open_paths(paths)

    def ask_for_export(self) -> None:
        if self.presenters.project.project is not None:
            ExportDialog(self.presenters.exporting, self).open()

    def show_about(self) -> None:
        show_about(self)

    def show_shortcuts(self) -> None:
        ShortcutsDialog(self).open()

    def fit(self) -> None:
        self.canvas.fit()

    def zoom(self, factor: float) -> None:
        self.canvas.zoom(factor)

    def toggle_mask(self) -> None:
        self.canvas.show_mask(shown=not self.canvas.shows_mask)

    def change_opacity(self, by: float) -> None:
        self.canvas.set_opacity(self.canvas.opacity + by)
        self._status.tell(self.tr("Mask opacity {:.0%}").format(self.canvas.opacity))

    def move_split(self, by: float) -> None:
        self.canvas.move_split(by)

    def show_steps(self) -> None:
        if self.presenters.case.case is not None:
            StepsDialog(self.presenters.steps, self).open()

    def show_compatibility(self) -> None:
        if self.presenters.case.project is not None:
            CompatibilityDialog(self.presenters.refinement, self.presenters.case, self).open()

    def reset_layout(self) -> None:
        self.restoreState(self._plain_layout)

    def toggle_names(self) -> None:
        window_state.hide_names(hidden=not window_state.hides_names())
        self._show_title()

    def show_device(self, name: str) -> None:
        self._status.show_device(name)

    def _put_canvas(self) -> None:
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(NoticesPanel(self.presenters.notices))
        layout.addWidget(self.canvas, 1)
        layout.addWidget(SlicesPanel(self.presenters.case))
        self.setCentralWidget(middle)

    def _put_docks(self) -> None:
        p = self.presenters
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, ToolsPanel(p.editing))
        cases = CasesPanel(p.project)
        refine = RefinePanel(p)
        refine.steps_asked.connect(self.show_steps)
        refine.matrix_asked.connect(self.show_compatibility)
        docks = (
            ClassesPanel(p.case, p.editing),
            ModelPanel(p.prediction),
            refine,
        )
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, cases)
        for dock in docks:
            self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        self.resizeDocks(list(docks), [190, 110, 570], Qt.Orientation.Vertical)
        self.resizeDocks([cases, docks[0]], [170, 370], Qt.Orientation.Horizontal)
        self._docks = (cases, *docks)

    def _put_menus(self) -> None:
        bar = QToolBar(self.tr("Main"))
        bar.setObjectName("main")
        self.actions_by_name = make_actions(self, self, self.canvas)
        view = fill_menus(self.menuBar(), self.actions_by_name)["&View"]
        view.addSeparator()
        view.addActions([dock.toggleViewAction() for dock in self._docks])
        bar.addActions([self.actions_by_name[name] for name in _ON_TOP])
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, bar)

    def _connect(self) -> None:
        p = self.presenters
        for presenter in p.which_fail():
            presenter.failed.connect(lambda error: show_error(self, error))
        p.case.opened.connect(self._show_title)
        p.case.history_changed.connect(self._show_title)
        p.case.saved.connect(self._show_title)
        p.case.closed.connect(lambda: self.setWindowTitle("Sulcus"))
        p.project.parts_found.connect(lambda found: PartsDialog(found, p.project, self).open())
        p.project.order_asked.connect(lambda count: ask_order(self, count, p.project))
        p.project.told.connect(lambda sentences: show_told(self, sentences))
        p.notices.insisted.connect(
            lambda: self._status.tell(self.tr("Confirm what stands above the image first"))
        )
        p.exporting.exported.connect(self._tell_exported)
        self.canvas.hovered.connect(self._status.show_place)
        self.canvas.zoomed.connect(self._status.show_zoom)

    def _show_title(self) -> None:
        case, project = self.presenters.case, self.presenters.project
        if case.case is None:
            return
        star = "* " if case.is_dirty else ""
        place = f"[{project.position + 1}/{len(project.cases)}]"
        state = case.case.case.state.value
        name = "" if window_state.hides_names() else f"{case.case.case.name} "
        self.setWindowTitle(f"{star}{name}[{state}] {place} - Sulcus")

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
        self.presenters.editing.cancel()
        self.presenters.case.save()
        error = self.presenters.runner.finish()
        if error is not None and self.presenters.case.is_dirty and not agrees_to_lose(self, error):
            event.ignore()
            return
        self.presenters.project.close()
        self.presenters.runner.finish()
        window_state.save(self)
        self.presenters.runner.stop()
        event.accept()
