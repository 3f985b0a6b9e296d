"""The Refine panel: one row per parameter of the CRF, and the mask follows."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDockWidget,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.presenters.bundle import Presenters
from app.presenters.measuring import Measured
from app.presenters.presets import Fitted
from app.presenters.refinement import CONV, DENSE, Reach
from app.widgets.parameter_rows import ParameterRows
from app.widgets.slice_range import SliceRange
from app.widgets.tip import tell
from engine.workflow.refine import unused_by


class RefinePanel(QDockWidget):
    """Sliders, a preview switch, what the last change did, comparing, and keeping the result."""

    steps_asked = Signal()
    matrix_asked = Signal()

    def __init__(self, presenters: Presenters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Refine (CRF)"))
        self.setObjectName("refine")
        self._presenter = presenters.refinement
        self._all = presenters.refining_all
        self._presets_of = presenters.presets
        self._comparison = presenters.comparison
        self._case = presenters.case
        self._rows = ParameterRows()
        self._told = QLabel()
        self._told.setWordWrap(True)
        self._told.setTextFormat(Qt.TextFormat.RichText)
        self._told.setMinimumHeight(5 * self._told.fontMetrics().lineSpacing())  # nothing jumps
        self._told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._applied = QLabel()
        self._applied.setWordWrap(True)
        self._applied.setTextFormat(Qt.TextFormat.RichText)
        self._applied.hide()
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.addLayout(self._preset_row())
        layout.addLayout(self._crf_row())
        layout.addWidget(self._switch_box(), 1)
        layout.addWidget(self._told)
        layout.addLayout(self._compare_row())
        layout.addLayout(self._scope_row())
        layout.addWidget(self._applied)
        layout.addLayout(self._buttons())
        self.setWidget(inner)
        self._connect()
        self._show_parameters()
        self._show_presets()
        self._show_state()
        self._tell_last()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter keeps the result and Escape leaves it, wherever the focus is in the panel."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._all.keep()
        elif event.key() == Qt.Key.Key_Escape:
            self._all.leave()
        else:
            super().keyPressEvent(event)

    def _connect(self) -> None:
        self._rows.changed.connect(self._presenter.set)
        self._rows.matrix_asked.connect(self.matrix_asked)
        self._presenter.parameters_changed.connect(self._show_parameters)
        self._presenter.parameters_changed.connect(self._applied.hide)
        self._presenter.preview_changed.connect(self._show_state)
        self._presenter.measured.connect(self._tell)
        self._comparison.changed.connect(self._show_state)
        self._all.running_changed.connect(self._show_state)
        self._all.applied.connect(self._tell_applied)
        self._presets_of.running_changed.connect(self._show_state)
        self._presets_of.presets_changed.connect(self._show_presets)
        self._presets_of.fitted.connect(self._offer)
        for signal in (self._case.opened, self._case.closed):
            signal.connect(self._applied.hide)
            signal.connect(self._show_state)

    def _tell_last(self) -> None:
        """What was told before this window, in its language."""
        if self._presenter.has_preview and self._presenter.last is not None:
            self._tell(self._presenter.last)
        if self._all.last is not None:
            self._tell_applied(self._all.last)

    def _switch_box(self) -> QGroupBox:
        """The rows, under a title that turns the preview on."""
        box = self._switch = QGroupBox(self.tr("Preview"))
        box.setCheckable(True)
        box.setChecked(False)
        box.toggled.connect(lambda on: self._presenter.turn(on=on))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._rows)
        QVBoxLayout(box).addWidget(scroll)
        return box

    def _crf_row(self) -> QFormLayout:
        self._crf = QComboBox()
        self._crf.setAccessibleName(self.tr("CRF"))
        self._crf.setToolTip(
            self.tr("Whether a pixel listens to a window around it, or to all pixels")
        )
        self._crf.addItem(self.tr("ConvCRF"), CONV)
        self._crf.addItem(self.tr("Fully connected"), DENSE)
        self._crf.activated.connect(lambda _: self._presenter.choose_crf(self._crf.currentData()))
        form = QFormLayout()
        form.addRow(self.tr("CRF"), self._crf)
        return form

    def _preset_row(self) -> QHBoxLayout:
        """Parameters by name, saving them, and learning them."""
        self._presets = QComboBox()
        self._presets.setAccessibleName(self.tr("Presets"))
        self._presets.setPlaceholderText(self.tr("Presets"))
        self._presets.activated.connect(lambda _: self._presets_of.use(self._presets.currentData()))
        keep = _tool("save", self.tr("Save these values as a preset of the project"))
        keep.clicked.connect(self._ask_name)
        self._fit = QPushButton(self.tr("Fit to corrections"))
        self._fit.setToolTip(self.tr("Learn the values from what was painted by hand"))
        self._fit.clicked.connect(self._presets_of.fit)
        reset = _tool("reset", self.tr("Back to the defaults"))
        reset.clicked.connect(self._presenter.reset)
        row = QHBoxLayout()
        row.addWidget(self._presets, 1)
        row.addWidget(keep)
        row.addWidget(reset)
        row.addWidget(self._fit)
        return row

    def _compare_row(self) -> QHBoxLayout:
        """The split line, what it compares, flashing, and the steps."""
        self._split = _tool("split", self.tr("Split before/after"), checkable=True)
        tell(self._split, self.tr("Split before/after"), "view.split")
        self._split.toggled.connect(lambda on: self._comparison.split(on=on))
        self._with = QComboBox()
        self._with.setAccessibleName(self.tr("Compare with"))
        self._with.setToolTip(self.tr("What the split line compares the preview with"))
        self._with.addItem(self.tr("with the mask before"), False)
        self._with.addItem(self.tr("with the other CRF"), True)
        self._with.activated.connect(
            lambda _: self._comparison.compare_crfs(on=self._with.currentData())
        )
        self._flash = _tool("flash", self.tr("Flash changed pixels"))
        tell(self._flash, self.tr("Flash changed pixels"), "view.flash")
        self._flash.clicked.connect(self._comparison.flash)
        self._steps = QPushButton(self.tr("Steps..."))
        self._steps.setToolTip(self.tr("What the CRF believes after each iteration"))
        self._steps.clicked.connect(self.steps_asked)
        row = QHBoxLayout()
        row.addWidget(self._split)
        row.addWidget(self._with, 1)
        row.addWidget(self._flash)
        row.addWidget(self._steps)
        return row

    def _scope_row(self) -> QHBoxLayout:
        """What 'Apply' refines."""
        self._reach = QComboBox()
        self._reach.setAccessibleName(self.tr("Apply to"))
        self._reach.activated.connect(
            lambda _: self._presenter.choose_reach(Reach(self._reach.currentData()))
        )
        self._range = SliceRange()
        self._range.changed.connect(self._choose_slices)
        row = QHBoxLayout()
        row.addWidget(QLabel(self.tr("Apply to")))
        row.addWidget(self._reach, 1)
        row.addWidget(self._range, 1)
        return row

    def _buttons(self) -> QHBoxLayout:
        self._keep = QPushButton(self.tr("Apply"))
        tell(self._keep, self.tr("Keep the refined mask as one step of undo"), "mask.keep")
        self._keep.clicked.connect(self._apply_or_stop)
        self._leave = QPushButton(self.tr("Leave"))
        self._leave.setToolTip(self.tr("Leave everything as it was (Esc)"))
        self._leave.clicked.connect(self._all.leave)
        row = QHBoxLayout()
        row.addWidget(self._keep, 1)
        row.addWidget(self._leave)
        return row

    def _choose_slices(self, first: int, last: int) -> None:
        self._presenter.slices = (first, last)

    def _apply_or_stop(self) -> None:
        if self._all.is_running:
            self._all.cancel()
        else:
            self._all.apply()

    def _ask_name(self) -> None:
        name, is_given = QInputDialog.getText(self, self.tr("Save preset"), self.tr("Name"))
        if is_given:
            self._presets_of.keep(name)

    def _show_presets(self) -> None:
        with QSignalBlocker(self._presets):
            self._presets.clear()
            for name in self._presets_of.known:
                self._presets.addItem(name, name)
            self._presets.setCurrentIndex(-1)

    def _offer(self, found: Fitted) -> None:
        """Show what fitting found, and move the sliders there if the person says yes."""
        scores = self.tr("Mean Dice on held-out corrections: {:.3f} before, {:.3f} after.")
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("Fit to corrections"))
        box.setText(scores.format(found.before, found.after))
        if found.parameters is None:
            box.setInformativeText(self.tr("Nothing better was found; the sliders stay."))
        else:
            box.setInformativeText(self.tr("Use the new values? They are kept as 'fitted'."))
            box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No)
            box.button(QMessageBox.StandardButton.Yes).clicked.connect(
                lambda: self._presenter.use(found.parameters or self._presenter.parameters)
            )
        box.open()

    def _show_parameters(self) -> None:
        self._rows.show_parameters(self._presenter.parameters)
        self._crf.setCurrentIndex(self._crf.findData(self._presenter.crf))
        why = self.tr("Only the released convention weighs messages so; see Convention")
        if self._presenter.crf == DENSE:
            why = self.tr("The fully connected CRF has no window: every pixel hears every other")
        unused = unused_by(self._presenter.crf, self._presenter.parameters)
        self._rows.show_unused(dict.fromkeys(unused, why))

    def _show_state(self) -> None:
        case, presenter = self._case.case, self._presenter
        with QSignalBlocker(self._switch), QSignalBlocker(self._split):
            self._switch.setChecked(presenter.is_on)
            self._split.setChecked(self._comparison.is_split and presenter.is_on)
        self._with.setCurrentIndex(self._with.findData(self._comparison.is_of_crfs))
        is_volume = self._case.slices > 1
        refines_slice = not is_volume or presenter.reach in (Reach.VIEW, Reach.SLICE)
        self._show_reaches(is_volume=is_volume)
        is_running = self._all.is_running
        self._keep.setText(self.tr("Cancel") if is_running else self.tr("Apply"))
        can_keep = presenter.has_preview if refines_slice else case is not None
        self._keep.setEnabled(is_running or can_keep)
        self._leave.setEnabled(is_running or presenter.is_on)
        self._flash.setEnabled(presenter.has_preview)
        self._split.setEnabled(case is not None)
        self._with.setEnabled(case is not None)
        self._steps.setEnabled(case is not None)
        self._fit.setEnabled(case is not None and not self._presets_of.is_fitting)
        if not presenter.has_preview:
            self._told.setText("")

    def _show_reaches(self, *, is_volume: bool) -> None:
        """A photo has one slice, and no more to choose from."""
        titles = {
            Reach.VIEW: self.tr("This view"),
            Reach.SLICE: self.tr("This slice") if is_volume else self.tr("Whole image"),
        }
        if is_volume:
            titles |= {
                Reach.RANGE: self.tr("Slices from"),
                Reach.VOLUME: self.tr("Whole volume"),
            }
        reach = self._presenter.reach
        if self._reach.count() != len(titles):
            self._reach.clear()
            for one, title in titles.items():
                self._reach.addItem(title, one.value)
        at = self._reach.findData(reach.value)
        self._reach.setCurrentIndex(at if at >= 0 else 1)
        self._range.setVisible(is_volume and reach is Reach.RANGE)
        self._range.show_range(*self._presenter.slices, self._case.slices)

    def _tell(self, measured: Measured) -> None:
        """How long the last update took, and what each class gained and lost."""
        head = self.tr("{:.0f} ms").format(measured.milliseconds)
        if measured.is_coarse:
            head += self.tr(", coarse; the exact one follows")
        self._told.setText("<br>".join([head, *self._changes(measured)]))

    def _tell_applied(self, measured: Measured) -> None:
        """The same of all that was applied."""
        head = self.tr("Applied in {:.1f} s; in total:").format(measured.milliseconds / 1000)
        lines = self._changes(measured) or [self.tr("nothing changed")]
        self._applied.setText("<br>".join([head, *lines]))
        self._applied.show()

    def _changes(self, measured: Measured) -> list[str]:
        project, case = self._case.project, self._case.case
        if project is None or case is None:
            return []
        lines: list[str] = []
        voxel = case.image.geometry.voxel_volume_ml
        for one, gained, lost in zip(
            project.label_set, measured.gained, measured.lost, strict=True
        ):
            if gained or lost:
                red, green, blue = one.colour if one.index else (150, 155, 165)
                colour = f"#{red:02x}{green:02x}{blue:02x}"
                net = f", {(gained - lost) * voxel:+.2f} ml" if voxel else ""
                lines.append(
                    f"<span style='color:{colour}'>&#9632;</span> {one.name} +{gained} -{lost}{net}"
                )
        return lines


def _tool(name: str, what: str, *, checkable: bool = False) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setToolTip(what)
    button.setAccessibleName(what)
    button.setCheckable(checkable)
    return button
