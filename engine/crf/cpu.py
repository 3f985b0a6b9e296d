"""The ConvCRF on a processor: `engine.crf.convcrf` without gradients, fast enough to drag.

What a solve needs is kept in parts that change apart: the layout (shape of the window), the
position kernel (its width), the appearance kernel with its normalisation (the widths of colour
and reach), and the unary. A weight is in none of them.

In the released convention kernels are kept as 16-bit fixed point: half the memory to read, and
scores to 2e-5 of their largest. Otherwise they are float32: a normalised kernel may live on
one tap, and beliefs show every rounding. Volumes whose kernel would fill the memory make it
anew for each message, a few rows at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.core.arrays import Floats, Labels
from engine.core.label_set import IGNORE
from engine.crf.cpu_cells import settle_cells
from engine.crf.cpu_grid import MARGIN, Grid, Shape, aligned, zeros
from engine.crf.cpu_kernels import Kept, Kernels, KernelStore, bands
from engine.crf.cpu_messages import RAW, SOFT, pass_messages, start
from engine.crf.cpu_tables import log_probabilities
from engine.crf.emit import LANES
from engine.crf.parameters import RELEASED, CrfParameters
from engine.crf.processor import OnStep, mixing, odd_scores, refuse_odd_colours, sealed, softmax
from engine.crf.simd import ROWS
from engine.progress import Progress


def supports(parameters: CrfParameters, channels: int, classes: int) -> bool:
    """Whether `CpuCrf` can solve this."""
    return parameters.filter_size // 2 < MARGIN and channels > 0 and 0 < classes <= IGNORE


def warm_up() -> None:
    """Compiles all that a solve can need, or loads it from the disk, with tiny images."""
    rng = np.random.default_rng(0)
    crf = CpuCrf(rng.uniform(0, 255, (3, 6, 6)).astype(np.float32), (1.0, 1.0))
    scores = rng.normal(size=(2, 6, 6)).astype(np.float32)
    paper = CrfParameters()
    coarse = replace(paper, blur=2), replace(paper, blur=2, normalisation="none")
    for parameters in (paper, RELEASED, replace(RELEASED, blur=1), *coarse):
        crf.solve(scores, replace(parameters, iterations=2))


class CpuCrf:
    """One image held ready: parameters and log-probabilities come, beliefs go."""

    def __init__(self, colours: Floats, spacing: tuple[float, ...]) -> None:
        """Hold the image ready.

        Args:
            colours: (F, *S) float32 on the scale 0 to 255, S of 2 or 3 axes.
            spacing: Size of a pixel along each axis, in the unit of the widths.

        Raises:
            ParameterError: if a colour is no number.
            ValueError: if the shapes do not fit each other.
        """
        if colours.ndim not in (3, 4):
            raise ValueError(f"(F, *S) with 2 or 3 axes, not {colours.shape}")
        if len(spacing) != colours.ndim - 1:
            raise ValueError(f"{len(spacing)} spacings for {colours.ndim - 1} axes")
        refuse_odd_colours(colours)
        self._sides = colours.shape[1:]
        self._colours = sealed(np.ascontiguousarray(colours, np.float32))
        self._spacing = spacing
        self._prepared: _Prepared | None = None

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
            parameters: What to solve with.
            pinned: (*S) uint8, the class that a pixel must keep, IGNORE where free.
            progress: Told of each iteration; may cancel between two.
            on_step: Given the number of each iteration, from 0 before the first message, and the
                (K, *S) beliefs after it, as probabilities: what so many iterations lead to.

        Returns:
            (K, *S) beliefs that sum to 1; raw scores in the released convention.

        Raises:
            Cancelled: if `progress` was asked to stop.
            ParameterError: if a log-probability is no number, or more than all, or if the
                compatibility matrix is of another number of classes.
            ValueError: if the shapes do not fit each other.
        """
        classes = len(log_probabilities)
        if log_probabilities.shape[1:] != self._sides:
            raise ValueError(f"{log_probabilities.shape} do not fit {self._sides}")
        pins = _NONE if pinned is None else self._pins(pinned, classes)
        shape = Shape(
            self._sides,
            self._spacing,
            parameters.blur,
            parameters.filter_size,
            parameters.window == "square",
            parameters.convention == "released",
        )
        if self._prepared is None or self._prepared.shape != shape:
            self._prepared = _Prepared(shape, self._colours)
        tell = None
        if on_step is not None:
            tell = _Telling(on_step, log_probabilities.shape, shape.centre)
        return self._prepared.solve(
            log_probabilities, parameters, pins, progress or Progress(), tell
        ).reshape(log_probabilities.shape)

    def _pins(self, pinned: Labels, classes: int) -> Labels:
        if pinned.shape != self._sides:
            raise ValueError(f"pinned {pinned.shape} do not fit {self._sides}")
        pins = np.ascontiguousarray(pinned, np.uint8).reshape(-1, self._sides[-1])
        if pins[pins != IGNORE].max(initial=0) >= classes:
            raise ValueError(f"pinned to a class beyond the {classes} there are")
        return sealed(pins)


