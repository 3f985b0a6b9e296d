"""The status bar: where the pointer is, what lies there, what runs, what is saved."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from app.actions.keys import key_of
from app.icons import icon
from app.presenters.bundle import Presenters
from app.presenters.readout import Saved
from app.widgets.job_bar import JobBar
from app.widgets.signed_label import SignedLabel
from app.widgets.swatch import swatch
from engine.core.planes import SliceView

MESSAGE_MS = 5000
GAP = 6  # pixels between the parts


class StatusPanel(QStatusBar):
    """Messages on the left for five seconds; the rest stays on the right."""

    def __init__(self, presenters: Presenters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenters = presenters
        self._case = SignedLabel(least=90)
        self._place = SignedLabel(keeps_width=True)
        self._value = SignedLabel(keeps_width=True)
        self._class = SignedLabel(keeps_width=True)
        self._view = SignedLabel()
        self._convention = SignedLabel(least=0)
        self._measured = SignedLabel(keeps_width=True)
        self._mode = SignedLabel()
        self._state = SignedLabel()
        self._saved = SignedLabel()
        self._device = QLabel(self.tr("device: not asked yet"))
        self._device.setContentsMargins(7, 0, 7, 0)
        self._jobs = JobBar()
        self._parts = (
            self._case, self._place, self._value, self._class, self._measured, self._convention,
            self._view, self._mode, self._state, self._saved, self._device, self._jobs,
        )  # fmt: skip
        for part in self._parts:
            self.addPermanentWidget(part)
        self._jobs.stopped.connect(self._cancel)
        self._connect(presenters)
        self._show_device(presenters.runner.device_name)
        for show in (self._show_case, self._show_pixel, self._show_mode, self._show_state):
            show()
        self._show_saved()
        self._show_convention()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A window may be narrower than all that it has to say."""
        return QSize(0, super().minimumSizeHint().height())

    def tell(self, text: str) -> None:
        """Say something for five seconds."""
        self.showMessage(text, MESSAGE_MS)

    def _make_room(self, message: str) -> None:
        """What would run under the rest has the places of the convention and of the size."""
        needed = self.fontMetrics().horizontalAdvance(message) + 2 * GAP
        yielding = (self._convention, self._view)
        for part in yielding:
            part.setVisible(bool(part.text()))
        for part in yielding:
            shown = [one.sizeHint().width() + GAP for one in self._parts if not one.isHidden()]
            if message and needed > self.width() - sum(shown):
                part.hide()

    def _show_device(self, name: str) -> None:
        if name:
            self._device.setText(name.upper())

    def show_zoom(self, scale: float) -> None:
        """Tell the size of the slice and the zoom."""
        case = self._presenters.case
        if case.case is not None:
            rows, columns = case.view.sides
            self._view.show_text(f"{columns} x {rows} @ {scale:.0%}")

    def show_place(self, place: tuple[int, int] | None, view: SliceView | None = None) -> None:
        """The pointer went to (row, column) of a slice, the active one if left out, or away."""
        self._presenters.pointing.point(place, view)

    def _connect(self, p: Presenters) -> None:
        self.messageChanged.connect(self._make_room)
        p.jobs.shown_changed.connect(self._show_job)
        p.runner.device_named.connect(self._show_device)
        p.readout.pixel_changed.connect(self._show_pixel)
        p.readout.saved_changed.connect(self._show_saved)
        p.planes.changed.connect(self._show_convention)
        p.case.closed.connect(self._show_convention)
        p.editing.tool_changed.connect(self._show_mode)
        p.editing.radius_changed.connect(self._show_mode)
        p.editing.label_changed.connect(self._show_mode)
        p.modes.changed.connect(self._show_mode)
        p.editing.guide_changed.connect(self._show_measured)
        p.editing.tool_changed.connect(self._show_measured)
        p.review.changed.connect(self._show_state)
        p.project.case_chosen.connect(self._show_case)
        p.case.opened.connect(self._show_case)
        p.case.closed.connect(self._clear)
        p.settings.changed.connect(self._show_case)
        p.review.said.connect(self.tell)
        p.operations.said.connect(self.tell)
        p.surface.said.connect(self.tell)
        p.review.missed_slices.connect(self._tell_missed)
        p.operations.preview_changed.connect(self._tell_preview)

    def _show_case(self) -> None:
        p = self._presenters
        if p.case.case is None:
            return
        for part in (self._place, self._value, self._class):
            part.forget_width()
        name = "" if p.settings.is_on("look.hide-names") else f" {p.case.case.case.name}"
        self._case.show_text(f"[{p.project.position + 1}/{len(p.project.cases)}]{name}")

    def _show_convention(self) -> None:
        """Tell on which side of the screen the patient's left is."""
        self._convention.show_text(self._presenters.planes.convention)

    def _show_pixel(self) -> None:
        readout, project = self._presenters.readout, self._presenters.case.project
        self._place.show_text(readout.place)
        self._value.show_text(readout.value, hint=self.tr("Intensity of the pixel in the file"))
        label = readout.label
        if label is None or project is None:
            self._class.show_text("")
            return
        is_class = 0 < label < len(project.label_set)
        sign = swatch(project.label_set[label].colour) if is_class else None
        told = f"{readout.class_text} · {readout.owner}"
        self._class.show_text(told, sign, self.tr("Class, and who or what gave it to the pixel"))

    def _show_mode(self) -> None:
        p = self._presenters
        project, label = p.case.project, p.editing.label
        known = project is not None and 0 < label < len(project.label_set)
        sign = swatch(project.label_set[label].colour) if known and project else None
        self._mode.show_text(p.readout.mode, sign, self.tr("Tool in hand, and where it may paint"))

    def _show_measured(self) -> None:
        said = self._presenters.readout.measured
        self._measured.show_text(said, icon("measure"), self.tr("Measured; Esc takes it away"))

    def _show_state(self) -> None:
        state = self._presenters.review.state
        if state is None:
            self._state.show_text("")
            return
        title = QCoreApplication.translate("states", state.value)
        reader = self._presenters.review.reader
        hint = self.tr("Review state; the reader is {}").format(reader)
        self._state.show_text(title, icon(state.value), hint)

    def _show_saved(self) -> None:
        readout = self._presenters.readout
        match readout.saved:
            case Saved.SAVED:
                text = self.tr("Saved {}").format(readout.saved_at)
                self._saved.show_text(text, icon("saved"), self.tr("Every stroke is on the disk"))
            case Saved.SAVING:
                self._saved.show_text(self.tr("Saving"), icon("saving"))
            case Saved.UNSAVED:
                hint = self.tr("The last stroke is not on the disk")
                self._saved.show_text(self.tr("UNSAVED"), icon("unsaved"), hint)
            case Saved.NOTHING:
                self._saved.show_text("")

    def _clear(self) -> None:
        for part in (self._case, self._view):
            part.show_text("")

    def _tell_missed(self, count: int) -> None:
        key = key_of("review.next-unseen", self._presenters.settings)
        said = (
            self.tr("{0} slices with a mask were not seen yet ({1} shows the next one)")
            if key
            else self.tr("{0} slices with a mask were not seen yet")
        )
        self.tell(said.format(count, key))

    def _tell_preview(self) -> None:
        if self._presenters.operations.is_previewing:
            self.tell(self.tr("Preview: Enter keeps it, Esc leaves the mask as it is"))

    def _show_job(self) -> None:
        job = self._presenters.jobs.shown
        if job is None or job.step is None:
            self._jobs.hide()
        else:
            step = job.step
            self._jobs.show_step(self._presenters.jobs.short_of(job), step.done, step.total)

    def _cancel(self) -> None:
        self._presenters.jobs.cancel_shown()
        self.tell(self.tr("Cancelled; everything is as it was"))
