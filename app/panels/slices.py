"""Going through a volume: the plane and the slice."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QWidget

from app.presenters.case import CasePresenter
from engine.core.planes import Plane


class SlicesPanel(QWidget):
    """A slider under the canvas; hidden for photos."""

    def __init__(self, presenter: CasePresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._plane = QComboBox()
        self._plane.setAccessibleName(self.tr("Plane"))
        titles = {
            Plane.AXIAL: self.tr("Axial"),
            Plane.CORONAL: self.tr("Coronal"),
            Plane.SAGITTAL: self.tr("Sagittal"),
        }
        for plane, title in titles.items():
            self._plane.addItem(title, plane)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(self.tr("Slice"))
        self._number = QLabel()
        self._number.setMinimumWidth(84)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 4)
        layout.addWidget(self._plane)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._number)
        self._slider.valueChanged.connect(presenter.go_to)
        self._plane.activated.connect(lambda _: presenter.show_plane(self._plane.currentData()))
        presenter.slice_changed.connect(self._show)
        presenter.closed.connect(self.hide)
        self._show()

    def _show(self) -> None:
        count = self._presenter.slices
        self.setVisible(count > 1)
        if count < 2:
            return
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, count - 1)
            self._slider.setValue(self._presenter.index)
        self._plane.setCurrentIndex(self._plane.findData(self._presenter.plane))
        self._number.setText(self.tr("{} of {}").format(self._presenter.index + 1, count))
