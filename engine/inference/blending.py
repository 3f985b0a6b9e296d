"""Putting overlapping windows together: weighted means, and majority votes.

Windows may come in any order. The picture is cut into pages; float32 sums are held only for pages
that some but not yet all of their windows have reached.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from engine.core.arrays import Floats
from engine.inference.method import AVERAGE, GAUSSIAN, HANN, VOTES
from engine.inference.tiles import Span, Tile, round_up

WEIGHTINGS = (AVERAGE, GAUSSIAN, HANN)

_SIGMA = 0.125
"""Standard deviation of the Gaussian as a share of the window's side."""
_LEAST = 1e-3
"""No pixel of a window counts less than this share of its middle."""
_LEAST_PAGE = 128
"""Side of a page at least, in pixels."""


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


@dataclass(slots=True)
class _Page:
    """A part of the picture, and the sums over the windows that came so far."""

    part: Span
    missing: int
    sums: Floats
    weights: Floats


class Blend:
    """The weighted mean of windows, each page given away as soon as its last window came."""

    def __init__(self, channels: int, tiles: Iterable[Tile], step: int, kind: str) -> None:
        """Plan the pages.

        Args:
            channels: Classes.
            tiles: All windows that will come, in any order.
            step: From one window to the next, in pixels; pages are a multiple of it.
            kind: One of `WEIGHTINGS`.
        """
        self._kind = kind
        self._channels = channels
        self._side = round_up(_LEAST_PAGE, step)
        tiles = list(tiles)
        self._sides = tuple(max(tile.core[axis].stop for tile in tiles) for axis in (0, 1))
        self._windows = Counter(page for tile in tiles for page in self._touched(tile))
        self._pages: dict[tuple[int, int], _Page] = {}
        self._known: dict[tuple[int, int], Floats] = {}

    @property
    def held(self) -> int:
        """How many pages wait for windows."""
        return len(self._pages)

    def add(self, tile: Tile, values: Floats) -> Iterator[tuple[Span, Floats]]:
        """Add one window; yields (part, (C, *part) float32) of what has become final.

        Args:
            tile: Which window; one of the planned, each once.
            values: (C, *core) float32.
        """
        weights = self._importance(tile)
        for place in self._touched(tile):
            page = self._pages.get(place) or self._begun(place)
            in_page, in_core = _shared(page.part, tile.core)
            page.sums[(slice(None), *in_page)] += values[(slice(None), *in_core)] * weights[in_core]
            page.weights[in_page] += weights[in_core]
            page.missing -= 1
            if not page.missing:
                del self._pages[place]
                yield page.part, page.sums / page.weights

    def _touched(self, tile: Tile) -> Iterator[tuple[int, int]]:
        rows, columns = (
            range(part.start // self._side, (part.stop - 1) // self._side + 1) for part in tile.core
        )
        return product(rows, columns)

    def _begun(self, place: tuple[int, int]) -> _Page:
        rows, columns = (
            slice(at * self._side, min((at + 1) * self._side, side))
            for at, side in zip(place, self._sides, strict=True)
        )
        shape = (rows.stop - rows.start, columns.stop - columns.start)
        sums = np.zeros((self._channels, *shape), np.float32)
        page = _Page((rows, columns), self._windows[place], sums, np.zeros(shape, np.float32))
        self._pages[place] = page
        return page

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

    def __init__(self, channels: int, tiles: Iterable[Tile], step: int, most: int) -> None:
        """Count votes, with at most `most` windows for a pixel."""
        super().__init__(channels, tiles, step, AVERAGE)
        # All probabilities of a pixel together must weigh less than a vote.
        self._tie = np.float32(0.5 / most)

    def add(self, tile: Tile, values: Floats) -> Iterator[tuple[Span, Floats]]:
        """Add one window of probabilities (C, *core); yields shares of the votes."""
        ballots = np.zeros_like(values)
        np.put_along_axis(ballots, values.argmax(axis=0)[None], 1.0, axis=0)
        shares = (ballots + self._tie * values) / (1 + self._tie)
        return super().add(tile, shares.astype(np.float32))


def make_blend(kind: str, channels: int, tiles: Iterable[Tile], *, window: int, step: int) -> Blend:
    """What puts the windows of a picture together.

    Args:
        kind: One of `WEIGHTINGS`, or VOTES.
        channels: Classes.
        tiles: All windows that will come, in any order.
        window: Side of a window.
        step: From one window to the next.
    """
    if kind == VOTES:
        along = -(-window // step) + 1  # and the one at the end
        return Votes(channels, tiles, step, along**2)
    return Blend(channels, tiles, step, kind)


def _shared(page: Span, core: Span) -> tuple[Span, Span]:
    """What a page and a core have in common: where it lies in the page, and where in the core."""
    starts = [max(a.start, b.start) for a, b in zip(page, core, strict=True)]
    stops = [min(a.stop, b.stop) for a, b in zip(page, core, strict=True)]

    def within(whole: Span) -> Span:
        rows, columns = (
            slice(start - of.start, stop - of.start)
            for start, stop, of in zip(starts, stops, whole, strict=True)
        )
        return rows, columns

    return within(page), within(core)
