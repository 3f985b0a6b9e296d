"""How well two label maps agree, by counting pixels."""

from __future__ import annotations

import numpy as np

from engine.core.arrays import Labels
from engine.core.label_set import IGNORE


def confusion(
    predicted: Labels, reference: Labels, classes: int
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Pixels by class, (classes, classes) int64: rows are the reference, columns the prediction.

    Pixels that either map ignores do not count.

    Raises:
        ValueError: if the shapes differ.
    """
    if predicted.shape != reference.shape:
        raise ValueError(f"{predicted.shape} and {reference.shape} cannot be compared")
    counted = (reference != IGNORE) & (predicted != IGNORE)
    pairs = reference[counted].astype(np.int64) * classes + predicted[counted]
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def dice(predicted: Labels, reference: Labels, classes: int) -> tuple[float, ...]:
    """Dice of each class, 2 |A and B| / (|A| + |B|); NaN for a class that neither map has."""
    table = confusion(predicted, reference, classes)
    both = 2 * np.diag(table)
    either = table.sum(axis=0) + table.sum(axis=1)
    with np.errstate(invalid="ignore"):
        return tuple(float(value) for value in both / either)
