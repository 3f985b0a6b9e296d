"""Which version of a package is installed."""

from __future__ import annotations

NOT_INSTALLED = "not installed"


def installed_version(distribution: str) -> str:
    """The version of a package by the name it is installed as; NOT_INSTALLED if it is not."""
    from importlib import metadata  # noqa: PLC0415 - 50 ms that no start needs

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return NOT_INSTALLED
