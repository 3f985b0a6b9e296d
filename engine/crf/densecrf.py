"""DeepLab's fully connected CRF: every pixel listens to every other, through a lattice.

Source: Kraehenbuehl and Koltun 2011, 'Efficient Inference in Fully Connected CRFs with Gaussian
Edge Potentials', as used by Chen et al. 2017, 'DeepLab', section 3.2. With Gaussian kernels k_m of
weight w_m, a mean-field step for labels that cost the same to differ (Potts) is

    Q_i(l) = softmax_l( log p_i(l) + sum_m w_m n_m,i sum_j k_m(i, j) n_m,j Q_j(l) )

with k_1 of colour and position, k_2 of position alone, and the symmetric normalisation
n_m,i = 1 / sqrt(sum_j k_m(i, j)), or 1. With costs mu of two labels side by side, the message is
-sum_c mu(l, c) of what the sums give for c. The sums over j come from `engine.crf.lattice`, in
which a pixel hears itself too.

What a step does outside the lattices is one pass over the pixels, `engine.crf.densecrf_loops`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Floats, Labels
from engine.core.label_set import IGNORE
from engine.crf import densecrf_loops as loops
from engine.crf.jit import thread_count
from engine.crf.lattice import Lattice
from engine.crf.parameters import CrfParameters
from engine.crf.processor import OnStep, mixing, odd_scores, refuse_odd_colours, sealed
from engine.progress import Progress

_FEW = 1 << 17  # numbers that are not worth a second thread
_NONE = np.zeros(0, np.uint8)


def warm_up() -> None:
    """Compiles what the first solves will need, or loads it from the disk."""
    crf = DenseCrf(np.zeros((1, 4, 4), np.float32), (1.0, 1.0))
    for classes in (4, 8):
        crf.solve(np.zeros((classes, 4, 4), np.float32), CrfParameters())


class DenseCrf:
    """One image held ready: parameters and log-probabilities come, beliefs go.

    Kept apart, each until its own width changes: the lattice of places, and the one of colours and
    places, with their norms. Weights, iterations, the unary and pins are in neither.
    """

    def __init__(self, colours: Floats, spacing: tuple[float, ...]) -> None:
        """Hold the image ready.

        Args:
            colours: (F, *S) float32 on the scale 0 to 255, S of 2 or 3 axes.
            spacing: Size of a pixel along each axis, in the unit of the widths.

        Raises:
            ParameterError: if a colour is no number.
            ValueError: if the shapes do not fit each other.
        """
        if colours.ndim not in (3, 4) or not len(colours):
            raise ValueError(f"(F, *S) with 2 or 3 axes, not {colours.shape}")
        if len(spacing) != colours.ndim - 1:
            raise ValueError(f"{len(spacing)} spacings for {colours.ndim - 1} axes")
        refuse_odd_colours(colours)
        self._sides = colours.shape[1:]
        self._colours = np.ascontiguousarray(colours, np.float32).reshape(len(colours), -1)
        self._spacing = spacing
        self._lattices: dict[str, tuple[object, Lattice]] = {}
        self._arrays: dict[object, Floats] = {}
        self._source: Floats | None = None  # of the rows that are staged

    def solve(
        self,
        log_probabilities: Floats,
        parameters: CrfParameters,
        pinned: Labels | None = None,
        progress: Progress | None = None,
        on_step: OnStep | None = None,
    ) -> Floats:
        """Beliefs after the last iteration.

        Args:
            log_probabilities: (K, *S) float32 logits or log p. One that is not writeable is taken
                as unchanged while it stays the same object.
            parameters: What to solve with; the size and shape of a window mean nothing here.
            pinned: (*S) uint8, the class that a pixel must keep, IGNORE where free.
            progress: Told of each iteration; may cancel between two.
            on_step: Given the number of each iteration, from 0 before the first message, and the
                (K, *S) beliefs after it: what so many iterations lead to.

        Returns:
            (K, *S) float32 beliefs that sum to 1.

        Raises:
            Cancelled: if `progress` was asked to stop.
            ParameterError: if a log-probability is no number, or more than all, or if the
                compatibility matrix is of another number of classes.
            ValueError: if the shapes do not fit each other.
        """
        progress = progress or Progress()
        rows = self._staged(log_probabilities, pinned)
        mixed = mixing(parameters, len(log_probabilities))
        kernels = self._kernels(parameters, rows.shape[1])
        trust = np.float32(parameters.unary_weight / parameters.temperature)
        lanes = (0,) * (rows.shape[1] // 4)
        count = parameters.iterations
        nowhere = out = np.empty((0, 0), np.float32)
        for done in range(count + 1):
            progress.step(done, count, "Refining" if done < count else "Refined")
            a, b = (kernel.ends() for kernel in kernels)
            if on_step or done == count:
                out = np.empty((len(log_probabilities), len(rows)), np.float32)
                loops.pass_pixels(lanes, rows, trust, done > 0, a, b, out)
            if on_step:
                on_step(done, out.reshape(log_probabilities.shape).copy())
            if done < count:
                loops.pass_pixels(lanes, rows, trust, done > 0, a, b, nowhere)
                for kernel in kernels:
                    kernel.blur(mixed)
        return out.reshape(log_probabilities.shape)

    def _staged(self, scores: Floats, pinned: Labels | None) -> Floats:
        """(pixels, classes and what fills the last vector) log p."""
        if scores.shape[1:] != self._sides or not len(scores):
            raise ValueError(f"{scores.shape} do not fit {self._sides}")
        if pinned is not None and pinned.shape != self._sides:
            raise ValueError(f"pinned {pinned.shape} do not fit {self._sides}")
        classes = len(scores)
        pins = _NONE if pinned is None else np.ascontiguousarray(pinned, np.uint8).ravel()
        if pins[pins != IGNORE].max(initial=0) >= classes:
            raise ValueError(f"pinned to a class beyond the {classes} there are")
        width = 4 if classes <= 4 else -(-classes // 8) * 8
        rows = self._room("rows", (math.prod(self._sides), width))
        source = None if scores.flags.writeable or pinned is not None else scores
        if source is not None and source is self._source:
            return rows
        self._source = None
        planes = np.ascontiguousarray(scores, np.float32).reshape(classes, -1)
        if not loops.stage(sealed(planes), sealed(pins), rows):
            raise odd_scores()
        self._source = source
        return rows

    def _kernels(self, p: CrfParameters, width: int) -> tuple[_Kernel, _Kernel]:
        places = p.smoothness_weight, None, p.smoothness_position
        colours = p.appearance_weight, p.appearance_colour, p.appearance_position
        found = [
            (name, weight, self._lattice(name, weight, widths, p.normalisation == "symmetric"))
            for name, (weight, *widths) in (("places", places), ("colours", colours))
        ]
        numbers = math.prod(self._sides) * width
        vertices = sum(lattice.size for _, _, lattice in found)
        bands = 1
        if numbers > _FEW:  # a private lattice for each band of pixels must not outgrow these
            bands = max(1, min(thread_count(), 4 * numbers // (vertices * width)))
        a, b = (
            _Kernel(
                lattice,
                weight,
                self._room((name, "heard"), (lattice.size, width)),
                self._room((name, "said"), (bands, lattice.size, width)),
            )
            for name, weight, lattice in found
        )
        return a, b

    def _lattice(
        self, name: str, weight: float, widths: list[float | None], normalised: bool
    ) -> Lattice:
        if not weight:
            return Lattice(self._colours[:0], normalised=False)
        key = (*widths, normalised)
        kept = self._lattices.get(name)
        if kept is None or kept[0] != key:
            self._lattices.pop(name, None)
            colour, place = widths
            features = self._features(colour, place or math.inf)
            kept = self._lattices[name] = key, Lattice(features, normalised=normalised)
        return kept[1]

    def _features(self, colour: float | None, place: float) -> Floats:
        """Places, last axis first, and colours, each in units of its width."""
        parts: list[Floats] = []
        if math.isfinite(place):
            places = np.indices(self._sides, np.float32).reshape(len(self._sides), -1)
            sizes = np.array(self._spacing) / place
            parts.append((places * sizes.astype(np.float32)[:, None])[::-1])
        if colour is not None:
            parts.append(self._colours / np.float32(colour))
        return np.concatenate(parts)

    def _room(self, name: object, shape: tuple[int, ...]) -> Floats:
        """Kept from solve to solve; the first row of a lattice is never written to."""
        kept = self._arrays.get(name)
        if kept is None or kept.shape != shape:
            self._arrays.pop(name, None)
            kept = self._arrays[name] = _aligned(shape)
        return kept


def _aligned(shape: tuple[int, ...]) -> Floats:
    """Zeros that begin where a line of the cache does, so that few vectors lie across two."""
    raw = np.zeros(math.prod(shape) + 16, np.float32)
    start = -raw.ctypes.data % 64 // 4
    return raw[start : start + math.prod(shape)].reshape(shape)


@dataclass(slots=True)
class _Kernel:
    """A lattice with its weight and room for values.

    Attributes:
        heard: (size, width) what the pixels slice.
        said: (bands, size, width) what the pixels of each band splat.
    """

    lattice: Lattice
    weight: float
    heard: Floats
    said: Floats

    def ends(self) -> loops.Ends:
        return loops.Ends(self.lattice.vertices, self.lattice.weights, self.heard, self.said)

    def blur(self, mixed: Floats) -> None:
        """From what was said to what is heard, with the classes of a vertex mixed if asked."""
        at, out = self.said[0], self.heard
        for other in self.said[1:]:
            at += other
        directions = len(self.lattice.neighbours)
        if directions % 2 == 0:  # they take turns, and `heard` must be the last
            out[:] = at
            at, out = out, at
        lanes = (0,) * (at.shape[1] // 4)
        for done, pair in enumerate(self.lattice.neighbours, 1):
            weight = self.weight * self.lattice.scale if done == directions else 1.0
            loops.blur(lanes, at, pair, weight, out)
            at, out = out, at
        if mixed.size:
            classes = len(mixed)
            self.heard[:, :classes] = self.heard[:, :classes] @ mixed.T
