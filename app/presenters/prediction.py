"""Predicting the case on screen: the mask grows tile by tile and lands as one step of undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.job import About, Listed
from app.jobs import Job, JobRunner, Lane
from app.presenters.case import CasePresenter
from app.presenters.taking import AT_ONCE, Taking
from engine.core.arrays import Box, Labels
from engine.core.sources import Origin, PixelSource
from engine.editing.mask_copy import sparse_copy
from engine.workflow.checkpoint import read_only
from engine.workflow.predict import ModelInfo, list_models, model_for
from engine.workflow.requests import Predict


class PredictionPresenter(QObject):
    """The model in hand and the prediction under way."""

    models_changed = Signal()
    running_changed = Signal()
    predicted = Signal()
    failed = Signal(object)  # Exception

    def __init__(
        self, runner: JobRunner, case: CasePresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._job: Job | None = None
        self._taking = Taking(runner, case)
        self._growing: Labels | None = None  # the mask with the parts that came
        self._copying: Job | None = None
        self._parts: list[tuple[Box, Labels]] = []  # that came before the copy of the mask
        self.models: tuple[ModelInfo, ...] = list_models()
        self.model = ""
        self._chosen_for: Path | None = None  # the project that a person chose the model for
        self._asked = ""
        self.has_prediction = False
        self._seen: tuple[slice, slice] | None = None
        case.opened.connect(self._suit)
        case.closed.connect(self._leave)
        case.slice_changed.connect(self._show_growing)

    @property
    def is_running(self) -> bool:
        return self._job is not None

    def choose(self, model: str) -> None:
        """Choose a model by name, or by the path of its weight file, for all of this project."""
        project = self._case.project
        self._chosen_for = project.folder if project is not None else None
        self._take(model)

    def _take(self, model: str) -> None:
        if model != self.model:
            self.model = model
            self.models_changed.emit()

    def refresh(self) -> None:
        """Read anew which models there are."""
        self.models = list_models()
        if not (self.model in {one.name for one in self.models} or Path(self.model).suffix):
            self.model = self.models[0].name
        self.models_changed.emit()

    def see(self, part: tuple[slice, slice]) -> None:
        """Take note of which (rows, columns) of the slice are on screen."""
        self._seen = part

    @Slot()
    def predict(self) -> None:
        """Predict the case on screen with the model in hand."""
        case, project, history = self._case.case, self._case.project, self._case.history
        if case is None or project is None or history is None or self.is_running:
            return
        if self._case.is_read_only:
            self.failed.emit(read_only())
            return
        self._asked = self.model
        request = Predict(project.folder, case.case.id, self.model, self._case.token, self._focus())
        self._job = self._runner.ask(
            "Predicting",
            request,
            about=About(cases=(case.case,), listed=Listed.ALWAYS, on_stop=self.cancel),
            on_success=self._finish,
            on_failure=self._fail,
            on_tile=self._grow,
        )
        self._copy(history.labels)
        self.running_changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Stop; the mask is as it was."""
        job = self._job
        if job is not None:
            job.cancel()
            self._taking.cancel()
            self._end()

    def _focus(self) -> tuple[int, ...] | None:
        """The voxel at the middle of what is on screen, where the mask begins to grow."""
        if self._seen is None:
            return None
        view = self._case.view  # maybe of another plane, not drawn yet
        row, column = (
            min((part.start + part.stop - 1) // 2, side - 1)
            for part, side in zip(self._seen, view.sides, strict=True)
        )
        return view.voxel(row, column)

    def _copy(self, labels: Labels) -> None:
        """Begin to copy the mask that grows; beside the interface if it is large."""
        if labels.size <= AT_ONCE:
            self._growing = labels.copy()
            return
        self._copying = self._runner.run(
            "Predicting",
            lambda _: sparse_copy(labels),
            lane=Lane.MASK,
            about=About(listed=Listed.NEVER),
            on_success=self._go_on_growing,
            on_failure=self._fail,
        )

    def _go_on_growing(self, copy: Labels) -> None:
        self._growing = copy
        parts, self._parts = self._parts, []
        for box, labels in parts:
            self._grow(box, labels)

    def _grow(self, box: Box, labels: Labels) -> None:
        if self._job is None:
            return
        if self._growing is None:
            self._parts.append((box, labels))
        elif self._case.case is not None:
            self._growing[box] = labels
            if self._case.view.part(box) is not None:
                self._show_growing()

    @Slot()
    def _show_growing(self) -> None:
        if self._growing is not None:
            self._case.show_overlay(self._case.view.read(self._growing))

    def _finish(self, answer: dict[str, Any]) -> None:
        self.has_prediction = True
        origin = Origin(PixelSource.MODEL, self._asked)
        self._taking.take(answer["labels"], origin, self._took, self._fail)

    def _took(self, _: None) -> None:
        self._end()
        self._case.save()
        self.predicted.emit()

    def _fail(self, error: Exception) -> None:
        self._end()
        self.failed.emit(error)

    def _end(self) -> None:
        if self._copying is not None:
            self._copying.cancel()
        self._job = self._copying = self._growing = None
        self._parts.clear()
        if self._case.case is not None:
            self._case.show_overlay(None)
        self.running_changed.emit()

    @Slot()
    def _suit(self) -> None:
        """Take the model that gives most of the project's classes, and no others.

        What a person chose stays in hand from case to case.
        """
        case, project = self._case.case, self._case.project
        assert case is not None
        assert project is not None
        self.has_prediction = case.has_probabilities
        if self.model and self._chosen_for == project.folder:
            return
        known = project.label_set
        fitting = [m for m in self.models if known.places_of(m.label_set.names) is not None]
        fitting = sorted(fitting, key=lambda m: len(m.label_set), reverse=True)
        most = [m.name for m in fitting if len(m.label_set) == len(fitting[0].label_set)]
        if self.model not in most:
            self._take(most[0] if most else model_for(case.image.geometry))

    @Slot()
    def _leave(self) -> None:
        self.cancel()
        self._seen = None
        self.has_prediction = False
