"""Draws a row of a list in two lines: what, and below it, fainter, who and when."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.widgets.swatch import SIDE, draw_swatch

_PAD = 8
_ICON = 16


class LineRole(IntEnum):
    """What a row tells besides its text, which is the first line."""

    DETAIL = Qt.ItemDataRole.UserRole + 1
    COLOUR = Qt.ItemDataRole.UserRole + 2  # QColor of a swatch, or None
    ASIDE = Qt.ItemDataRole.UserRole + 3  # at the right end of the first line
    IS_FAINT = Qt.ItemDataRole.UserRole + 4
    IS_MARKED = Qt.ItemDataRole.UserRole + 5  # a bar at the left edge: this is where we are
    SHARE = Qt.ItemDataRole.UserRole + 6  # how much is done, from 0 to 1, or None: a bar below


class LineDelegate(QStyledItemDelegate):
    """All rows are equally high."""

    def sizeHint(  # noqa: N802 - Qt's name
        self,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002
    ) -> QSize:
        return QSize(120, 2 * option.fontMetrics.height() + 11)  # type: ignore[attr-defined]

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        self.initStyleOption(option, index)
        style = option.widget.style()  # type: ignore[attr-defined]
        option.text = ""  # type: ignore[attr-defined]
        option.icon = QIcon()  # type: ignore[attr-defined]
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)  # type: ignore[attr-defined]
        painter.save()
        self._draw(painter, option, index)
        painter.restore()

    def _draw(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        area: QRect = option.rect  # type: ignore[attr-defined]
        palette: QPalette = option.palette  # type: ignore[attr-defined]
        metrics = option.fontMetrics  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.setFont(option.font)  # type: ignore[attr-defined]
        first, second = _colours(palette, is_chosen, bool(index.data(LineRole.IS_FAINT)))
        if index.data(LineRole.IS_MARKED):
            bar = QRect(area.left(), area.top() + 3, 3, area.height() - 6)
            painter.fillRect(bar, palette.color(QPalette.ColorRole.Accent))
        share = index.data(LineRole.SHARE)
        if isinstance(share, float):
            below = QRect(area.left(), area.bottom() - 1, area.width(), 2)
            painter.fillRect(below, palette.color(QPalette.ColorRole.Midlight))
            below.setWidth(round(share * area.width()))
            painter.fillRect(below, palette.color(QPalette.ColorRole.Accent))
        line = metrics.height()
        top = area.top() + (area.height() - 2 * line - 2) // 2
        left = area.left() + _PAD + 2
        self._draw_sign(painter, QRect(left, top, _ICON, line), index, is_chosen=is_chosen)
        left += _ICON + _PAD - 2
        right = area.right() - _PAD
        painter.setPen(first)
        aside = str(index.data(LineRole.ASIDE) or "")
        if aside:
            width = metrics.horizontalAdvance(aside) + 2
            painter.setPen(second)
            flags = Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextSingleLine
            painter.drawText(QRect(right - width, top, width, line), int(flags), aside)
            right -= width + _PAD
            painter.setPen(first)
        title = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        _put(painter, metrics, QRect(left, top, right - left, line), title)
        painter.setPen(second)
        below = QRect(left, top + line + 2, area.right() - _PAD - left, line)
        _put(painter, metrics, below, str(index.data(LineRole.DETAIL) or ""))

    def _draw_sign(
        self,
        painter: QPainter,
        area: QRect,
        index: QModelIndex | QPersistentModelIndex,
        *,
        is_chosen: bool,
    ) -> None:
        colour, sign = index.data(LineRole.COLOUR), index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(colour, QColor):
            middle = QRectF(area).center()
            square = QRectF(middle.x() - SIDE / 2, middle.y() - SIDE / 2, SIDE, SIDE)
            if index.data(LineRole.IS_FAINT):
                painter.setOpacity(0.45)
            draw_swatch(painter, square, colour)
            painter.setOpacity(1.0)
        elif isinstance(sign, QIcon):
            mode = QIcon.Mode.Disabled if index.data(LineRole.IS_FAINT) else QIcon.Mode.Normal
            mode = QIcon.Mode.Selected if is_chosen else mode
            sign.paint(painter, area, Qt.AlignmentFlag.AlignCenter, mode)


def _colours(palette: QPalette, is_chosen: bool, is_faint: bool) -> tuple[QColor, QColor]:
    if is_chosen:
        text = palette.color(QPalette.ColorRole.HighlightedText)
        return text, text
    faint = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    text = faint if is_faint else palette.color(QPalette.ColorRole.Text)
    return text, faint if is_faint else palette.color(QPalette.ColorRole.PlaceholderText)


def _put(painter: QPainter, metrics: object, area: QRect, text: str) -> None:
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())  # type: ignore[attr-defined]
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
