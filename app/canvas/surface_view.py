"""Shows the picture of the surfaces, and turns mouse and keys into ways to look at them."""

from __future__ import annotations

from math import radians

from PySide6.QtCore import QEvent, QPointF, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.canvas.marks import draw_focus
from app.canvas.surface_signs import (
    crossing_lines,
    draw_axes,
    draw_caption,
    draw_crossing,
    draw_told,
)
from app.presenters.bundle import Presenters
from app.surface.camera import Side

CLICK = 4
"""A press that moved no more pixels than this is a click."""
_HALF_TURN = 300.0
"""Pixels to drag for half a turn."""
_STEP = radians(10)
_ZOOM = 1.2
_TOP, _BOTTOM = QColor(44, 50, 60), QColor(12, 14, 18)
_SIDES = {getattr(Qt.Key, f"Key_{side.value}"): side for side in Side}
_TURNS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ZOOMS = {Qt.Key.Key_Plus: _ZOOM, Qt.Key.Key_Equal: _ZOOM, Qt.Key.Key_Minus: 1 / _ZOOM}
_RESETS = (Qt.Key.Key_Home, Qt.Key.Key_0)
_Button = Qt.MouseButton


class SurfaceView(QWidget):
    """Left drags turn, right and middle ones move, the wheel zooms; a click moves the crosshair."""

    def __init__(self, presenters: Presenters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case = presenters.case
        self._planes = presenters.planes
        self._surface = presenters.surface
        self._scene = presenters.scene
        self._last: QPointF | None = None
        self._held = Qt.MouseButton.NoButton
        self._pressed: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(120, 100)
        self.setAccessibleName(self.tr("Surface of the mask"))
        self.setAccessibleDescription(
            self.tr(
                "A, P, L, R, S and I look from the sides of the patient; arrows turn, Shift and "
                "arrows move, plus and minus zoom, Home shows all"
            )
        )
        self._scene.drawn.connect(self._repaint)
        self._surface.changed.connect(self._repaint)
        self._planes.changed.connect(self._repaint)

    @property
    def told(self) -> str:
        """What stands where no surface is: why, or ''."""
        if self._surface.why_not:
            return self._surface.why_not
        shapes = self._surface.shapes
        if self._surface.is_building and shapes is None:
            return self.tr("Building the surface...")
        if shapes is None:
            return (
                self.tr("Press the round arrow above to build the surface")
                if self._case.case
                else ""
            )
        if not shapes.surfaces:
            return self.tr("No class has been drawn yet")
        return ""

    @Slot()
    def _repaint(self) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        del event
        painter = QPainter(self)
        area, picture = self.rect(), self._scene.picture
        told = self.told
        if picture is None or told:
            ground = QLinearGradient(0, 0, 0, area.height())
            ground.setColorAt(0, _TOP)
            ground.setColorAt(1, _BOTTOM)
            painter.fillRect(area, ground)
            draw_told(painter, area, told)
        else:
            rows, columns = picture.pixels.shape[:2]
            image = QImage(
                picture.pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBX8888
            )
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(area, image)
            matrix = self._scene.matrix
            if matrix is not None and self._planes.shows_crosshair and self._case.case:
                shape, cursor = self._case.case.image.geometry.shape, self._case.cursor
                lines = crossing_lines(matrix, shape, cursor)
                crossing = matrix[:3, :3] @ cursor + matrix[:3, 3]
                draw_crossing(painter, area, picture.camera, lines, crossing)
            if self._scene.has_sides:
                draw_axes(painter, area, picture.camera)
        draw_caption(painter, area, self.tr("Surface"))
        draw_focus(painter, self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._ask()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._ask()

    def _ask(self) -> None:
        if self.isVisible():
            ratio = self.devicePixelRatioF()
            self._scene.resize((round(self.height() * ratio), round(self.width() * ratio)))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._last, self._held = event.position(), event.button()
        self._pressed = event.position() if event.button() == _Button.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self._last is None:
            return
        if self._pressed is not None:
            if (event.position() - self._pressed).manhattanLength() <= CLICK:
                return
            self._pressed = None
        way, self._last = event.position() - self._last, event.position()
        if self._held == _Button.LeftButton:
            turn = radians(180) / _HALF_TURN
            self._scene.turn(way.x() * turn, way.y() * turn)
        else:
            self._scene.move(way.x() / self.height(), way.y() / self.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self._pressed is not None and event.button() == _Button.LeftButton:
            ratio = self.devicePixelRatioF()
            self._scene.press(self._pressed.x() * ratio, self._pressed.y() * ratio)
        self._last = self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._last = self._pressed = None
        if event.button() == _Button.LeftButton:
            self._scene.reset()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        at, height = event.position(), self.height()
        place = ((at.x() - self.width() / 2) / height, (height / 2 - at.y()) / height)
        self._scene.zoom(_ZOOM ** (event.angleDelta().y() / 120), place)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Keys of this pane are not those of the tools while it has the focus."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and self._is_mine(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if not self._is_mine(event):
            super().keyPressEvent(event)
            return
        key = Qt.Key(event.key())
        if key in _SIDES:
            self._scene.see_from(_SIDES[key])
        elif key in _ZOOMS:
            self._scene.zoom(_ZOOMS[key])
        elif key in _RESETS:
            self._scene.reset()
        else:
            right, down = _TURNS[key]
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._scene.move(right * 0.05, down * 0.05)
            else:
                self._scene.turn(right * _STEP, down * _STEP)

    def _is_mine(self, event: QKeyEvent) -> bool:
        """Whether it is one of the keys of this pane."""
        if event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier
            | Qt.KeyboardModifier.AltModifier
            | Qt.KeyboardModifier.MetaModifier
        ):
            return False
        key = event.key()
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in _TURNS or key in _ZOOMS:
            return True
        return not is_shifted and (key in _SIDES or key in _RESETS)
