"""Which mask belongs to which image, told by names; nothing is opened.

A mask stands beside its image under the image's name and a word ('a.png', 'a_mask.png'), or under
the word alone where there is just one image, or in a folder of masks under the image's own name
('images/a.png', 'masks/a.png').
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from engine.core.case import ImageRef
from engine.core.found import FoundCase
from engine.errors import ReadError
from engine.io.folders import Folder, image_names, list_folder, splitter

_WORD = "masks?|seg|segs|segmentations?|labels?|dseg|annotations?|annot|gt"
_BESIDE = re.compile(rf"(?P<image>.+)[ _.-](?:{_WORD})", re.IGNORECASE)
_AFTER = re.compile(rf"(?P<image>.+?)[ _.-]*(?:{_WORD})", re.IGNORECASE)
_MASKS = re.compile(rf"(?:{_WORD})", re.IGNORECASE)
_IMAGES = re.compile("images?|imgs?|jpegimages|photos|pictures|volumes|scans", re.IGNORECASE)
_NAMED_AFTER = (
    "annot",
    "_annot",
    "_masks",
    "_mask",
    "_labels",
    "_label",
    "_seg",
    "masks",
    "labels",
)


def pair_names(folder: Path, names: Sequence[str]) -> list[FoundCase]:
    """Cases of the files of one folder: masks beside their images are no images of their own."""
    split = splitter()
    stems = {name: split(name)[0] for name in names}
    images = {stem.casefold() for stem in stems.values()}
    masks: dict[str, list[Path]] = {}
    for name, stem in stems.items():
        owner = stem_of_image(stem)
        if owner is not None and owner.casefold() in images:
            masks.setdefault(owner.casefold(), []).append(folder / name)
    taken = {path.name for paths in masks.values() for path in paths}
    bare = [name for name, stem in stems.items() if is_mask_folder(stem)]
    alone = [stem for name, stem in stems.items() if name not in taken and name not in bare]
    if len(alone) == 1:  # one image, and files that are called no more than 'mask'
        masks.setdefault(alone[0].casefold(), []).extend(folder / name for name in bare)
        taken.update(bare)
    return [
        _case(folder / name, masks.get(stem.casefold(), ()))
        for name, stem in stems.items()
        if name not in taken
    ]


def stem_of_image(stem: str) -> str | None:
    """The name of the image that a mask's name speaks of ('a_mask': 'a'), None if of none."""
    match = _BESIDE.fullmatch(stem)
    return match["image"] if match else None


def is_mask_folder(name: str) -> bool:
    """Whether a folder's name says that masks lie in it."""
    return _MASKS.fullmatch(name) is not None


def goes_with_another(name: str, names: Collection[str]) -> bool:
    """Whether a folder's name says that it holds the masks of another of these folders."""
    match = _AFTER.fullmatch(name)
    return is_mask_folder(name) or (match is not None and match["image"] in names)


def mask_folders(listed: Folder) -> list[Path]:
    """Folders in which the masks of the images of a folder may lie, the likeliest first."""
    folder = listed.path
    inside = [folder / name for name in listed.folders if is_mask_folder(name)]
    beside = _folders_in(folder.parent)
    after = {folder.name + ending for ending in _NAMED_AFTER}
    after |= {
        re.sub(old, new, folder.name) for old in ("images?", "imgs?") for new in ("labels", "masks")
    } - {folder.name}
    found = inside + [folder.parent / name for name in beside if name in after]
    if _IMAGES.fullmatch(folder.name):
        found += [folder.parent / name for name in beside if is_mask_folder(name)]
    if _IMAGES.fullmatch(folder.parent.name):  # images/train and labels/train
        above = folder.parent.parent
        found += [above / name / folder.name for name in _folders_in(above) if is_mask_folder(name)]
    return list(dict.fromkeys(found))


def pair_with_folders(cases: Iterable[FoundCase], folders: Iterable[Path]) -> list[FoundCase]:
    """Give those without a mask the one that bears the image's name in one of `folders`."""
    masks: dict[str, Path] = {}
    for folder in folders:
        for stem, path in masks_by_stem(folder).items():
            masks.setdefault(stem, path)
    split = splitter()
    return [_given(case, masks, split(case.image.path.name)[0]) for case in cases]


def masks_by_stem(folder: Path) -> dict[str, Path]:
    """The masks of a folder by the name of their image, in small letters; empty if unreadable."""
    try:
        listed = list_folder(folder)
    except ReadError:
        return {}
    split = splitter()
    found: dict[str, Path] = {}
    for name in image_names(listed):
        stem = split(name)[0]
        found[stem.casefold()] = folder / name
        owner = stem_of_image(stem)
        if owner is not None:
            found.setdefault(owner.casefold(), folder / name)
    return found


def _given(case: FoundCase, masks: Mapping[str, Path], stem: str) -> FoundCase:
    if case.mask is not None or not masks:
        return case
    names = (stem, case.image.name)
    mask = next((masks[name.casefold()] for name in names if name.casefold() in masks), None)
    return case if mask in (None, case.image.path) else FoundCase(case.image, mask, case.others)


def _case(image: Path, masks: Sequence[Path]) -> FoundCase:
    return FoundCase(ImageRef(image), masks[0] if masks else None, tuple(masks[1:]))


def _folders_in(folder: Path) -> tuple[str, ...]:
    try:
        return list_folder(folder).folders
    except ReadError:
        return ()
