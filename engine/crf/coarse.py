"""A picture made smaller, for an answer while a slider is dragged; the exact one follows."""

from __future__ import annotations

import numpy as np
import torch

from engine.core.arrays import Float16s, Floats, Labels
from engine.crf.parameters import CrfParameters, range_of
from engine.crf.solver import Picture, Solver, place_of
from engine.progress import Progress

PIXELS = 1 << 18
"""A picture is made smaller by 2, or by 4 if it would still have more pixels than this."""


class CoarseSolver:
    """Solves pictures smaller than they come; holds the one ready that was solved last."""

    def __init__(self, solver: Solver) -> None:
        self._solver = solver
        self._source: Picture | None = None
        self._small: Picture | None = None

    def labels(
        self,
        picture: Picture,
        parameters: CrfParameters,
        pinned: Labels | None,
        progress: Progress,
    ) -> Labels:
        """(rows, columns) uint8; the arguments are those of `Solver.solve`, in two dimensions."""
        rows, columns = picture.colours.shape[1:]
        factor = factor_for((rows, columns))
        pins = None if pinned is None else pooled_pins(pinned, factor)
        small = coarse_parameters(parameters, factor)
        found = self._solver.solve(self._pooled(picture, factor), small, pins, progress)
        return enlarged(found.argmax(axis=0).astype(np.uint8), factor, (rows, columns))

    def _pooled(self, picture: Picture, factor: int) -> Picture:
        kept, small = self._source, self._small
        if kept is None or small is None or place_of(kept.colours) != place_of(picture.colours):
            colours = pooled(picture.colours, factor)
        else:
            colours = small.colours
        if kept is None or small is None or place_of(kept.values) != place_of(picture.values):
            values = pooled(picture.values, factor)
        else:
            values = small.values
        row, column = picture.spacing
        self._source = picture
        self._small = Picture(values, colours, (row * factor, column * factor))
        return self._small


def factor_for(sides: tuple[int, int]) -> int:
    """By how much a slice is made smaller, 2 or 4."""
    return 2 if sides[0] * sides[1] <= 4 * PIXELS else 4


def pooled(values: Float16s | Floats, factor: int) -> Floats:
    """Means over blocks of (C, rows, columns); blocks at the border hold the pixels there are."""
    tensor = torch.from_numpy(np.ascontiguousarray(values, np.float32))[None]
    small = torch.nn.functional.avg_pool2d(tensor, factor, ceil_mode=True, count_include_pad=False)
    return small[0].numpy()


def pooled_pins(pinned: Labels, factor: int) -> Labels:
    """(rows, columns): the lowest class that is pinned in each block, IGNORE where none is."""
    for axis in range(2):
        starts = np.arange(0, pinned.shape[axis], factor)
        pinned = np.minimum.reduceat(pinned, starts, axis=axis)
    return pinned


def enlarged(labels: Labels, factor: int, sides: tuple[int, int]) -> Labels:
    """Labels of blocks as labels of their pixels, (rows, columns)."""
    large = labels.repeat(factor, axis=0).repeat(factor, axis=1)
    return large[: sides[0], : sides[1]]


def coarse_parameters(parameters: CrfParameters, factor: int) -> CrfParameters:
    """Parameters that do on the smaller picture what `parameters` do on the whole.

    Widths are in the unit of the spacing, which grows with the pixels, and stay. Blur gives way
    first: a picture made smaller by the factor of the blur has the same cells. Beyond that the
    window counts fewer pixels, and kernels that are not normalised weigh more to make up for it.
    """
    blur = max(1, parameters.blur // factor)
    lost = factor * blur // parameters.blur
    if lost == 1:
        return parameters.changed({"blur": blur})
    smallest = range_of("filter_size").low
    size = max(int(smallest), 2 * round(parameters.filter_size / 2 / lost) + 1)
    found = parameters.changed({"blur": blur, "filter_size": size})
    if parameters.normalisation == "none":
        share = (parameters.filter_size / size) ** 2
        for name in ("appearance_weight", "smoothness_weight"):
            weight = min(range_of(name).high, getattr(parameters, name) * share)
            found = found.changed({name: weight})
    return found
