"""From image to image and from slice to slice."""

from __future__ import annotations

from app.actions.row import ActionRow

GO: tuple[ActionRow, ...] = (
    ActionRow(
        "go.next-image",
        "Next image",
        ("D",),
        "next",
        lambda s: s.presenters.project.step(1),
        on_canvas=True,
    ),
    ActionRow(
        "go.previous-image",
        "Previous image",
        ("A",),
        "previous",
        lambda s: s.presenters.project.step(-1),
        on_canvas=True,
    ),
    ActionRow("go.image", "Go to image...", ("Ctrl+G",), "", lambda s: s.show_dialog("go-to")),
    ActionRow(
        "go.next-slice",
        "Next slice",
        ("Up",),
        "",
        lambda s: s.presenters.case.step(1),
        on_canvas=True,
    ),
    ActionRow(
        "go.previous-slice",
        "Previous slice",
        ("Down",),
        "",
        lambda s: s.presenters.case.step(-1),
        on_canvas=True,
    ),
    ActionRow(
        "go.next-plane",
        "Next plane",
        ("Right",),
        "",
        lambda s: s.presenters.case.turn_plane(1),
        on_canvas=True,
    ),
    ActionRow(
        "go.previous-plane",
        "Previous plane",
        ("Left",),
        "",
        lambda s: s.presenters.case.turn_plane(-1),
        on_canvas=True,
    ),
    ActionRow(
        "go.ten-up",
        "Ten slices up",
        ("PgUp",),
        "",
        lambda s: s.presenters.case.step(10),
        on_canvas=True,
    ),
    ActionRow(
        "go.ten-down",
        "Ten slices down",
        ("PgDown",),
        "",
        lambda s: s.presenters.case.step(-10),
        on_canvas=True,
    ),
)
