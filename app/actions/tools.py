"""Tools and classes to take in hand, made from the table of tools."""

from __future__ import annotations

from app.actions.row import ActionRow, Screen
from engine.editing.tools.table import TOOLS, ToolRow

_CLASSES = "Choose a class"
_LOCKS = "Lock a class"
_EYES = "Show or hide a class"
_WITH_KEY = 10  # background and nine classes have a digit


def _tool(tool: ToolRow) -> ActionRow:
    def run(screen: Screen) -> None:
        screen.presenters.editing.choose_tool(tool.name)

    keys = (tool.shortcut,) if tool.shortcut else ()
    return ActionRow(
        f"tools.{tool.name}", tool.title, keys, tool.icon, run, on_canvas=True, context="tools"
    )


def _label(index: int) -> ActionRow:
    def run(screen: Screen) -> None:
        screen.presenters.editing.choose_label(index)

    title = f"Class {index}" if index else "Background"
    keys = (str(index),)
    return ActionRow(f"class.{index}", title, keys, "", run, on_canvas=True, submenu=_CLASSES)


def _lock(index: int) -> ActionRow:
    def run(screen: Screen) -> None:
        screen.presenters.modes.toggle_lock(index)

    keys = (f"Alt+{index}",)
    return ActionRow(f"lock.{index}", f"Lock class {index}", keys, "", run, submenu=_LOCKS)


def _eye(index: int) -> ActionRow:
    def run(screen: Screen) -> None:
        layers = screen.presenters.layers
        layers.hide(index, hidden=index not in layers.hidden)

    title = f"Show or hide class {index}"
    return ActionRow(f"eye.{index}", title, (f"Ctrl+{index}",), "", run, submenu=_EYES)


TOOL_ACTIONS: tuple[ActionRow, ...] = (
    *(_tool(tool) for tool in TOOLS),
    *(_label(index) for index in [*range(1, _WITH_KEY), 0]),
    *(_lock(index) for index in range(1, _WITH_KEY)),
    *(_eye(index) for index in range(1, _WITH_KEY)),
)
