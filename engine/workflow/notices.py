"""Confirming what is odd about an image, before a person draws on it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.project.lock import Right


def confirm_notices(folder: Path, case_id: str, codes: Iterable[str], right: Right) -> None:
    """Keep in the project that the person confirmed these notices of a case.

    Raises:
        ReadError: if what was kept before is damaged.
        ProjectTaken: if another process took the project over.
        WriteError: if the project cannot be written.
    """
    from engine.project.confirmations import save_confirmed

    right.require()
    save_confirmed(folder, case_id, codes)
