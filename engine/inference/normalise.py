"""Bringing an image to the intensities and channels that a model card asks for."""

from __future__ import annotations

import numpy as np

from engine.core.arrays import Floats, Pixels
from engine.core.image import Image
from engine.models.model_card import InputCard


def normalise(image: Image, card: InputCard) -> Floats:
    """(len(card.channels), *shape) float32 in [0, 1].

    The percentiles are taken over the whole image, alpha left out; grey is repeated for a model
    that wants colours, colours are averaged for one that wants grey.
    """
    colours = [i for i, name in enumerate(image.channels) if name != "alpha"]
    scale = image.intensity_range(card.low, card.high)
    return scaled(image.pixels[colours], scale, len(card.channels))


def scaled(pixels: Pixels, scale: tuple[float, float], channels: int) -> Floats:
    """Pixels (C, *shape) without alpha as (channels, *shape) float32, `scale` brought to [0, 1]."""
    low, high = scale
    found = pixels.astype(np.float32)
    np.nan_to_num(found, copy=False)
    np.clip(found, low, high, out=found)
    found -= low
    found *= 1.0 / (high - low)
    np.clip(found, 0.0, 1.0, out=found)
    if len(found) == channels:
        return found
    grey = found.mean(axis=0, keepdims=True)
    return grey if channels == 1 else np.repeat(grey, channels, axis=0)
