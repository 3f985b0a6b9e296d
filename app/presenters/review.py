"""Reading cases: what was decided and said, deciding, and going on to the next one."""

from __future__ import annotations

import functools
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, Signal, Slot

from app.jobs import Job, JobRunner
from app.presenters.case import CasePresenter
from app.presenters.project import ProjectPresenter
from app.presenters.seen import SeenPresenter, missed
from app.settings import Settings
from engine.core.case import Case, CaseState
from engine.progress import Progress
from engine.workflow.checkpoint import Hold, this_person
from engine.workflow.open_case import OpenCase
from engine.workflow.reading import waiting_for_others
from engine.workflow.review import comment_on, decide, read_told

if TYPE_CHECKING:
    from engine.workflow.review import Review

_READER = "review/reader"
REASONS = 5  # of the last rejections, to choose from


class ReviewPresenter(QObject):
    """One reader at a time.

    Attributes:
        reader: Who reads, and whose name decisions and strokes carry.
        state: How far the case on screen has come; None without a case.
        told: What was decided and said of it, oldest first, as far as the reader may know it.
        is_blind: Whether the reader must not know what was said.
        reasons: Why cases were rejected in this run of the program, the last one first.
    """

    changed = Signal()  # state, told or reader
    said = Signal(str)  # a sentence for the status bar
    missed_slices = Signal(int)  # approving was tried before so many slices with a mask were shown
    decided = Signal(object)  # CaseState
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        project: ProjectPresenter,
        seen: SeenPresenter,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._project = project
        self._seen = seen
        self._settings = settings
        self._deciding: Job | None = None
        self._since = 0.0
        self._others: frozenset[str] = frozenset()
        self._asked: tuple[Path, str] | None = None
        self.reader = str(QSettings().value(_READER, "")) or this_person()
        self.state: CaseState | None = None
        self.told: tuple[Review, ...] = ()
        self.is_blind = False
        self.reasons: tuple[str, ...] = ()
        case.reader = self.reader
        case.opened.connect(self._begin)
        case.closed.connect(self._leave)
        case.history_changed.connect(self._follow)
        project.opened.connect(self._ask_others)

    @property
    def is_busy(self) -> bool:
        """Whether a decision is being logged."""
        return self._deciding is not None

    @property
    def can_decide(self) -> bool:
        case = self._case.case
        return case is not None and not case.is_read_only and not self.is_busy

    @property
    def can_adjudicate(self) -> bool:
        """Whether two readers have decided on the case, and this one may know it."""
        readers = {one.reader for one in self.told if one.is_reading}
        return not self.is_blind and len(readers) >= 2

    @property
    def left(self) -> int:
        """How many cases this reader has still to decide on."""
        return sum(self._is_open(case) for case in self._project.cases)

    def set_reader(self, name: str) -> None:
        """Let another reader go on; the case is opened anew, as that reader may see it."""
        name = name.strip()
        if not name or name == self.reader:
            return
        QSettings().setValue(_READER, name)
        self._seen.keep()
        self.reader = self._case.reader = name
        self._ask_others()
        self.changed.emit()
        self._project.reopen()

    def approve(self) -> None:
        """Approve the mask as it is, 'no object' too, and go on to the next case."""
        case, history = self._case.case, self._case.history
        if not self.may_decide() or case is None or history is None:
            return
        if self._settings.is_on("review.all-seen"):
            count = missed(history.labels, self._seen.slices, self._case)
            if count:
                self.missed_slices.emit(count)
                return
        self._decide(CaseState.APPROVED)

    def reject(self, reason: str) -> None:
        """Reject the mask for a reason, and go on to the next case."""
        if self.may_decide() and reason.strip():
            others = [one for one in self.reasons if one != reason.strip()]
            self.reasons = (reason.strip(), *others)[:REASONS]
            self._decide(CaseState.REJECTED, reason.strip())

    def ask_second(self) -> None:
        """Let another reader read the case, without knowing what was decided here."""
        if self.may_decide():
            self._decide(CaseState.SECOND_READER)

    def adjudicate(self) -> None:
        """Settle the difference between two readers by the mask as it is now."""
        if self.may_decide() and self.can_adjudicate:
            self._decide(CaseState.ADJUDICATED)

    @Slot()
    def skip(self) -> None:
        """Go on to the next case without a decision."""
        self.go_to_open(1)

    def go_to_open(self, step: int) -> None:
        """Show the next case that is to be decided on, or the one before; round and round."""
        cases, here = self._project.cases, self._project.position
        for count in range(1, len(cases)):
            position = (here + step * count) % len(cases)
            if self._is_open(cases[position]):
                self._project.choose(position)
                return
        if cases:
            self.said.emit(self.tr("No other case is left to review"))

    def comment(self, text: str) -> None:
        """Say something of the case, of a volume at the place where the planes cross."""
        case, project, hold = self._case.case, self._case.project, self._case.hold
        if case is None or project is None or hold is None or not text.strip():
            return
        place = self.place
        folder, case_id, reader = project.folder, case.case.id, self.reader

        def work(_: Progress) -> None:
            comment_on(folder, case_id, text, reader, hold=hold, place=place)

        self._runner.run(
            "Keeping a comment",
            work,
            must_finish=True,
            on_success=lambda _: self._read(),
            on_failure=self.failed.emit,
        )

    @property
    def place(self) -> tuple[int, ...] | None:
        """The pixel that a comment would be about: where the planes cross; None for a photo."""
        case = self._case.case
        return self._case.cursor if case and case.image.geometry.is_volume else None

    def show_comment(self, number: int) -> None:
        """Go to the place that a comment is about."""
        for one in self.told:
            if one.number == number and one.place is not None:
                self._case.put_cursor(one.place)

    def may_decide(self) -> bool:
        """Whether something can be decided or said now; a project only looked at says why not."""
        case = self._case.case
        if case is None or self.is_busy:
            return False
        if case.is_read_only:
            self._case.refuse()
            return False
        return True

    def _decide(self, state: CaseState, reason: str = "") -> None:
        case, project, hold = self._case.case, self._case.project, self._case.hold
        if case is None or project is None or hold is None:
            return
        self._case.changing.emit()  # a stroke under way is no part of what is decided on
        self._deciding = self._runner.run(
            "Keeping the decision",
            functools.partial(
                _decide, project.folder, case, state, self.reader, hold, reason, self._facts()
            ),
            must_finish=True,
            on_success=functools.partial(self._was_decided, case),
            on_failure=self._fail,
        )
        self.changed.emit()

    def _was_decided(self, case: OpenCase, review: Review) -> None:
        self._deciding = None
        if review.state is CaseState.SECOND_READER:
            self._others |= {review.case_id}
        self._project.note_state(review.case_id, review.state)
        self.decided.emit(review.state)
        if self._case.case is case:
            self.state = review.state
            self._read()
            self.go_to_open(1)
        self.changed.emit()

    def _facts(self) -> dict[str, Any]:
        seen = {plane.value: list(self._seen.share(plane)) for plane in self._seen.slices}
        return {"seen": seen, "seconds": round(time.monotonic() - self._since)}

    def _is_open(self, case: Case) -> bool:
        return not case.state.is_decided and case.id not in self._others

    @Slot()
    def _begin(self) -> None:
        case = self._case.case
        assert case is not None
        self._since = time.monotonic()
        self.state = case.case.state
        self.is_blind = case.is_blind
        self._read()
        self.changed.emit()

    @Slot()
    def _leave(self) -> None:
        self._deciding = None
        self.state, self.told, self.is_blind = None, (), False
        self.changed.emit()

    @Slot()
    def _follow(self) -> None:
        """A change of the mask may have led to another state."""
        case = self._case.case
        state = case.journal.state if case and case.journal else None
        if case is not None and state is not None and state is not self.state:
            self._set_state(case, state)
            self._read()

    def _set_state(self, case: OpenCase, state: CaseState) -> None:
        self.state = state
        self._project.note_state(case.case.id, state)
        self.changed.emit()

    def _read(self) -> None:
        """Read again what was decided and said."""
        case, project, reader = self._case.case, self._case.project, self.reader
        if case is None or project is None:
            return

        def show(told: tuple[Review, ...]) -> None:
            if self._case.case is case and self.reader == reader:
                self.told = told
                self.changed.emit()

        self._runner.run(
            "Reading the reviews",
            lambda _: read_told(project.folder, case.case.id, reader),
            on_success=show,
            on_failure=self.failed.emit,
        )

    @Slot()
    def _ask_others(self) -> None:
        """Which cases wait for another reader than this one."""
        project, reader = self._project.project, self.reader
        asked = (project.folder, reader) if project else None
        if asked == self._asked:
            return
        self._asked = asked

        def show(found: frozenset[str]) -> None:
            if self.reader == reader and self._project.project is not None:
                self._others = found
                self.changed.emit()

        if project is not None:
            self._runner.run(
                "Reading the reviews",
                lambda _: waiting_for_others(project.folder, reader),
                on_success=show,
                on_failure=self.failed.emit,
            )

    def _fail(self, error: Exception) -> None:
        self._deciding = None
        self.changed.emit()
        self.failed.emit(error)


def _decide(
    folder: Path,
    case: OpenCase,
    state: CaseState,
    reader: str,
    hold: Hold,
    reason: str,
    facts: dict[str, Any],
    _: Progress,
) -> Review:
    return decide(folder, case, state, reader, hold=hold, reason=reason, facts=facts)
