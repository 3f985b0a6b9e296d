"""What lists and the status bar call the steps of a journal, and times on them."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from engine.core.sources import Origin, PixelSource
from engine.editing.operations.table import OPERATIONS
from engine.editing.tools.table import TOOLS

_TOOLS = {row.name: row.title for row in TOOLS}
_OPERATIONS = {row.name: row.title for row in OPERATIONS}


def title_of(origin: Origin) -> str:
    """What was done, in the language of the window."""
    tool = origin.tool
    if tool in _TOOLS:
        return tool_title(tool)
    if tool in _OPERATIONS:
        return QCoreApplication.translate("operations", _OPERATIONS[tool])
    known = {
        "conv": _translated("Refined by the ConvCRF"),
        "dense": _translated("Refined by the dense CRF"),
        "confirm": _translated("Confirmed"),
        "mask file": _translated("Imported mask"),
        "kept mask": _translated("Kept mask"),
        "delete region": _translated("Delete region"),
        "reader": _translated("A reader's mask taken over"),
        "second reading": _translated("Put back for the second reader"),
    }
    if tool in known:
        return known[tool]
    if origin.source is PixelSource.MODEL:
        return _translated("Predicted by {}").format(model_name(tool))
    return tool or source_name(origin.source)


def tool_title(name: str) -> str:
    """A tool of the table by its title."""
    return QCoreApplication.translate("tools", _TOOLS[name])


def model_name(tool: str) -> str:
    """A model by its name, or by that of its file."""
    return PurePath(tool).stem if "/" in tool or "\\" in tool else tool or _translated("a model")


def source_name(source: PixelSource) -> str:
    """Who or what gave a pixel its class."""
    return {
        PixelSource.NONE: _translated("untouched"),
        PixelSource.MODEL: _translated("model"),
        PixelSource.CRF: _translated("CRF"),
        PixelSource.IMPORTED: _translated("imported"),
        PixelSource.PAINTED: _translated("painted"),
        PixelSource.CONFIRMED: _translated("confirmed"),
    }[source]


def when(text: str) -> str:
    """A time of the journal as the clock on the wall says it, with the day if it is not today."""
    try:
        moment = datetime.fromisoformat(text).astimezone()
    except ValueError:
        return text
    shown = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    locale = QLocale()
    clock = locale.toString(shown.time(), QLocale.FormatType.ShortFormat)
    if moment.date() == datetime.now().astimezone().date():
        return clock
    return f"{locale.toString(shown.date(), QLocale.FormatType.ShortFormat)} {clock}"


def _translated(text: str) -> str:
    return QCoreApplication.translate("steps", text)
