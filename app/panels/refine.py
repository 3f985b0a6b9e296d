"""The Refine panel: one row per parameter of the ConvCRF, and the mask follows."""

from __future__ import annotations

from dataclasses import fields

from PySide6.QtCore import QSignalBlocker, Qt
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
from app.presenters.case import CasePresenter
from app.presenters.refinement import Fitted, Measured, RefinementPresenter
from app.widgets.value_slider import ValueSlider
from engine.crf.parameters import CrfParameters, Range, range_of


class RefinePanel(QDockWidget):
    """Sliders, a preview switch, what the last change did, and keeping the result."""

    def __init__(
        self, presenter: RefinementPresenter, case: CasePresenter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Refine (ConvCRF)"))
        self.setObjectName("refine")
        self._presenter = presenter
        self._case = case
        self._sliders: dict[str, ValueSlider] = {}
        self._choices: dict[str, QComboBox] = {}
        self._told = QLabel()
        self._told.setWordWrap(True)
        self._told.setTextFormat(Qt.TextFormat.RichText)
        self._told.setMinimumHeight(5 * self._told.fontMetrics().lineSpacing())
        self._told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._switch = self._switch_box()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._switch)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.addLayout(self._preset_row())
        layout.addWidget(scroll, 1)
        layout.addWidget(self._told)
        layout.addLayout(self._buttons())
        self.setWidget(inner)
        presenter.parameters_changed.connect(self._show_parameters)
        presenter.preview_changed.connect(self._show_state)
        presenter.running_changed.connect(self._show_state)
        presenter.measured.connect(self._tell)
        presenter.presets_changed.connect(self._show_presets)
        presenter.fitted.connect(self._offer)
        case.opened.connect(self._show_state)
        case.closed.connect(self._show_state)
        self._show_parameters()
        self._show_presets()
        self._show_state()

    def _switch_box(self) -> QGroupBox:
        """The rows, under a title that turns the preview on."""
        box = QGroupBox(self.tr("Preview"))
        box.setCheckable(True)
        box.setChecked(False)
        box.toggled.connect(lambda on: self._presenter.turn(on=on))
        layout = QVBoxLayout(box)
        plain, more = QFormLayout(), QFormLayout()
        for one in fields(CrfParameters):
            limits = range_of(one.name)
            if limits.is_matrix:
                continue
            row = self._row(one.name, limits)
            row.setToolTip(limits.note)
            (more if limits.advanced else plain).addRow(self.tr(limits.title), row)
        for form in (plain, more):
            form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        layout.addLayout(plain)
        folded = QWidget()
        folded.setLayout(more)
        folded.hide()
        button = QToolButton()
        button.setText(self.tr("More"))
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.toggled.connect(folded.setVisible)
        layout.addWidget(button)
        layout.addWidget(folded)
        layout.addStretch(1)
        return box

    def _row(self, name: str, limits: Range) -> QWidget:
        if limits.choices:
            choice = QComboBox()
            choice.setAccessibleName(limits.title)
            for value in limits.choices:
                choice.addItem(str(value), value)
            choice.activated.connect(lambda _: self._presenter.set(name, choice.currentData()))
            self._choices[name] = choice
            return choice
        kind = type(getattr(self._presenter.parameters, name))
        slider = ValueSlider(
            limits.title,
            low=limits.low,
            high=limits.high,
            step=limits.step,
            unit=limits.unit if limits.unit in ("px", "mm") else "",
            optional=limits.optional,
        )
        slider.changed.connect(lambda value: self._presenter.set(name, kind(value)))
        self._sliders[name] = slider
        return slider

    def _preset_row(self) -> QHBoxLayout:
        """Parameters by name, saving them, and learning them."""
        self._presets = QComboBox()
        self._presets.setAccessibleName(self.tr("Presets"))
        self._presets.setPlaceholderText(self.tr("Presets"))
        self._presets.activated.connect(lambda _: self._presenter.use(self._presets.currentData()))
        keep = QToolButton()
        keep.setIcon(icon("save"))
        keep.setToolTip(self.tr("Save these values as a preset of the project"))
        keep.setAccessibleName(keep.toolTip())
        keep.clicked.connect(self._ask_name)
        self._fit = QPushButton(self.tr("Fit to corrections"))
        self._fit.setToolTip(self.tr("Learn the values from what was painted by hand"))
        self._fit.clicked.connect(self._presenter.fit)
        row = QHBoxLayout()
        row.addWidget(self._presets, 1)
        row.addWidget(keep)
        row.addWidget(self._fit)
        return row

    def _ask_name(self) -> None:
        name, is_given = QInputDialog.getText(self, self.tr("Save preset"), self.tr("Name"))
        if is_given:
            self._presenter.keep_preset(name)

    def _show_presets(self) -> None:
        with QSignalBlocker(self._presets):
            self._presets.clear()
            for name, parameters in self._presenter.presets.items():
                self._presets.addItem(name, parameters)
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

    def _buttons(self) -> QHBoxLayout:
        self._keep_slice = QPushButton(self.tr("Apply"))
        self._keep_slice.setToolTip(self.tr("Keep the preview as one step of undo"))
        self._keep_slice.clicked.connect(self._presenter.apply_slice)
        self._keep_all = QPushButton(self.tr("Apply to volume"))
        self._keep_all.clicked.connect(self._all_or_stop)
        reset = QToolButton()
        reset.setIcon(icon("reset"))
        reset.setToolTip(self.tr("Back to the defaults"))
        reset.setAccessibleName(self.tr("Back to the defaults"))
        reset.clicked.connect(self._presenter.reset)
        row = QHBoxLayout()
        row.addWidget(self._keep_slice)
        row.addWidget(self._keep_all)
        row.addStretch(1)
        row.addWidget(reset)
        return row

    def _all_or_stop(self) -> None:
        if self._presenter.is_refining_all:
            self._presenter.cancel()
        else:
            self._presenter.apply_all()

    def _show_parameters(self) -> None:
        for name, slider in self._sliders.items():
            slider.set_value(getattr(self._presenter.parameters, name))
        for name, choice in self._choices.items():
            with QSignalBlocker(choice):
                value = getattr(self._presenter.parameters, name)
                choice.setCurrentIndex(choice.findData(value))

    def _show_state(self) -> None:
        case = self._case.case
        with QSignalBlocker(self._switch):
            self._switch.setChecked(self._presenter.is_on)
        for child in self._switch.findChildren(
            QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly
        ):
            child.setEnabled(self._presenter.is_on)
        is_volume = case is not None and case.image.geometry.is_volume
        self._keep_slice.setText(self.tr("Apply to slice") if is_volume else self.tr("Apply"))
        self._keep_slice.setEnabled(self._presenter.has_preview)
        self._keep_all.setVisible(is_volume)
        self._fit.setEnabled(case is not None and not self._presenter.is_refining_all)
        refining = self._presenter.is_refining_all
        self._keep_all.setText(self.tr("Cancel") if refining else self.tr("Apply to volume"))
        if not self._presenter.has_preview:
            self._told.setText("")

    def _tell(self, measured: Measured) -> None:
        """How long the last update took, and what each class gained and lost."""
        project, case = self._case.project, self._case.case
        if project is None or case is None:
            return
        parts = [self.tr("{:.0f} ms").format(measured.milliseconds)]
        voxel = case.image.geometry.voxel_volume_ml
        for one, gained, lost in zip(
            project.label_set, measured.gained, measured.lost, strict=True
        ):
            if gained or lost:
                red, green, blue = one.colour if one.index else (150, 155, 165)
                colour = f"#{red:02x}{green:02x}{blue:02x}"
                net = f", {(gained - lost) * voxel:+.2f} ml" if voxel else ""
                parts.append(
                    f"<span style='color:{colour}'>&#9632;</span> {one.name} +{gained} -{lost}{net}"
                )
        self._told.setText("<br>".join(parts))
