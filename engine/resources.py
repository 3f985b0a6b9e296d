"""Where the files lie that ship with the program: samples, weights, icons."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def resource(*parts: str) -> Path:
    """The path of a shipped file or folder, in a checkout, a wheel or a frozen program alike."""
    return Path(str(files("resources"))).joinpath(*parts)
