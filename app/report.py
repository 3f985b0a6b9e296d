"""A report of a fault that can be passed on: no path, no name and no pixel of a patient."""

from __future__ import annotations

import platform
import sys
import traceback

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from engine.logs import scrub
from engine.versions import installed_version

_PACKAGES = ("sulcus", "PySide6-Essentials", "numpy", "torch", "numba", "nibabel", "pydicom")


def report_of(error: BaseException, device: str = "") -> str:
    """What happened, with versions, as it may leave the machine.

    Args:
        error: What was raised.
        device: What torch computes on, '' if it was not asked yet.
    """
    details = "".join(traceback.format_exception(error))
    lines = [
        "Sulcus: report of a fault",
        "",
        *(f"{name}: {installed_version(name)}" for name in _PACKAGES),
        f"Python: {platform.python_version()}, {platform.python_implementation()}",
        f"Qt: {qVersion()}, {QGuiApplication.platformName()}",
        f"System: {platform.system()} {platform.release()}, {platform.machine()}",
        f"Frozen: {getattr(sys, 'frozen', False)}",
        f"Device: {device or 'not asked yet'}",
        "",
    ]
    return scrub("\n".join(lines)) + scrub(details)
