"""Putting overlapping windows together: weighted means, and majority votes.

Sums are float32 and held only for the rows that a later window may still reach.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.core.arrays import Floats
from engine.inference.method import AVERAGE, GAUSSIAN, HANN, VOTES
from engine.inference.tiles import Tile

WEIGHTINGS = (AVERAGE, GAUSSIAN, HANN)

_SIGMA = 0.125
"""Standard deviation of the Gaussian as a share of the window's side."""
_LEAST = 1e-3
"""No pixel of a window counts less than this share of its middle."""


def importance(kind: str, sides: tuple[int, int]) -> Floats:
    """(rows, columns) float32 weights of a window's pixels, at most 1 and never 0.

    Args:
        kind: AVERAGE, GAUSSIAN (of an eighth of the side) or HANN.
        sides: Of the window.
    """
    rows, columns = (_profile(kind, side) for side in sides)
    return np.maximum(np.outer(rows, columns), _LEAST).astype(np.float32)


def _profile(kind: str, side: int) -> Floats:
    place = (np.arange(side, dtype=np.float32) + 0.5) / side - 0.5  # -0.5 to 0.5
    if kind == GAUSSIAN:
        return np.exp(-0.5 * (place / _SIGMA) ** 2)
    if kind == HANN:
        return np.cos(np.pi * place) ** 2
    if kind == AVERAGE:
        return np.ones(side, np.float32)
    raise ValueError(f"there is no blending {kind!r}")


class Blend:
    """The weighted mean of windows that come row by row.

    Rows that no later window reaches are given away by `add` and forgotten.
    """

    def __init__(self, channels: int, columns: int, kind: str) -> None:
        self._kind = kind
        self._top = 0  # the first row that is held
        self._sums: Floats = np.zeros((channels, 0, columns), np.float32)
        self._weights: Floats = np.zeros((0, columns), np.float32)
        self._known: dict[tuple[int, int], Floats] = {}

    def add(self, tile: Tile, values: Floats) -> Iterator[tuple[int, Floats]]:
        """Add one window; yields (first row, (C, rows, columns)) of what has become final.

        Args:
            tile: Which window; its core must not begin above that of an earlier one.
            values: (C, *core) float32.
        """
        rows, columns = tile.core
        yield from self._finish(rows.start)
        self._reach(rows.stop)
        weights = self._importance(tile)
        held = slice(rows.start - self._top, rows.stop - self._top)
        self._sums[:, held, columns] += values * weights
        self._weights[held, columns] += weights

    def end(self) -> Iterator[tuple[int, Floats]]:
        """What is left after the last window."""
        yield from self._finish(self._top + self._sums.shape[1])

    def _finish(self, row: int) -> Iterator[tuple[int, Floats]]:
        count = row - self._top
        if count <= 0:
            return
        done = self._sums[:, :count] / self._weights[:count]
        top, self._top = self._top, row
        self._sums = self._sums[:, count:].copy()
        self._weights = self._weights[count:].copy()
        yield top, done

    def _reach(self, row: int) -> None:
        missing = row - self._top - self._sums.shape[1]
        if missing > 0:
            self._sums = np.pad(self._sums, ((0, 0), (0, missing), (0, 0)))
            self._weights = np.pad(self._weights, ((0, missing), (0, 0)))

    def _importance(self, tile: Tile) -> Floats:
        """Weights of the core: those of the whole window, cut where the picture ends."""
        sides = tuple(part.stop - part.start for part in tile.window)
        whole = self._known.get((sides[0], sides[1]))
        if whole is None:
            whole = importance(self._kind, (sides[0], sides[1]))
            self._known[(sides[0], sides[1])] = whole
        return whole[tile.core_in_window]


class Votes(Blend):
    """Each window votes for its most probable class; ties go to the higher summed probability.

    Source: U-SegNet (Kumar et al. 2018), the majority vote over overlapping patches.
    """

    def __init__(self, channels: int, columns: int, most: int) -> None:
        """Count votes, with at most `most` windows for a pixel."""
        super().__init__(channels, columns, AVERAGE)
        # All probabilities of a pixel together must weigh less than a vote.
        self._tie = np.float32(0.5 / most)

    def add(self, tile: Tile, values: Floats) -> Iterator[tuple[int, Floats]]:
        """Add one window of probabilities (C, *core); yields shares of the votes."""
        ballots = np.zeros_like(values)
        np.put_along_axis(ballots, values.argmax(axis=0)[None], 1.0, axis=0)
        shares = (ballots + self._tie * values) / (1 + self._tie)
        return super().add(tile, shares.astype(np.float32))


def make_blend(kind: str, channels: int, columns: int, *, window: int, step: int) -> Blend:
    """What puts the windows of a picture of so many columns together.

    Args:
        kind: One of `WEIGHTINGS`, or VOTES.
        channels: Classes.
        columns: Of the picture.
        window: Side of a window.
        step: From one window to the next.
    """
    if kind == VOTES:
        along = -(-window // step) + 1  # and the one at the end
        return Votes(channels, columns, along**2)
    return Blend(channels, columns, kind)
