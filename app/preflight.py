"""What must be there before Qt is imported: a display, and on Linux its shared libraries."""

from __future__ import annotations

import os
import sys

from engine.errors import MissingSystem
from engine.workflow.doctor import install_line, missing_qt_libraries


def has_display() -> bool:
    """Whether a window can be shown; QT_QPA_PLATFORM=offscreen counts."""
    if not sys.platform.startswith("linux"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)


def require_display() -> None:
    """See that a window can be shown.

    Raises:
        MissingSystem: naming what is missing and the line that installs it.
    """
    missing = missing_qt_libraries()
    if missing:
        raise MissingSystem(
            f"The window needs system libraries that are missing: {', '.join(missing)}.",
            remedy=f"Install them with: {install_line(missing)}",
        )
    if not has_display():
        raise MissingSystem(
            "There is no display to show a window on (DISPLAY is not set).",
            remedy="Use the command line ('sulcus --help'), or run under xvfb-run.",
        )
