"""One image of a project and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class CaseState(Enum):
    """How far a case has come on its way; NEW and PREDICTED are unread."""

    NEW = "new"
    PREDICTED = "predicted"
    IN_REVIEW = "in review"
    REJECTED = "rejected"
    SECOND_READER = "needs second reader"
    APPROVED = "approved"
    ADJUDICATED = "adjudicated"

    @property
    def is_unread(self) -> bool:
        return self in (CaseState.NEW, CaseState.PREDICTED)

    @property
    def is_decided(self) -> bool:
        """Whether a decision closed it; a later change of the mask opens it again."""
        return self in (CaseState.APPROVED, CaseState.REJECTED, CaseState.ADJUDICATED)


@dataclass(frozen=True, slots=True)
class ImageRef:
    """Where an image is that may become a case.

    Attributes:
        path: The file, or the folder of a series.
        part: Which of several images in it, '' where there is one.
        name: What lists show; the file's name without its ending if left out.
    """

    path: Path
    part: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One image of a project.

    Attributes:
        id: Random, so that it says nothing about the patient.
        name: What lists show: the file's name without its ending.
        image_path: The image, where the person keeps it.
        state: How far it has come.
        part: Which of several images in that file or folder, '' where there is one.
    """

    id: str
    name: str
    image_path: Path
    state: CaseState
    part: str = ""
