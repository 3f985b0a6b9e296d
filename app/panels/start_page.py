"""What stands in the middle while nothing is open: the ways to begin."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.icons import icon
from app.presenters.project import ProjectPresenter
from app.widgets.sign import Sign

_WAYS = ("file.open-folder", "file.open", "file.sample")


class StartPage(QWidget):
    """Takes the place of the stage until a project is open."""

    def __init__(
        self,
        project: ProjectPresenter,
        actions: Mapping[str, QAction],
        stage: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._stage = stage
        sign = Sign(72)
        sign.show_icon(icon("program"))
        title = QLabel(self.tr("Sulcus"))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 2.2)
        title.setFont(font)
        told = QLabel(
            self.tr("A network proposes, the CRF snaps to edges, you correct. Nothing is lost.")
        )
        hint = QLabel(self.tr("Images, volumes, folders and .sulcus projects can be dropped here."))
        hint.setEnabled(False)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        for part in (sign, title, told):
            layout.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
            layout.addSpacing(8)
        layout.addSpacing(16)
        layout.addLayout(self._ways(actions))
        layout.addSpacing(20)
        layout.addWidget(hint, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        project.opened.connect(self._show)
        project.access_changed.connect(self._show)
        self._show()

    def _ways(self, actions: Mapping[str, QAction]) -> QHBoxLayout:
        titles = (
            self.tr("Open a folder\nor project"),
            self.tr("Open images\nor volumes"),
            self.tr("Try\nthe sample"),
        )
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addStretch(1)
        for name, text in zip(_WAYS, titles, strict=True):
            button = QToolButton()
            button.setDefaultAction(actions[name])
            button.setText(text)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(QSize(36, 36))
            button.setMinimumSize(QSize(150, 104))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            row.addWidget(button)
        row.addStretch(1)
        return row

    @Slot()
    def _show(self) -> None:
        is_open = self._project.project is not None
        was_here = self.isVisible()
        self.setVisible(not is_open)
        self._stage.setVisible(is_open)
        if is_open and was_here:
            self._stage.setFocus()
