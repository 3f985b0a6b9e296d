"""The docks of the window, and where they stand until a person moves them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from app.panels.cases import CasesPanel
from app.panels.classes import ClassesPanel
from app.panels.history import HistoryPanel
from app.panels.jobs import JobsPanel
from app.panels.model import ModelPanel
from app.panels.refine import RefinePanel
from app.panels.review import ReviewPanel
from app.presenters.bundle import Presenters

_Area = Qt.DockWidgetArea


def put_docks(
    window: QMainWindow, p: Presenters, show_dialog: Callable[[str], object]
) -> tuple[QDockWidget, ...]:
    """Make them and put them into the window; `show_dialog` opens a dialog by its name."""
    cases = CasesPanel(p.project, p.thumbnails, p.settings, p.selection)
    review, history = ReviewPanel(p), HistoryPanel(p.history, p.case)
    review.dialog_asked.connect(show_dialog)
    classes, model, refine = ClassesPanel(p), ModelPanel(p), RefinePanel(p)
    model.models_asked.connect(partial(show_dialog, "models"))
    refine.steps_asked.connect(partial(show_dialog, "steps"))
    refine.matrix_asked.connect(partial(show_dialog, "compatibility"))
    jobs = JobsPanel(p.jobs)
    for dock in (cases, review, history):
        window.addDockWidget(_Area.LeftDockWidgetArea, dock)
    window.tabifyDockWidget(history, review)
    for dock in (classes, model, refine):
        window.addDockWidget(_Area.RightDockWidgetArea, dock)
    window.setCorner(Qt.Corner.BottomLeftCorner, _Area.LeftDockWidgetArea)
    window.setCorner(Qt.Corner.BottomRightCorner, _Area.RightDockWidgetArea)
    window.addDockWidget(_Area.BottomDockWidgetArea, jobs)
    jobs.hide()
    window.resizeDocks([classes, model, refine], [225, 110, 535], Qt.Orientation.Vertical)
    window.resizeDocks([cases, classes], [250, 370], Qt.Orientation.Horizontal)
    window.resizeDocks([cases, review], [260, 560], Qt.Orientation.Vertical)
    return (cases, review, history, classes, model, refine, jobs)
