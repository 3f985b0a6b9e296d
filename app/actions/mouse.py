"""What mouse, pen and held keys do, for the list of keys; what can be chosen names its setting."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MouseRow:
    """One gesture.

    Attributes:
        gesture: What the hand does.
        does: What happens, or '' where a setting says it.
        setting: Name of the setting that says it.
    """

    gesture: str
    does: str
    setting: str = ""


MOUSE: tuple[MouseRow, ...] = (
    MouseRow("Left drag", "Use the tool"),
    MouseRow("Alt + left drag", "", "mouse.alt-left"),
    MouseRow("Right drag", "", "mouse.right"),
    MouseRow("Shift + right drag", "", "mouse.shift-right"),
    MouseRow("Middle drag", "", "mouse.middle"),
    MouseRow("Space + drag", "Move the picture"),
    MouseRow("Wheel", "", "mouse.wheel"),
    MouseRow("Ctrl + wheel", "", "mouse.ctrl-wheel"),
    MouseRow("Shift + wheel", "", "mouse.shift-wheel"),
    MouseRow("C held", "Show the mask before the refinement"),
    MouseRow("Drag the split line", "Compare the masks on its sides"),
    MouseRow("Esc", "Take back the stroke under way, or leave the refinement"),
)
