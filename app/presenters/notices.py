"""What is odd about the image on screen; some of it a person must confirm before drawing."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.jobs import JobRunner
from app.presenters.case import CasePresenter
from engine.core.image import Notice
from engine.progress import Progress
from engine.workflow.notices import confirm_notices


class NoticesPresenter(QObject):
    """The notices of one image, until they are confirmed or put away."""

    changed = Signal()
    insisted = Signal()  # drawing was tried before all was confirmed
    failed = Signal(object)  # Exception

    def __init__(
        self, runner: JobRunner, case: CasePresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self.notices: tuple[Notice, ...] = ()
        case.opened.connect(self._take)
        case.closed.connect(self._clear)

    @property
    def must_confirm(self) -> bool:
        """Whether something must be confirmed before drawing."""
        return any(notice.must_confirm for notice in self.notices)

    def allows_drawing(self) -> bool:
        """Whether the image may be drawn on; if not, the notices are brought to mind."""
        if self.must_confirm:
            self.insisted.emit()
        return not self.must_confirm

    def answer(self) -> None:
        """Confirm what must be, which the project keeps, and put the rest away for this time.

        A project that is open elsewhere keeps nothing, and is not drawn on.
        """
        opened, project, hold = self._case.case, self._case.project, self._case.hold
        if opened is None or project is None:
            return
        folder, case_id = project.folder, opened.case.id
        codes = [notice.code for notice in self.notices if notice.must_confirm]

        def work(_: Progress) -> None:
            if hold is not None:
                confirm_notices(folder, case_id, codes, hold)

        def done(_: None) -> None:
            if self._case.case is opened:
                self._clear()

        if codes and hold is not None and not opened.is_read_only:
            self._runner.run(
                "Confirming", work, must_finish=True, on_success=done, on_failure=self.failed.emit
            )
        else:
            self._clear()

    def _take(self) -> None:
        opened = self._case.case
        if opened is not None:
            self.notices = tuple(
                notice
                for notice in opened.image.notices
                if not (notice.must_confirm and notice.code in opened.confirmed)
            )
            self.changed.emit()

    def _clear(self) -> None:
        self.notices = ()
        self.changed.emit()
