"""Mouse, pen, wheel and keys over a canvas: what they do to the tools, the view and the split."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Slot
from PySide6.QtGui import (
    QEnterEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)

from app.canvas.bindings import Does, does
from app.canvas.guides import GuidePainter
from app.canvas.marks import draw_brush
from app.canvas.view import Canvas
from app.presenters.bundle import Presenters
from app.presenters.grip import Grip

ZOOM_STEP = 1.15
DRAG_PER_STEP = 12.0
"""Pixels of the screen that a drag goes up to zoom in as much as the wheel does by one step."""

_Type = QEvent.Type
_PRESSES = (_Type.MouseButtonPress, _Type.MouseButtonDblClick, _Type.TabletPress)
_RELEASES = (_Type.MouseButtonRelease, _Type.TabletRelease)
_FINISH = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CanvasPointer(QObject):
    """Watches the events of one canvas, and draws brush and guides where the pointer is."""

    def __init__(self, canvas: Canvas, presenters: Presenters) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._presenters = presenters
        self._editing = presenters.editing
        self._guides = GuidePainter()
        self._pan_from: QPointF | None = None
        self._is_space_held = False
        self._at: QPointF | None = None
        self._zoom_from: QPointF | None = None  # where the press was that zooms by its drag
        self._zoomed_at = 0.0
        canvas.setMouseTracking(True)
        canvas.setTabletTracking(True)
        canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        canvas.installEventFilter(self)
        canvas.over = self.draw
        self._editing.radius_changed.connect(self._repaint)
        self._editing.option_changed.connect(self._repaint)
        self._editing.tool_changed.connect(self._take_tool)
        self._editing.label_changed.connect(self._repaint)
        self._editing.guide_changed.connect(self._repaint)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Handle the event; False leaves it to the canvas."""
        if watched is not self._canvas:
            return False
        if isinstance(event, QMouseEvent | QTabletEvent):
            return self._point(event)
        if isinstance(event, QWheelEvent):
            self._wheel(event)
            return True
        if isinstance(event, QKeyEvent):
            return self._key(event)
        if isinstance(event, QEnterEvent):
            self._hover(event.position())
        elif event.type() == _Type.Leave:
            self._leave()
        elif event.type() == _Type.FocusOut and self._is_space_held:
            self._hold_space(held=False)
        return False

    def draw(self, painter: QPainter) -> None:
        """The guide of the gesture and the brush, as large as it paints; part of the painting."""
        project, view = self._presenters.case.project, self._canvas.view
        if project is None or view is None or self._presenters.case.case is None:
            return
        guide, canvas = self._editing.guide, self._canvas
        scale = canvas.scale / min(view.spacing)
        if guide is not None and canvas.is_active:
            self._guides.draw(painter, guide, canvas.point, scale, project.label_set)
        radius = self._radius
        if self._at is not None and radius and not self._is_space_held:
            erases = self._editing.tool == "eraser" or self._editing.label == 0
            colour = None if erases else project.label_set[self._editing.label].colour
            if self._editing.tool == "crf brush":
                colour = (255, 255, 255)
            draw_brush(
                painter,
                self._at,
                radius,
                colour,
                is_square=self._editing.option("shape") == "square",
            )

    @property
    def _radius(self) -> float:
        """That of the brush in pixels of the canvas; 0 without one."""
        case, view = self._presenters.case.case, self._canvas.view
        if case is None or view is None:
            return 0.0
        unit = min(case.image.geometry.spacing) / min(view.spacing)
        return self._editing.radius * unit * self._canvas.scale

    def _point(self, event: QMouseEvent | QTabletEvent) -> bool:
        if event.type() in _PRESSES:
            self._press(event)
        elif event.type() in (_Type.MouseMove, _Type.TabletMove):
            self._move(event)
        elif event.type() in _RELEASES:
            self._release(event)
        else:
            return False
        event.accept()  # a pen that is heard makes no mouse event besides
        return True

    def _grip(self, event: QMouseEvent | QTabletEvent, *, erases: bool = False) -> Grip:
        pressure, view = 1.0, self._canvas.view
        if isinstance(event, QTabletEvent):
            pressure = event.pressure()
            erases = erases or event.pointerType() == QPointingDevice.PointerType.Eraser
        viewport, seen = self._canvas.viewport, None
        rows, columns, row_of, column_of = viewport.indices()
        if event.type() in _PRESSES and row_of.size and column_of.size:
            seen = viewport.covered(rows, columns)
        return Grip(
            erases=erases,
            straight=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier),
            pressure=pressure,
            pixel=min(view.spacing) / self._canvas.scale if view is not None else 1.0,
            is_double=event.type() == _Type.MouseButtonDblClick,
            seen=seen,
        )

    def _press(self, event: QMouseEvent | QTabletEvent) -> None:
        button, at = event.button(), event.position()
        action = does(self._presenters.settings, button, event.modifiers())
        pans = action is Does.USE and (self._is_space_held or self._editing.tool == "select")
        if action is Does.PAN or pans:
            self._pan_from = at
            self._shape()
        elif action is Does.ZOOM:
            self._zoom_from, self._zoomed_at = at, at.y()
        elif button == Qt.MouseButton.LeftButton and self._canvas.is_near_split(at):
            self._canvas.hold_split(held=True)
        elif self._canvas.has_picture and action in (Does.USE, Does.ERASE):
            if self._presenters.modes.picked(self._canvas.place(at)):
                return
            grip = self._grip(event, erases=action is Does.ERASE)
            self._editing.press(self._canvas.place(at), grip)

    def _move(self, event: QMouseEvent | QTabletEvent) -> None:
        at = event.position()
        if self._pan_from is not None:
            self._canvas.pan(at - self._pan_from)
            self._pan_from = at
            self._at = at
        elif self._zoom_from is not None:
            steps = (self._zoomed_at - at.y()) / DRAG_PER_STEP
            self._canvas.zoom_at(ZOOM_STEP**steps, self._zoom_from)
            self._zoomed_at = at.y()
        elif self._canvas.is_split_held:
            self._canvas.put_split(at.x() / max(1, self._canvas.width()))
        else:
            if self._canvas.has_picture and self._canvas.is_active:
                self._editing.move(self._canvas.place(at), self._grip(event))
            self._hover(at)

    def _release(self, event: QMouseEvent | QTabletEvent) -> None:
        if self._pan_from is not None:
            self._pan_from = None
            self._shape()
        elif self._zoom_from is not None:
            self._zoom_from = None
        elif self._canvas.is_split_held:
            self._canvas.hold_split(held=False)
        elif self._editing.is_drawing and self._canvas.is_active:
            self._editing.release(self._canvas.place(event.position()), self._grip(event))

    def _wheel(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120 or event.angleDelta().x() / 120
        modifiers = event.modifiers()
        held = ""
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            held = "ctrl-"
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            held = "shift-"
        does_what = self._presenters.settings.choice(f"mouse.{held}wheel")
        if does_what == "slice":
            self._presenters.case.step(1 if steps > 0 else -1)
        elif does_what == "brush":
            self._editing.scale_radius(1 if steps > 0 else -1)
        else:
            self._canvas.zoom_at(ZOOM_STEP**steps, event.position())
        event.accept()

    def _key(self, event: QKeyEvent) -> bool:
        if event.type() == _Type.ShortcutOverride:
            return self._takes(event)
        if event.isAutoRepeat() and event.key() != Qt.Key.Key_Backspace:
            return False
        if event.type() == _Type.KeyPress:
            return self._drawing_key(event) or self._key_pressed(event.key())
        return event.type() == _Type.KeyRelease and self._key_released(event.key())

    def _takes(self, event: QKeyEvent) -> bool:
        """Whether a key is for the gesture under way, whatever command has it otherwise."""
        if not self._editing.is_drawing or not self._is_for_gesture(event):
            return False
        event.accept()
        return True

    def _is_for_gesture(self, event: QKeyEvent) -> bool:
        undoes = event.matches(QKeySequence.StandardKey.Undo)
        return undoes or event.key() in (*_FINISH, Qt.Key.Key_Backspace)

    def _drawing_key(self, event: QKeyEvent) -> bool:
        if not self._editing.is_drawing or not self._is_for_gesture(event):
            return False
        if event.key() in _FINISH:
            self._editing.finish()
        else:
            self._editing.back()
        return True

    def _key_pressed(self, key: int) -> bool:
        if key == Qt.Key.Key_Space:
            self._hold_space(held=True)
        elif key == Qt.Key.Key_C:
            self._presenters.refinement.hold_before(held=True)
        elif key == Qt.Key.Key_Escape:
            self._escape()
        else:
            return False
        return True

    def _key_released(self, key: int) -> bool:
        if key == Qt.Key.Key_Space:
            self._hold_space(held=False)
        elif key == Qt.Key.Key_C:
            self._presenters.refinement.hold_before(held=False)
        else:
            return False
        return True

    def _hold_space(self, *, held: bool) -> None:
        self._is_space_held = held
        self._shape()
        self._canvas.update()

    def _escape(self) -> None:
        """Take back the stroke under way; then what was measured; then leave the refinement."""
        if self._editing.is_drawing or self._editing.guide is not None:
            self._editing.leave()
        elif not self._presenters.operations.leave():
            self._presenters.refining_all.leave()

    def _leave(self) -> None:
        self._at = None
        self._canvas.hovered.emit(None)
        self._canvas.update()

    def _hover(self, at: QPointF) -> None:
        """Move the brush, and tell which pixel is under it."""
        reach = int(self._radius * 1.5) + 5  # a square reaches further along its diagonal
        for place in (self._at, at):
            if place is not None:
                self._canvas.update_around(place, reach)
        self._at = at
        self._shape()
        if self._canvas.has_picture:
            self._canvas.hovered.emit(self._canvas.pixel(at))

    def _shape(self) -> None:
        """The cursor that says what a press would do."""
        if self._pan_from is not None:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._is_space_held or self._editing.tool == "select":
            shape = Qt.CursorShape.OpenHandCursor
        elif self._at is not None and self._canvas.is_near_split(self._at):
            shape = Qt.CursorShape.SplitHCursor
        else:
            shape = Qt.CursorShape.CrossCursor
        if not self._canvas.has_picture:
            shape = Qt.CursorShape.ArrowCursor
        if shape != self._canvas.cursor().shape():
            self._canvas.setCursor(shape)

    @Slot()
    def _repaint(self) -> None:
        self._canvas.update()

    @Slot()
    def _take_tool(self) -> None:
        self._shape()
        self._canvas.update()
