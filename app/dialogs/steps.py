"""What the CRF believes after each iteration: a map for each class, step by step."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.presenters.steps import Steps, StepsPresenter
from engine.core.arrays import Float16s


class StepsDialog(QDialog):
    """Asks for the steps of the slice on screen and shows one class at a time, 0 black, 1 white."""

    def __init__(self, presenter: StepsPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Steps of the CRF"))
        self.resize(560, 640)
        self._presenter = presenter
        self._steps: Steps | None = None
        self._map = BeliefMap()
        self._class = QComboBox()
        self._class.setAccessibleName(self.tr("Class"))
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(self.tr("Iteration"))
        self._slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self._slider.setPageStep(1)
        self._slider.setEnabled(False)
        self._told = QLabel(self.tr("Solving..."))
        form = QFormLayout()
        form.addRow(self.tr("Class"), self._class)
        form.addRow(self.tr("Iteration"), self._slider)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._map, 1)
        layout.addWidget(self._told)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self._class.currentIndexChanged.connect(self._show)
        self._slider.valueChanged.connect(self._show)
        presenter.found.connect(self._take)
        presenter.failed.connect(self.reject)
        self.finished.connect(presenter.cancel)
        presenter.ask()

    def _take(self, steps: Steps) -> None:
        self._steps = steps
        self._slider.setRange(0, len(steps.beliefs) - 1)
        self._slider.setEnabled(True)
        for one in steps.label_set:
            self._class.addItem(one.name)
        self._class.setCurrentIndex(min(1, len(steps.label_set) - 1))
        self._show()

    def _show(self) -> None:
        steps, index = self._steps, self._class.currentIndex()
        if steps is None or index < 0:
            return
        step = self._slider.value()
        self._map.show_map(steps.beliefs[step, index], steps.spacing)
        if step:
            told = self.tr("Belief after iteration {} of {}: {} pixels changed their class")
            last = len(steps.beliefs) - 1
            self._told.setText(told.format(step, last, steps.changed(step)))
        else:
            self._told.setText(self.tr("Score map: what the unary says before any iteration"))


class BeliefMap(QWidget):
    """A grey picture as large as there is room, with its pixels in their true proportion."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QImage()
        self._aspect = 1.0
        self.setAccessibleName(self.tr("Belief map"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(480, 480)

    def show_map(self, belief: Float16s, spacing: tuple[float, float]) -> None:
        """Show (rows, columns) in [0, 1]."""
        grey = np.rint(belief.astype(np.float32) * 255).clip(0, 255).astype(np.uint8)
        rows, columns = grey.shape
        self._picture = QImage(
            grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8
        ).copy()
        self._aspect = spacing[0] * rows / (spacing[1] * columns)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        if self._picture.isNull():
            return
        width = min(self.width(), self.height() / self._aspect)
        size = QSize(round(width), round(width * self._aspect))
        area = QRect(
            (self.width() - size.width()) // 2,
            (self.height() - size.height()) // 2,
            size.width(),
            size.height(),
        )
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.drawImage(area, self._picture)
