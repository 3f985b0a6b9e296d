"""Bringing an image to the intensities and channels that a model card asks for."""

from __future__ import annotations

import numpy as np

from engine.core.arrays import Floats
from engine.core.image import Image
from engine.models.model_card import InputCard


def normalise(image: Image, card: InputCard) -> Floats:
    """(len(card.channels), *shape) float32 in [0, 1].

    The percentiles are taken over the whole image, alpha left out; grey is repeated for a model
    that wants colours, colours are averaged for one that wants grey.
    """
    colours = [i for i, name in enumerate(image.channels) if name != "alpha"]
    low, high = image.intensity_range(card.low, card.high)
    pixels = image.pixels[colours].astype(np.float32)
    np.nan_to_num(pixels, copy=False)
    np.clip(pixels, low, high, out=pixels)
    pixels -= low
    pixels *= 1.0 / (high - low)
    np.clip(pixels, 0.0, 1.0, out=pixels)
    wanted = len(card.channels)
    if len(pixels) == wanted:
        return pixels
    grey = pixels.mean(axis=0, keepdims=True)
    return grey if wanted == 1 else np.repeat(grey, wanted, axis=0)
