"""What a network believes: a probability for each class and pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Float16s, Floats, Labels
from engine.core.geometry import Geometry
from engine.core.label_set import IGNORE, LabelSet

SMALLEST = 1e-6
"""Probabilities below this are raised to it before a logarithm is taken."""

_AT_ONCE = 64  # rows


@dataclass(frozen=True, slots=True, eq=False)
class Probabilities:
    """Class probabilities on the grid of an image.

    Attributes:
        values: (K, *shape) float16 in [0, 1]; they sum to 1 over K within 1e-2.
        geometry: The grid of the image.
        label_set: The K classes.
    """

    values: Float16s
    geometry: Geometry
    label_set: LabelSet

    def __post_init__(self) -> None:
        if self.values.dtype != np.float16:
            raise ValueError(f"probabilities are float16, not {self.values.dtype}")
        if self.values.shape != (len(self.label_set), *self.geometry.shape):
            raise ValueError(
                f"probabilities {self.values.shape} do not fit {len(self.label_set)} classes "
                f"of {self.geometry.shape}"
            )

    def placed(self, label_set: LabelSet, places: tuple[int, ...]) -> Probabilities:
        """The same among other classes; 0 for those that have none here.

        Args:
            label_set: The classes to be among.
            places: The index there of each class here.
        """
        return Probabilities(placed(self.values, len(label_set), places), self.geometry, label_set)

    def argmax(self) -> Labels:
        """The most probable class of each pixel, (*shape) uint8; the lowest index on a tie."""
        found = np.empty(self.geometry.shape, np.uint8)
        for start in range(0, len(found), _AT_ONCE):  # argmax makes 8 bytes of each pixel
            part = slice(start, start + _AT_ONCE)
            found[part] = self.values[:, part].argmax(axis=0)
        return found

    def entropy(self) -> Floats:
        """The doubt at each pixel, (*shape) float32 in [0, 1]: entropy divided by log K."""
        return entropy_of(self.values)

    def unary(self) -> Floats:
        """-log p, (K, *shape) float32 in nats, with p clipped at `SMALLEST`."""
        return unary_of(self.values)


def placed(values: Float16s, classes: int, places: tuple[int, ...]) -> Float16s:
    """(k, ...) probabilities as (classes, ...), each at its place; 0 for the other classes."""
    if places == tuple(range(classes)):
        return values
    found = np.zeros((classes, *values.shape[1:]), np.float16)
    found[list(places)] = values
    return found


CONFIDENCE = 0.9
"""How far a mask without probabilities is believed: the probability of the class it gives."""


def believed(labels: Labels, classes: int) -> Float16s:
    """(classes, *shape) probabilities that believe a mask with `CONFIDENCE`; even at IGNORE."""
    values = np.full((classes, *labels.shape), (1 - CONFIDENCE) / (classes - 1), np.float16)
    for index in range(classes):
        values[index][labels == index] = CONFIDENCE
    values[:, labels == IGNORE] = 1 / classes
    return values


def entropy_of(probabilities: Float16s) -> Floats:
    """The doubt that (K, ...) probabilities leave, (...) float32 in [0, 1]: entropy by log K."""
    p = np.maximum(probabilities.astype(np.float32), SMALLEST)
    p /= p.sum(axis=0)
    nats = -(p * np.log(p)).sum(axis=0)
    return np.clip(nats / np.log(len(probabilities)), 0.0, 1.0).astype(np.float32)


def unary_of(probabilities: Float16s | Floats) -> Floats:
    """-log p in float32 nats, with p clipped at `SMALLEST`."""
    return -np.log(np.maximum(probabilities.astype(np.float32), np.float32(SMALLEST)))
