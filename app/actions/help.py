"""Keys, and what this program is."""

from __future__ import annotations

from app.actions.row import ActionRow

HELP: tuple[ActionRow, ...] = (
    ActionRow(
        "help.shortcuts", "Keyboard and mouse...", ("F1",), "", lambda s: s.show_dialog("shortcuts")
    ),
    ActionRow(
        "help.search",
        "Search commands...",
        ("Ctrl+K",),
        "search",
        lambda s: s.show_dialog("search"),
    ),
    ActionRow("help.about", "About Sulcus", (), "program", lambda s: s.show_dialog("about")),
)