@dataclass(frozen=True, slots=True)
class _Telling:
    """Who is told of each iteration, in which shape, and whether what is found are raw scores."""

    on_step: OnStep
    shape: tuple[int, ...]
    raw: bool

    def __call__(self, done: int, found: Floats) -> None:
        beliefs = softmax(found) if self.raw else found.copy()
        self.on_step(done, beliefs.reshape(self.shape))


class _Prepared:
    """The image in the layout of one window, and what was last computed of it."""

    def __init__(self, shape: Shape, colours: Floats) -> None:
        self.shape = shape
        self._grid = Grid(shape)
        self._store = KernelStore(self._grid, colours.reshape(len(colours), *self._grid.sizes[:3]))
        self._kept = Kept()
        self._scores: Floats | None = None

    def solve(
        self,
        scores: Floats,
        parameters: CrfParameters,
        pins: Labels,
        progress: Progress,
        tell: _Telling | None,
    ) -> Floats:
        """(K, pixels); see `CpuCrf.solve`."""
        released = parameters.convention == "released"
        trust, share, end = parameters.unary_weight, 1.0, SOFT
        base = trust
        if released:
            share, end = parameters.message_weight, RAW
            base = trust - share
        unary = self._unary(scores, parameters.temperature)
        kernels = self._store.kernels(parameters)
        mixed = mixing(parameters, len(scores))
        field = _MeanField(self._grid, unary, kernels, mixed, pins, self._kept)
        first = 1.0 if released else trust
        field.start(first, end)
        if tell:
            field.step(first, 0.0, end, last=True)
            tell(0, field.out)
        count = parameters.iterations
        for done in range(1, count + 1):
            progress.step(done - 1, count, "Refining")
            if tell or done == count:
                field.step(base, share, end, last=True)
            if tell:
                tell(done, field.out)
            if done < count:
                field.step(base, share, SOFT, last=False)
        progress.step(count, count, "Refined")
        return field.out

    def _unary(self, scores: Floats, temperature: float) -> Floats:
        """Log-probabilities, see `log_probabilities`."""
        s = self._grid.sizes
        classes = len(scores)
        shape = (s.depth * s.height, s.strips * s.blur, classes, LANES)
        room = self._kept.get("unary", classes, lambda: aligned(shape))
        if scores is not self._scores or scores.flags.writeable:
            self._kept.forget("log-softmax")
        self._scores = scores

        def fill() -> Floats:
            room[:, :1] = 0  # what the image leaves of them may be anything, but must be numbers
            room[:, (s.before_x + s.width) // LANES :] = 0
            flat = np.ascontiguousarray(scores, np.float32).reshape(classes, -1, s.width)
            if not log_probabilities(sealed(flat), 1 / temperature, s.before_x, room):
                raise odd_scores()
            return room

        return self._kept.get("log-softmax", (classes, temperature), fill)


class _MeanField:
    """Belief and messages, from the first to the last.

    Attributes:
        out: (K, pixels) what the last step leaves.
    """

    def __init__(
        self,
        grid: Grid,
        unary: Floats,
        kernels: Kernels,
        mixed: Floats,
        pins: Labels,
        kept: Kept,
    ) -> None:
        s = grid.sizes
        self._grid, self._sizes = grid, s
        self._unary, self._kernels, self._mixing, self._pins = unary, kernels, mixed, pins
        self._blurred = s.blur > 1
        count, classes = len(kernels.gaussians), unary.shape[-2]
        key = count, classes
        rows = s.grid_depth * s.blocks
        self._bands = bands(rows)
        held, margins = (rows, 2 * MARGIN) if self._blurred else (self._bands, 0)
        shape = (count, held * ROWS, classes, margins + s.strips * LANES)
        self._messages = kept.get("messages", key, lambda: zeros(shape))
        wide = (s.blur + 1) * LANES
        planes = classes + 1 + count
        self._found = kept.get("found", key, lambda: zeros((self._bands, planes, wide)))
        self._sums = kept.get("sums", key, lambda: zeros((self._bands, count, classes, wide)))
        self._beliefs = kept.get("beliefs", key, lambda: grid.beliefs(count, classes))
        self._turns = list(self._beliefs)
        if not self._blurred:  # a belief is read while its successor is written
            self._turns += list(kept.get("successor", key, lambda: grid.beliefs(1, classes)))
        self._program = kept.get("program", classes, lambda: grid.program(classes))
        self._turn = 0
        self.out: Floats = np.empty((classes, s.depth * s.height * s.width), np.float32)

    def start(self, base: float, kind: int) -> None:
        """The belief before any message: base * unary, softmaxed if SOFT."""
        if self._blurred:
            self._settle(base, 0.0, kind, last=False)
        else:
            start(
                self._sizes, self._unary, base, kind, self._pins, self._messages[0],
                self._turns[0], self._bands,
            )  # fmt: skip

    def step(self, base: float, share: float, kind: int, *, last: bool) -> None:
        """One iteration: base * unary + share * messages, softmaxed if SOFT."""
        if self._blurred:
            for index in range(len(self._kernels.gaussians)):
                self._sum(index, self._turns[index], 0.0, 0.0, RAW, last=False)
            self._settle(base, share, kind, last=last)
        else:
            self._sum(0, self._turns[self._turn], base, share, kind, last=last)
            self._turn = self._turn if last else 1 - self._turn

    def _sum(
        self, index: int, belief: Floats, base: float, share: float, kind: int, *, last: bool
    ) -> None:
        kernels, grid = self._kernels, self._grid
        g = kernels.gaussians[index]
        following = self._turns[0 if self._blurred else 1 - self._turn]
        pass_messages(
            self._sizes, belief, g.table, kernels.weight, kernels.near, kernels.near_scale,
            self._program, grid.parts, g.anew, g.colours, g.sharpness, g.floor, g.columns,
            g.lines, grid.runs, grid.order, g.scale, g.totals, self._messages[index],
            self._mixing, not self._blurred, self._unary, base, share, kind, self._pins, last,
            following, self.out, self._bands,
        )  # fmt: skip

    def _settle(self, base: float, share: float, kind: int, *, last: bool) -> None:
        kernels = self._kernels
        settle_cells(
            self._sizes, self._messages, kernels.outer, kernels.scales, self._unary, base, share,
            kind, self._pins, last, kernels.shares, self._found, self._sums, self._beliefs,
            self.out, self._bands,
        )  # fmt: skip


_NONE = sealed(np.zeros((0, 0), np.uint8))
