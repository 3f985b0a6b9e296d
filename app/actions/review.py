"""What a person decides about a case."""

from __future__ import annotations

from app.actions.row import ActionRow

REVIEW: tuple[ActionRow, ...] = ()
