"""The cases of the project: one line each, with its state as icon and text."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker
from PySide6.QtWidgets import QDockWidget, QListView, QListWidget, QListWidgetItem, QWidget

from app.icons import icon
from app.presenters.project import ProjectPresenter


class CasesPanel(QDockWidget):
    """Choosing a line opens the case."""

    def __init__(self, presenter: ProjectPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Cases"))
        self.setObjectName("cases")
        self._presenter = presenter
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Cases"))
        self._list.setResizeMode(QListView.ResizeMode.Adjust)
        self._list.setUniformItemSizes(True)
        self.setWidget(self._list)
        presenter.opened.connect(self._fill)
        presenter.case_chosen.connect(self._mark)
        presenter.state_changed.connect(self._show_state)
        self._list.currentRowChanged.connect(presenter.choose)
        self._fill()
        self._mark(presenter.position)

    def _fill(self) -> None:
        with QSignalBlocker(self._list):
            self._list.clear()
            for case in self._presenter.cases:
                state = QCoreApplication.translate("states", case.state.value)
                item = QListWidgetItem(icon(case.state.value), f"{case.name}\n{state}")
                self._list.addItem(item)

    def _show_state(self, position: int) -> None:
        item, case = self._list.item(position), self._presenter.cases[position]
        item.setIcon(icon(case.state.value))
        item.setText(f"{case.name}\n{case.state.value}")

    def _mark(self, position: int) -> None:
        with QSignalBlocker(self._list):
            self._list.setCurrentRow(position)
