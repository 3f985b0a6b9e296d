"""What a person decides about a case."""

from __future__ import annotations

from app.actions.row import ActionRow

REVIEW: tuple[ActionRow, ...] = (
    ActionRow(
        "review.approve",
        "Approve and next",
        ("Ctrl+Return", "Ctrl+Enter"),
        "approved",
        lambda s: s.presenters.review.approve(),
    ),
    ActionRow(
        "review.reject",
        "Reject with a reason...",
        ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"),
        "rejected",
        lambda s: s.show_dialog("reject"),
    ),
    ActionRow(
        "review.skip",
        "Skip",
        ("Ctrl+Space",),
        "next",
        lambda s: s.presenters.review.skip(),
    ),
    ActionRow(
        "review.second",
        "Ask for a second reader",
        ("Ctrl+Shift+Space",),
        "needs second reader",
        lambda s: s.presenters.review.ask_second(),
    ),
    ActionRow(
        "review.comment",
        "Comment on this place...",
        ("Ctrl+M",),
        "comment",
        lambda s: s.show_dialog("comment"),
    ),
    ActionRow(
        "review.next-open",
        "Next unreviewed case",
        ("Ctrl+Shift+D",),
        "",
        lambda s: s.presenters.review.go_to_open(1),
    ),
    ActionRow(
        "review.previous-open",
        "Previous unreviewed case",
        ("Ctrl+Shift+A",),
        "",
        lambda s: s.presenters.review.go_to_open(-1),
    ),
    ActionRow(
        "review.next-unseen",
        "Next slice not seen",
        ("Ctrl+Shift+N",),
        "eye",
        lambda s: s.presenters.seen.next_unseen(),
    ),
    ActionRow(
        "review.differences",
        "Show where two readers differ",
        ("Ctrl+Shift+M",),
        "split",
        lambda s: s.presenters.adjudication.toggle(),
    ),
    ActionRow(
        "review.take-first",
        "Take the first reader's mask",
        (),
        "",
        lambda s: s.presenters.adjudication.take(0),
    ),
    ActionRow(
        "review.take-second",
        "Take the second reader's mask",
        (),
        "",
        lambda s: s.presenters.adjudication.take(1),
    ),
    ActionRow(
        "review.adjudicate",
        "Adjudicate and next",
        (),
        "adjudicated",
        lambda s: s.presenters.review.adjudicate(),
    ),
)
