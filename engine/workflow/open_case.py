"""Opening a case: its image, its mask, and whether a prediction was kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.core.arrays import Mask
from engine.core.case import Case
from engine.core.geometry import Geometry
from engine.core.image import Image
from engine.core.label_map import LabelMap
from engine.logs import private
from engine.progress import Progress


@dataclass(frozen=True, slots=True, eq=False)
class OpenCase:
    """A case ready for work.

    Attributes:
        case: Which one.
        image: Its pixels.
        label_map: Its mask, all background at first.
        touched: (*shape) bool, the pixels of it that a person changed.
        has_probabilities: Whether a network's prediction was kept.
        confirmed: Codes of the image's notices that a person confirmed.
    """

    case: Case
    image: Image
    label_map: LabelMap
    touched: Mask
    has_probabilities: bool
    confirmed: frozenset[str] = frozenset()


def open_case(folder: Path, case_id: str, progress: Progress) -> OpenCase:
    """Read a case of the project in `folder`.

    Raises:
        ReadError: if the image or the mask is missing, damaged or changed.
        Cancelled: if `progress` was asked to stop.
    """
    from engine.io.opening import open_image
    from engine.project.confirmations import load_confirmed
    from engine.project.snapshots import has_probabilities, load_labels
    from engine.project.store import Project

    project = Project(folder)
    case = project.case(case_id)
    private(case.name)
    private(str(case.image_path), whole=True)
    progress.step(0, 2, "Reading the image")
    image = open_image(case.image_path, case.part)
    project.check_source(case_id, image.source.sha256)
    progress.step(1, 2, "Reading the mask")
    label_map, touched = load_labels(project.folder, case_id, image.geometry, project.label_set)
    progress.step(2, 2, "Opened")
    return OpenCase(
        case,
        image,
        label_map,
        touched,
        has_probabilities(project.folder, case_id),
        load_confirmed(project.folder, case_id),
    )


def peek_geometry(path: Path, part: str = "") -> Geometry:
    """The grid of an image.

    Raises:
        ReadError: if it is missing, damaged, or no image.
    """
    from engine.io.opening import open_image

    return open_image(path, part).geometry
