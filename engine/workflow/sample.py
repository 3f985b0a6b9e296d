"""The shipped sample: a project of a brain volume, and one of two photographs."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.core.label_set import LabelSet
from engine.files import make_folder, replacing
from engine.resources import resource
from engine.workflow.predict import BRAIN, OBJECTS, list_models
from engine.workflow.project import ProjectInfo, create_project, describe_project

BRAIN_IMAGE = ("brain", "mni152_t1.nii.gz")
BRAIN_REFERENCE = ("brain", "mni152_tissues.nii.gz")
PHOTOS = (("photos", "coins.png"), ("photos", "coffee.png"))


def sample_project(home: Path) -> ProjectInfo:
    """The brain sample as a project under `home`, made at the first call; its image is copied.

    Raises:
        WriteError: if it cannot be made there.
    """
    return _made(home / "sample brain.sulcus", _classes_of(BRAIN), (BRAIN_IMAGE,))


def sample_photos_project(home: Path) -> ProjectInfo:
    """The photographs as a project under `home`, made at the first call.

    Raises:
        WriteError: if it cannot be made there.
    """
    return _made(home / "sample photos.sulcus", _classes_of(OBJECTS), PHOTOS)


def sample_file(parts: tuple[str, ...]) -> Path:
    """The path of a shipped sample."""
    return resource("samples", *parts)


def _classes_of(model: str) -> LabelSet:
    return next(info.label_set for info in list_models() if info.name == model)


def _made(folder: Path, label_set: LabelSet, images: tuple[tuple[str, ...], ...]) -> ProjectInfo:
    if (folder / "project.db").exists():
        return describe_project(folder)
    make_folder(folder / "images")
    copies = [folder / "images" / parts[-1] for parts in images]
    for parts, copy in zip(images, copies, strict=True):
        with replacing(copy) as temporary:
            shutil.copyfile(sample_file(parts), temporary)
    return create_project(folder, label_set, copies)
