"""Mouse over linked planes: which one is active, where they cross, window and level."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QWheelEvent

from app.canvas.bindings import Does, does
from app.canvas.view import Canvas
from app.presenters.bundle import Presenters

SELECT = "select"
"""Name of the tool that pans and selects: in it a click moves the crosshair."""

CLICK = 4
"""A press that moved no more pixels than this is a click."""


class Navigation(QObject):
    """Sees the events of a canvas before its tools do, and takes those that are not for them."""

    def __init__(self, canvas: Canvas, presenters: Presenters) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._presenters = presenters
        self._case = presenters.case
        self._window_from: QPointF | None = None
        self._pressed_at: QPointF | None = None
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Handle the event; False leaves it to the tools."""
        if watched is not self._canvas or not self._canvas.has_picture:
            return False
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        if isinstance(event, QWheelEvent):
            if self._turns_slices(event.modifiers()):
                self._case.show_plane(self._canvas.plane)
        elif isinstance(event, QEnterEvent):
            self._take_focus()
        elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_H:
            return self._peek(event)
        elif event.type() == QEvent.Type.FocusOut and self._presenters.layers.is_peeking:
            self._presenters.layers.peek(held=False)
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            return self._press(event)
        if event.type() == QEvent.Type.MouseButtonDblClick:
            return self._double(event)
        if event.type() == QEvent.Type.MouseMove:
            return self._move(event)
        if event.type() == QEvent.Type.MouseButtonRelease:
            return self._release(event)
        return False

    def _press(self, event: QMouseEvent) -> bool:
        self._case.show_plane(self._canvas.plane)
        at, button = event.position(), event.button()
        action = does(self._presenters.settings, button, event.modifiers())
        is_right = button == Qt.MouseButton.RightButton
        erases_nothing = action is Does.ERASE and is_right and self._is_selecting
        if action is Does.WINDOW or erases_nothing:
            self._window_from = at
            self._presenters.levels.begin_drag()
            return True
        self._pressed_at = at if button == Qt.MouseButton.LeftButton else None
        return False

    def _double(self, event: QMouseEvent) -> bool:
        """Left: this plane alone, or all again. Middle: the automatic window."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._presenters.levels.auto()
            return True
        on_caption = self._canvas.is_on_caption(event.position())
        if event.button() == Qt.MouseButton.LeftButton and (on_caption or self._is_selecting):
            self._presenters.planes.maximise(self._canvas.plane)
            return True
        return self._press(event)

    def _move(self, event: QMouseEvent) -> bool:
        at = event.position()
        if self._window_from is not None:
            way = at - self._window_from
            self._presenters.levels.drag(way.x(), -way.y())
            return True
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if shift and event.buttons() == Qt.MouseButton.NoButton:
            self._cross_at(at)
        return False

    def _release(self, event: QMouseEvent) -> bool:
        at = event.position()
        if self._window_from is not None:
            self._window_from = None
            self._presenters.levels.end_drag()
            return True
        pressed, self._pressed_at = self._pressed_at, None
        is_click = pressed is not None and (at - pressed).manhattanLength() <= CLICK
        if is_click and self._is_selecting:
            self._cross_at(at)
        return False

    def _turns_slices(self, held: Qt.KeyboardModifier) -> bool:
        """Whether the wheel goes through slices; it does in the plane under the pointer."""
        key = ""
        if held & Qt.KeyboardModifier.ControlModifier:
            key = "ctrl-"
        elif held & Qt.KeyboardModifier.ShiftModifier:
            key = "shift-"
        return self._presenters.settings.choice(f"mouse.{key}wheel") == "slice"

    @property
    def _is_selecting(self) -> bool:
        return self._presenters.editing.tool == SELECT

    def _cross_at(self, at: QPointF) -> None:
        """Let the planes cross at a point of this one."""
        place, view = self._canvas.pixel(at), self._canvas.view
        if place is not None and view is not None and view.normal is not None:
            self._case.put_cursor(view.voxel(*place))

    def _peek(self, event: QKeyEvent) -> bool:
        """While H is held, the image is seen alone."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        is_press = event.type() == QEvent.Type.KeyPress
        if is_press or event.type() == QEvent.Type.KeyRelease:
            if not event.isAutoRepeat():
                self._presenters.layers.peek(held=is_press)
            return True
        return False

    def _take_focus(self) -> None:
        """Keys that are held work over the plane under the pointer, once a plane has the focus."""
        holder = self._canvas.window().focusWidget()
        if isinstance(holder, Canvas) and holder is not self._canvas:
            self._canvas.setFocus()
