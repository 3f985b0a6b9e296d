"""Pictures of masks for reports: the image in grey or colour, classes laid over it."""

from __future__ import annotations

import base64
import io

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from engine.core.arrays import Labels
from engine.core.image import Image
from engine.core.label_set import LabelSet
from engine.core.planes import SliceView

Rgb = npt.NDArray[np.uint8]


def draw(
    image: Image, view: SliceView, labels: Labels | None, label_set: LabelSet, opacity: float = 0.5
) -> Rgb:
    """One slice as it is shown, (rows, columns, 3) uint8, with the classes over it.

    Args:
        image: The image.
        view: Which slice.
        labels: (*shape) uint8, or None for the image alone.
        label_set: The colours; background stays clear.
        opacity: Of the classes, 0 to 1.
    """
    low, high = image.intensity_range()
    colours = [i for i, name in enumerate(image.channels) if name != "alpha"][:3]
    shown = view.read(image.pixels)[colours].astype(np.float32)
    grey = np.clip((shown - low) * (255.0 / (high - low)), 0, 255)
    base = np.moveaxis(
        np.broadcast_to(grey, (3, *grey.shape[1:])) if len(grey) < 3 else grey, 0, -1
    )
    if labels is None:
        return base.astype(np.uint8)
    table = np.zeros((256, 3), np.float32)
    weight = np.zeros((256, 1), np.float32)
    for one in label_set:
        table[one.index] = one.colour
        weight[one.index] = opacity if one.index else 0.0
    chosen = view.read(labels)
    mixed = base * (1 - weight[chosen]) + table[chosen] * weight[chosen]
    return mixed.astype(np.uint8)


def as_data_url(picture: Rgb, *, zoom: int = 1) -> str:
    """The picture as a PNG that an HTML page can hold."""
    large = np.repeat(np.repeat(picture, zoom, axis=0), zoom, axis=1)
    stream = io.BytesIO()
    Pillow.fromarray(large).save(stream, format="PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()
