"""Keys, and what this program is."""

from __future__ import annotations

from app.actions.row import ActionRow

HELP: tuple[ActionRow, ...] = (
    ActionRow(
        "help.shortcuts", "Keyboard shortcuts", ("F1",), "", lambda s: s.show_dialog("shortcuts")
    ),
    ActionRow("help.about", "About Sulcus", (), "program", lambda s: s.show_dialog("about")),
)
