"""The projects that were open last, for the File menu.

Kept are folders of projects alone, beside the projects themselves: a folder of images that was
opened has a project of its own, whose folder stands for it. While names are hidden, or if the
person does not want it, there is no such file.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.presenters.project import ProjectPresenter
from app.settings import Settings
from engine.errors import SulcusError
from engine.files import write_text

log = logging.getLogger(__name__)

MOST = 10


class RecentPresenter(QObject):
    """The newest first; those that are gone are left out."""

    changed = Signal()

    def __init__(
        self,
        path: Path,
        project: ProjectPresenter,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        """Keep the list in the file `path`."""
        super().__init__(parent)
        self._path = path
        self._project = project
        self._settings = settings
        self._follow("")
        project.opened.connect(self._remember)
        settings.changed.connect(self._follow)

    @property
    def is_kept(self) -> bool:
        """Whether anything may be remembered."""
        return self._settings.is_on("look.recent") and not self._settings.is_on("look.hide-names")

    @property
    def folders(self) -> list[Path]:
        """Folders of projects that are there, without the one that is open."""
        project = self._project.project
        own = project.folder if project else None
        return [folder for folder in self._read() if folder != own and folder.is_dir()]

    def open(self, folder: Path) -> None:
        """Open one of them again."""
        self._project.open_paths([folder])

    @Slot()
    def forget(self) -> None:
        """Empty the list."""
        self._path.unlink(missing_ok=True)
        self.changed.emit()

    @Slot()
    def _remember(self) -> None:
        project = self._project.project
        if project is None or not self.is_kept:
            return
        folder = project.folder
        folders = [folder, *(one for one in self._read() if one != folder)][:MOST]
        try:
            write_text(self._path, json.dumps([str(one) for one in folders], indent=1))
        except SulcusError:
            log.warning("the list of projects cannot be written")  # it spares a search, no more
        self.changed.emit()

    @Slot(str)
    def _follow(self, setting: str) -> None:
        if setting in ("", "look.recent", "look.hide-names") and not self.is_kept:
            self.forget()

    def _read(self) -> list[Path]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        is_list = isinstance(found, list) and all(isinstance(one, str) for one in found)
        return [Path(one) for one in found] if is_list else []
