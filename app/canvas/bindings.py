"""What the buttons of the mouse do over a canvas; the wheel is chosen in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from PySide6.QtCore import Qt


class Does(Enum):
    """What a button does."""

    USE = "use the tool"
    ERASE = "use the tool with background"
    PAN = "move the picture"
    NOTHING = "nothing"


_Button, _Key = Qt.MouseButton, Qt.KeyboardModifier

Buttons = Mapping[tuple[Qt.MouseButton, Qt.KeyboardModifier], Does]
"""By button and held key; a button alone counts for the keys that are not named."""

BUTTONS: Buttons = {
    (_Button.LeftButton, _Key.NoModifier): Does.USE,
    (_Button.LeftButton, _Key.AltModifier): Does.ERASE,
    (_Button.RightButton, _Key.NoModifier): Does.ERASE,
    (_Button.MiddleButton, _Key.NoModifier): Does.PAN,
}
"""As Sulcus comes."""


def does(buttons: Buttons, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> Does:
    """What a button does while some keys are held."""
    for key in (_Key.AltModifier, _Key.ControlModifier, _Key.ShiftModifier):
        if keys & key and (button, key) in buttons:
            return buttons[button, key]
    return buttons.get((button, _Key.NoModifier), Does.NOTHING)
