"""One slice of a label map as the screen shows it, to paint on."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from engine.core.arrays import Labels
from engine.core.planes import SliceView
from engine.editing.history import History, Paint


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a tool draws on.

    Attributes:
        history: Of the whole label map.
        view: Which slice, and how it is turned.
    """

    history: History
    view: SliceView

    @property
    def labels(self) -> Labels:
        """(rows, columns) uint8; read, never written."""
        return self.view.read(self.history.labels)

    @contextmanager
    def stroke(self) -> Generator[Paint]:
        """As `History.stroke`, for edits whose boxes are (rows, columns) of the slice."""
        with self.history.stroke() as paint:
            yield lambda edit: paint(self.view.edit(edit))
