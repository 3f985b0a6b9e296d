"""Which slices of each plane were seen: a strip with a tick for every slice."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from engine.core.arrays import Mask


class SeenStrip(QWidget):
    """Seen slices are filled; the one on screen has a line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slices: Mask = np.zeros(0, bool)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(80, 8)

    def show_slices(self, slices: Mask) -> None:
        """(slices,) bool: those that were seen."""
        self._slices = slices.copy()
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Button))
        painter.drawRoundedRect(area, 3, 3)
        if not self._slices.size:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        colour = self.palette().color(QPalette.ColorRole.Accent)
        each = area.width() / self._slices.size
        for first, last in _runs(self._slices):
            left = area.left() + first * each
            painter.fillRect(QRectF(left, area.top(), (last - first) * each, area.height()), colour)


class SeenBars(QWidget):
    """One strip a plane, with how many of how many, and which are left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self._rows: dict[str, tuple[QLabel, SeenStrip, QLabel]] = {}

    def show_planes(self, planes: Mapping[str, tuple[Mask, str]]) -> None:
        """Show for each plane, by its title, the slices that were seen and which were not."""
        for title in planes:
            if title not in self._rows:
                self._add(title)
        for title, parts in self._rows.items():
            found = planes.get(title)
            for part in parts:
                part.setVisible(found is not None)
            if found is not None:
                slices, unseen = found
                parts[1].show_slices(slices)
                parts[1].setToolTip(unseen)
                parts[1].setAccessibleName(f"{title}: {unseen}")
                parts[2].setText(f"{int(slices.sum())} / {slices.size}")

    def _add(self, title: str) -> None:
        name, strip, number = QLabel(title), SeenStrip(), QLabel()
        number.setAlignment(Qt.AlignmentFlag.AlignRight)
        row = len(self._rows)
        for column, part in enumerate((name, strip, number)):
            self._grid.addWidget(part, row, column, Qt.AlignmentFlag.AlignVCenter)
        self._rows[title] = (name, strip, number)


def _runs(slices: Mask) -> list[tuple[int, int]]:
    """(first, one after the last) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], slices, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
