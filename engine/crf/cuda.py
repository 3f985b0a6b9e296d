"""The ConvCRF on a graphics processor in few launches, forth and back.

The same module as `engine.crf.convcrf.ConvCRF`. What the kernels do not solve, that one does: blur
in volumes, other numbers than float32, more than 32 classes; and slopes with respect to colours or
costs, or through kernels that are both blurred and normalised; kernels beside the standard two;
and the scores before the softmax in the paper's convention.
"""

from __future__ import annotations

import logging
import math
import os
import shutil
from collections.abc import Mapping
from functools import cache
from typing import Any

import torch
import triton
from torch import Tensor
from torch.autograd.function import once_differentiable

from engine.crf.convcrf import ConvCRF, check_shapes
from engine.crf.cuda_descent import Descent
from engine.crf.cuda_job import Job
from engine.crf.cuda_kernels import interpreted
from engine.crf.cuda_window import CONSTANTS
from engine.crf.gaussians import pooled
from engine.crf.parameters import CrfParameters

_STANDARD = 2  # kernels: appearance and smoothness
_MOST_CLASSES = 32  # of more, a thread cannot keep two rows in registers
_MOST_FEATURES = 16
_MOST_NUMBERS = 2**31  # places in memory are 32-bit numbers

log = logging.getLogger(__name__)


@cache
def is_ready(device: torch.device) -> bool:
    """Whether kernels can be compiled for the device; asking compiles one.

    Triton needs a C compiler for what launches them, and a GPU that is not too old.
    """
    if device.type != "cuda" or not torch.cuda.is_available():
        return False
    if not any(map(shutil.which, (os.environ.get("CC", ""), "cc", "gcc", "clang"))):
        log.warning("no kernels for %s, torch answers instead: there is no C compiler", device)
        return False
    try:
        scores, colours = torch.zeros(2, 1, 2, 2, 2, device=device)
        with torch.inference_mode():
            CudaCRF(CrfParameters(filter_size=3, iterations=1)).to(device)(scores, colours)
    except (triton.TritonError, RuntimeError, OSError) as error:
        log.warning("no kernels for %s, torch answers instead: %s", device, error)
        return False
    return True


class CudaCRF(ConvCRF):
    """`ConvCRF`, with the same parameters and results, by fused kernels wherever there are some."""

    def forward(
        self,
        log_probabilities: Tensor,
        colours: Tensor,
        spacing: tuple[float, ...] | None = None,
        pinned: Tensor | None = None,
        features: Mapping[str, Tensor] | None = None,
        *,
        as_scores: bool = False,
    ) -> Tensor:
        """See `ConvCRF.forward`."""
        check_shapes(log_probabilities, colours, spacing, pinned)
        wants_scores = as_scores and self.settings.convention == "paper"
        if wants_scores or not self.is_fast(log_probabilities, colours):
            return super().forward(
                log_probabilities, colours, spacing, pinned, features, as_scores=as_scores
            )
        settings = self.settings
        solid = colours.ndim == 5
        sides = colours.shape[2:] if solid else (1, *colours.shape[2:])
        sizes = spacing or (1.0,) * (colours.ndim - 2)
        coarse = pooled(colours.detach(), settings.blur).contiguous()
        job = Job(
            settings=settings,
            colours=coarse,
            pinned=None if pinned is None else pinned.to(torch.int32).contiguous(),
            costs=None if self.compatibility is None else self.compatibility.detach(),
            solid=solid,
            sides=(sides[0], sides[1], sides[2]),
            grid=(coarse.shape[2] if solid else 1, coarse.shape[-2], coarse.shape[-1]),
            spacing=(sizes[0] if solid else 1.0, sizes[-2], sizes[-1]),
            classes=log_probabilities.shape[1],
        )
        warm = log_probabilities
        if settings.temperature != 1:
            warm = warm / settings.temperature
        scores = warm.log_softmax(dim=1).contiguous()
        with torch.cuda.device_of(scores):
            if self._is_learning(scores):
                return _MeanField.apply(scores, self._constants(), job)  # pyright: ignore[reportReturnType]
            constants = self._constants()
            return job.normalised(constants, scores).solved(scores, constants)

    def is_fast(self, log_probabilities: Tensor, colours: Tensor) -> bool:
        """Whether the kernels solve this: where it lies, its size, and the slopes asked for."""
        settings, given = self.settings, (log_probabilities, colours)
        device = log_probabilities.device
        largest = max(log_probabilities.numel(), 5 * colours[:, :1].numel(), colours.numel())
        known = (
            len(self.kernels) == _STANDARD
            and self.free_positions is None
            and (device.type == "cuda" or interpreted)
            and all(one.device == device and one.dtype == torch.float32 for one in given)
            and log_probabilities.shape[1] <= _MOST_CLASSES
            and colours.shape[1] <= _MOST_FEATURES
            and largest < _MOST_NUMBERS
            and not (settings.blur > 1 and colours.ndim == 5)
        )
        if not known or not self._is_learning(*given):
            return known
        both = settings.blur > 1 and settings.normalisation == "symmetric"
        return not (both or colours.requires_grad or self.compatibility is not None)

    def _is_learning(self, *given: Tensor) -> bool:
        return torch.is_grad_enabled() and any(
            one.requires_grad for one in (*given, *self.parameters())
        )

    def _constants(self) -> Tensor:
        """In the order of `CONSTANTS`, those that count nothing without a slope."""
        unused = set[str]()
        if math.isinf(self.settings.appearance_position):
            unused.add("appearance_position")
        if self.settings.convention == "paper":
            unused.add("message_weight")
        given = ((name, getattr(self, name)) for name in CONSTANTS)
        return torch.stack([one.detach() if name in unused else one for name, one in given])


class _MeanField(torch.autograd.Function):
    """The mean field as one function of scores and constants."""

    @staticmethod
    def forward(ctx: Any, scores: Tensor, constants: Tensor, job: Job) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        kept: list[Tensor | None] = []
        job = job.normalised(constants, scores, sloped=True)
        out = job.solved(scores, constants, kept)
        ctx.job = job
        ctx.save_for_backward(scores, constants, out, *kept)
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, Tensor, None]:  # pyright: ignore[reportIncompatibleMethodOverride]
        scores, constants, out, *kept = ctx.saved_tensors
        with torch.cuda.device_of(scores):
            found = Descent(ctx.job, scores, constants).slopes(slope.contiguous(), out, kept)
        return (*found, None)
