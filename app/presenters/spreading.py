"""What the CRF makes of scribbles, boxes and the CRF brush, each as one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.job import About
from app.jobs import Job, JobRunner
from app.presenters.case import CasePresenter
from app.presenters.editing import EditingPresenter
from app.presenters.refinement import DENSE, RefinementPresenter
from engine.core.arrays import Labels
from engine.core.edit import Edit
from engine.core.label_set import IGNORE
from engine.core.planes import SliceView
from engine.core.scope import Scope, shifted
from engine.core.sources import Origin, PixelSource
from engine.core.step import make_step
from engine.editing.ahead import Ahead
from engine.editing.guide import Seeds
from engine.workflow.requests import RefineSlice


class SpreadingPresenter(QObject):
    """Asks the CRF for part of the slice in hand, with the parameters of its panel.

    A box and the CRF brush are refined and kept at once. Scribbles are spread for a preview after
    each of them, and kept when the person says so. Seeds are spread by the fully connected CRF,
    whose messages reach everywhere; where they may spread, nothing but seeds and what a person
    owns is believed.
    """

    running_changed = Signal()
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        refinement: RefinementPresenter,
        editing: EditingPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._refinement = refinement
        self._editing = editing
        self._jobs: list[Job] = []
        self._seeds: Seeds | None = None
        self._answer: tuple[Seeds, Labels] | None = None
        self._is_asking = False
        self._keeps: Seeds | None = None
        self._waiting: list[Callable[[], None]] = []
        editing.guide_changed.connect(self._look)
        editing.refine_asked.connect(self.refine)
        editing.spread_asked.connect(self._keep)
        editing.rested.connect(self._go_on)
        case.closed.connect(self.cancel)

    @property
    def is_running(self) -> bool:
        return bool(self._jobs)

    @Slot(object)
    def refine(self, scope: Scope) -> None:
        """Refine part of the slice on screen and keep the result."""
        view, origin = self._case.view, self._refinement.origin
        part = scope.box_of(view.sides)

        def keep(answer: dict[str, Any]) -> None:
            after: Labels = answer["labels"]
            before = _read(self._case, view)[part]
            if scope.within is not None:
                after = np.where(scope.within[part], after, before)
            whole = view.edit(self._editing.limited(Edit(part, before.copy(), after), view))
            self._case.replace(whole.after, whole.box, origin)

        self._ask(self._refinement.request(self._refinement.crf, scope), keep)

    @Slot()
    def cancel(self) -> None:
        """Ask for nothing more; the mask is as it was."""
        jobs, self._jobs = self._jobs, []
        for job in jobs:
            job.cancel()
        self._waiting.clear()
        self._seeds = self._answer = self._keeps = None
        self._is_asking = False
        if jobs:
            self.running_changed.emit()

    @Slot()
    def _look(self) -> None:
        """See whether there are other seeds than those that were spread last."""
        guide = self._editing.guide
        seeds = None if guide is None else guide.seeds
        if seeds is self._seeds or (seeds is None and self._keeps is not None):
            return
        self._seeds = seeds
        if seeds is None:
            self._drop()
        elif not self._is_asking:
            self._spread(seeds)

    def _spread(self, seeds: Seeds) -> None:
        """Ask for a preview; when it comes, the newest seeds count."""
        self._refinement.turn(on=False)
        self._is_asking = True
        view, case = self._case.view, self._case.case

        def show(answer: dict[str, Any]) -> None:
            self._is_asking = False
            if self._case.case is not case or self._case.view != view:
                return
            self._answer = (seeds, answer["labels"])
            if self._keeps is seeds:
                self._when_idle(lambda: self._put(seeds, answer["labels"], view))
            elif self._seeds is not None and self._seeds is not seeds:
                self._spread(self._seeds)
            elif self._seeds is seeds:
                labels = _read(self._case, view).copy()
                labels[seeds.part] = self._merged(seeds, answer["labels"], view).after
                self._case.show_overlay(labels)

        self._ask(self._request(seeds), show, waits=False)

    def _request(self, seeds: Seeds) -> RefineSlice:
        request = self._refinement.request(DENSE, Scope(seeds.part))
        mask = _read(self._case, self._case.view).copy()
        pinned = np.full_like(mask, IGNORE) if request.pinned is None else request.pinned.copy()
        inner = pinned[seeds.part]
        inner[:] = np.where(seeds.labels == IGNORE, inner, seeds.labels)
        mask[seeds.part] = IGNORE
        return replace(request, pinned=pinned, mask=mask)

    @Slot(object)
    def _keep(self, seeds: Seeds) -> None:
        """Keep the seeds and what they spread to, as soon as it is known."""
        answer = self._answer
        if answer is not None and answer[0] is seeds:
            self._put(seeds, answer[1], self._case.view)
        else:
            self._keeps = seeds
            if not self._is_asking:
                self._spread(seeds)

    def _put(self, seeds: Seeds, labels: Labels, view: SliceView) -> None:
        history = self._case.history
        if self._keeps is seeds:
            self._keeps = None
        if self._seeds in (seeds, None):
            self._drop()
        if history is None:
            return
        edit = self._merged(seeds, labels, view)
        whole = view.edit(edit)
        sources = view.read(history.sources)[seeds.part]
        spread = np.where(edit.before != edit.after, np.uint8(PixelSource.CRF), sources)
        drawn = (seeds.labels != IGNORE) & (edit.after == seeds.labels)
        marked = np.where(drawn, np.uint8(PixelSource.PAINTED), spread)
        marks = view.edit(Edit(seeds.part, sources.copy(), marked))
        origin = Origin(PixelSource.PAINTED, "scribble", detail=str(self._refinement.parameters))
        step = make_step(
            whole.box, (whole.before, whole.after), (marks.before, marks.after), origin
        )
        if step is not None:
            inner = shifted(step.box, whole.box)
            ahead = Ahead(history.version, step.box, whole.after[inner], marks.after[inner], step)
            self._case.change(lambda: history.carry_out(ahead))

    def _merged(self, seeds: Seeds, labels: Labels, view: SliceView) -> Edit:
        """Seeds over what the CRF says, where a person has not decided and the mode allows."""
        history = self._case.history
        assert history is not None
        before = view.read(history.labels)[seeds.part].copy()
        owned = view.read(history.touched)[seeds.part]
        after = np.where(owned, before, labels)
        after = np.where(seeds.labels == IGNORE, after, seeds.labels)
        return self._editing.limited(Edit(seeds.part, before, after), view)

    def _drop(self) -> None:
        """Show the mask as it is again."""
        self._seeds = self._answer = None
        if self._case.case is not None:
            self._case.show_overlay(None)

    def _ask(
        self, request: RefineSlice, use: Callable[[dict[str, Any]], None], *, waits: bool = True
    ) -> None:
        case = self._case.case

        def end(answer: dict[str, Any]) -> None:
            self._jobs.remove(job)
            self.running_changed.emit()
            if self._case.case is not case:
                return
            if waits:
                self._when_idle(lambda: use(answer))
            else:
                use(answer)

        def fail(error: Exception) -> None:
            self._jobs.remove(job)
            self.cancel()
            self._editing.cancel()
            self.running_changed.emit()
            self.failed.emit(error)

        about = About(on_stop=self.cancel)
        job = self._runner.ask("Refining", request, about=about, on_success=end, on_failure=fail)
        self._jobs.append(job)
        self.running_changed.emit()

    def _when_idle(self, keep: Callable[[], None]) -> None:
        """Keep something now, or once the gesture under way is over."""
        if self._editing.is_drawing:
            self._waiting.append(keep)
        else:
            keep()

    @Slot()
    def _go_on(self) -> None:
        """The hand rests: what came in the meantime is kept now."""
        waiting, self._waiting = self._waiting, []
        for keep in waiting:
            keep()


def _read(case: CasePresenter, view: SliceView) -> Labels:
    assert case.history is not None
    return view.read(case.history.labels)
