"""Tool tips that name the key of a command, whichever key it has at the time."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton

COMMAND, SAID = "command", "said"
"""Properties that say what a control does and what its tool tip says without the key."""

PLACE = "{key}"


def tell(one: QAbstractButton | QAction, said: str, command: str) -> None:
    """Have a tool tip that says `said` and the key of a command.

    Args:
        one: What has the tool tip.
        said: What it says; the key stands where '{key}' is, or at the end.
        command: The command's name in the table.
    """
    one.setProperty(COMMAND, command)
    one.setProperty(SAID, said if PLACE in said else said + PLACE)
    put_key(one, "")


def put_key(one: QAbstractButton | QAction, key: str) -> None:
    """Name the key; '' if the command has none."""
    shown = f" ({key})" if key else ""
    one.setToolTip(str(one.property(SAID)).replace(PLACE, shown))
