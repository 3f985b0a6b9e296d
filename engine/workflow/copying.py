"""Copying images into a project, so that it is whole wherever it goes."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.case import Case
from engine.errors import ImageChanged, SulcusError
from engine.progress import Progress
from engine.project.lock import Right

if TYPE_CHECKING:
    from engine.project.store import Project

FOLDER = "images"


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What became of the images that lay outside a project.

    Attributes:
        copied: The cases whose image lies in the project now.
        refused: Names, and the reason, a sentence, of what stays where it is.
    """

    copied: tuple[Case, ...]
    refused: tuple[tuple[str, str], ...]


def copy_images(
    folder: Path,
    progress: Progress,
    only: Collection[str] | None = None,
    right: Right | None = None,
) -> CopyReport:
    """Copy images that lie elsewhere into a project; the originals are left alone.

    A copy counts once it was read back and has the same voxels.

    Args:
        folder: The project.
        progress: Told of each image.
        only: Ids of the cases that are meant; all if left out.
        right: To write to the project; taken for as long as this lasts if left out.

    Raises:
        ReadError: if the folder is no project.
        ProjectHeld: if it is open for writing elsewhere.
        WriteError: if there is no room; what was copied until then stays.
        Cancelled: if `progress` was asked to stop; what was copied until then stays.
    """
    from engine.errors import WriteError
    from engine.project.store import Project
    from engine.workflow.checkpoint import holding

    project = Project(folder)
    copied: list[Case] = []
    refused: list[tuple[str, str]] = []
    with holding(project.folder, right) as own:
        by_path: dict[Path, list[Case]] = {}
        for case in project.cases():
            is_meant = only is None or case.id in only
            if is_meant and not case.image_path.is_relative_to(project.folder):
                by_path.setdefault(case.image_path, []).append(case)
        taken = {one.name.casefold() for one in (project.folder / FOLDER).glob("*")}
        for number, (path, cases) in enumerate(by_path.items()):
            progress.step(number, len(by_path), "Copying")
            try:
                copy = _copied(project, path, cases, taken)
            except WriteError:
                raise
            except SulcusError as error:
                refused += [(case.name, str(error)) for case in cases]
                continue
            own.require()
            for case in cases:
                project.move_image(case.id, copy)
            copied += cases
        progress.step(len(by_path), len(by_path), "Copied")
    return CopyReport(tuple(copied), tuple(refused))


def _copied(project: Project, path: Path, cases: list[Case], taken: set[str]) -> Path:
    """Copy all files of one image; where it lies then."""
    from engine.errors import ImageMissing
    from engine.files import explained_write, stem_of
    from engine.io.belonging import files_of

    if not path.exists():
        raise ImageMissing(f"'{path}' is not there any more.", remedy="Say where it is first.")
    files = files_of(path)
    is_file = files == (path,)
    ending = path.name.removeprefix(stem_of(path)) if is_file else ""
    made = project.folder / FOLDER / _unused(stem_of(path), ending, taken)
    base = path if path.is_dir() else path.parent
    copy = made if is_file or path.is_dir() else made / path.name
    targets = {file: made if is_file else made / file.relative_to(base) for file in files}
    try:
        _copy_and_compare(project, targets, copy, cases)
    except BaseException:
        with explained_write(made):
            if made.is_dir():
                shutil.rmtree(made)
            else:
                made.unlink(missing_ok=True)
        raise
    return copy


def _copy_and_compare(
    project: Project, targets: dict[Path, Path], copy: Path, cases: list[Case]
) -> None:
    from engine.files import replacing
    from engine.io.opening import open_image

    for file, target in targets.items():
        with replacing(target) as temporary:
            shutil.copyfile(file, temporary)
    for case in cases:
        if open_image(copy, case.part).source.sha256 != _known(project, case):
            raise ImageChanged(
                f"'{case.image_path}' is not the image that the mask of '{case.name}' was begun "
                "on.",
                remedy="Put the original back, then copy it.",
            )


def _known(project: Project, case: Case) -> str:
    """The hash of a case's voxels: as it was first opened, else as they are where it lies."""
    from engine.io.opening import open_image

    return project.source_of(case.id) or open_image(case.image_path, case.part).source.sha256


def _unused(stem: str, ending: str, taken: set[str]) -> str:
    """A name that nothing in the folder of images has, with its ending."""
    from engine.files import safe_name

    name, number = f"{safe_name(stem)}{ending}", 2
    while name.casefold() in taken:
        name, number = f"{safe_name(stem)}_{number}{ending}", number + 1
    taken.update([name.casefold()])
    return name
