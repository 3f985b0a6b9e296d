"""ACTIONS: every command there is, menu by menu."""

from __future__ import annotations

from app.actions.edit import EDIT
from app.actions.file import FILE
from app.actions.go import GO
from app.actions.help import HELP
from app.actions.mask import MASK
from app.actions.operations import OPERATION_ACTIONS
from app.actions.review import REVIEW
from app.actions.row import ActionRow
from app.actions.tools import TOOL_ACTIONS
from app.actions.view import VIEW

MENUS: dict[str, tuple[ActionRow, ...]] = {
    "&File": FILE,
    "&Edit": EDIT,
    "&View": VIEW,
    "&Tools": TOOL_ACTIONS,
    "&Mask": (*MASK, *OPERATION_ACTIONS),
    "&Go": GO,
    "&Review": REVIEW,
    "&Help": HELP,
}

ACTIONS: tuple[ActionRow, ...] = tuple(row for rows in MENUS.values() for row in rows)
