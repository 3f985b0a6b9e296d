"""What the buttons of the mouse do over a canvas; the settings say it, as a person chose it."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt

from app.settings import Settings


class Does(Enum):
    """What a drag with a button does; the values are those of the settings."""

    USE = "use"
    ERASE = "erase"
    PAN = "pan"
    WINDOW = "window"
    ZOOM = "zoom"
    NOTHING = "nothing"


_Button, _Key = Qt.MouseButton, Qt.KeyboardModifier

_CHOSEN = {
    (_Button.LeftButton, _Key.AltModifier): "mouse.alt-left",
    (_Button.RightButton, _Key.NoModifier): "mouse.right",
    (_Button.RightButton, _Key.ShiftModifier): "mouse.shift-right",
    (_Button.MiddleButton, _Key.NoModifier): "mouse.middle",
}
"""Names of settings, by button and held key; a button alone counts for keys not named."""


def does(settings: Settings, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> Does:
    """What a button does while some keys are held; the left one alone uses the tool."""
    for key in (_Key.AltModifier, _Key.ControlModifier, _Key.ShiftModifier):
        if keys & key and (button, key) in _CHOSEN:
            return Does(settings.choice(_CHOSEN[button, key]))
    if button == _Button.LeftButton:
        return Does.USE
    name = _CHOSEN.get((button, _Key.NoModifier))
    return Does.NOTHING if name is None else Does(settings.choice(name))
