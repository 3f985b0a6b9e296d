"""Every tool Sulcus has, in the order of the toolbar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.editing.pointer import Tool
from engine.registry import Registry


@dataclass(frozen=True, slots=True)
class ToolRow:
    """One button of the toolbar.

    Attributes:
        name: Short and unique.
        title: What the button says.
        icon: Name of the icon in the icon family.
        shortcut: A key that works over the canvas.
        note: What it does, for the tooltip.
        target: 'module:Class'.
    """

    name: str
    title: str
    icon: str
    shortcut: str
    note: str
    target: str


TOOLS: Registry[ToolRow, Callable[..., Tool]] = Registry(
    "tool",
    ToolRow(
        "brush", "Brush", "brush", "B", "paint the chosen class", "engine.editing.tools.brush:Brush"
    ),
    ToolRow(
        "eraser", "Eraser", "eraser", "E", "paint background", "engine.editing.tools.eraser:Eraser"
    ),
)
