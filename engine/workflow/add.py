"""Adding images to a project, with the masks there are already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.case import Case, CaseState
from engine.core.found import Found, FoundCase
from engine.core.label_set import LabelSet
from engine.core.sources import Origin, PixelSource
from engine.errors import ReadError, SulcusError
from engine.progress import Progress
from engine.workflow.project import ProjectInfo, describe_project

if TYPE_CHECKING:
    from engine.io.image_format import MaskFile
    from engine.project.lock import Hold
    from engine.project.store import Project


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of the images that were found.

    Attributes:
        project: The project afterwards.
        added: The cases that are new in it.
        imported: The cases whose mask was taken over.
        refused: Names and the reason, a sentence, of what was not taken over.
        notes: What was left aside, a sentence each.
        unnamed: The masks that were refused because nothing says what their numbers mean.
    """

    project: ProjectInfo
    added: tuple[Case, ...]
    imported: tuple[Case, ...]
    refused: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    unnamed: tuple[Path, ...] = ()


def find_in(paths: Sequence[Path], masks: Path | None, progress: Progress) -> Found:
    """The images among `paths` and in the folders among them, with the masks that go with them.

    Raises:
        ReadError: if a path does not exist, or a folder has no image.
        Cancelled: if `progress` was asked to stop.
    """
    from engine.io.discovery import find_cases

    return find_cases(paths, masks, progress)


def preview_of(found: Found) -> list[str]:
    """A line for each image: which it is, and the mask it was paired with."""
    from engine.io.discovery import preview

    return preview(found)


def parse_classes(text: str) -> LabelSet:
    """Classes from a file, or names with commas, the background first.

    Raises:
        ReadError: if it is neither.
        ParameterError: if there are too few, or two of one name.
    """
    from engine.io.label_names import read_label_set

    path = Path(text)
    if "," in text and not path.is_file():
        return LabelSet.named(text.split(","))
    return read_label_set(path)


def open_workspace(folder: Path, found: Found) -> None:
    """See that there is a project for loose files in `folder`.

    Its classes are those that the first mask names, else those of the shipped model that suits
    the first image.

    Raises:
        ReadError: if the first image cannot be read.
        WriteError: if the project cannot be made.
    """
    from engine.workflow.open_case import peek_geometry
    from engine.workflow.predict import list_models, model_for
    from engine.workflow.project import create_project

    if (folder / "project.db").exists():
        return
    label_set = _classes_of_masks(found)
    if label_set is None:
        first = found.cases[0].image
        wanted = model_for(peek_geometry(first.path, first.part))
        label_set = next(model.label_set for model in list_models() if model.name == wanted)
    create_project(folder, label_set)


def _classes_of_masks(found: Found) -> LabelSet | None:
    """The classes that the first mask, or a file beside it, names; None if there are none."""
    from engine.io.label_names import label_set_beside
    from engine.io.opening import read_labels

    mask = next((case.mask for case in found.cases if case.mask is not None), None)
    if mask is None:
        return None
    try:
        return label_set_beside(mask) or read_labels(mask).label_set
    except SulcusError:  # the mask itself is refused in a sentence when it is taken over
        return None


def parse_label_order(text: str) -> Mapping[int, str] | None:
    """What the numbers of masks without names mean; None if `text` is empty.

    Raises:
        ParameterError: if it is no order.
    """
    from engine.io.label_names import parse_order

    return parse_order(text) if text else None


def add_found(
    folder: Path,
    found: Found,
    progress: Progress,
    order: Mapping[int, str] | None = None,
    hold: Hold | None = None,
) -> AddReport:
    """Add what was found to a project; masks go through the geometry gate, classes by name.

    A mask is taken over only into a case that has none yet, as its first step of undo; one bad
    mask does not stop the rest.

    Args:
        folder: The project.
        found: What to add.
        progress: Told of each mask.
        order: What the numbers mean in masks that have no names.
        hold: The right to write to the project; taken for as long as this lasts if left out.

    Raises:
        ReadError: if the folder is no project.
        ProjectHeld: if it is open for writing elsewhere.
        WriteError: if the project cannot be written.
        Cancelled: if `progress` was asked to stop; what was added until then stays.
    """
    from engine.project.store import Project
    from engine.workflow.checkpoint import hold_project

    project = Project(folder)
    if hold is not None:
        return _add_held(project, found, progress, order, hold)
    with hold_project(project.folder) as own:
        return _add_held(project, found, progress, order, own)


def _add_held(
    project: Project,
    found: Found,
    progress: Progress,
    order: Mapping[int, str] | None,
    hold: Hold,
) -> AddReport:
    hold.require()
    added = project.add(case.image for case in found.cases)
    cases = {(case.image_path.resolve(), case.part): case for case in project.cases()}
    masked = [case for case in found.cases if case.mask is not None]
    imported: list[Case] = []
    refused = [("", sentence) for sentence in found.refused]
    unnamed: list[Path] = []
    for number, one in enumerate(masked):
        progress.step(number, len(masked), "Taking masks over")
        case = cases[one.image.path.resolve(), one.image.part]
        if case.state is not CaseState.NEW:
            continue
        try:
            _take_over(project, case, one, order, hold)
        except _UnnamedError as error:
            refused.append((case.name, str(error)))
            unnamed.append(error.path)
        except SulcusError as error:
            refused.append((case.name, str(error)))
        else:
            imported.append(case)
    return AddReport(
        describe_project(project.folder), added, tuple(imported), tuple(refused), found.notes,
        tuple(unnamed),
    )  # fmt: skip


class _UnnamedError(ReadError):
    """A mask of tissues says nothing about what its numbers mean."""

    def __init__(self, path: Path, question: str) -> None:
        super().__init__(
            f"'{path}': {question}", remedy="Say which order its numbers have: ibsr or bids."
        )
        self.path = path


def _take_over(
    project: Project, case: Case, found: FoundCase, order: Mapping[int, str] | None, hold: Hold
) -> None:
    from engine.io.opening import named_map, open_image, order_notice, read_mask_on
    from engine.workflow.checkpoint import keep_mask

    assert found.mask is not None
    image = open_image(case.image_path, case.part)
    mask = read_mask_on(found.mask, image.geometry)
    notice = None if order else order_notice(found.mask, mask, project.label_set)
    if notice is not None:
        raise _UnnamedError(found.mask, notice.text)
    order = order or _black_and_white(mask, project.label_set)
    label_map = named_map(found.mask, mask, image.geometry, project.label_set, order)
    project.check_source(case.id, image.source.sha256, hold)
    origin = Origin(PixelSource.IMPORTED, "mask file", detail=found.mask.name)
    keep_mask(project.folder, case.id, label_map, origin, hold)
    project.set_state(case.id, CaseState.IN_REVIEW)


def _black_and_white(mask: MaskFile, label_set: LabelSet) -> Mapping[int, str] | None:
    """What 0 and 255 mean where they are all there is, and the project has two classes."""
    import numpy as np

    if len(label_set) != 2 or mask.label_set is not None:
        return None
    values = set(np.unique(mask.labels).tolist())
    return {0: label_set.names[0], 255: label_set.names[1]} if values == {0, 255} else None
