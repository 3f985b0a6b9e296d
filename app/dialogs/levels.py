"""Window and level: the histogram of the image with its black and white, and presets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.presenters.levels import PRESETS, LevelsPresenter
from app.widgets.histogram import Histogram

_FAR = 1e9


class LevelsDialog(QDialog):
    """Stays open beside the work; what is chosen is seen at once in all planes."""

    def __init__(self, presenter: LevelsPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Window and level"))
        self._presenter = presenter
        self._histogram = Histogram()
        self._histogram.setAccessibleName(self.tr("Histogram"))
        self._histogram.chosen.connect(presenter.set)
        self._level = self._number(self.tr("Level"), -_FAR)
        self._width = self._number(self.tr("Window"), 0.0)
        fields = QFormLayout()
        fields.addRow(self.tr("Window"), self._width)
        fields.addRow(self.tr("Level"), self._level)
        layout = QVBoxLayout(self)
        layout.addWidget(self._histogram, 1)
        layout.addLayout(fields)
        layout.addLayout(self._presets())
        layout.addLayout(self._ranges())
        presenter.changed.connect(self._show)
        presenter.counted.connect(self._show)
        self._show()
        self.resize(380, 330)

    def open(self) -> None:
        """Stand in the upper right corner of the window, and leave it to be worked in."""
        self.show()
        parent = self.parentWidget()
        if parent is not None:
            corner = parent.mapToGlobal(parent.rect().topRight())
            self.move(corner.x() - self.width() - 24, corner.y() + 96)

    def _number(self, name: str, low: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(low, _FAR)
        box.setDecimals(1)
        box.setAccessibleName(name)
        box.setKeyboardTracking(False)
        box.valueChanged.connect(self._set)
        return box

    def _presets(self) -> QGridLayout:
        grid = QGridLayout()
        for place, preset in enumerate(PRESETS):
            button = QPushButton(QCoreApplication.translate("levels", preset.title))
            button.setToolTip(
                self.tr("Window {:.0f}, level {:.0f}").format(preset.width, preset.middle)
            )
            button.setAutoDefault(False)
            button.setObjectName(preset.name)
            button.clicked.connect(self._choose)
            grid.addWidget(button, place // 2, place % 2)
        return grid

    def _ranges(self) -> QHBoxLayout:
        row = QHBoxLayout()
        auto = QPushButton(self.tr("Auto"))
        auto.setToolTip(self.tr("From the 2nd to the 98th percentile (double middle click)"))
        auto.clicked.connect(self._presenter.auto)
        full = QPushButton(self.tr("Full range"))
        full.setToolTip(self.tr("From the smallest value to the largest"))
        full.clicked.connect(self._presenter.full)
        for button in (auto, full):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    @Slot()
    def _choose(self) -> None:
        self._presenter.choose(self.sender().objectName())

    @Slot()
    def _set(self) -> None:
        middle, half = self._level.value(), self._width.value() / 2
        self._presenter.set(middle - half, middle + half)

    @Slot()
    def _show(self) -> None:
        found = self._presenter.histogram
        if found is not None:
            self._histogram.show_counts(found.counts, found.lowest, found.highest)
        self._histogram.show_range(self._presenter.low, self._presenter.high)
        for box, value in (
            (self._level, self._presenter.middle),
            (self._width, self._presenter.width),
        ):
            box.blockSignals(True)
            box.setSingleStep(max(1.0, round(self._presenter.width / 50)))
            box.setValue(value)
            box.blockSignals(False)
