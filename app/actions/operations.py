"""Operations on the mask, made from their table, and regions of it."""

from __future__ import annotations

from app.actions.row import ActionRow, Screen
from engine.editing.operations.table import OPERATIONS, OperationRow

_MENU = "Operations"
_KEYS = {"copy-slice": ("Ctrl+B",)}


def _operation(row: OperationRow) -> ActionRow:
    def run(screen: Screen) -> None:
        screen.show_dialog(f"operation.{row.name}")

    keys = _KEYS.get(row.name, ())
    return ActionRow(
        f"mask.{row.name}", row.title, keys, "", run, submenu=_MENU, context="operations"
    )


OPERATION_ACTIONS: tuple[ActionRow, ...] = (
    ActionRow(
        "mask.fill-between",
        "Fill between slices, as a preview",
        ("G",),
        "",
        lambda s: s.presenters.operations.fill_between(),
        on_canvas=True,
    ),
    ActionRow(
        "mask.delete-region",
        "Delete the region under the pointer",
        ("Del",),
        "region",
        lambda s: s.presenters.operations.delete_region(),
        on_canvas=True,
    ),
    ActionRow(
        "mask.delete-through",
        "Delete it in all slices",
        ("Shift+Del",),
        "",
        lambda s: s.presenters.operations.delete_region(through=True),
        on_canvas=True,
    ),
    *(_operation(row) for row in OPERATIONS),
)
