"""Opening, saving and exporting."""

from __future__ import annotations

from app.actions.row import ActionRow

FILE: tuple[ActionRow, ...] = (
    ActionRow(
        "file.open", "Open files...", ("Ctrl+O",), "open-file", lambda s: s.show_dialog("files")
    ),
    ActionRow(
        "file.open-folder",
        "Open folder...",
        ("Ctrl+U",),
        "open-folder",
        lambda s: s.show_dialog("folder"),
    ),
    ActionRow(
        "file.sample", "Open the sample", (), "sample", lambda s: s.presenters.project.open_sample()
    ),
    ActionRow("file.save", "Save", ("Ctrl+S",), "save", lambda s: s.presenters.case.save()),
    ActionRow(
        "file.export",
        "Export masks...",
        ("Ctrl+Shift+E",),
        "export",
        lambda s: s.show_dialog("export"),
    ),
    ActionRow(
        "file.export-surface",
        "Export surfaces...",
        (),
        "",
        lambda s: s.show_dialog("export-surface"),
    ),
    ActionRow(
        "file.relocate",
        "Find moved images...",
        (),
        "",
        lambda s: s.presenters.relocation.look(),
    ),
    ActionRow(
        "file.copy-in",
        "Copy images into the project",
        (),
        "",
        lambda s: s.presenters.relocation.copy_in(),
    ),
    ActionRow("file.close", "Close image", ("Ctrl+W",), "", lambda s: s.presenters.case.close()),
    ActionRow("file.quit", "Quit", ("Ctrl+Q",), "", lambda s: s.close()),
)
