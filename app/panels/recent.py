"""The menu of projects that were open last."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QMenu, QWidget

from app.presenters.recent import RecentPresenter

_DIGEST = re.compile(r"-[0-9a-f]{10}$")  # of a project that was made for loose files


class RecentMenu(QMenu):
    """Filled when it opens."""

    def __init__(self, presenter: RecentPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Open recent"))
        self._presenter = presenter
        self.aboutToShow.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """One line a project, and one that empties the list."""
        self.clear()
        folders = self._presenter.folders
        for folder in folders:
            action = self.addAction(_title(folder))
            action.triggered.connect(partial(self._presenter.open, folder))
        if not folders:
            self.addAction(self.tr("Nothing yet")).setEnabled(False)
            return
        self.addSeparator()
        self.addAction(self.tr("Forget these")).triggered.connect(self._presenter.forget)


def _title(folder: Path) -> str:
    return _DIGEST.sub("", folder.stem).replace("&", "&&")
