"""The status bar: where the pointer is, what lies there, what runs, what is saved."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from app.icons import icon
from app.jobs import Job
from app.presenters.bundle import Presenters
from engine.core.label_set import IGNORE
from engine.core.planes import SliceView
from engine.progress import Step

SHOW_AFTER_S = 0.3  # shorter jobs show no bar
MESSAGE_MS = 5000


class StatusPanel(QStatusBar):
    """Messages on the left for five seconds; the rest stays on the right."""

    def __init__(self, presenters: Presenters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenters = presenters
        self._place = QLabel()
        self._class = QLabel()
        self._view = QLabel()
        self._convention = QLabel()
        self._saved = QLabel()
        self._device = QLabel(self.tr("device: not asked yet"))
        self._show_device(presenters.runner.device_name)
        presenters.runner.device_named.connect(self._show_device)
        self._what = QLabel()
        self._bar = QProgressBar()
        self._bar.setFixedWidth(150)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the running job"))
        self._stop = QToolButton()
        self._stop.setIcon(icon("cancel"))
        self._stop.setAutoRaise(True)
        self._stop.setAccessibleName(self.tr("Cancel the running job"))
        self._stop.setToolTip(self.tr("Cancel"))
        for part in (
            self._place, self._class, self._convention, self._view, self._saved, self._device,
        ):  # fmt: skip
            part.setContentsMargins(10, 0, 10, 0)
            self.addPermanentWidget(part)
        for part in (self._what, self._bar, self._stop):
            self.addPermanentWidget(part)
            part.hide()
        self._job: Job | None = None
        self._since = 0.0
        self._stop.clicked.connect(self._cancel)
        presenters.planes.changed.connect(self._show_convention)
        presenters.case.closed.connect(self._show_convention)
        presenters.runner.progressed.connect(self._progressed)
        presenters.runner.finished.connect(self._finished)
        presenters.case.saved.connect(self._tell_saved)
        presenters.case.opened.connect(self._saved.clear)
        presenters.case.slice_changed.connect(self._show_no_place)
        presenters.case.closed.connect(self._show_no_place)
        presenters.case.history_changed.connect(self._tell_changed)

    def tell(self, text: str) -> None:
        """Say something for five seconds."""
        self.showMessage(text, MESSAGE_MS)

    def _show_device(self, name: str) -> None:
        if name:
            self._device.setText(name.upper())

    @Slot()
    def _show_convention(self) -> None:
        """Tell on which side of the screen the patient's left is."""
        self._convention.setText(self._presenters.planes.convention)

    def show_zoom(self, scale: float) -> None:
        """Tell the size of the slice and the zoom."""
        case = self._presenters.case
        if case.case is not None:
            rows, columns = case.view.sides
            self._view.setText(f"{columns} x {rows} @ {scale:.0%}")

    def show_place(self, place: tuple[int, int] | None, view: SliceView | None = None) -> None:
        """Tell what lies under the pointer, (row, column) of a slice, or of the active one."""
        case, project = self._presenters.case, self._presenters.case.project
        if place is None or case.case is None or project is None:
            self._place.setText("")
            self._class.setText("")
            return
        image, view = case.case.image, view or case.view
        voxel = view.voxel(*place)
        value = ", ".join(f"{v:g}" for v in image.pixels[(slice(None), *voxel)].tolist())
        where = f"{place[1]}, {place[0]}"
        if image.geometry.affine is not None:
            index = np.array([*voxel, *([0] * (3 - len(voxel))), 1.0])
            x, y, z = (image.geometry.affine @ index)[:3]
            where = f"({', '.join(map(str, voxel))})  {x:.1f} {y:.1f} {z:.1f} mm"
        self._place.setText(f"{where}   {value}")
        active = view == case.view
        shown = case.shown_labels if active else view.read(case.case.label_map.labels)
        label = int(shown[place])
        self._class.setText(
            self.tr("ignored") if label == IGNORE else project.label_set[label].name
        )

    def _show_no_place(self) -> None:
        self.show_place(None)

    def _progressed(self, job: Job, step: Step) -> None:
        if self._job is not job:
            self._job, self._since = job, time.monotonic()
        spent = time.monotonic() - self._since
        if spent < SHOW_AFTER_S:
            return
        left = ""
        if step.done and spent > 1:
            left = self.tr(", {:.0f} s left").format(spent * (step.total - step.done) / step.done)
        self._what.setText(f"{step.what}{left}")
        self._bar.setRange(0, max(1, step.total))
        self._bar.setValue(step.done)
        for part in (self._what, self._bar, self._stop):
            part.show()

    def _finished(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            for part in (self._what, self._bar, self._stop):
                part.hide()

    def _cancel(self) -> None:
        p = self._presenters
        if p.refinement.is_of(self._job):
            p.refinement.cancel()
        for presenter in (
            p.prediction, p.refining_all, p.comparison, p.presets, p.steps, p.spreading,
        ):  # fmt: skip
            presenter.cancel()
        if self._job is not None:
            self._job.cancel()
        self.tell(self.tr("Cancelled; everything is as it was"))

    def _tell_saved(self) -> None:
        if not self._presenters.case.is_dirty:
            self._saved.setText(self.tr("saved {}").format(time.strftime("%H:%M:%S")))

    def _tell_changed(self) -> None:
        """A finished stroke is on the disk; what is not is said to be unsaved."""
        case = self._presenters.case
        if case.is_dirty:
            self._saved.setText(self.tr("unsaved"))
        elif case.is_behind:
            self._tell_saved()
