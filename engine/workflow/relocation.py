"""Finding images that were moved, and what to do with one that was changed."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.case import Case, CaseState
from engine.errors import GeometryError, ImageChanged, SulcusError
from engine.progress import Progress
from engine.project.lock import Right

if TYPE_CHECKING:
    from engine.project.store import Project


def missing_images(folder: Path) -> tuple[Case, ...]:
    """The cases whose image is not where it was.

    Raises:
        ReadError: if the folder is no project, or is damaged.
    """
    from engine.project.store import Project

    return tuple(case for case in Project(folder).cases() if not case.image_path.exists())


def find_image(folder: Path, case_id: str, path: Path, right: Right | None = None) -> None:
    """Note where the image of a case is now, if it is the same image.

    Args:
        folder: The project.
        case_id: Which case.
        path: The file, or the folder of a series.
        right: To write to the project; taken for as long as this lasts if left out.

    Raises:
        ReadError: if there is no image.
        ImageChanged: if it is not the image that the mask was begun on.
        ProjectHeld: if the project is open for writing elsewhere.
    """
    from engine.io.opening import open_image
    from engine.project.store import Project
    from engine.workflow.checkpoint import holding

    project = Project(folder)
    case, known = project.case(case_id), project.source_of(case_id)
    with holding(project.folder, right):
        if known and open_image(path, case.part).source.sha256 != known:
            raise ImageChanged(
                f"'{path}' is not the image that the mask of '{case.name}' was begun on.",
                remedy="Choose the original, or say that the mask goes on with this one.",
            )
        project.move_image(case_id, path)


def accept_image(folder: Path, case_id: str, path: Path, right: Right | None = None) -> None:
    """Let the mask of a case go on with an image that was changed; a decision on it is void.

    Args:
        folder: The project.
        case_id: Which case.
        path: The changed image.
        right: To write to the project; taken for as long as this lasts if left out.

    Raises:
        ReadError: if there is no image, or the mask is damaged or lies beyond the image.
        GeometryError: if the mask has another size.
        ProjectHeld: if the project is open for writing elsewhere.
    """
    from engine.io.opening import open_image
    from engine.project.replay import stand
    from engine.project.reviews import Review
    from engine.project.snapshots import kept_shape
    from engine.project.store import Project
    from engine.workflow.checkpoint import holding, this_person

    project = Project(folder)
    with holding(project.folder, right) as own:
        case = project.case(case_id)
        image = open_image(path, case.part)
        kept, shape = kept_shape(project.folder, case_id), image.geometry.shape
        if kept not in (None, shape):
            sides = [" x ".join(map(str, one)) for one in (kept or (), shape)]
            raise GeometryError(
                f"The mask of '{case.name}' has {sides[0]} pixels, '{path}' has {sides[1]}.",
                remedy="Put the original image back, or add the new one as a case of its own.",
            )
        standing = stand(project.folder, case_id, image.geometry, project.label_set)
        own.require()
        project.accept_source(case_id, path, image.source.sha256)
        if case.state.is_decided:
            reason = f"the image was changed after it was {case.state.value}"
            facts = {"image_sha256": image.source.sha256}
            step = standing.mark.number
            project.review(
                Review(case_id, CaseState.IN_REVIEW, this_person(), reason, "", step, facts)
            )


def relocate_images(
    folder: Path, search: Path, progress: Progress | None = None, right: Right | None = None
) -> tuple[tuple[Case, Path | None], ...]:
    """Find the images that are not where they were, by the hash of their voxels.

    One that was never opened has no hash, and no mask that could come to lie on another image: it
    is found by its name, where there is one file of that name.

    Args:
        folder: The project.
        search: The folder that is searched, with those in it.
        progress: Told of each image that is looked at.
        right: To write to the project; taken for as long as this lasts if left out.

    Returns:
        Each case whose image was gone, and where it was found; None if it was not.

    Raises:
        ReadError: if the folder is no project.
        ProjectHeld: if it is open for writing elsewhere.
        Cancelled: if `progress` was asked to stop; what was found until then stays.
    """
    from engine.project.store import Project
    from engine.workflow.checkpoint import holding

    project = Project(folder)
    found: list[tuple[Case, Path | None]] = []
    with holding(project.folder, right) as own:
        gone = missing_images(project.folder)
        files = _Files(search)
        for number, case in enumerate(gone):
            if progress:
                progress.step(number, len(gone), "Searching")
            path = files.of(case, project)
            if path is not None:
                own.require()
                project.move_image(case.id, path)
            found.append((case, path))
    return tuple(found)


@dataclass(slots=True)
class _Files:
    """The files and folders below a folder, each read at most once."""

    search: Path
    _by_name: dict[str, list[Path]] = field(default_factory=dict[str, list[Path]])
    _hashes: dict[tuple[Path, str], str] = field(default_factory=dict[tuple[Path, str], str])

    def __post_init__(self) -> None:
        for place, folders, names in os.walk(self.search):
            for name in sorted(names) + sorted(folders):
                self._by_name.setdefault(name, []).append(Path(place, name))

    def of(self, case: Case, project: Project) -> Path | None:
        """The file that has the voxels of a case; those of the same name are tried first."""
        name, known = case.image_path.name, project.source_of(case.id)
        alike = self._by_name.get(name, [])
        if not known:
            is_new = case.state is CaseState.NEW and len(alike) == 1
            return alike[0] if is_new else None
        others = (
            path
            for other, paths in self._by_name.items()
            if other != name and _ending(other) == _ending(name)
            for path in paths
        )
        for path in (*alike, *others):
            if self._hash(path, case.part) == known:
                return path
        return None

    def _hash(self, path: Path, part: str) -> str:
        from engine.io.opening import open_image

        if (path, part) not in self._hashes:
            try:
                self._hashes[path, part] = open_image(path, part).source.sha256
            except SulcusError:
                self._hashes[path, part] = ""
        return self._hashes[path, part]


def _ending(name: str) -> str:
    return name.lower().partition(".")[2]
