"""A small picture of a case for lists; it is kept nowhere, so that nothing of a patient is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.core.case import Case
from engine.core.planes import Plane, slice_count, slice_view
from engine.progress import Progress

if TYPE_CHECKING:
    from engine.core.image import Image

SIDE = 96
"""Of the longer side, in pixels."""
LARGEST = 1 << 26
"""Files with more bytes than that are not read for a small picture."""


def draw_thumbnail(case: Case, progress: Progress) -> npt.NDArray[np.uint8] | None:
    """The image, or the middle axial slice of a volume.

    Returns:
        (rows, columns, 3) uint8, at most SIDE wide and high, its pixels square in millimetres;
        None if the file is too large to be read for that.

    Raises:
        ReadError: if the image is missing or cannot be read.
        Cancelled: if `progress` was asked to stop.
    """
    from engine.io.opening import open_image

    path = case.image_path
    parts = path.iterdir() if path.is_dir() else (path,)
    if sum(one.stat().st_size for one in parts if one.is_file()) > LARGEST:
        return None
    progress.step(0, 1, "drawing")
    return _drawn(open_image(path, case.part))


def _drawn(image: Image) -> npt.NDArray[np.uint8]:
    import cv2

    middle = slice_count(image.geometry, Plane.AXIAL) // 2
    view = slice_view(image.geometry, Plane.AXIAL, middle)
    colours = [i for i, name in enumerate(image.channels) if name != "alpha"][:3]
    seen = view.read(image.pixels)[colours]
    is_bytes = seen.dtype == np.uint8
    low, high = (0.0, 255.0) if is_bytes else image.intensity_range()
    size = [side * length for side, length in zip(view.sides, view.spacing, strict=True)]
    height, width = (max(1, round(SIDE * one / max(size))) for one in size)
    step = max(1, min(seen.shape[1:]) // (4 * SIDE))  # cheap first: a photo has millions of pixels
    small = [
        cv2.resize(
            np.nan_to_num(one[::step, ::step].astype(np.float32)),
            (width, height),
            interpolation=cv2.INTER_AREA,
        )
        for one in seen
    ]
    shown = np.rint((np.stack(small, axis=-1) - low) * (255.0 / (high - low))).clip(0, 255)
    if image.is_inverted:
        shown = 255 - shown
    grey_or_colour = shown if shown.shape[2] == 3 else shown[:, :, :1].repeat(3, axis=2)
    return np.ascontiguousarray(grey_or_colour.astype(np.uint8))
