"""Which cases of a long list are meant: by name and state, in an order, a page at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.core.case import CaseState
from engine.registry import unknown

ORDERS = {"position": "position", "name": "name COLLATE NOCASE", "state": "state"}
"""How a list may be sorted, and what the database calls it."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What is asked of a project's list of cases.

    Attributes:
        text: What the name contains, in small or capital letters.
        states: The states that are meant; all if empty.
        order: One of `ORDERS`.
        is_descending: Whether the last comes first.
        first: How many are left out before.
        count: At most how many are given; all if negative.
    """

    text: str = ""
    states: tuple[CaseState, ...] = ()
    order: str = "position"
    is_descending: bool = False
    first: int = 0
    count: int = -1

    def __post_init__(self) -> None:
        """Refuse an order that there is not.

        Raises:
            UnknownName: if there is no such order.
        """
        if self.order not in ORDERS:
            raise unknown("order", self.order, ORDERS)

    def query(self) -> tuple[str, list[object]]:
        """What follows SELECT ... FROM "case", and its values."""
        pattern = re.sub(r"([\\%_])", r"\\\1", self.text)
        places = ", ".join("?" * len(self.states))
        which = f" AND state IN ({places})" if self.states else ""
        way = "DESC" if self.is_descending else "ASC"
        return (
            f"WHERE name LIKE ? ESCAPE '\\'{which} "
            f"ORDER BY {ORDERS[self.order]} {way}, position LIMIT ? OFFSET ?",
            [f"%{pattern}%", *(state.value for state in self.states), self.count, self.first],
        )


EVERY_CASE = CaseFilter()
