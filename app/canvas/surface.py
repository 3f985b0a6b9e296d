"""The fourth pane: surfaces of the classes, and a bar of buttons over them."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QSlider, QToolButton, QVBoxLayout, QWidget

from app.canvas.surface_view import SurfaceView
from app.icons import icon
from app.presenters.bundle import Presenters
from app.surface.camera import Side

_ICON = 16  # pixels
_SLIDER = 64  # pixels


class SurfacePane(QWidget):
    """Stands beside the planes of a volume while it is wanted."""

    def __init__(self, presenters: Presenters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = SurfaceView(presenters, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(SurfaceBar(presenters, self))
        layout.addWidget(self.view, 1)


class SurfaceBar(QWidget):
    """From where one looks, how faint the other classes are, and when surfaces are built."""

    def __init__(self, presenters: Presenters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._surface = presenters.surface
        self._scene = presenters.scene
        whole = self._button("fit", self.tr("Show all of it (Home)"))
        self._automatic = self._button("automatic", self.tr("Follow the mask by itself"))
        self._automatic.setCheckable(True)
        self._update = self._button("refresh", self.tr("Build the surface of the mask as it is"))
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setRange(10, 100)
        self._opacity.setFixedWidth(_SLIDER)
        self._opacity.setAccessibleName(self.tr("Opacity of the other classes"))
        self._opacity.setToolTip(
            self.tr("Opacity of all classes but the one in hand, to see what lies inside")
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 1, 4, 1)
        row.setSpacing(0)
        for side in Side:
            row.addWidget(self._side_button(side))
        row.addWidget(whole)
        row.addStretch(1)
        row.addWidget(self._opacity)
        row.addSpacing(6)
        row.addWidget(self._update)
        row.addWidget(self._automatic)
        whole.clicked.connect(self._scene.reset)
        self._automatic.clicked.connect(self._surface.toggle_automatic)
        self._update.clicked.connect(self._surface.build)
        self._opacity.valueChanged.connect(self._fade)
        self._surface.changed.connect(self._show_state)
        self._scene.faded.connect(self._show_opacity)
        self._show_opacity()
        self._show_state()

    def _button(self, sign: str, what: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(sign))
        button.setIconSize(QSize(_ICON, _ICON))
        button.setAutoRaise(True)
        button.setToolTip(what)
        button.setAccessibleName(what)
        return button

    def _side_button(self, side: Side) -> QToolButton:
        told = {
            Side.ANTERIOR: self.tr("From the front (A)"),
            Side.POSTERIOR: self.tr("From the back (P)"),
            Side.LEFT: self.tr("From the patient's left (L)"),
            Side.RIGHT: self.tr("From the patient's right (R)"),
            Side.SUPERIOR: self.tr("From above (S)"),
            Side.INFERIOR: self.tr("From below (I)"),
        }[side]
        button = QToolButton()
        button.setText(side.value)
        button.setAutoRaise(True)
        button.setToolTip(told)
        button.setAccessibleName(told)
        button.clicked.connect(lambda: self._scene.see_from(side))
        return button

    @Slot(int)
    def _fade(self, percent: int) -> None:
        self._scene.fade(percent / 100)

    @Slot()
    def _show_opacity(self) -> None:
        with QSignalBlocker(self._opacity):
            self._opacity.setValue(round(100 * self._scene.faintness))

    @Slot()
    def _show_state(self) -> None:
        """Whether surfaces follow the mask, and whether there is something to build."""
        surface = self._surface
        with QSignalBlocker(self._automatic):
            self._automatic.setChecked(surface.is_automatic)
        self._automatic.setEnabled(not surface.is_large)
        self._update.setEnabled(not surface.is_building and surface.is_stale)
