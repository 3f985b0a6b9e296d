"""One image held ready for refinement: parameters come, masks go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from engine.core.arrays import Float16s, Floats, Labels
from engine.core.image import Image
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.core.planes import Plane, SliceView, slice_count, slice_view
from engine.core.probabilities import Probabilities, believed, unary_of
from engine.crf.backend import CONV, DENSE, hold, is_fast, mean_field
from engine.crf.parameters import CrfParameters
from engine.errors import ParameterError
from engine.progress import Progress

if TYPE_CHECKING:
    from engine.crf.cpu import CpuCrf
    from engine.crf.densecrf import DenseCrf


class Refiner:
    """An image, and what a network or a mask says about it.

    Attributes:
        label_set: The classes.
    """

    def __init__(
        self,
        image: Image,
        label_set: LabelSet,
        probabilities: Probabilities | None = None,
        device: torch.device | None = None,
        *,
        crf: str = CONV,
    ) -> None:
        """Hold the image ready; without probabilities each call must bring a mask to believe.

        Args:
            image: What to refine on.
            label_set: The classes.
            probabilities: What a network believes.
            device: Where the ConvCRF computes; the fully connected CRF uses the processor.
            crf: CONV, or DENSE for the fully connected one.

        Raises:
            GeometryError: if the probabilities lie on another grid than the image.
        """
        if probabilities is not None:
            image.geometry.require_same(
                probabilities.geometry, mine=f"'{image.name}'", theirs="the probabilities"
            )
        colours = [i for i, name in enumerate(image.channels) if name != "alpha"]
        self.label_set = label_set
        self._geometry = image.geometry
        self._colours = image.on_255()[colours]
        self._values = None if probabilities is None else probabilities.values
        self._device = device or torch.device("cpu")
        self._crf = crf
        self._picture: _Held | None = None

    def refine(
        self,
        parameters: CrfParameters,
        pinned: Labels | None = None,
        progress: Progress | None = None,
        *,
        mask: Labels | None = None,
    ) -> LabelMap:
        """The refined mask of the whole image; see `beliefs`."""
        found = self.beliefs(parameters, pinned, progress, mask=mask)
        return LabelMap(_decided(found, pinned), self._geometry, self.label_set)

    def beliefs(
        self,
        parameters: CrfParameters,
        pinned: Labels | None = None,
        progress: Progress | None = None,
        *,
        mask: Labels | None = None,
    ) -> Floats:
        """Beliefs of the whole image, (K, *shape) float32 that sum to 1 over K.

        Args:
            parameters: `dimensions` decides whether a volume is solved slice by slice, axially, or
                through all three axes at once.
            pinned: (*shape) uint8, the class a person gave a pixel, IGNORE where free.
            progress: Told of each slice; may cancel between slices.
            mask: (*shape) uint8, believed instead of the probabilities.

        Raises:
            Cancelled: if `progress` was asked to stop.
        """
        progress = progress or Progress()
        if self._geometry.is_volume and parameters.dimensions == 3:
            progress.step(0, 1, "Refining")
            values = self._believed(mask)
            found = self._solve(parameters, values, self._colours, self._geometry.spacing, pinned)
            progress.step(1, 1, "Refined")
            return found
        found = np.empty((len(self.label_set), *self._geometry.shape), np.float32)
        count = slice_count(self._geometry, Plane.AXIAL)
        for index in range(count):
            progress.step(index, count, "Refining")
            view = slice_view(self._geometry, Plane.AXIAL, index)
            view.read(found)[:] = self.slice_beliefs(
                view,
                parameters,
                None if pinned is None else view.read(pinned),
                mask=None if mask is None else view.read(mask),
            )
        progress.step(count, count, "Refined")
        return found

    def refine_slice(
        self,
        view: SliceView,
        parameters: CrfParameters,
        pinned: Labels | None = None,
        *,
        mask: Labels | None = None,
    ) -> Labels:
        """The refined mask of one slice as it is shown, (rows, columns) uint8.

        Args:
            view: The slice, solved in two dimensions whatever `parameters.dimensions` says.
            parameters: What to solve with.
            pinned: (rows, columns) uint8, IGNORE where free.
            mask: (rows, columns) uint8, believed instead of the probabilities.
        """
        return _decided(self.slice_beliefs(view, parameters, pinned, mask=mask), pinned)

    def slice_beliefs(
        self,
        view: SliceView,
        parameters: CrfParameters,
        pinned: Labels | None = None,
        *,
        mask: Labels | None = None,
    ) -> Floats:
        """Beliefs of one slice as it is shown, (K, rows, columns) float32; see `refine_slice`."""
        if mask is None and self._values is not None:
            values = view.read(self._values)
        else:
            values = self._believed(mask)
        return self._solve(parameters, values, view.read(self._colours), view.spacing, pinned)

    def _believed(self, mask: Labels | None) -> Float16s:
        if mask is not None:
            return believed(mask, len(self.label_set))
        if self._values is None:
            raise ParameterError(
                "There is nothing to refine: neither a prediction nor a mask.",
                remedy="Predict this image first, or draw on it.",
            )
        return self._values

    def _solve(
        self,
        parameters: CrfParameters,
        values: Float16s,
        colours: Floats,
        spacing: tuple[float, ...],
        pinned: Labels | None,
    ) -> Floats:
        """Beliefs by the quickest solver there is; one picture is held ready between calls."""
        is_dense = self._crf == DENSE
        if is_dense or is_fast(parameters, len(colours), len(values), self._device):
            if self._picture is None or not self._picture.shows(colours):
                self._picture = _Held(
                    hold(np.ascontiguousarray(colours), spacing, self._crf), colours
                )
            found = self._picture.solve(values, parameters, pinned)
        else:
            found = self._solve_by_torch(parameters, -unary_of(values), colours, spacing, pinned)
        is_raw = parameters.convention == "released" and not is_dense
        return _softmax(found) if is_raw else found

    @torch.inference_mode()
    def _solve_by_torch(
        self,
        parameters: CrfParameters,
        log_probabilities: Floats,
        colours: Floats,
        spacing: tuple[float, ...],
        pinned: Labels | None,
    ) -> Floats:
        free = None
        if pinned is not None:
            free = torch.from_numpy(np.where(pinned == IGNORE, -1, pinned.astype(np.int64)))[None]
            free = free.to(self._device)
        crf = mean_field(parameters, self._device)
        found = crf(self._tensor(log_probabilities), self._tensor(colours), spacing, free)
        return found[0].cpu().numpy()

    def _tensor(self, array: Floats) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array))[None].to(self._device)


class _Held:
    """A picture in the kernels of the processor, with the unary that was solved last.

    What is held is known by its place in memory; the arrays are kept, so that no other can take it.
    """

    def __init__(self, crf: CpuCrf | DenseCrf, colours: Floats) -> None:
        self._colours = colours
        self._crf = crf
        self._values: Float16s | None = None
        self._scores: Floats | None = None

    def shows(self, colours: Floats) -> bool:
        """Whether `colours` is the very picture that is held."""
        return _place(colours) == _place(self._colours)

    def solve(self, values: Float16s, parameters: CrfParameters, pinned: Labels | None) -> Floats:
        if self._scores is None or self._values is None or _place(values) != _place(self._values):
            self._values = values
            self._scores = np.ascontiguousarray(-unary_of(values))
            self._scores.setflags(write=False)  # tells the kernels that it stays as it is
        return self._crf.solve(self._scores, parameters, pinned)


def _place(array: Float16s | Floats) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    return array.ctypes.data, array.shape, array.strides


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=0))
    return raised / raised.sum(axis=0)


def _decided(beliefs: Floats, pinned: Labels | None) -> Labels:
    labels = beliefs.argmax(axis=0).astype(np.uint8)
    return labels if pinned is None else np.where(pinned == IGNORE, labels, pinned)
