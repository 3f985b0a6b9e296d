"""Bringing an image to the intensities and channels that a model card asks for."""

from __future__ import annotations

import numpy as np

from engine.core.arrays import Floats, Pixels
from engine.core.image import Image, intensity_range
from engine.models.model_card import WHOLE_TYPE, InputCard

SAMPLE = 1_000_000
"""Of so many pixels the intensities are judged."""
_WHOLE = {"uint8": 255.0, "uint16": 65535.0}
"""The largest value of the types whose whole range is used."""


def normalised(pixels: Pixels, scale: tuple[float, float], card: InputCard) -> Floats:
    """(len(card.channels), *shape) float32, in [0, 1] before mean and deviation.

    Grey is repeated for a model that wants colours, colours are averaged for one that wants grey.

    Args:
        pixels: (C, *shape) of an image without alpha, or a part of them.
        scale: The intensities of the whole image that become 0 and 1.
        card: What is asked for.
    """
    values = scaled(pixels, scale, len(card.channels), clipped=clips(card, pixels))
    return standardised(values, card)


def colours_of(image: Image) -> Pixels:
    """(C, *shape) of an image without its alpha."""
    return image.pixels[: sum(name != "alpha" for name in image.channels)]


def image_scale(image: Image, card: InputCard) -> tuple[float, float]:
    """The intensities of an image that become 0 and 1, judged on its pixels, alpha included."""
    flat = image.pixels.reshape(-1)
    return input_scale(card, flat[:: max(1, flat.size // SAMPLE)])


def clips(card: InputCard, pixels: Pixels) -> bool:
    """Whether what lies outside the scale is cut off: not where pixels stay as they are."""
    return card.scale != WHOLE_TYPE or pixels.dtype.name in _WHOLE


def input_scale(card: InputCard, sample: Pixels) -> tuple[float, float]:
    """The intensities that become 0 and 1.

    Args:
        card: What is asked for.
        sample: The pixels, or enough of them to judge.
    """
    if card.scale != WHOLE_TYPE:
        return intensity_range(sample, card.low, card.high)
    return (0.0, _WHOLE.get(sample.dtype.name, 1.0))


def standardised(values: Floats, card: InputCard) -> Floats:
    """(C, *shape) float32, the mean subtracted and divided by the deviation; in place."""
    for numbers, change in ((card.mean, np.subtract), (card.deviation, np.divide)):
        if numbers:
            column = np.array(numbers, np.float32).reshape(-1, *[1] * (values.ndim - 1))
            change(values, column, out=values)
    return values


def scaled(
    pixels: Pixels, scale: tuple[float, float], channels: int, *, clipped: bool = True
) -> Floats:
    """Pixels (C, *shape) without alpha as (channels, *shape) float32, `scale` brought to [0, 1].

    What lies outside is cut off, unless `clipped` is False.
    """
    low, high = scale
    found = pixels.astype(np.float32)
    np.nan_to_num(found, copy=False)
    if clipped:
        np.clip(found, low, high, out=found)
    found -= low
    found *= 1.0 / (high - low)
    if clipped:
        np.clip(found, 0.0, 1.0, out=found)
    if len(found) == channels:
        return found
    grey = found.mean(axis=0, keepdims=True)
    return grey if channels == 1 else np.repeat(grey, channels, axis=0)
