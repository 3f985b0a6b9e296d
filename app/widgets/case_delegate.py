"""Draws a case in a list: its small picture, its name, its state as icon and text."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

_SIDE = 44
_PAD = 5
_SIGN = 14
_BEHIND = QColor(23, 25, 29)


class CaseRole(IntEnum):
    """What a row tells besides its name."""

    STATE = Qt.ItemDataRole.UserRole + 1  # as a person reads it
    PICTURE = Qt.ItemDataRole.UserRole + 2  # QImage, or None


class CaseDelegate(QStyledItemDelegate):
    """All rows are equally high."""

    def sizeHint(  # noqa: N802 - Qt's name
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002
    ) -> QSize:
        return QSize(140, _SIDE + 2 * _PAD)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        self.initStyleOption(option, index)
        option.text = ""  # type: ignore[attr-defined]
        option.icon = QIcon()  # type: ignore[attr-defined]
        widget = option.widget  # type: ignore[attr-defined]
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        painter.save()
        area: QRect = option.rect  # type: ignore[attr-defined]
        palette: QPalette = option.palette  # type: ignore[attr-defined]
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        frame = QRect(area.left() + _PAD, area.top() + _PAD, _SIDE, _SIDE)
        _draw_picture(painter, frame, index)
        metrics = option.fontMetrics  # type: ignore[attr-defined]
        text = QRect(frame.right() + 9, frame.top(), 0, frame.height())
        text.setRight(area.right() - _PAD)
        line = metrics.height()
        top = text.top() + (text.height() - 2 * line - 3) // 2
        role = QPalette.ColorRole.HighlightedText if is_chosen else QPalette.ColorRole.Text
        painter.setPen(palette.color(role))
        name = str(index.data(Qt.ItemDataRole.DisplayRole))
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, text.width())
        painter.drawText(QRect(text.left(), top, text.width(), line), _FLAGS, shown)
        second = QRect(text.left(), top + line + 3, text.width(), line)
        sign = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(sign, QIcon):
            mode = QIcon.Mode.Selected if is_chosen else QIcon.Mode.Normal
            place = QRect(second.left(), second.top() + (line - _SIGN) // 2, _SIGN, _SIGN)
            sign.paint(painter, place, Qt.AlignmentFlag.AlignCenter, mode)
        if not is_chosen:
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        second.setLeft(second.left() + _SIGN + 5)
        state = str(index.data(CaseRole.STATE))
        shown = metrics.elidedText(state, Qt.TextElideMode.ElideRight, second.width())
        painter.drawText(second, _FLAGS, shown)
        painter.restore()


_FLAGS = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def _draw_picture(
    painter: QPainter, frame: QRect, index: QModelIndex | QPersistentModelIndex
) -> None:
    painter.fillRect(frame, _BEHIND)
    picture = index.data(CaseRole.PICTURE)
    if isinstance(picture, QImage):
        size = picture.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(frame.topLeft(), size)
        place.moveCenter(frame.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, picture)
