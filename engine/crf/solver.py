"""One picture after another through the quickest solver there is for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from engine.core.arrays import Float16s, Floats, Labels
from engine.core.label_set import IGNORE
from engine.core.probabilities import unary_of
from engine.crf.backend import DENSE, hold, is_fast, mean_field
from engine.crf.parameters import CrfParameters
from engine.crf.processor import OnStep, mixing, softmax
from engine.progress import Progress

if TYPE_CHECKING:
    from engine.crf.cpu import CpuCrf
    from engine.crf.densecrf import DenseCrf


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What is solved on.

    Attributes:
        values: (K, *S) probabilities, S of 2 or 3 axes.
        colours: (F, *S) float32 on the scale 0 to 255.
        spacing: Size of a pixel along each axis.
    """

    values: Float16s | Floats
    colours: Floats
    spacing: tuple[float, ...]

    def __post_init__(self) -> None:
        if self.values.shape[1:] != self.colours.shape[1:]:
            raise ValueError(f"{self.values.shape} do not fit {self.colours.shape}")


class Solver:
    """Solves one CRF on a device; holds the picture ready that was solved last."""

    def __init__(self, crf: str, device: torch.device) -> None:
        self._crf = crf
        self._device = device
        self._held: _Held | None = None

    def solve(
        self,
        picture: Picture,
        parameters: CrfParameters,
        pinned: Labels | None,
        progress: Progress,
    ) -> Floats:
        """Beliefs that sum to 1, (K, *S) float32.

        Args:
            picture: What to solve on.
            parameters: What to solve with.
            pinned: (*S) uint8, IGNORE where free.
            progress: Told of each iteration by the kernels of the processor, else of the end; may
                cancel between two.

        Raises:
            Cancelled: if `progress` was asked to stop.
            ParameterError: if the compatibility is stated for another number of classes.
        """
        found = self._solve(picture, parameters, pinned, progress, None)
        return softmax(found) if self._is_released(parameters) else found

    def steps(
        self,
        picture: Picture,
        parameters: CrfParameters,
        pinned: Labels | None,
        progress: Progress,
    ) -> Float16s:
        """Beliefs before the first and after each iteration, (iterations + 1, K, *S) float16."""
        found = np.empty((parameters.iterations + 1, *picture.values.shape), np.float16)

        def keep(iteration: int, beliefs: Floats) -> None:
            found[iteration] = beliefs

        self._solve(picture, parameters, pinned, progress, keep)
        return found

    def _solve(
        self,
        picture: Picture,
        parameters: CrfParameters,
        pinned: Labels | None,
        progress: Progress,
        on_step: OnStep | None,
    ) -> Floats:
        """What the last iteration leaves: beliefs, or scores in the released convention."""
        classes, channels = len(picture.values), len(picture.colours)
        mixing(parameters, classes)  # refuses costs of other classes
        if self._crf == DENSE or is_fast(parameters, channels, classes, self._device):
            if self._held is None or not self._held.shows(picture.colours):
                self._held = _Held(
                    hold(np.ascontiguousarray(picture.colours), picture.spacing, self._crf),
                    picture.colours,
                )
            return self._held.solve(picture.values, parameters, pinned, progress, on_step)
        count = parameters.iterations
        progress.step(0, count, "Refining")
        found = self._solve_by_torch(picture, parameters, pinned, on_step)
        progress.step(count, count, "Refined")
        return found

    def _is_released(self, parameters: CrfParameters) -> bool:
        return parameters.convention == "released" and self._crf != DENSE

    @torch.inference_mode()
    def _solve_by_torch(
        self,
        picture: Picture,
        parameters: CrfParameters,
        pinned: Labels | None,
        on_step: OnStep | None,
    ) -> Floats:
        free = None
        if pinned is not None:
            free = torch.from_numpy(np.where(pinned == IGNORE, -1, pinned.astype(np.int64)))[None]
            free = free.to(self._device)
        crf = mean_field(parameters, self._device)
        given = self._tensor(-unary_of(picture.values)), self._tensor(picture.colours)
        if on_step is not None:
            for iteration, belief in enumerate(crf.beliefs(*given, picture.spacing, free)):
                on_step(iteration, belief[0].cpu().numpy())
        return crf(*given, picture.spacing, free)[0].cpu().numpy()

    def _tensor(self, array: Floats) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array))[None].to(self._device)


class _Held:
    """A picture in the kernels of the processor, with the unary that was solved last.

    What is held is known by its place in memory; the arrays are kept, so that no other can take it.
    """

    def __init__(self, crf: CpuCrf | DenseCrf, colours: Floats) -> None:
        self._colours = colours
        self._crf = crf
        self._values: Float16s | Floats | None = None
        self._scores: Floats | None = None

    def shows(self, colours: Floats) -> bool:
        """Whether `colours` is the very picture that is held."""
        return place_of(colours) == place_of(self._colours)

    def solve(
        self,
        values: Float16s | Floats,
        parameters: CrfParameters,
        pinned: Labels | None,
        progress: Progress,
        on_step: OnStep | None,
    ) -> Floats:
        known = self._values is not None and place_of(values) == place_of(self._values)
        if self._scores is None or not known:
            self._values = values
            self._scores = np.ascontiguousarray(-unary_of(values))
            self._scores.setflags(write=False)  # tells the kernels that it stays as it is
        return self._crf.solve(self._scores, parameters, pinned, progress, on_step)


def place_of(array: Float16s | Floats) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """Where an array lies; two that are kept and lie in one place are the same."""
    return array.ctypes.data, array.shape, array.strides
