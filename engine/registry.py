"""A table of parts that are imported when they are first used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Generic, Protocol, TypeVar, cast

from engine.errors import UnknownName


class Row(Protocol):
    """What every row of every table has."""

    @property
    def name(self) -> str: ...
    @property
    def target(self) -> str: ...


RowT = TypeVar("RowT", bound=Row)
PartT = TypeVar("PartT")


class Registry(Generic[RowT, PartT]):
    """Rows by name; `load` turns a row into the part that its target 'module:Name' points at."""

    def __init__(self, kind: str, *rows: RowT) -> None:
        self._kind = kind
        self._rows: Mapping[str, RowT] = {row.name: row for row in rows}
        if len(self._rows) != len(rows):
            raise ValueError(f"two rows of the {kind} table share a name")

    def __iter__(self) -> Iterator[RowT]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, name: str) -> RowT:
        """The row called `name`.

        Raises:
            UnknownName: with the nearest name there is.
        """
        try:
            return self._rows[name]
        except KeyError:
            raise unknown(self._kind, name, self._rows) from None

    def load(self, name: str) -> PartT:
        """Import and return the part of the row called `name`."""
        module, _, attribute = self[name].target.partition(":")
        return cast(PartT, getattr(import_module(module), attribute))


def unknown(kind: str, name: str, known: Mapping[str, object]) -> UnknownName:
    """The error that says which name was meant, or which ones there are."""
    near = get_close_matches(name, known, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(known)}."
    return UnknownName(f"There is no {kind} '{name}'.", remedy=hint)
