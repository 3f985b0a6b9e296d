"""What runs and what ran in this session: how far, what came of it, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.item_models.jobs import JobsModel
from app.job import Failure, Job
from app.presenters.jobs import JobsPresenter
from app.widgets.line_delegate import LineDelegate

_FAILURE = Qt.ItemDataRole.UserRole


class JobsPanel(QDockWidget):
    """The newest job on top; beside them what went wrong with the chosen one."""

    def __init__(self, jobs: JobsPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Jobs"))
        self.setObjectName("jobs")
        self._presenter = jobs
        self._model = JobsModel(jobs, self)
        self._list = self._made_list()
        self._failures = QListWidget()
        self._failures.setAccessibleName(self.tr("What went wrong with the chosen job"))
        self._failures.setWordWrap(True)
        self._failures.setFrameShape(QFrame.Shape.NoFrame)
        self._failures.itemActivated.connect(self._show_item)
        self._count = QLabel()
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._cancel = self._button("cancel", self.tr("Cancel the chosen job"), self._stop)
        what = self.tr("Go to the case that failed, or say what went wrong")
        self._show = self._button("show", what, self._show_failure)
        self._clear = self._button("clear", self.tr("Clear what is over"), jobs.clear)
        self.setWidget(self._filled())
        self._list.selectionModel().currentChanged.connect(self._tell)
        for signal in (jobs.added, jobs.removed, jobs.changed):
            signal.connect(self._tell)
        self._tell()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(600, 170)

    def _made_list(self) -> QListView:
        made = QListView()
        made.setAccessibleName(self.tr("Jobs, the newest first"))
        made.setModel(self._model)
        made.setItemDelegate(LineDelegate(made))
        made.setUniformItemSizes(True)
        made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setFrameShape(QFrame.Shape.NoFrame)
        made.activated.connect(self._show_failure)
        return made

    def _button(self, name: str, what: str, pressed: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setAutoRaise(True)
        button.setToolTip(what)
        button.setAccessibleName(what)
        button.clicked.connect(pressed)
        return button

    def _filled(self) -> QWidget:
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 2)
        top.addWidget(self._count, 1)
        for button in (self._show, self._cancel, self._clear):
            top.addWidget(button)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._list)
        split.addWidget(self._failures)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(split, 1)
        return inner

    @property
    def _chosen(self) -> Job | None:
        """The job of the current row; without one the newest that still runs, else the newest."""
        job = self._model.job(self._list.currentIndex().row())
        if job is not None:
            return job
        jobs = self._presenter.jobs
        return next((one for one in jobs if not one.state.is_over), jobs[0] if jobs else None)

    @Slot()
    def _tell(self) -> None:
        running, total = self._presenter.running, len(self._presenter.jobs)
        self._count.setText(
            self.tr("{0} running, {1} over").format(running, total - running)
            if total
            else self.tr("Nothing has been asked for yet")
        )
        job = self._chosen
        failures = () if job is None else job.failures
        self._cancel.setEnabled(job is not None and self._presenter.can_cancel(job))
        self._show.setEnabled(bool(failures))
        self._clear.setEnabled(running < total)
        self._list_failures(failures)

    def _list_failures(self, failures: tuple[Failure, ...]) -> None:
        there = [self._failures.item(row).data(_FAILURE) for row in range(self._failures.count())]
        if there != list(failures):
            self._failures.clear()
            for failure in failures:
                item = QListWidgetItem(self._presenter.failure_text(failure))
                item.setData(_FAILURE, failure)
                self._failures.addItem(item)
        self._failures.setVisible(bool(failures))

    @Slot()
    def _stop(self) -> None:
        job = self._chosen
        if job is not None:
            self._presenter.cancel(job)

    @Slot()
    def _show_failure(self) -> None:
        """The one chosen among the failures, else the first."""
        job = self._chosen
        if job is not None and job.failures:
            at = max(0, self._failures.currentRow())
            self._presenter.show(job.failures[min(at, len(job.failures) - 1)])

    def _show_item(self, item: QListWidgetItem) -> None:
        self._presenter.show(item.data(_FAILURE))
