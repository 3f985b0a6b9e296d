"""A slim bar over the canvas: what is odd about the image, and a button to answer it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.icons import icon
from app.presenters.notices import NoticesPresenter
from app.widgets.sign import Sign

_ICON = 18  # pixels


class NoticesPanel(QFrame):
    """Hidden where nothing is odd."""

    def __init__(self, presenter: NoticesPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        self.setAutoFillBackground(True)
        self._sign = Sign(_ICON)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setForegroundRole(QPalette.ColorRole.ToolTipText)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setAccessibleName(self.tr("Notices of this image"))
        self._button = QPushButton()
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 8, 4)
        layout.addWidget(self._sign)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        self._button.clicked.connect(presenter.answer)
        presenter.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        notices, must = self._presenter.notices, self._presenter.must_confirm
        self._text.setText("\n".join(notice.text for notice in notices))
        self._sign.show_icon(icon("confirm" if must else "notice"))
        self._button.setText(self.tr("I have checked this") if must else self.tr("Close"))
        self.setVisible(bool(notices))
