"""Finding the cases among paths: images, series, data sets, and the masks that belong to them."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from engine.core.case import ImageRef
from engine.core.found import Found, FoundCase
from engine.errors import ReadError
from engine.files import stem_of
from engine.io.folders import (
    Folder,
    holds_series,
    image_names,
    known_endings,
    list_folder,
    unreadable,
)
from engine.io.layouts import layout_of
from engine.io.opening import list_parts
from engine.io.pairing import (
    goes_with_another,
    is_mask_folder,
    mask_folders,
    pair_names,
    pair_with_folders,
)
from engine.progress import Progress

_DEEPEST = 12  # folders in folders
_ASKED = 64  # named files that are opened for their parts; more are taken as one image each
_SKIPPED = {"derivatives", "sourcedata", "code", "node_modules", "__pycache__", "__MACOSX"}


def find_cases(
    paths: Sequence[Path], masks: Path | None = None, progress: Progress | None = None
) -> Found:
    """The images among `paths` and in the folders among them, with the masks that go with them.

    A file that is named is taken whatever it is called, with all its parts; among several, those
    that are no images are told if others are. A folder that holds
    images gives those; one that holds a series of slices gives its parts; any other is searched
    inwards. Files are told by their names: only a series is opened.

    Args:
        paths: Files and folders.
        masks: A folder of masks that bear the names of their images.
        progress: Told of each folder.

    Raises:
        ReadError: if a path does not exist, `masks` is no folder, or a folder has no image.
        Cancelled: if `progress` was asked to stop.
    """
    search = _Search(progress or Progress())
    cases: list[FoundCase] = []
    files: list[Path] = []
    for path in paths:
        if _is_folder(path):
            cases += search.named(files)
            files = []
            cases += search.folder(path.absolute())
        else:
            files.append(path)
    cases += search.named(files)
    if masks is not None:
        list_folder(masks)  # says what is wrong with it
        cases = pair_with_folders((FoundCase(case.image) for case in cases), [masks])
    first: dict[tuple[Path, str], FoundCase] = {}
    for case in cases:
        first.setdefault((case.image.path, case.image.part), case)
    return Found(tuple(first.values()), tuple(search.notes), tuple(search.refused))


def preview(found: Found) -> list[str]:
    """A line for each case: the image, and the mask it was paired with."""
    lines: list[str] = []
    for case in found.cases:
        name = case.image.name or stem_of(case.image.path)
        mask = f"  <-  {case.mask}" if case.mask else ""
        lines.append(f"{name}  {case.image.path}{mask}")
        lines += [f"    left alone, a mask of it too: {other}" for other in case.others]
    return lines


@dataclass(slots=True)
class _Search:
    """One search; a folder is visited once, whatever links lead to it."""

    progress: Progress
    notes: list[str] = field(default_factory=list[str])
    refused: list[str] = field(default_factory=list[str])
    _seen: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])

    def named(self, files: Sequence[Path]) -> list[FoundCase]:
        """Cases of files that were named, each with all its parts, and masks named beside them."""
        cases = _paired(files)
        if len(files) > _ASKED:
            return cases
        found: list[list[FoundCase]] = []
        unread: list[tuple[int, ReadError]] = []
        for number, case in enumerate(cases):
            try:
                found.append(_parts_of(case))
            except ReadError as error:
                found.append([case])
                unread.append((number, error))
        if len(unread) < len(cases):  # else why is said when the first is opened
            for number, error in unread:
                found[number] = []
                self.refused.append(str(error))
        return list(chain.from_iterable(found))

    def folder(self, path: Path) -> list[FoundCase]:
        """The cases of a folder that was named; none again if it was searched already.

        Raises:
            ReadError: if there is none.
        """
        if not self._is_new(path):
            return []
        before = len(self.refused)
        found = self._searched(list_folder(path), 0)
        if not found and len(self.refused) > before:
            raise ReadError(self.refused[before], remedy="Choose another folder.")
        if not found:
            raise ReadError(
                f"The folder '{path}' holds no image Sulcus can read.",
                remedy=f"Choose a folder with {known_endings()} files.",
            )
        return found

    def _searched(self, folder: Folder, depth: int) -> list[FoundCase]:
        self.progress.step(0, 1, "Searching folders")
        if folder.unnamed:
            self.notes.append(
                f"{folder.unnamed} files in '{folder.path}' have names that are no valid text; "
                "rename them to add them."
            )
        layout = layout_of(folder)
        found = layout(folder) if layout else self._here(folder)
        if not found and depth < _DEEPEST:
            return self._deeper(folder, depth)
        left = [] if layout else [name for name in folder.folders if not is_mask_folder(name)]
        if left:
            self.notes.append(
                f"'{folder.path}' holds images itself: its {len(left)} other folders were not "
                "searched. Name them to add what they hold."
            )
        return found

    def _here(self, folder: Folder) -> list[FoundCase]:
        """What lies directly in a folder: the parts of a series, and images with their masks."""
        found = self._series(folder.path) if holds_series(folder) else []
        names = image_names(folder)
        if not names:
            return found
        images = pair_names(folder.path, names)
        return found + pair_with_folders(images, mask_folders(folder))

    def _deeper(self, folder: Folder, depth: int) -> list[FoundCase]:
        """What lies in the folders of a folder; those of masks only if there are no others."""
        inner = [name for name in folder.folders if name not in _SKIPPED]
        others = [name for name in inner if not goes_with_another(name, inner)]
        found: list[FoundCase] = []
        for name in others or inner:
            path = folder.path / name
            try:
                if self._is_new(path):
                    found += self._searched(list_folder(path), depth + 1)
            except ReadError as error:
                self.refused.append(str(error))
        return found

    def _series(self, folder: Path) -> list[FoundCase]:
        try:
            parts = list_parts(folder)
        except ReadError as error:
            self.refused.append(str(error))
            return []
        return [FoundCase(ImageRef(folder, part.key, part.title or folder.name)) for part in parts]

    def _is_new(self, path: Path) -> bool:
        try:
            found = path.stat()
        except OSError as error:
            raise unreadable(path, error) from error
        place = (found.st_dev, found.st_ino) if found.st_ino else (0, hash(path.resolve()))
        is_new = place not in self._seen
        self._seen.add(place)
        return is_new


def _is_folder(path: Path) -> bool:
    """Whether a path is a folder.

    Raises:
        ReadError: if it does not exist.
    """
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except OSError as error:
        raise unreadable(path, error) from error


def _paired(files: Sequence[Path]) -> list[FoundCase]:
    """Cases of files that were named, with the masks named beside them."""
    by_folder: dict[Path, list[str]] = {}
    for path in files:
        by_folder.setdefault(path.parent, []).append(path.name)
    masks: dict[Path, FoundCase] = {}
    for folder, names in by_folder.items():
        masks |= {case.image.path: case for case in pair_names(folder, names)}
    return [masks[path] for path in files if path in masks]


def _parts_of(case: FoundCase) -> list[FoundCase]:
    """A case for each part of a file.

    Raises:
        ReadError: if the file is no image or cannot be read.
    """
    path = case.image.path
    parts = list_parts(path)
    if len(parts) < 2:
        return [case]
    name = stem_of(path)
    return [
        FoundCase(ImageRef(path, part.key, f"{name} {part.title}"), case.mask) for part in parts
    ]
