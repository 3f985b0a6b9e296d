"""Undo, redo and the size of the brush."""

from __future__ import annotations

from app.actions.row import ActionRow

EDIT: tuple[ActionRow, ...] = (
    ActionRow("edit.undo", "Undo", ("Ctrl+Z",), "undo", lambda s: s.presenters.case.undo()),
    ActionRow(
        "edit.redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", lambda s: s.presenters.case.redo()
    ),
    ActionRow(
        "edit.smaller-brush",
        "Smaller brush",
        ("[",),
        "",
        lambda s: s.presenters.editing.scale_radius(-1),
        on_canvas=True,
    ),
    ActionRow(
        "edit.larger-brush",
        "Larger brush",
        ("]",),
        "",
        lambda s: s.presenters.editing.scale_radius(1),
        on_canvas=True,
    ),
    ActionRow(
        "edit.half-brush",
        "Brush half as large",
        ("Shift+[", "{"),
        "",
        lambda s: s.presenters.editing.set_radius(s.presenters.editing.radius / 2),
        on_canvas=True,
    ),
    ActionRow(
        "edit.double-brush",
        "Brush twice as large",
        ("Shift+]", "}"),
        "",
        lambda s: s.presenters.editing.set_radius(s.presenters.editing.radius * 2),
        on_canvas=True,
    ),
    ActionRow(
        "edit.solid-brush",
        "3-D brush",
        ("Shift+B",),
        "",
        lambda s: s.presenters.editing.toggle_solid(),
        on_canvas=True,
    ),
    ActionRow(
        "edit.settings", "Settings...", ("F2",), "settings", lambda s: s.show_dialog("settings")
    ),
)
