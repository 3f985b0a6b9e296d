"""Mouse, wheel and keys over a canvas: what they do to the tools, the view and the split line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent

from app.canvas.marks import draw_brush
from app.canvas.view import Canvas
from app.presenters.bundle import Presenters

ZOOM_STEP = 1.15


class CanvasPointer(QObject):
    """Watches the events of one canvas, and draws the brush where the pointer is."""

    def __init__(self, canvas: Canvas, presenters: Presenters) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._presenters = presenters
        self._editing = presenters.editing
        self._pan_from: QPointF | None = None
        self._is_space_held = False
        self._at: QPointF | None = None
        canvas.setMouseTracking(True)
        canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        canvas.installEventFilter(self)
        canvas.over = self.draw
        self._editing.radius_changed.connect(self._repaint)
        self._editing.tool_changed.connect(self._repaint)
        self._editing.label_changed.connect(self._repaint)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Handle the event; False leaves it to the canvas."""
        if watched is not self._canvas:
            return False
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        if isinstance(event, QWheelEvent):
            self._wheel(event)
            return True
        if isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            if event.type() == QEvent.Type.KeyPress:
                return self._key_pressed(event.key())
            if event.type() == QEvent.Type.KeyRelease:
                return self._key_released(event.key())
        elif isinstance(event, QEnterEvent):
            self._hover(event.position())
        elif event.type() == QEvent.Type.Leave:
            self._leave()
        return False

    def draw(self, painter: QPainter) -> None:
        """The brush, as large as it paints; part of the canvas' painting."""
        project = self._presenters.case.project
        if self._at is None or project is None or self._is_space_held:
            return
        erases = self._editing.tool == "eraser" or self._editing.label == 0
        colour = None if erases else project.label_set[self._editing.label].colour
        radius = self._editing.radius * self._canvas.scale
        draw_brush(painter, self._at, radius, colour)

    def _mouse(self, event: QMouseEvent) -> bool:
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            self._press(event)
        elif event.type() == QEvent.Type.MouseMove:
            self._move(event)
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._release(event)
        else:
            return False
        return True

    def _press(self, event: QMouseEvent) -> None:
        button, at = event.button(), event.position()
        if button == Qt.MouseButton.MiddleButton or self._is_space_held:
            self._pan_from = at
        elif button == Qt.MouseButton.LeftButton and self._canvas.is_near_split(at):
            self._canvas.hold_split(held=True)
        elif self._canvas.has_picture and button in (
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.RightButton,
        ):
            erase = button == Qt.MouseButton.RightButton
            self._editing.press(self._canvas.place(at), erase=erase)

    def _move(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pan_from is not None:
            self._canvas.pan(at - self._pan_from)
            self._pan_from = at
        elif self._canvas.is_split_held:
            self._canvas.put_split(at.x() / max(1, self._canvas.width()))
        else:
            self._editing.move(self._canvas.place(at))
            self._hover(at)

    def _release(self, event: QMouseEvent) -> None:
        self._pan_from = None
        self._canvas.hold_split(held=False)
        if self._editing.is_drawing:
            self._editing.release(self._canvas.place(event.position()))

    def _wheel(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120 or event.angleDelta().x() / 120
        modifiers = event.modifiers()
        held = ""
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            held = "ctrl-"
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            held = "shift-"
        does = self._presenters.settings.choice(f"mouse.{held}wheel")
        if does == "slice":
            self._presenters.case.step(1 if steps > 0 else -1)
        elif does == "brush":
            self._editing.scale_radius(1 if steps > 0 else -1)
        else:
            self._canvas.zoom_at(ZOOM_STEP**steps, event.position())
        event.accept()

    def _key_pressed(self, key: int) -> bool:
        if key == Qt.Key.Key_Space:
            self._is_space_held = True
            self._canvas.update()
        elif key == Qt.Key.Key_C:
            self._presenters.refinement.hold_before(held=True)
        elif key == Qt.Key.Key_Escape:
            self._escape()
        else:
            return False
        return True

    def _key_released(self, key: int) -> bool:
        if key == Qt.Key.Key_Space:
            self._is_space_held = False
            self._canvas.update()
        elif key == Qt.Key.Key_C:
            self._presenters.refinement.hold_before(held=False)
        else:
            return False
        return True

    def _escape(self) -> None:
        """Take back the stroke under way; without one, leave the refinement."""
        if self._editing.is_drawing:
            self._editing.cancel()
        else:
            self._presenters.refining_all.leave()

    def _leave(self) -> None:
        self._at = None
        self._canvas.hovered.emit(None)
        self._canvas.update()

    def _hover(self, at: QPointF) -> None:
        """Move the brush circle, and tell which pixel is under it."""
        reach = int(self._editing.radius * self._canvas.scale) + 4
        for place in (self._at, at):
            if place is not None:
                self._canvas.update_around(place, reach)
        self._at = at
        near = self._canvas.is_near_split(at)
        shape = Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor
        if shape != self._canvas.cursor().shape():
            self._canvas.setCursor(shape)
        if self._canvas.has_picture:
            self._canvas.hovered.emit(self._canvas.pixel(at))

    def _repaint(self) -> None:
        self._canvas.update()
