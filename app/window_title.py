"""What stands in the title bar."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.presenters.bundle import Presenters


def title_of(presenters: Presenters) -> str:
    """'* name [state] [2/5] - Sulcus'; the star says that something is not saved yet."""
    case, project = presenters.case, presenters.project
    if case.case is None:
        return "Sulcus"
    star = "* " if case.is_dirty else ""
    place = f"[{project.position + 1}/{len(project.cases)}]"
    reached = presenters.review.state or case.case.case.state
    state = QCoreApplication.translate("states", reached.value)
    is_hidden = presenters.settings.is_on("look.hide-names")
    name = "" if is_hidden else f"{case.case.case.name} "
    return f"{star}{name}[{state}] {place} - Sulcus"
