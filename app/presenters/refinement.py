"""The live CRF: the mask follows the sliders, the latest value wins."""

from __future__ import annotations

import time
from enum import Enum
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.job import About
from app.jobs import Job, JobRunner
from app.presenters.case import CasePresenter
from app.presenters.measuring import Measured, measure, pins_of
from app.presenters.prediction import PredictionPresenter
from engine.core.arrays import Labels
from engine.core.edit import Edit
from engine.core.scope import EVERYWHERE, Scope
from engine.core.sources import Origin, PixelSource
from engine.crf.parameters import CrfParameters, Value
from engine.workflow.requests import RefineSlice

SLOW_MS = 100
"""If the last exact answer took longer, a coarse one is asked for first."""

SETTLE_MS = 150
"""The exact answer is asked for when nothing has changed for this long."""

CONV, DENSE = "conv", "dense"


class Reach(Enum):
    """What is refined when the preview is kept."""

    VIEW = "view"
    SLICE = "slice"
    RANGE = "range"
    VOLUME = "volume"


class RefinementPresenter(QObject):
    """Parameters in hand; at most one refinement under way, and the newest wish remembered.

    Attributes:
        is_on: Whether the preview is shown.
        parameters: What the slice on screen is solved with.
        crf: CONV, or DENSE for the fully connected CRF.
        reach: What is refined when the preview is kept.
        slices: First and last slice of Reach.RANGE, as the slices are counted on screen, from 0.
    """

    parameters_changed = Signal()
    preview_changed = Signal()
    settled = Signal()  # the preview is exact, and nothing newer is asked for
    measured = Signal(object)  # Measured
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        prediction: PredictionPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._prediction = prediction
        self._live: Job | None = None
        self._is_stale = False
        self.last: Measured | None = None  # what `measured` told last
        self._preview: Labels | None = None
        self._is_coarse = False
        self._keeps_next = False
        self._exact_ms = 0.0
        self._plane = case.plane
        self._seen: tuple[slice, slice] | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SETTLE_MS)
        self._later.timeout.connect(lambda: self._ask(coarse=False))
        self.is_on = False
        self.parameters = CrfParameters()
        self.crf = CONV
        self.reach = Reach.SLICE
        self.slices = (0, 0)
        case.opened.connect(self._suit)
        case.closed.connect(self._leave)
        case.slice_changed.connect(self._move)
        case.history_changed.connect(self._wish)

    @property
    def has_preview(self) -> bool:
        return self._preview is not None

    @property
    def preview(self) -> Labels | None:
        """(rows, columns) of the slice on screen; another array for each answer."""
        return self._preview

    @property
    def is_settled(self) -> bool:
        """Whether the preview is the exact answer to what was asked for last."""
        return not (self._live or self._is_coarse or self._later.isActive())

    def set(self, name: str, value: Value) -> None:
        """Change one parameter.

        Raises:
            ParameterError: if the value is out of range.
        """
        self.use(self.parameters.changed({name: value}))

    def use(self, parameters: CrfParameters, crf: str | None = None) -> None:
        """Take all parameters at once, and solve CONV or DENSE if one is named."""
        self.parameters = parameters
        if crf is not None and crf != self.crf:
            self.crf = crf
            self._exact_ms = 0.0
        self.parameters_changed.emit()
        self._wish()

    @Slot()
    def reset(self) -> None:
        """Back to the defaults."""
        self.use(CrfParameters())

    def choose_crf(self, crf: str) -> None:
        """Solve CONV or DENSE, with the same parameters."""
        self.use(self.parameters, crf)

    def choose_reach(self, reach: Reach) -> None:
        """Choose what is refined when the preview is kept."""
        had = self.reach
        self.reach = reach
        self.preview_changed.emit()
        if Reach.VIEW in (had, reach):
            self._wish()

    def see(self, part: tuple[slice, slice]) -> None:
        """Take note of which (rows, columns) of the slice are on screen."""
        if part != self._seen:
            self._seen = part
            if self.reach is Reach.VIEW:
                self._wish()

    def turn(self, *, on: bool) -> None:
        """Show the preview, or the mask as it is."""
        if on == self.is_on:
            return
        self.is_on = on
        if on:
            self._wish()
        else:
            self._later.stop()
            self._drop()
        self.preview_changed.emit()

    @Slot()
    def leave(self) -> None:
        """Everything stays as it was: nothing is kept, the mask is shown as it is."""
        self._keeps_next = False
        self.turn(on=False)

    @Slot()
    def cancel(self) -> None:
        """Stop the answer under way, and leave everything as it was."""
        if self._live is not None:
            self._live.cancel()
            self._live = None
        self._is_stale = False
        self.leave()

    def hold_before(self, *, held: bool) -> None:
        """While held, show the mask before the refinement."""
        if self._preview is not None:
            self._case.show_overlay(None if held else self._preview)

    def show_mask(self) -> None:
        """Show the mask as it is, until the next answer."""
        self._drop()
        self.preview_changed.emit()

    def apply_slice(self) -> None:
        """Put the exact preview into the mask as one step of undo, as soon as it is there."""
        history, preview = self._case.history, self._preview
        if history is None or not self.is_on:
            return
        if preview is None or not self.is_settled:
            self._keeps_next = True
            self._later.stop()
            self._ask(coarse=False)
            return
        view = self._case.view
        part = self.scope.box_of(view.sides)
        before = view.read(history.labels)[part].copy()
        edit = view.edit(Edit(part, before, preview[part]))
        self._drop()
        self._case.replace(edit.after, edit.box, self.origin)
        if self._live is None:  # nothing changed, so nobody asked again
            self._wish()

    @property
    def origin(self) -> Origin:
        """What a refinement with the parameters in hand is kept as."""
        return Origin(PixelSource.CRF, self.crf, detail=str(self.parameters))

    @property
    def scope(self) -> Scope:
        """Which part of the slice on screen is previewed."""
        seen, sides = self._seen, self._case.view.sides
        fits = seen is not None and all(
            of.stop <= side for of, side in zip(seen, sides, strict=True)
        )
        return Scope(seen) if fits and self.reach is Reach.VIEW else EVERYWHERE

    def request(self, crf: str, scope: Scope, *, coarse: bool = False) -> RefineSlice:
        """What to ask for: the slice on screen by one of the CRFs; there must be a case."""
        case, project, history = self._case.case, self._case.project, self._case.history
        assert case is not None
        assert project is not None
        assert history is not None
        view = self._case.view
        labels = view.read(history.labels)
        return RefineSlice(
            project.folder,
            case.case.id,
            self._case.plane,
            self._case.index,
            self.parameters,
            pins_of(labels, view.read(history.touched)),
            None if self._prediction.has_prediction else labels.copy(),
            crf,
            scope,
            coarse,
        )

    def whole(self, labels: Labels, scope: Scope) -> Labels:
        """The labels of a scope, as those of the slice: elsewhere the mask is as it is."""
        history = self._case.history
        assert history is not None
        whole = self._case.view.read(history.labels).copy()
        whole[scope.box_of(self._case.view.sides)] = labels
        return whole

    @Slot()
    def _move(self) -> None:
        """Another slice is on screen: what was asked for the last one is no longer wanted."""
        self._preview = None
        self._is_coarse = self._keeps_next = False
        last = max(0, self._case.slices - 1)
        if self.slices[1] > last or self._plane is not self._case.plane:
            self._plane, self.slices = self._case.plane, (0, last)
        self.preview_changed.emit()
        self._wish()

    @Slot()
    def _wish(self) -> None:
        """Ask for the slice on screen, or remember to when the answer under way has come."""
        if not self.is_on or self._case.history is None:
            return
        self._later.stop()
        if self._live is not None:
            self._is_stale = True
        else:
            self._ask(coarse=self._exact_ms > SLOW_MS)

    def _ask(self, *, coarse: bool) -> None:
        if self._live is not None or not self.is_on or self._case.history is None:
            return
        scope, place = self.scope, self._place
        start = time.perf_counter()

        def show(answer: dict[str, Any]) -> None:
            self._live = None
            milliseconds = (time.perf_counter() - start) * 1000
            if not coarse:
                self._exact_ms = milliseconds
            if self.is_on and place == self._place:
                self._show(answer["labels"], scope, milliseconds, coarse=coarse)
            self._go_on(coarse=coarse)

        self._live = self._runner.ask(
            "Refining",
            self.request(self.crf, scope, coarse=coarse),
            about=About(on_stop=self.cancel),
            on_success=show,
            on_failure=self._fail,
        )

    def _go_on(self, *, coarse: bool) -> None:
        """After an answer: the newest wish, else the exact answer; then rest."""
        if self._is_stale:
            self._is_stale = False
            self._wish()
        elif coarse and self._keeps_next:
            self._ask(coarse=False)
        elif coarse:
            self._later.start()
        elif self._keeps_next and self.has_preview:
            self._keeps_next = False
            self.apply_slice()
        else:
            self.settled.emit()

    @property
    def _place(self) -> tuple[object, ...]:
        """What an answer must still belong to when it comes."""
        case = self._case.case
        return (case.case.id if case else None, self._case.plane, self._case.index)

    def _show(self, labels: Labels, scope: Scope, milliseconds: float, *, coarse: bool) -> None:
        history, project = self._case.history, self._case.project
        if history is None or project is None:
            return
        self._preview = self.whole(labels, scope)
        self._is_coarse = coarse
        self._case.show_overlay(self._preview)
        before = self._case.view.read(history.labels)
        classes = len(project.label_set)
        self.last = measure(before, self._preview, classes, milliseconds, is_coarse=coarse)
        self.measured.emit(self.last)
        self.preview_changed.emit()

    def _fail(self, error: Exception) -> None:
        self._live = None
        self._is_stale = False
        self.leave()
        self.failed.emit(error)

    def _drop(self) -> None:
        self._preview = None
        self._is_coarse = False
        if self._case.case is not None:
            self._case.show_overlay(None)

    @Slot()
    def _suit(self) -> None:
        self._exact_ms = 0.0
        self._seen = None
        self._plane, self.slices = self._case.plane, (0, max(0, self._case.slices - 1))

    @Slot()
    def _leave(self) -> None:
        self._later.stop()
        if self._live is not None:
            self._live.cancel()
            self._live = None
        self._is_stale = self._keeps_next = self._is_coarse = False
        self._preview = None
