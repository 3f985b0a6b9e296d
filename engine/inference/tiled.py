"""A network over a picture of any size, tile by tile."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor

from engine.core.arrays import Floats
from engine.errors import ParameterError
from engine.inference.blending import make_blend
from engine.inference.method import AUTO, EXACT, GAUSSIAN, Method
from engine.inference.picture import Picture, read_window
from engine.inference.read_ahead import ReadAhead
from engine.inference.runner import OutOfMemory, Runner
from engine.inference.tiles import Span, Tile, plan_overlapping, plan_tiles
from engine.progress import Progress

SMALLEST, LARGEST = 64, 2048
"""Sides of a tile's core, in pixels."""

Order = Callable[[tuple[Tile, ...]], tuple[Tile, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """A finished part of a picture.

    Attributes:
        part: Which (rows, columns).
        values: (K, *part) float32 probabilities.
        done: Its number among
        total: so many.
    """

    part: Span
    values: Floats
    done: int
    total: int


class TiledNetwork:
    """What gives probabilities of pictures, by exact tiles or by windows that are blended.

    Attributes:
        runner: The network on its device.
        blending: How windows are put together: EXACT, or how they are blended.
        largest: Side of the core of a tile at most; falls where memory is too small.
    """

    def __init__(self, runner: Runner, method: Method, memory: float | None = None) -> None:
        """Choose how windows are put together, and how large tiles may be.

        Args:
            runner: The network, fused as `method` asks.
            method: What was asked for.
            memory: Bytes that a tile may take; a quarter of the machine's memory if left out, 3 GB
                at most.

        Raises:
            ParameterError: if the network cannot be put together so.
        """
        self.runner = runner
        self._method = method
        self.blending = _blending(method.blending, runner)
        self.largest = _largest_core(runner, memory or _quarter_of_memory())

    def beliefs(
        self, picture: Picture, progress: Progress, ordered: Order = lambda tiles: tiles
    ) -> Iterator[Belief]:
        """Finished parts of a picture; each pixel once.

        Args:
            picture: Normalised, read where it is needed.
            progress: May cancel in the midst of a tile; steps are told by the caller.
            ordered: In which order tiles come.

        Raises:
            Cancelled: if `progress` was asked to stop.
            DeviceError: if even the smallest tile does not fit into memory.
        """
        if self.blending == EXACT:
            return self._exact(picture, progress, ordered)
        return self._blended(picture, progress, ordered)

    def plan(self, sides: tuple[int, int], part: Span | None = None) -> tuple[Tile, ...]:
        """The exact tiles of a picture or of a part of it."""
        halo = self.runner.network.receptive_radius or 0
        lattice = self.runner.lattice
        return plan_tiles(sides, core=self.largest, halo=halo, lattice=lattice, part=part)

    def _exact(self, picture: Picture, progress: Progress, ordered: Order) -> Iterator[Belief]:
        pending = list(reversed(ordered(self.plan(picture.sides))))
        total = len(pending)
        done = 0
        with self._reading(picture) as windows:
            while pending:
                tile = pending.pop()
                window = windows.take(tile.window, pending[-1].window if pending else None)
                try:
                    scores = self.runner.scores(window, progress.check)
                except OutOfMemory:
                    pending += reversed(self._smaller(tile, picture.sides))
                    total += len(pending) - (total - done)
                    continue
                rows, columns = self._core_of(tile)
                belief = scores[0, :, rows, columns].softmax(dim=0)
                yield Belief(tile.core, belief.cpu().numpy(), done, total)
                done += 1

    def _blended(self, picture: Picture, progress: Progress, ordered: Order) -> Iterator[Belief]:
        network, lattice = self.runner.network, self.runner.lattice
        fixed = cast("int | None", getattr(network, "window", None))
        window = fixed or self._method.window
        step = min(self._method.step or max(1, window // 2), window)
        tiles = plan_overlapping(picture.sides, window=window, step=step, lattice=lattice)
        blend = make_blend(self.blending, network.classes, tiles, window=window, step=step)
        order = ordered(tiles)
        following = (*(tile.window for tile in order[1:]), None)
        with self._reading(picture) as windows:
            for number, (tile, after) in enumerate(zip(order, following, strict=True)):
                scores = self._scores_somewhere(windows.take(tile.window, after), progress)
                belief = scores[(0, slice(None), *tile.core_in_window)].softmax(dim=0)
                for part, mean in blend.add(tile, belief.cpu().numpy()):
                    yield Belief(part, mean, number, len(tiles))

    def _reading(self, picture: Picture) -> ReadAhead:
        def read(window: Span) -> Tensor:
            pixels = np.ascontiguousarray(read_window(picture, window))
            return self.runner.brought(torch.from_numpy(pixels)[None])

        return ReadAhead(read)

    def _scores_somewhere(self, window: Tensor, progress: Progress) -> Tensor:
        """Scores of a window that cannot be made smaller."""
        try:
            return self.runner.scores(window, progress.check)
        except OutOfMemory:
            self.runner.fall_back()
            return self.runner.scores(window, progress.check)

    def _smaller(self, tile: Tile, sides: tuple[int, int]) -> list[Tile]:
        """What covers the core of a tile that did not fit; the processor if it was small.

        Raises:
            DeviceError: if it was the smallest there is, on the processor.
        """
        side = max(part.stop - part.start for part in tile.core)
        if side <= SMALLEST:
            self.runner.fall_back()
            return [tile]
        self.largest = max(SMALLEST, min(side, self.largest) // 2)
        return list(self.plan(sides, tile.core))

    def _core_of(self, tile: Tile) -> Span:
        """Where the core lies in what the network gives for the window."""
        margin = self.runner.network.margin
        rows, columns = (
            slice(part.start - margin, part.stop - margin) for part in tile.core_in_window
        )
        return rows, columns


def _blending(wish: str, runner: Runner) -> str:
    """EXACT or a blending.

    Raises:
        ParameterError: if the network cannot be put together as was asked for.
    """
    sees_all = runner.network.receptive_radius is None
    if wish == AUTO:
        return GAUSSIAN if sees_all else EXACT
    if wish == EXACT and sees_all:
        raise ParameterError(
            "This network sees its whole input: tiles cannot give what the whole picture gives.",
            remedy="Choose a blending, or leave it to the program.",
        )
    if wish != EXACT and runner.network.margin:
        raise ParameterError(
            "A network of valid convolutions is not blended: it loses a margin that is mirrored.",
            remedy="Leave the blending to the program; the result is exact.",
        )
    return wish


def _largest_core(runner: Runner, memory: float) -> int:
    """The side of the largest core whose window fits into `memory` bytes."""
    window = math.isqrt(int(memory / runner.bytes_per_pixel()))
    halo = runner.network.receptive_radius or 0
    return max(SMALLEST, min(LARGEST, window - 2 * halo))


def _quarter_of_memory() -> float:
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return min(3e9, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 4)
    return 1e9
