"""Opens an image of numbers in a presenter, without a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.presenters.case import CasePresenter
from engine.core.case import Case, CaseState
from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.workflow.open_case import OpenCase
from engine.workflow.project import ProjectInfo

CLASSES = LabelSet.named(["background", "one", "two"])


def open_volume(
    case: CasePresenter,
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    shape: tuple[int, ...],
    affine: np.ndarray | None = None,
    pixels: np.ndarray | None = None,
) -> None:
    """Show an image of a shape with an empty mask; its runner must end jobs at once."""
    geometry = Geometry(shape, affine)
    if pixels is None:
        pixels = np.random.default_rng(0).integers(-900, 3000, (1, *shape)).astype(np.int16)
    channels = ("grey",) if len(pixels) == 1 else ("red", "green", "blue")
    image = Image(pixels, geometry, channels, Source(Path("a.nii"), ""))
    one = Case("abc", "a", Path("a.nii"), CaseState.NEW)
    mask = LabelMap.empty(geometry, CLASSES)
    found = OpenCase(one, image, mask, np.zeros(shape, np.uint8), has_probabilities=False)
    monkeypatch.setattr("app.presenters.case.open_case", lambda *_: found)
    monkeypatch.setattr("app.presenters.case.checkpoint_case", lambda *_: None)
    case.open(ProjectInfo(folder, CLASSES, (one,)), "abc")
