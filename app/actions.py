"""Every command of the window: menu, title, key, icon and what it does, in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.icons import icon
from app.presenters.bundle import Presenters


class Screen(Protocol):
    """What commands may ask of the window."""

    presenters: Presenters

    def ask_for_files(self) -> None: ...
    def ask_for_folder(self) -> None: ...
    def ask_for_export(self) -> None: ...
    def show_about(self) -> None: ...
    def show_shortcuts(self) -> None: ...
    def fit(self) -> None: ...
    def zoom(self, factor: float) -> None: ...
    def toggle_mask(self) -> None: ...
    def change_opacity(self, by: float) -> None: ...
    def move_split(self, by: float) -> None: ...
    def show_steps(self) -> None: ...
    def show_compatibility(self) -> None: ...
    def reset_layout(self) -> None: ...
    def toggle_names(self) -> None: ...
    def close(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One command.

    Attributes:
        menu: Title of the menu it stands in.
        title: What the menu says.
        keys: Shortcuts, the first one shown.
        icon: Name in the icon family, or ''.
        run: What it does.
        on_canvas: Whether the keys count only while the canvas has the focus, so that typing a
            name never switches the image.
    """

    menu: str
    title: str
    keys: tuple[str, ...]
    icon: str
    run: Callable[[Screen], object]
    on_canvas: bool = False


_FILE, _EDIT, _VIEW, _MASK, _GO, _HELP = "&File", "&Edit", "&View", "&Mask", "&Go", "&Help"

ACTIONS: tuple[ActionRow, ...] = (
    ActionRow(_FILE, "Open files...", ("Ctrl+O",), "open-file", lambda s: s.ask_for_files()),
    ActionRow(_FILE, "Open folder...", ("Ctrl+U",), "open-folder", lambda s: s.ask_for_folder()),
    ActionRow(
        _FILE, "Open the sample", (), "sample", lambda s: s.presenters.project.open_sample()
    ),
    ActionRow(_FILE, "Save", ("Ctrl+S",), "save", lambda s: s.presenters.case.save()),
    ActionRow(_FILE, "Export masks...", ("Ctrl+Shift+E",), "export", lambda s: s.ask_for_export()),
    ActionRow(_FILE, "Close image", ("Ctrl+W",), "", lambda s: s.presenters.case.close()),
    ActionRow(_FILE, "Quit", ("Ctrl+Q",), "", lambda s: s.close()),
    ActionRow(_EDIT, "Undo", ("Ctrl+Z",), "undo", lambda s: s.presenters.case.undo()),
    ActionRow(
        _EDIT, "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", lambda s: s.presenters.case.redo()
    ),
    ActionRow(
        _EDIT, "Smaller brush", ("[",), "",
        lambda s: s.presenters.editing.scale_radius(-1), on_canvas=True,
    ),
    ActionRow(
        _EDIT, "Larger brush", ("]",), "",
        lambda s: s.presenters.editing.scale_radius(1), on_canvas=True,
    ),
    ActionRow(_VIEW, "Fit to window", ("Ctrl+F",), "fit", lambda s: s.fit()),
    ActionRow(_VIEW, "Zoom in", ("Ctrl++", "Ctrl+="), "zoom-in", lambda s: s.zoom(1.25)),
    ActionRow(_VIEW, "Zoom out", ("Ctrl+-",), "zoom-out", lambda s: s.zoom(0.8)),
    ActionRow(_VIEW, "Show or hide the mask", ("T",), "mask", lambda s: s.toggle_mask(), True),
    ActionRow(_VIEW, "Fainter mask", (",",), "", lambda s: s.change_opacity(-0.1), True),
    ActionRow(_VIEW, "Stronger mask", (".",), "", lambda s: s.change_opacity(0.1), True),
    ActionRow(
        _VIEW, "Split before/after", ("S",), "split",
        lambda s: s.presenters.comparison.toggle(), on_canvas=True,
    ),
    ActionRow(
        _VIEW, "Split line to the left", ("Shift+Left",), "",
        lambda s: s.move_split(-0.05), on_canvas=True,
    ),
    ActionRow(
        _VIEW, "Split line to the right", ("Shift+Right",), "",
        lambda s: s.move_split(0.05), on_canvas=True,
    ),
    ActionRow(
        _VIEW, "Flash changed pixels", ("Shift+S",), "flash",
        lambda s: s.presenters.comparison.flash(), on_canvas=True,
    ),
    ActionRow(
        _VIEW, "Show or hide names in the title", (), "", lambda s: s.toggle_names()
    ),
    ActionRow(_VIEW, "Reset layout", (), "", lambda s: s.reset_layout()),
    ActionRow(
        _MASK, "Predict this image", ("Ctrl+R",), "predict",
        lambda s: s.presenters.prediction.predict(),
    ),
    ActionRow(
        _MASK, "Keep the refined preview", ("Return", "Enter"), "refine",
        lambda s: s.presenters.refining_all.keep(), on_canvas=True,
    ),
    ActionRow(
        _MASK, "Refine the whole volume", (), "",
        lambda s: s.presenters.refining_all.apply_volume(),
    ),
    ActionRow(_MASK, "Steps of the CRF...", (), "", lambda s: s.show_steps()),
    ActionRow(_MASK, "Compatibility of classes...", (), "", lambda s: s.show_compatibility()),
    ActionRow(
        _GO, "Next image", ("D",), "next", lambda s: s.presenters.project.step(1), on_canvas=True
    ),
    ActionRow(
        _GO, "Previous image", ("A",), "previous",
        lambda s: s.presenters.project.step(-1), on_canvas=True,
    ),
    ActionRow(
        _GO, "Next slice", ("Up",), "", lambda s: s.presenters.case.step(1), on_canvas=True
    ),
    ActionRow(
        _GO, "Previous slice", ("Down",), "", lambda s: s.presenters.case.step(-1), on_canvas=True
    ),
    ActionRow(
        _GO, "Ten slices up", ("PgUp",), "", lambda s: s.presenters.case.step(10), on_canvas=True
    ),
    ActionRow(
        _GO, "Ten slices down", ("PgDown",), "",
        lambda s: s.presenters.case.step(-10), on_canvas=True,
    ),
    ActionRow(_HELP, "Keyboard shortcuts", ("F1",), "", lambda s: s.show_shortcuts()),
    ActionRow(_HELP, "About Sulcus", (), "program", lambda s: s.show_about()),
)  # fmt: skip


def make_actions(screen: Screen, window: QWidget, canvas: QWidget) -> dict[str, list[QAction]]:
    """A Qt action for each row, by menu; their keys work in the window or over the canvas."""
    menus: dict[str, list[QAction]] = {}
    for row in ACTIONS:
        action = QAction(QCoreApplication.translate("actions", row.title), window)
        if row.icon:
            action.setIcon(icon(row.icon))
        action.setShortcuts([QKeySequence(key) for key in row.keys])
        action.triggered.connect(lambda _=False, run=row.run: run(screen))
        if row.on_canvas:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            canvas.addAction(action)
        menus.setdefault(row.menu, []).append(action)
    return menus
