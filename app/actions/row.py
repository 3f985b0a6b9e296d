"""What a command is, and what it may ask of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.presenters.bundle import Presenters


class Screen(Protocol):
    """What commands may ask of the window."""

    presenters: Presenters

    def show_dialog(self, name: str) -> None: ...
    def toggle_full_screen(self) -> None: ...
    def fit(self) -> None: ...
    def zoom(self, factor: float) -> None: ...
    def toggle_mask(self) -> None: ...
    def change_opacity(self, by: float) -> None: ...
    def move_split(self, by: float) -> None: ...
    def reset_layout(self) -> None: ...
    def close(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One command.

    Attributes:
        name: Unique and never changed, 'file.save'; settings and search know the command by it.
        title: What the menu says.
        keys: Shortcuts, the first one shown.
        icon: Name in the icon family, or ''.
        run: What it does.
        on_canvas: Whether the keys count only while the canvas has the focus, so that typing a
            name never switches the image.
        submenu: Title of the menu inside the menu that it stands in, or ''.
        context: Under which its title is translated.
    """

    name: str
    title: str
    keys: tuple[str, ...]
    icon: str
    run: Callable[[Screen], object]
    on_canvas: bool = False
    submenu: str = ""
    context: str = "actions"
