"""One image held ready for refinement: parameters come, masks go."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from engine.core.arrays import Box, Float16s, Floats, Labels, Mask
from engine.core.image import Image
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.core.planes import Plane, SliceView, slice_count, slice_view
from engine.core.probabilities import Probabilities, believed
from engine.core.scope import EVERYWHERE, Scope, bounds, shifted
from engine.crf.backend import CONV, DENSE
from engine.crf.coarse import CoarseSolver
from engine.crf.halo import grown
from engine.crf.parameters import CrfParameters
from engine.crf.solver import Picture, Solver
from engine.errors import ParameterError
from engine.progress import Progress


class Refiner:
    """An image, and what a network or a mask says about it.

    Arrays that are given are of the whole image, or of the whole slice as it is shown; what comes
    back is of the box of the scope.

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
        self._is_dense = crf == DENSE
        self._solver = Solver(crf, device or torch.device("cpu"))
        self._coarse = CoarseSolver(Solver(crf, device or torch.device("cpu")))

    def refine(
        self,
        parameters: CrfParameters,
        pinned: Labels | None = None,
        progress: Progress | None = None,
        *,
        mask: Labels | None = None,
        scope: Scope = EVERYWHERE,
        plane: Plane = Plane.AXIAL,
    ) -> LabelMap:
        """The refined mask of the image, or of the box of `scope`; see `beliefs`."""
        box = scope.box_of(self._geometry.shape)
        inner = box if scope.within is None else _common(box, scope.within)
        decided = None
        if inner is not None:
            found = self.beliefs(parameters, pinned, progress, mask=mask, box=inner, plane=plane)
            decided = _decided(found, None if pinned is None else pinned[inner])
        labels = _limited(decided, inner, box, scope)
        geometry = self._geometry if scope.box is None else self._geometry.cropped(box)
        return LabelMap(labels, geometry, self.label_set)

    def beliefs(
        self,
        parameters: CrfParameters,
        pinned: Labels | None = None,
        progress: Progress | None = None,
        *,
        mask: Labels | None = None,
        box: Box | None = None,
        plane: Plane = Plane.AXIAL,
    ) -> Floats:
        """Beliefs of the image or a box of it, (K, *sides) float32 that sum to 1 over K.

        A box is solved with only as much around it as its beliefs can depend on; by the fully
        connected CRF, in which they depend on everything, with all of the image.

        Args:
            parameters: `dimensions` decides whether a volume is solved slice by slice or through
                all three axes at once.
            pinned: (*shape) uint8, the class a person gave a pixel, IGNORE where free.
            progress: Told of each iteration of each slice; may cancel between two.
            mask: (*shape) uint8, believed instead of the probabilities.
            box: What is wanted; all of the image if left out.
            plane: The slices that a volume is solved by.

        Raises:
            Cancelled: if `progress` was asked to stop.
        """
        progress = progress or Progress()
        box = Scope(box).box_of(self._geometry.shape)
        if self._geometry.is_volume and parameters.dimensions == 3:
            whole = _Whole(self._values, mask, self._colours, self._geometry.spacing, pinned)
            return self._solve(parameters, whole, box, progress.part(0, 1, "Refining"))
        sides = tuple(of.stop - of.start for of in box)
        found = np.empty((len(self.label_set), *sides), np.float32)
        views = [
            slice_view(self._geometry, plane, index)
            for index in range(slice_count(self._geometry, plane))
        ]
        there = [(view, part) for view in views if (part := view.part(box)) is not None]
        for done, (view, part) in enumerate(there):
            solved = self.slice_beliefs(
                view,
                parameters,
                None if pinned is None else view.read(pinned),
                mask=None if mask is None else view.read(mask),
                box=part,
                progress=progress.part(done, len(there), "Refining"),
            )
            first = 0 if view.normal is None else box[view.normal].start
            replace(view, index=view.index - first).read(found)[:] = solved
        return found

    def refine_slice(
        self,
        view: SliceView,
        parameters: CrfParameters,
        pinned: Labels | None = None,
        *,
        mask: Labels | None = None,
        scope: Scope = EVERYWHERE,
        coarse: bool = False,
        progress: Progress | None = None,
    ) -> Labels:
        """The refined mask of one slice as it is shown, (rows, columns) uint8.

        Args:
            view: The slice, solved in two dimensions whatever `parameters.dimensions` says.
            parameters: What to solve with.
            pinned: (rows, columns) uint8, IGNORE where free.
            mask: (rows, columns) uint8, believed instead of the probabilities.
            scope: What may change, in (rows, columns) as they are shown.
            coarse: Whether a smaller picture may be solved instead; see `engine.crf.coarse`.
            progress: Told of each iteration; may cancel between two.
        """
        box = scope.box_of(view.sides)
        inner = box if scope.within is None else _common(box, scope.within)
        if inner is None:
            return _limited(None, inner, box, scope)
        if coarse:
            whole = self._slice(view, mask, pinned)
            outer = self._outer(inner, view.sides, parameters)
            labels = self._coarse.labels(
                self._picture(whole, outer), parameters, whole.pins(outer), progress or Progress()
            )[shifted(inner, outer)]
            decided = labels if pinned is None else _with_pins(labels, pinned[inner])
        else:
            found = self.slice_beliefs(
                view, parameters, pinned, mask=mask, box=inner, progress=progress
            )
            decided = _decided(found, None if pinned is None else pinned[inner])
        return _limited(decided, inner, box, scope)

    def slice_beliefs(
        self,
        view: SliceView,
        parameters: CrfParameters,
        pinned: Labels | None = None,
        *,
        mask: Labels | None = None,
        box: Box | None = None,
        progress: Progress | None = None,
    ) -> Floats:
        """Beliefs of one slice as it is shown, (K, rows, columns) float32; see `refine_slice`."""
        box = Scope(box).box_of(view.sides)
        whole = self._slice(view, mask, pinned)
        return self._solve(parameters, whole, box, progress or Progress())

    def steps(
        self,
        view: SliceView,
        parameters: CrfParameters,
        pinned: Labels | None = None,
        *,
        mask: Labels | None = None,
        progress: Progress | None = None,
    ) -> Float16s:
        """The beliefs of one slice before the first and after each iteration; see `refine_slice`.

        Returns:
            (iterations + 1, K, rows, columns) float16.
        """
        whole = self._slice(view, mask, pinned)
        picture = self._picture(whole, Scope().box_of(view.sides))
        return self._solver.steps(picture, parameters, pinned, progress or Progress())

    def _slice(self, view: SliceView, mask: Labels | None, pinned: Labels | None) -> _Whole:
        values = None if self._values is None else view.read(self._values)
        return _Whole(values, mask, view.read(self._colours), view.spacing, pinned)

    def _outer(self, box: Box, sides: tuple[int, ...], parameters: CrfParameters) -> Box:
        """What must be solved for `box`."""
        return Scope().box_of(sides) if self._is_dense else grown(box, sides, parameters)

    def _solve(
        self, parameters: CrfParameters, whole: _Whole, box: Box, progress: Progress
    ) -> Floats:
        """Beliefs of a box, by solving it with what lies around it."""
        outer = self._outer(box, whole.colours.shape[1:], parameters)
        picture = self._picture(whole, outer)
        found = self._solver.solve(picture, parameters, whole.pins(outer), progress)
        return found[(slice(None), *shifted(box, outer))]

    def _picture(self, whole: _Whole, box: Box) -> Picture:
        part = (slice(None), *box)
        if whole.mask is not None:
            values = believed(whole.mask[box], len(self.label_set))
        elif whole.values is not None:
            values = whole.values[part]
        else:
            raise ParameterError(
                "There is nothing to refine: neither a prediction nor a mask.",
                remedy="Predict this image first, or draw on it.",
            )
        return Picture(values, whole.colours[part], whole.spacing)


