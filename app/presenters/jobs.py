"""What runs and what ran since the program began, and which of it the status bar shows."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from app.job import About, Failure, Job, JobState, Listed, Outcome
from app.jobs import JobRunner
from app.presenters.project import ProjectPresenter
from app.settings import Settings
from engine.core.case import Case
from engine.progress import Step

SHOW_AFTER_S = 0.3
"""Shorter jobs are not shown in the status bar."""

KEPT = 500
"""Of the jobs that are over, the newest this many stay in the list."""


class JobsPresenter(QObject):
    """Follows the runner; the list has the newest first.

    Jobs that a person asked for by name are listed from their beginning, all others once they
    fail.
    """

    added = Signal()  # a job, before all others
    removed = Signal()  # one or more
    changed = Signal(int)  # row of a job that has come further
    shown_changed = Signal()
    show_asked = Signal(object)  # Failure without a case that could be gone to

    def __init__(
        self,
        runner: JobRunner,
        project: ProjectPresenter,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._settings = settings
        self.jobs: tuple[Job, ...] = ()
        self.shown: Job | None = None
        runner.started.connect(self._start)
        runner.begun.connect(self._tell)
        runner.progressed.connect(self._progress)
        runner.finished.connect(self._finish)

    @property
    def running(self) -> int:
        """How many of the listed jobs are not over."""
        return sum(not job.state.is_over for job in self.jobs)

    def name_of(self, case: Case) -> str:
        """The name of a case, or its number where names are hidden."""
        if not self._settings.is_on("look.hide-names"):
            return case.name
        place = self._place_of(case)
        return self.tr("Case {}").format(place + 1) if place >= 0 else self.tr("another case")

    def subject_of(self, job: Job) -> str:
        """What a job is about: the name of its case, or how many there are."""
        cases = job.about.cases
        if len(cases) == 1:
            return self.name_of(cases[0])
        return self.tr("{} cases").format(len(cases)) if cases else ""

    def failure_text(self, failure: Failure) -> str:
        """What went wrong, with the name of what."""
        name = failure.name if failure.case is None else self.name_of(failure.case)
        return f"{name}: {failure.why}" if name else failure.why

    def short_of(self, job: Job) -> str:
        """What the status bar says of a job: what, how many, how long still."""
        title, left = title_of(job), job.left
        cases, fraction = len(job.about.cases), job.fraction
        if cases > 1 and fraction is not None:
            at = min(cases, int(fraction * cases) + 1)
            title = self.tr("{0} {1}/{2}").format(title, at, cases)
        return title if left is None else f"{title}, {left_text(left)}"

    def told_of(self, job: Job) -> str:
        """How far a job is, or what came of it."""
        match job.state:
            case JobState.FAILED:
                return str(job.error)
            case JobState.WAITING | JobState.RUNNING:
                return "" if job.left is None else left_text(job.left)
            case _:
                return "" if job.outcome is None else outcome_text(job.outcome)

    def can_cancel(self, job: Job) -> bool:
        """Whether it still runs and does not have to be finished."""
        return not job.state.is_over and not job.must_finish

    def cancel(self, job: Job) -> None:
        """Stop a job, as whoever began it would."""
        if self.can_cancel(job):
            job.stop()
            self._tell(job)

    @Slot()
    def cancel_shown(self) -> None:
        """Stop the job that the status bar shows."""
        if self.shown is not None:
            self.shown.stop()
            self._tell(self.shown)

    def show(self, failure: Failure) -> None:
        """Go to the case that failed; `show_asked` where there is none in this project."""
        place = -1 if failure.case is None else self._place_of(failure.case)
        if place >= 0:
            self._project.choose(place)
        else:
            self.show_asked.emit(failure)

    @Slot()
    def clear(self) -> None:
        """Take what is over from the list."""
        self._keep(tuple(job for job in self.jobs if not job.state.is_over))

    def _place_of(self, case: Case) -> int:
        ids = (one.id for one in self._project.cases)
        return next((at for at, one in enumerate(ids) if one == case.id), -1)

    def _keep(self, jobs: tuple[Job, ...]) -> None:
        if len(jobs) < len(self.jobs):
            self.jobs = jobs
            self.removed.emit()

    @Slot(object)
    def _start(self, job: Job) -> None:
        if job.about.listed is Listed.ALWAYS:
            self._add(job)

    def _add(self, job: Job) -> None:
        over = [one for one in self.jobs if one.state.is_over]
        if len(over) >= KEPT:
            old = set(map(id, over[KEPT - 1 :]))
            self._keep(tuple(one for one in self.jobs if id(one) not in old))
        self.jobs = (job, *self.jobs)
        self.added.emit()

    @Slot(object)
    def _tell(self, job: Job) -> None:
        if job in self.jobs:
            self.changed.emit(self.jobs.index(job))

    @Slot(object, object)
    def _progress(self, job: Job, _: Step) -> None:
        self._tell(job)
        if job.spent >= SHOW_AFTER_S and not job.state.is_over:
            self.shown = job
            self.shown_changed.emit()

    @Slot(object)
    def _finish(self, job: Job) -> None:
        if job in self.jobs:
            self._tell(job)
        elif job.state is JobState.FAILED and _is_told(job.about):
            self._add(job)
        if self.shown is job:
            self.shown = None
            self.shown_changed.emit()


def _is_told(about: About) -> bool:
    """Whether a failure is told of; that of a part stands among those of the whole."""
    return about.listed is not Listed.NEVER and about.part_of is None


def title_of(job: Job) -> str:
    """The title of a job in the language of the window."""
    return QCoreApplication.translate("jobs", job.title)


def left_text(seconds: float) -> str:
    """How long it still takes, as people say it."""
    if seconds < 60:
        return QCoreApplication.translate("jobs", "{:.0f} s left").format(seconds)
    minutes = round(seconds / 60)
    if minutes < 60:
        return QCoreApplication.translate("jobs", "{} min left").format(minutes)
    said = QCoreApplication.translate("jobs", "{0} h {1} min left")
    return said.format(minutes // 60, minutes % 60)


def took_text(seconds: float) -> str:
    """How long something took."""
    if seconds < 60:
        return QCoreApplication.translate("jobs", "{:.1f} s").format(seconds)
    minutes, rest = divmod(round(seconds), 60)
    return QCoreApplication.translate("jobs", "{0} min {1} s").format(minutes, rest)


def outcome_text(outcome: Outcome) -> str:
    """What came of many things."""
    done, skipped, failed = outcome.done, outcome.skipped, len(outcome.failed)
    if skipped and failed:
        said = QCoreApplication.translate("jobs", "done {0}, skipped {1} (human), failed {2}")
    elif skipped:
        said = QCoreApplication.translate("jobs", "done {0}, skipped {1} (human)")
    elif failed:
        said = QCoreApplication.translate("jobs", "done {0}, failed {2}")
    else:
        said = QCoreApplication.translate("jobs", "done {0}")
    return said.format(done, skipped, failed)


def clock_of(job: Job) -> str:
    """When it was asked for, as the wall clock had it."""
    return datetime.fromtimestamp(job.asked).astimezone().strftime("%H:%M:%S")
