"""Data sets that are laid out by a standard: BIDS and nnU-Net."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.core.case import ImageRef
from engine.core.found import FoundCase
from engine.io.folders import Folder, image_names, list_folder, splitter
from engine.io.pairing import masks_by_stem

_CHANNEL = re.compile(r"(?P<case>.+)_(?P<channel>\d{4})")
_IMAGES = {"imagesTr": "labelsTr", "imagesTs": "labelsTs", "imagesVal": "labelsVal"}

Layout = Callable[[Folder], list[FoundCase]]


def layout_of(folder: Folder) -> Layout | None:
    """How the data set in a folder is read, None if it is laid out by no standard known here."""
    if any(name in _IMAGES for name in folder.folders):
        return _nnunet
    if folder.path.name in _IMAGES:
        return _nnunet_images
    if any(name.startswith("sub-") for name in folder.folders):
        return _bids
    return None


def _nnunet(folder: Folder) -> list[FoundCase]:
    """The cases of nnU-Net's raw folders, training first: one for all channels of an image.

    Source: nnU-Net v2, documentation/dataset_format.md: imagesTr/CASE_0000.nii.gz,
    labelsTr/CASE.nii.gz.
    """
    return [
        case
        for name in _IMAGES
        if name in folder.folders
        for case in _nnunet_images(list_folder(folder.path / name))
    ]


def _nnunet_images(folder: Folder) -> list[FoundCase]:
    """The first channel of each image, with the label map of its name."""
    masks = masks_by_stem(folder.path.parent / _IMAGES[folder.path.name])
    split = splitter()
    found: dict[str, FoundCase] = {}
    for name in image_names(folder):
        stem = split(name)[0]
        match = _CHANNEL.fullmatch(stem)
        case = match["case"] if match else stem
        image = ImageRef(folder.path / name, name=case)
        found.setdefault(case, FoundCase(image, masks.get(case.casefold())))
    return list(found.values())


def _bids(folder: Folder) -> list[FoundCase]:
    """The T1-weighted images of all subjects and sessions; any anatomical image if there is none.

    Derivatives lie in a folder of their own, and are left out. Source: BIDS 1.10, 'Anatomy imaging
    data': sub-<label>/[ses-<label>/]anat/sub-<label>[_ses-<label>]_T1w.nii.gz.
    """
    split = splitter()
    images = [
        FoundCase(ImageRef(anat.path / name))
        for subject in folder.folders
        if subject.startswith("sub-")
        for anat in _anatomies(folder.path / subject)
        for name in image_names(anat)
    ]
    t1 = [case for case in images if split(case.image.path.name)[0].endswith("_T1w")]
    return t1 or images


def _anatomies(subject: Path) -> Iterator[Folder]:
    """The folders 'anat' of a subject, straight in it or in its sessions."""
    listed = list_folder(subject)
    if "anat" in listed.folders:
        yield list_folder(subject / "anat")
    for name in listed.folders:
        if name.startswith("ses-"):
            session = list_folder(subject / name)
            if "anat" in session.folders:
                yield list_folder(session.path / "anat")