@dataclass(frozen=True, slots=True, eq=False)
class _Whole:
    """An image or a slice of it: what is believed of it, its colours, and what is pinned."""

    values: Float16s | None
    mask: Labels | None
    colours: Floats
    spacing: tuple[float, ...]
    pinned: Labels | None

    def pins(self, box: Box) -> Labels | None:
        return None if self.pinned is None else self.pinned[box]


def _common(box: Box, within: Mask) -> Box | None:
    """The smallest part of a box that holds all of `within` that lies in it."""
    found = bounds(within[box])
    if found is None:
        return None
    return tuple(
        slice(of.start + whole.start, of.stop + whole.start)
        for of, whole in zip(found, box, strict=True)
    )


def _limited(decided: Labels | None, inner: Box | None, box: Box, scope: Scope) -> Labels:
    """What was decided in `inner`, as the labels of `box`; elsewhere the current ones stay."""
    if scope.within is None or scope.current is None:
        assert decided is not None
        return decided
    labels = scope.current[box].copy()
    if decided is not None and inner is not None:
        part = shifted(inner, box)
        labels[part] = np.where(scope.within[inner], decided, labels[part])
    return labels


def _decided(beliefs: Floats, pinned: Labels | None) -> Labels:
    labels = beliefs.argmax(axis=0).astype(np.uint8)
    return labels if pinned is None else _with_pins(labels, pinned)


def _with_pins(labels: Labels, pinned: Labels) -> Labels:
    return np.where(pinned == IGNORE, labels, pinned)
