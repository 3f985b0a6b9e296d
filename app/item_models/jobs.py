"""What runs and what ran as the rows of a list, the newest first."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)

from app.icons import icon
from app.job import Job, JobState
from app.presenters.jobs import JobsPresenter, clock_of, title_of, took_text
from app.widgets.line_delegate import LineRole

_SIGNS = {
    JobState.WAITING: "waiting",
    JobState.RUNNING: "running",
    JobState.DONE: "saved",
    JobState.CANCELLED: "cancel",
    JobState.FAILED: "unsaved",
}
_TOP = QModelIndex()


class JobsModel(QAbstractListModel):
    """Follows the presenter; changes nothing."""

    def __init__(self, jobs: JobsPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presenter = jobs
        self._jobs = jobs.jobs
        jobs.added.connect(self._add)
        jobs.removed.connect(self._list)
        jobs.changed.connect(self._repaint)

    def job(self, row: int) -> Job | None:
        """The job of a row, if there is such a row."""
        return self._jobs[row] if 0 <= row < len(self._jobs) else None

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _TOP) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._jobs)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        job = self._jobs[index.row()]
        if role == Qt.ItemDataRole.DecorationRole:
            is_partly = job.state is JobState.DONE and job.failures
            return icon("confirm" if is_partly else _SIGNS[job.state])
        if role == LineRole.SHARE:
            return job.fraction if job.state is JobState.RUNNING else None
        if role == LineRole.IS_FAINT:
            return job.state is JobState.CANCELLED
        told = (self._title(job), self._state(job), self._detail(job))
        texts: dict[int, str] = {
            Qt.ItemDataRole.DisplayRole: told[0],
            LineRole.ASIDE: told[1],
            LineRole.DETAIL: told[2],
            Qt.ItemDataRole.ToolTipRole: "\n".join(told),
            Qt.ItemDataRole.AccessibleTextRole: ", ".join(told),
        }
        return texts.get(role)

    def _title(self, job: Job) -> str:
        subject = self._presenter.subject_of(job)
        return f"{title_of(job)} · {subject}" if subject else title_of(job)

    def _state(self, job: Job) -> str:
        if job.state is JobState.DONE and job.failures:
            return self.tr("done in part")
        state = QCoreApplication.translate("jobs", job.state.value)
        is_known = job.state is JobState.RUNNING and job.fraction is not None
        return f"{state} {job.fraction:.0%}" if is_known else state

    def _detail(self, job: Job) -> str:
        began = self.tr("from {}").format(clock_of(job))
        is_over = job.state.is_over and job.begun is not None
        took = self.tr("took {}").format(took_text(job.spent)) if is_over else ""
        return " · ".join(filter(None, (began, took, self._presenter.told_of(job))))

    @Slot()
    def _add(self) -> None:
        self.beginInsertRows(_TOP, 0, 0)
        self._jobs = self._presenter.jobs
        self.endInsertRows()

    @Slot()
    def _list(self) -> None:
        self.beginResetModel()
        self._jobs = self._presenter.jobs
        self.endResetModel()

    @Slot(int)
    def _repaint(self, row: int) -> None:
        self.dataChanged.emit(self.index(row), self.index(row))
