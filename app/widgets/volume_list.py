"""Classes with their colours and sizes, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.widgets.swatch import swatch


@dataclass(frozen=True, slots=True)
class VolumeLine:
    """One class: its colour, its name and its size as text."""

    colour: tuple[int, int, int]
    name: str
    size: str


class VolumeList(QWidget):
    """Shows what it is given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []

    def show_lines(self, lines: Sequence[VolumeLine]) -> None:
        """Show these lines instead of what is there."""
        while len(self._rows) < len(lines):
            self._add()
        for number, (sign, name, size) in enumerate(self._rows):
            is_shown = number < len(lines)
            for part in (sign, name, size):
                part.setVisible(is_shown)
            if is_shown:
                line = lines[number]
                sign.setPixmap(swatch(line.colour))
                name.setText(line.name)
                size.setText(line.size)

    def _add(self) -> None:
        sign, name, size = QLabel(), QLabel(), QLabel()
        size.setAlignment(Qt.AlignmentFlag.AlignRight)
        row = len(self._rows)
        for column, part in enumerate((sign, name, size)):
            self._grid.addWidget(part, row, column)
        self._rows.append((sign, name, size))
