"""Every tool Sulcus has, in the order of the toolbar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.editing.pointer import Tool
from engine.registry import Registry

_TOOLS = "engine.editing.tools"


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
        group: Buttons of one group stand together.
        hint: How it is used, for the strip above the canvas.
        edits: Whether it changes the mask, so that it needs the right to.
        erases: Whether the other button of the mouse does the same with background.
    """

    name: str
    title: str
    icon: str
    shortcut: str
    note: str
    target: str
    group: str
    hint: str = ""
    edits: bool = True
    erases: bool = True


TOOLS: Registry[ToolRow, Callable[..., Tool]] = Registry(
    "tool",
    ToolRow(
        "select", "Pan and select", "select", "V", "look around", f"{_TOOLS}.select:Select", "look",
        "Drag to move the image; Space does so with any tool", edits=False, erases=False,
    ),
    ToolRow(
        "brush", "Brush", "brush", "B", "paint the chosen class", f"{_TOOLS}.brush:Brush", "paint",
        "Shift+click: straight line. Right button: erase",
    ),
    ToolRow(
        "eraser", "Eraser", "eraser", "E", "paint background", f"{_TOOLS}.eraser:Eraser", "paint",
        "Shift+click: straight line",
    ),
    ToolRow(
        "threshold", "Threshold brush", "threshold", "Shift+W",
        "paint only pixels that are as bright as the one pressed",
        f"{_TOOLS}.threshold:ThresholdBrush", "paint",
        "Press on the brightness to paint. Right button: erase",
    ),
    ToolRow(
        "polygon", "Polygon", "polygon", "P", "paint what lies within corners",
        f"{_TOOLS}.polygon:Polygon", "area",
        "Click corners; first corner, double click or Enter closes. "
        "Shift: 45 degrees. Backspace: last corner",
    ),
    ToolRow(
        "lasso", "Lasso", "lasso", "L", "paint what the pointer goes around",
        f"{_TOOLS}.lasso:Lasso", "area", "Drag around an area. Right button: erase",
    ),
    ToolRow(
        "fill", "Flood fill", "fill", "F", "give the class to connected pixels of one class",
        f"{_TOOLS}.fill:Fill", "area", "Click an area. Right button: erase",
    ),
    ToolRow(
        "wand", "Magic wand", "wand", "W", "give the class to connected pixels that look alike",
        f"{_TOOLS}.wand:Wand", "area",
        "Press and drag: right or up widens the tolerance. Right button: erase",
    ),
    ToolRow(
        "scribble", "Scribble", "scribble", "K", "mark a few pixels that the CRF spreads",
        f"{_TOOLS}.scribble:ScribbleTool", "crf",
        "Scribble on each class, right button for background; Enter keeps, Escape leaves",
    ),
    ToolRow(
        "box", "Refine a box", "box", "R", "let the CRF refine what lies in a box",
        f"{_TOOLS}.box:RefineBox", "crf", "Drag a box", erases=False,
    ),
    ToolRow(
        "crf brush", "CRF brush", "crf-brush", "Shift+K", "let the CRF refine under the brush",
        f"{_TOOLS}.crf_brush:CrfBrush", "crf", "Paint over a rough border", erases=False,
    ),
    ToolRow(
        "picker", "Pick a class", "picker", "I", "choose the class under the pointer",
        f"{_TOOLS}.picker:Picker", "ask", "Click a pixel of the class", edits=False, erases=False,
    ),
    ToolRow(
        "measure", "Measure", "measure", "M", "a length, or an area and a volume",
        f"{_TOOLS}.measure:Measure", "ask", "Drag: length. Click: area and volume",
        edits=False, erases=False,
    ),
)  # fmt: skip
