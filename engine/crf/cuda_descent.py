"""The way back through a `Job`, as launches of the kernels of `engine.crf.cuda_gradient`."""

from __future__ import annotations

import torch
import triton
from torch import Tensor

from engine.crf.cuda_gradient import collect, ease, retreat
from engine.crf.cuda_job import WIDTH, Job, block


class Descent:
    """Slopes with respect to what a job was solved with."""

    def __init__(self, job: Job, scores: Tensor, constants: Tensor) -> None:
        """Prepare it.

        Args:
            job: What was solved, with the slopes of its scales.
            scores: See `Job.solved`.
            constants: See `Job.solved`.
        """
        self._job = job
        self._scores = scores
        self._constants = constants
        self._sums: list[Tensor] = []

    def slopes(
        self, slope: Tensor, out: Tensor, kept: list[Tensor | None]
    ) -> tuple[Tensor, Tensor]:
        """With respect to the scores and to the constants.

        Args:
            slope: (N, K, *S) with respect to the result.
            out: The result.
            kept: What `Job.solved` kept.
        """
        job, constants = self._job, self._constants
        if not job.released:
            slope = slope if job.pinned is None else slope * (job.pinned < 0)[:, None]
            slope = out * (slope - (slope * out).sum(dim=1, keepdim=True))
        gathered = slope.clone()
        for turn in reversed(range(job.settings.iterations)):
            linear = job.released and turn == 0
            if job.settings.blur == 1:
                slope = self._retreated(slope, kept[turn], gathered, linear=linear)
            else:
                belief, pooled_belief = kept[2 * turn : 2 * turn + 2]
                coarse = self._retreated(
                    self._collected(slope), pooled_belief, gathered, linear=linear
                )
                slope = self._eased(coarse, belief, gathered, linear=linear)
        trusted = (gathered * self._scores).sum()
        if job.released:
            gathered = (constants[5] - constants[6]) * gathered + slope
        else:
            gathered = constants[5] * gathered
        return gathered, self._of_constants(torch.stack(self._sums).sum(dim=(0, 2)), trusted)

    def _of_constants(self, sums: Tensor, trusted: Tensor) -> Tensor:
        """In their order, from sums over pairs; see `engine.crf.cuda_gradient`."""
        smooth, near, alike, colour, far, _, share = self._constants.unbind()
        if not self._job.released:
            share = torch.ones_like(share)
        found = [
            share * sums[0],
            share * smooth * sums[2] / near**3,
            share * sums[1],
            share * alike * sums[3] / colour**3,
            share * alike * sums[4] / far**3,
            trusted,
            smooth * sums[0] + alike * sums[1] - trusted,
        ]
        return torch.stack(found)

    def _retreated(
        self, slope: Tensor, belief: Tensor | None, gathered: Tensor, *, linear: bool
    ) -> Tensor:
        assert belief is not None
        job = self._job
        depth, height, width = job.grid
        if job.settings.blur > 1:
            padded, rows = block(job.classes)
        else:  # beliefs and slopes of all classes lie in registers
            padded = triton.next_power_of_2(job.classes)
            rows = 4 if padded <= 8 else 2 if padded <= 32 else 1
        tiles = triton.cdiv(width, WIDTH) * triton.cdiv(height, rows)
        programs = job.images * triton.cdiv(job.classes, padded)
        self._sums.append(slope.new_empty(5, tiles * depth * programs))
        out = torch.empty_like(slope)
        scales, pinned, _ = job.optional(slope)
        retreat[tiles, depth, programs](
            slope, belief.contiguous(), job.colours, scales, pinned, self._constants, gathered,
            out, self._sums[-1], *job.grid, *job.sides[1:], *job.spacing,
            rows=rows, columns=WIDTH, padded=padded, classes=job.classes, **job.features(),
            **job.window(), blur=job.settings.blur, released=job.released,
            scaled=job.scales is not None, pins=job.pinned is not None, linear=linear,
            num_warps=1,
        )  # fmt: skip
        return out

    def _collected(self, slope: Tensor) -> Tensor:
        job = self._job
        _, rows, columns = job.grid
        padded, _ = block(job.classes)
        out = slope.new_empty(job.images, job.classes, rows, columns)
        groups = triton.cdiv(job.classes, padded)
        collect[triton.cdiv(columns, WIDTH), rows, job.images * groups](
            slope, out, *job.sides[1:], rows, columns, columns=WIDTH, padded=padded,
            classes=job.classes, blur=job.settings.blur, num_warps=1,
        )  # fmt: skip
        return out

    def _eased(
        self, coarse: Tensor, belief: Tensor | None, gathered: Tensor, *, linear: bool
    ) -> Tensor:
        job = self._job
        _, height, width = job.sides
        out = torch.empty_like(gathered)
        _, pinned, _ = job.optional(gathered)
        ease[triton.cdiv(width, WIDTH), height, job.images](
            coarse, gathered if belief is None else belief, pinned, self._constants, gathered, out,
            height, width, *job.grid[1:], columns=WIDTH,
            padded=triton.next_power_of_2(job.classes), classes=job.classes,
            blur=job.settings.blur, released=job.released, pins=job.pinned is not None,
            linear=linear, num_warps=1,
        )  # fmt: skip
        return out
