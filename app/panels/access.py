"""A slim bar over the canvas where the project can only be looked at: why, and the way out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.icons import icon
from app.presenters.opening import Cause, ReadOnly
from app.presenters.project import ProjectPresenter
from app.widgets.sign import Sign

_ICON = 18  # pixels


class AccessPanel(QFrame):
    """Hidden where the project can be written."""

    take_over_asked = Signal()
    recovery_asked = Signal()

    def __init__(self, presenter: ProjectPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        self.setAutoFillBackground(True)
        sign = Sign(_ICON)
        sign.show_icon(icon("confirm"))
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setForegroundRole(QPalette.ColorRole.ToolTipText)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setAccessibleName(self.tr("Why the project is read-only"))
        self._button = QPushButton()
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 8, 4)
        layout.addWidget(sign)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        self._button.clicked.connect(self._go)
        presenter.access_changed.connect(self._show)
        self._show()

    def _go(self) -> None:
        why = self._presenter.read_only
        if why is None:
            return
        if why.cause is Cause.DAMAGED:
            self.recovery_asked.emit()
        elif why.cause is Cause.FOLDER:
            self._presenter.try_again()
        else:
            self.take_over_asked.emit()

    def _show(self) -> None:
        why = self._presenter.read_only
        self.setVisible(why is not None)
        if why is None:
            return
        self._text.setText(self._sentence(why))
        button, tip = {
            Cause.HELD: (self.tr("Take over..."), self.tr("Work here; the other one only looks")),
            Cause.TAKEN: (
                self.tr("Take back..."),
                self.tr("Work here again; the other one only looks"),
            ),
            Cause.FOLDER: (self.tr("Try again"), self.tr("Open the project once more")),
            Cause.DAMAGED: (
                self.tr("Save what is left..."),
                self.tr("As a new project; the damaged one is not changed"),
            ),
        }[why.cause]
        self._button.setText(button)
        self._button.setToolTip(tip)

    def _sentence(self, why: ReadOnly) -> str:
        holder, saved = why.holder, why.saved
        name = (
            self.tr("{0} on {1} (since {2} UTC)").format(
                holder.person, holder.host, holder.since[:16].replace("T", " ")
            )
            if holder
            else self.tr("another Sulcus")
        )
        if why.cause is Cause.HELD:
            return self.tr("Opened read-only: {} has the project.").format(name)
        if why.cause is Cause.TAKEN:
            return self.tr(
                "{} took the project over, so it is read-only here; all that was done is kept."
            ).format(name)
        if saved is not None:
            return self.tr(
                "The project is damaged, so it is opened read-only on what could be read: "
                "{0} cases, {1} masks, {2} steps. Save that as a new project to go on."
            ).format(saved.cases, saved.masks, saved.steps)
        return self.tr("Opened read-only: {}").format(why.error.what)
