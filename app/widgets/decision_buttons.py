"""The decisions of a reader as buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QToolButton, QWidget

from app.icons import icon
from app.widgets.tip import tell


class DecisionButtons(QWidget):
    """Tells what was pressed."""

    approved = Signal()
    rejected = Signal()
    skipped = Signal()
    second_asked = Signal()
    comment_asked = Signal()
    unseen_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        approve = QPushButton(icon("approved"), self.tr("Approve && next"))
        tell(approve, self.tr("Approve the mask as it is"), "review.approve")
        font = approve.font()
        font.setBold(True)
        approve.setFont(font)
        approve.setMinimumHeight(30)
        approve.clicked.connect(self.approved)
        reject = QPushButton(icon("rejected"), self.tr("Reject..."))
        tell(reject, self.tr("Send it back with a reason"), "review.reject")
        reject.clicked.connect(self.rejected)
        skip = QPushButton(icon("next"), self.tr("Skip"))
        tell(skip, self.tr("Go on without a decision"), "review.skip")
        skip.clicked.connect(self.skipped)
        second = QPushButton(icon("needs second reader"), self.tr("Second reader"))
        tell(second, self.tr("Let somebody else read it, blind"), "review.second")
        second.clicked.connect(self.second_asked)
        self._comment = self._small(
            "comment", self.tr("Comment"), self.tr("Say something of this place"), "review.comment"
        )
        self._comment.clicked.connect(self.comment_asked)
        self._unseen = self._small(
            "eye",
            self.tr("Next unseen"),
            self.tr("Go to the next slice not seen"),
            "review.next-unseen",
        )
        self._unseen.clicked.connect(self.unseen_asked)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(approve, 0, 0, 1, 2)
        layout.addWidget(reject, 1, 0)
        layout.addWidget(skip, 1, 1)
        layout.addWidget(second, 2, 0, 1, 2)
        layout.addWidget(self._comment, 3, 0)
        layout.addWidget(self._unseen, 3, 1)
        for button in (approve, reject, skip, second):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def allow_comments(self, *, allowed: bool) -> None:
        """Whether something can be said."""
        self._comment.setEnabled(allowed)

    def allow_unseen(self, *, allowed: bool) -> None:
        """Whether there are slices to be seen."""
        self._unseen.setVisible(allowed)

    def _small(self, name: str, text: str, what: str, command: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setText(text)
        tell(button, what, command)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
