"""What the status bar says of the pixel under the pointer, the tool and what is saved."""

from __future__ import annotations

import time
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.jobs import Job, JobRunner, Lane
from app.presenters.case import CasePresenter
from app.presenters.editing import EditingPresenter
from app.presenters.paint_modes import Over, PaintModesPresenter
from app.presenters.pointing import PointingPresenter
from app.presenters.step_titles import model_name, source_name, tool_title, when
from engine.core.label_set import IGNORE
from engine.core.sources import PixelSource
from engine.workflow.reading import PixelFacts, describe_pixel

if TYPE_CHECKING:
    from engine.workflow.history import Entry

ASK_AFTER_MS = 120
"""The pointer must rest so long before the journal is asked who changed a pixel."""


class Saved(Enum):
    """Whether something would be lost now."""

    NOTHING = "nothing"
    SAVED = "saved"
    SAVING = "saving"
    UNSAVED = "unsaved"


class ReadoutPresenter(QObject):
    """Texts for the status bar; who changed a pixel is found a moment later."""

    pixel_changed = Signal()
    saved_changed = Signal()
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        editing: EditingPresenter,
        modes: PaintModesPresenter,
        pointing: PointingPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._editing = editing
        self._modes = modes
        self._pointing = pointing
        self._facts: PixelFacts | None = None
        self._asking: Job | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(ASK_AFTER_MS)
        self._later.timeout.connect(self._ask)
        self.saved = Saved.NOTHING
        self._before = Saved.NOTHING
        self.saved_at = ""
        pointing.moved.connect(self._point)
        case.labels_changed.connect(self._point)
        case.opened.connect(self._open)
        case.closed.connect(self._close)
        case.history_changed.connect(self._note_change)
        case.labels_changed.connect(self._note_stroke)
        case.saved.connect(self._note_saved)

    @property
    def place(self) -> str:
        """Where the pixel is: column and row, or voxel and millimetres."""
        voxel, at, case = self._pointing.voxel, self._pointing.place, self._case.case
        if voxel is None or at is None or case is None:
            return ""
        affine = case.image.geometry.affine
        if affine is None and len(voxel) == 2:
            return f"{at[1]}, {at[0]}"
        where = f"({', '.join(map(str, voxel))})"
        if affine is None:
            return where
        x, y, z = (affine @ np.array([*voxel, *([0] * (3 - len(voxel))), 1.0]))[:3]
        return self.tr("{}  {:.1f} {:.1f} {:.1f} mm").format(where, x, y, z)

    @property
    def value(self) -> str:
        """The raw intensities of the pixel."""
        voxel, case = self._pointing.voxel, self._case.case
        if voxel is None or case is None:
            return ""
        return ", ".join(f"{one:g}" for one in case.image.pixels[(slice(None), *voxel)].tolist())

    @property
    def label(self) -> int | None:
        """The class that is shown of the pixel; None if the pointer is elsewhere."""
        voxel, at, history = self._pointing.voxel, self._pointing.place, self._case.history
        if voxel is None or at is None or history is None:
            return None
        is_active = self._pointing.view == self._case.view
        return int(self._case.shown_labels[at] if is_active else history.labels[voxel])

    @property
    def class_text(self) -> str:
        """The class of the pixel, and how certain the network is of it."""
        label, project = self.label, self._case.project
        if label is None or project is None:
            return ""
        if label == IGNORE or label >= len(project.label_set):
            return self.tr("ignored")
        name = project.label_set[label].name
        beliefs = self._facts.probabilities if self._facts else None
        if beliefs is None or label >= len(beliefs):
            return name
        return f"{name} {beliefs[label]:.0%}"

    @property
    def owner(self) -> str:
        """Who or what gave the pixel its class, and when."""
        voxel, history = self._pointing.voxel, self._case.history
        if voxel is None or history is None:
            return ""
        source = PixelSource(int(history.sources[voxel]))
        changed = self._facts.changed if self._facts else None
        if changed is None or changed.origin.source is not source:
            return source_name(source)
        return self._told(source, changed)

    @property
    def measured(self) -> str:
        """What the measuring tool says while its ruler or region is shown."""
        guide = self._editing.guide
        return guide.text if guide is not None and self._editing.tool == "measure" else ""

    @property
    def mode(self) -> str:
        """The tool in hand with its size, and what limits it: 'BRUSH 25 px'."""
        text = tool_title(self._editing.tool).upper()
        if self._editing.tool in ("brush", "eraser"):
            text = self.tr("{} {:g} px").format(text, 2 * self._editing.radius)
        project = self._case.project
        limits: list[str] = []
        if self._modes.over is Over.BACKGROUND:
            limits.append(self.tr("on background"))
        elif self._modes.over is Over.CLASS and project is not None:
            limits.append(self.tr("on {}").format(project.label_set[self._modes.only].name))
        if self._modes.is_limited:
            limits.append(self.tr("{:g} to {:g}").format(*self._modes.limits))
        if self._modes.locked:
            limits.append(self.tr("{} locked").format(len(self._modes.locked)))
        return " · ".join([text, *limits])

    def _told(self, source: PixelSource, changed: Entry) -> str:
        moment = when(changed.time)
        match source:
            case PixelSource.MODEL:
                return self.tr("model {}, {}").format(model_name(changed.origin.tool), moment)
            case PixelSource.CRF:
                return self.tr("CRF, {}").format(moment)
            case PixelSource.IMPORTED:
                return self.tr("imported {}, {}").format(changed.origin.detail, moment)
            case PixelSource.CONFIRMED:
                return self.tr("confirmed by {}, {}").format(self._who(changed), moment)
            case _:
                return self.tr("painted by {}, {}").format(self._who(changed), moment)

    def _who(self, changed: Entry) -> str:
        return self.tr("you") if changed.person == self._case.reader else changed.person

    @Slot()
    def _point(self) -> None:
        self._facts = None
        if self._pointing.place is None:
            self._later.stop()
        else:
            self._later.start()
        self.pixel_changed.emit()

    @Slot()
    def _ask(self) -> None:
        """Find out who changed the pixel, unless the last question is still open."""
        case, project, history = self._case.case, self._case.project, self._case.history
        voxel = self._pointing.voxel
        if case is None or project is None or history is None or voxel is None:
            return
        if self._asking is not None and not self._asking.is_cancelled:
            self._later.start()
            return
        folder, case_id, done = project.folder, case.case.id, frozenset(history.stacks[0])

        def show(facts: PixelFacts) -> None:
            self._asking = None
            if self._case.case is case and self._pointing.voxel == voxel:
                self._facts = facts
                self.pixel_changed.emit()

        self._asking = self._runner.run(
            "Reading the journal",
            lambda _: describe_pixel(folder, case_id, voxel, done),
            lane=Lane.MASK,
            on_success=show,
            on_failure=self._fail,
        )

    def _fail(self, error: Exception) -> None:
        self._asking = None
        self.failed.emit(error)

    @Slot()
    def _open(self) -> None:
        self._put(Saved.NOTHING)

    @Slot()
    def _close(self) -> None:
        self._facts = None
        self._put(Saved.NOTHING)

    @Slot()
    def _note_change(self) -> None:
        """A finished stroke is on the disk; what is not is said to be unsaved."""
        if self._case.is_dirty:
            self._put(Saved.UNSAVED)
        elif self._case.is_behind:
            self._put(Saved.SAVED)

    @Slot()
    def _note_stroke(self) -> None:
        history = self._case.history
        is_painting = history is not None and history.is_painting
        if is_painting and self.saved is not Saved.SAVING:
            self._before, self.saved = self.saved, Saved.SAVING
            self.saved_changed.emit()
        elif not is_painting and self.saved is Saved.SAVING:
            self.saved = self._before
            self.saved_changed.emit()

    @Slot()
    def _note_saved(self) -> None:
        if not self._case.is_dirty and self._case.case is not None:
            self._put(Saved.SAVED)

    def _put(self, saved: Saved) -> None:
        if saved is Saved.SAVED:
            self.saved_at = time.strftime("%H:%M:%S")
        self.saved = saved
        self.saved_changed.emit()
