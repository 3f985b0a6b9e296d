"""One image of a project and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class CaseState(Enum):
    """How far a case has come on its way."""

    NEW = "new"
    PREDICTED = "predicted"
    IN_REVIEW = "in review"
    SENT_BACK = "sent back"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Case:
    """One image of a project.

    Attributes:
        id: Random, so that it says nothing about the patient.
        name: What lists show: the file's name without its ending.
        image_path: The image, where the person keeps it.
        state: How far it has come.
    """

    id: str
    name: str
    image_path: Path
    state: CaseState
