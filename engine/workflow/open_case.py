"""Opening a case: its image, its mask with its history, and whether a prediction was kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.arrays import Mask
from engine.core.case import Case
from engine.core.geometry import Geometry
from engine.core.image import Image
from engine.core.label_map import LabelMap
from engine.core.sources import Sources, owned
from engine.core.survey import Glimpse
from engine.editing.history import History
from engine.errors import ImageMissing
from engine.logs import private
from engine.progress import Progress
from engine.project.lock import Hold, Right
from engine.workflow.blind import SECOND_READING, blindness, unread_mask
from engine.workflow.checkpoint import open_journal

if TYPE_CHECKING:
    from engine.project.journal import Journal
    from engine.project.replay import Standing


def _ignored(_: Glimpse) -> None:
    """Nobody looks."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenCase:
    """A case ready for work.

    Attributes:
        case: Which one.
        image: Its pixels.
        label_map: Its mask, all background at first.
        sources: (*shape) uint8, who or what gave each pixel its class.
        has_probabilities: Whether a network's prediction was kept.
        confirmed: Codes of the image's notices that a person confirmed.
        journal: Where its changes are kept; None if it was opened to look at only.
        done: Steps of the journal that can be undone, oldest first.
        undone: Steps that can be redone, the next one last.
        is_read_only: Whether it was opened to look at only.
        hidden: The last row of the journal that its reader must not see; 0 if none.
        is_blind: Whether its reader must not know what was said of it.
    """

    case: Case
    image: Image
    label_map: LabelMap
    sources: Sources
    has_probabilities: bool
    confirmed: frozenset[str] = frozenset()
    journal: Journal | None = None
    done: tuple[int, ...] = ()
    undone: tuple[int, ...] = ()
    is_read_only: bool = False
    hidden: int = 0
    is_blind: bool = False

    @property
    def touched(self) -> Mask:
        """(*shape) bool, the pixels that a person owns."""
        return owned(self.sources)

    def history(self) -> History:
        """Its mask with undo and redo, as far back as the journal goes."""
        if self.journal is None:
            return History(self.label_map, self.sources)
        return History(
            self.label_map, self.sources, keep=self.journal, done=self.done, undone=self.undone
        )


def open_case(
    folder: Path,
    case_id: str,
    progress: Progress,
    hold: Hold | None = None,
    reader: str = "",
    right: Right | None = None,
    glimpsed: Callable[[Glimpse], None] = _ignored,
) -> OpenCase:
    """Read a case of the project in `folder`.

    Who is to read it second gets the mask as no person had changed it; that it was put back is a
    step of the journal.

    Args:
        folder: The project.
        case_id: Which case.
        progress: Told of each part.
        hold: The right to write; without it the case is opened to look at only.
        reader: Who reads it, and whose name its changes carry; the login if left out.
        right: To note which image it is that is opened for the first time; as `hold` if left out.
        glimpsed: Called now and then, from this thread, with what can be shown of a large picture
            that is still being read.

    Raises:
        ImageMissing, ImageChanged: if the image is not there, or not the one it was.
        ReadError: if the image or the mask is damaged.
        WriteError: if the journal cannot be written.
        Cancelled: if `progress` was asked to stop.
    """
    from engine.io.image_format import Watch
    from engine.io.opening import open_image
    from engine.project.confirmations import load_confirmed
    from engine.project.replay import stand
    from engine.project.snapshots import has_probabilities
    from engine.project.store import Project

    project = Project(folder)
    case = project.case(case_id)
    private(case.name)
    private(str(case.image_path), whole=True)
    progress.step(0, 1, "Reading the image")
    if not case.image_path.exists():
        raise ImageMissing(
            f"The image of '{case.name}' is not at '{case.image_path}' any more.",
            remedy=f"Say where it is, or run 'sulcus doctor {project.folder} --images FOLDER'.",
        )
    watch = Watch(progress.part(0, 1, "Reading the image"), glimpsed)
    image = open_image(case.image_path, case.part, watch)
    project.check_source(case_id, image.source.sha256, right or hold)
    progress.step(1, 1, "Reading the mask")
    standing = stand(project.folder, case_id, image.geometry, project.label_set)
    blind = blindness(project.folder, case_id, reader)
    before = (
        unread_mask(project.folder, case_id, image.geometry, project.label_set) if blind else None
    )
    journal = open_journal(project.folder, case_id, standing, hold, person=reader) if hold else None
    hidden = blind.until if blind else 0
    if before is not None:
        if journal is not None:
            _put_back(standing, before, journal)
            hidden = journal.mark.number
        standing = replace(standing, label_map=before.label_map, sources=before.sources)
    progress.step(1, 1, "Opened")
    return OpenCase(
        case,
        image,
        standing.label_map,
        standing.sources,
        has_probabilities(project.folder, case_id),
        load_confirmed(project.folder, case_id),
        journal,
        tuple(number for number in standing.done if number > hidden) if hold else (),
        tuple(number for number in standing.undone if number > hidden) if hold else (),
        is_read_only=hold is None,
        hidden=hidden,
        is_blind=blind is not None,
    )


def _put_back(standing: Standing, before: Standing, journal: Journal) -> None:
    """Begin a second reading: the mask as no person had changed it, as one step."""
    history = History(standing.label_map, standing.sources, keep=journal)
    history.restore(before.label_map.labels, before.sources, SECOND_READING)


def peek_geometry(path: Path, part: str = "") -> Geometry:
    """The grid of an image.

    Raises:
        ReadError: if it is missing, damaged, or no image.
    """
    from engine.io import opening

    return opening.peek_geometry(path, part)
