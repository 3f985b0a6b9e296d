"""The live ConvCRF: the mask follows the sliders, the latest value wins."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import Job, JobRunner
from app.presenters.case import CasePresenter
from app.presenters.prediction import PredictionPresenter
from engine.core.arrays import Labels, Mask
from engine.core.edit import Edit
from engine.core.label_set import IGNORE
from engine.crf.parameters import CrfParameters, Value
from engine.workflow.refine import SHIPPED, keep_preset, list_presets
from engine.workflow.requests import Fit, RefineAll, RefineSlice


@dataclass(frozen=True, slots=True)
class Measured:
    """What the last refinement took and did.

    Attributes:
        milliseconds: From asking to the answer.
        gained: Pixels of the slice that each class gained against the mask.
        lost: Pixels that each class lost.
    """

    milliseconds: float
    gained: tuple[int, ...]
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What learning from corrections found.

    Attributes:
        before: Mean Dice on held-out pixels with the parameters it began with.
        after: The same with what was learnt.
        parameters: What was learnt, None if it was no better.
    """

    before: float
    after: float
    parameters: CrfParameters | None


class RefinementPresenter(QObject):
    """Parameters in hand; at most one refinement under way, and the newest wish remembered."""

    parameters_changed = Signal()
    preview_changed = Signal()
    measured = Signal(object)  # Measured
    running_changed = Signal()
    presets_changed = Signal()
    fitted = Signal(object)  # Fitted
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
        self._whole: Job | None = None
        self._is_stale = False
        self._preview: Labels | None = None
        self.is_on = False
        self.parameters = CrfParameters()
        self.presets: dict[str, CrfParameters] = dict(SHIPPED)
        case.opened.connect(self._load_presets)
        case.closed.connect(self._leave)
        case.slice_changed.connect(self._request)
        case.history_changed.connect(self._request)

    @property
    def has_preview(self) -> bool:
        return self._preview is not None

    @property
    def is_refining_all(self) -> bool:
        return self._whole is not None

    def set(self, name: str, value: Value) -> None:
        """Change one parameter.

        Raises:
            ParameterError: if the value is out of range.
        """
        self.parameters = self.parameters.changed({name: value})
        self.parameters_changed.emit()
        self._request()

    def use(self, parameters: CrfParameters) -> None:
        """Take all parameters at once."""
        self.parameters = parameters
        self.parameters_changed.emit()
        self._request()

    @Slot()
    def reset(self) -> None:
        """Back to the defaults."""
        self.use(CrfParameters())

    def keep_preset(self, name: str) -> None:
        """Save the parameters in hand in the project under a name."""
        project = self._case.project
        if project is not None:
            self._runner.run(
                "Saving",
                lambda _: keep_preset(project.folder, name, self.parameters),
                on_success=self._show_presets,
                on_failure=self.failed.emit,
            )

    @Slot()
    def fit(self) -> None:
        """Learn parameters from the project's corrections; `fitted` tells what was found."""
        project = self._case.project
        if project is None or self._whole is not None:
            return
        self._case.save()
        request = Fit(project.folder, self.parameters)

        def ask(_: None) -> None:  # runs after the saving that waits in the same lane
            self._whole = self._runner.ask(
                "Fitting", request, on_success=self._finish_fit, on_failure=self._fail_all
            )
            self.running_changed.emit()

        self._runner.run("Fitting", lambda _: None, on_success=ask, on_failure=self.failed.emit)

    def turn(self, *, on: bool) -> None:
        """Show the preview, or the mask as it is."""
        if on == self.is_on:
            return
        self.is_on = on
        if on:
            self._request()
        else:
            self._drop()
        self.preview_changed.emit()

    def hold_before(self, *, held: bool) -> None:
        """While held, show the mask before the refinement."""
        if self._preview is not None:
            self._case.show_overlay(None if held else self._preview)

    @Slot()
    def apply_slice(self) -> None:
        """Put the preview into the mask as one step of undo."""
        history, preview = self._case.history, self._preview
        if history is None or preview is None:
            return
        view = self._case.view
        rows, columns = (slice(0, side) for side in view.sides)
        before = view.read(history.labels).copy()
        edit = view.edit(Edit((rows, columns), before, preview))
        self._drop()
        self._case.replace(edit.after, edit.box)

    @Slot()
    def apply_all(self) -> None:
        """Refine the whole image and put it into the mask as one step of undo."""
        case, project, history = self._case.case, self._case.project, self._case.history
        if case is None or project is None or history is None or self._whole is not None:
            return
        request = RefineAll(
            project.folder,
            case.case.id,
            self.parameters,
            _pins(history.labels, history.touched),
            None if self._prediction.has_prediction else history.labels.copy(),
        )
        self._whole = self._runner.ask(
            "Refining", request, on_success=self._finish_all, on_failure=self._fail_all
        )
        self.running_changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Stop refining the whole image; the mask is as it was."""
        if self._whole is not None:
            self._whole.cancel()
            self._whole = None
            self.running_changed.emit()

    @Slot()
    def _request(self) -> None:
        """Ask for the slice on screen, or remember to when the answer under way has come."""
        case, project, history = self._case.case, self._case.project, self._case.history
        if not self.is_on or case is None or project is None or history is None:
            return
        if self._live is not None:
            self._is_stale = True
            return
        self._is_stale = False
        view, place = self._case.view, self._place
        labels = view.read(history.labels)
        request = RefineSlice(
            project.folder,
            case.case.id,
            self._case.plane,
            self._case.index,
            self.parameters,
            _pins(labels, view.read(history.touched)),
            None if self._prediction.has_prediction else labels.copy(),
        )
        start = time.perf_counter()

        def show(answer: dict[str, Any]) -> None:
            self._live = None
            if self.is_on and place == self._place:
                self._show(answer["labels"], (time.perf_counter() - start) * 1000)
            if self._is_stale:
                self._request()

        self._live = self._runner.ask("Refining", request, on_success=show, on_failure=self._fail)

    @property
    def _place(self) -> tuple[object, ...]:
        """What an answer must still belong to when it comes."""
        case = self._case.case
        return (case.case.id if case else None, self._case.plane, self._case.index)

    def _show(self, labels: Labels, milliseconds: float) -> None:
        history, project = self._case.history, self._case.project
        if history is None or project is None:
            return
        self._preview = labels
        self._case.show_overlay(labels)
        before = self._case.view.read(history.labels)
        changed = before != labels
        classes = len(project.label_set)
        self.measured.emit(
            Measured(
                milliseconds, _counts(labels, changed, classes), _counts(before, changed, classes)
            )
        )
        self.preview_changed.emit()

    def _finish_fit(self, answer: dict[str, Any]) -> None:
        self._whole = None
        self.running_changed.emit()
        self._load_presets()
        report = answer["fit"]
        self.fitted.emit(
            Fitted(
                report["before"],
                report["scores"]["gradient"],
                CrfParameters(**report["parameters"]) if report["chosen"] else None,
            )
        )

    @Slot()
    def _load_presets(self) -> None:
        project = self._case.project
        if project is not None:
            self._runner.run(
                "Listing",
                lambda _: list_presets(project.folder),
                on_success=self._show_presets,
                on_failure=self.failed.emit,
            )

    def _show_presets(self, presets: dict[str, CrfParameters]) -> None:
        self.presets = presets
        self.presets_changed.emit()

    def _finish_all(self, answer: dict[str, Any]) -> None:
        self._whole = None
        self._drop()
        self._case.replace(answer["labels"])
        self.running_changed.emit()

    def _fail(self, error: Exception) -> None:
        self._live = None
        self.turn(on=False)
        self.failed.emit(error)

    def _fail_all(self, error: Exception) -> None:
        self._whole = None
        self.running_changed.emit()
        self.failed.emit(error)

    def _drop(self) -> None:
        self._preview = None
        if self._case.case is not None:
            self._case.show_overlay(None)

    @Slot()
    def _leave(self) -> None:
        if self._live is not None:
            self._live.cancel()
            self._live = None
        self.cancel()
        self._preview = None


def _pins(labels: Labels, touched: Mask) -> Labels | None:
    """The classes a person gave, IGNORE elsewhere; None if nobody touched anything."""
    return np.where(touched, labels, np.uint8(IGNORE)) if touched.any() else None


def _counts(labels: Labels, where: Mask, classes: int) -> tuple[int, ...]:
    found = np.bincount(labels[where], minlength=classes)
    return tuple(int(count) for count in found[:classes])
