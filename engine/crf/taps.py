"""Kernels between neighbouring pixels as stacks of images, and what the gradient needs of them.

A symmetric kernel is a value for each pair of neighbours. It is held as taps: (T, N or 1, 1, *S),
where tap t of pixel i belongs to the pair of i and its neighbour j = i + offsets[t]. The offsets
are one half of the window, since the other half names the same pairs from the other end; a tap
whose neighbour lies outside the image is zero.

Every function runs over the pairs in place and keeps for its gradient what it was given, where
plain autograd keeps several images for each tap and copies whole images for each shift.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import EllipsisType
from typing import Any, TypeAlias, cast

import torch
from torch import Tensor

Offset: TypeAlias = "tuple[int, ...]"
_Part: TypeAlias = "tuple[slice | EllipsisType, ...]"


def gaussian_taps(features: Tensor, offsets: tuple[Offset, ...]) -> Tensor:
    """exp(-|f_i - f_j|^2 / 2) of features (N, F, *S): (T, N, 1, *S).

    Source: Teichmann and Cipolla 2018, equation 5, with the widths already divided out.
    """
    return cast(Tensor, _Gaussian.apply(features, offsets))


def scaled_taps(taps: Tensor, left: Tensor, right: Tensor, offsets: tuple[Offset, ...]) -> Tensor:
    """Taps times `left` at the pixel and `right` at its neighbour, both (N or 1, 1, *S).

    The two may differ by a constant factor only, else the kernel is no longer symmetric.
    """
    return cast(Tensor, _Scaled.apply(taps, left, right, offsets))


def message(taps: Tensor, values: Tensor, offsets: tuple[Offset, ...]) -> Tensor:
    """The sum over the neighbours of each pixel of tap times value, (N, K, *S) both.

    Source: Teichmann and Cipolla 2018, equation 6.
    """
    return cast(Tensor, _Message.apply(taps, values, offsets))


class _Gaussian(torch.autograd.Function):
    @staticmethod
    def forward(features: Tensor, offsets: tuple[Offset, ...]) -> Tensor:
        taps = _no_taps(features, offsets)
        for t, i, j in _pairs(taps, offsets):
            apart = (features[j] - features[i]).square_().sum(dim=1, keepdim=True)
            torch.exp(apart.mul_(-0.5), out=taps[t][i])
        return taps

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        features, ctx.offsets = inputs
        ctx.save_for_backward(features, output)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        features, taps = cast("tuple[Tensor, Tensor]", ctx.saved_tensors)
        found = torch.zeros_like(features)
        for t, i, j in _pairs(taps, ctx.offsets):
            pull = (features[j] - features[i]).mul_(gradients[0][t][i] * taps[t][i])
            found[i] += pull
            found[j] -= pull
        return found, None


class _Scaled(torch.autograd.Function):
    @staticmethod
    def forward(taps: Tensor, left: Tensor, right: Tensor, offsets: tuple[Offset, ...]) -> Tensor:
        scaled = _no_taps(left if len(left) > taps.shape[1] else taps[0], offsets)
        for t, i, j in _pairs(taps, offsets):
            torch.mul(taps[t][i] * left[i], right[j], out=scaled[t][i])
        return scaled

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG004
        *tensors, ctx.offsets = inputs
        ctx.save_for_backward(*tensors)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        taps, left, right = cast("tuple[Tensor, Tensor, Tensor]", ctx.saved_tensors)
        to_taps, to_left, to_right = map(torch.zeros_like, (taps, left, right))
        for t, i, j in _pairs(taps, ctx.offsets):
            gradient, tap, out = gradients[0][t][i], taps[t][i], to_taps[t][i]
            to_left[i] += (gradient * tap * right[j]).sum_to_size(left[i].shape)
            to_right[j] += (gradient * tap * left[i]).sum_to_size(right[j].shape)
            out += (gradient * left[i] * right[j]).sum_to_size(tap.shape)
        return to_taps, to_left, to_right, None


class _Message(torch.autograd.Function):
    @staticmethod
    def forward(taps: Tensor, values: Tensor, offsets: tuple[Offset, ...]) -> Tensor:
        total = torch.zeros_like(values)
        for t, i, j in _pairs(taps, offsets):
            total[i].addcmul_(taps[t][i], values[j])
            total[j].addcmul_(taps[t][i], values[i])
        return total

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG004
        taps, values, ctx.offsets = inputs
        ctx.save_for_backward(taps, values)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        taps, values = cast("tuple[Tensor, Tensor]", ctx.saved_tensors)
        gradient = gradients[0].contiguous()
        wants_taps, wants_values, _ = ctx.needs_input_grad
        to_taps = _agreement(taps, values, gradient, ctx.offsets) if wants_taps else None
        # a symmetric kernel is its own transpose
        to_values = _Message.forward(taps, gradient, ctx.offsets) if wants_values else None
        return to_taps, to_values, None


def _agreement(taps: Tensor, a: Tensor, b: Tensor, offsets: tuple[Offset, ...]) -> Tensor:
    """The sum over classes of a_i b_j + a_j b_i for each pair, in the shape of `taps`."""
    found = torch.zeros_like(taps)
    for t, i, j in _pairs(found, offsets):
        both = (a[i] * b[j]).addcmul_(a[j], b[i]).sum(dim=1, keepdim=True)
        found[t][i] = both.sum_to_size(found[t][i].shape)
    return found


def _no_taps(like: Tensor, offsets: tuple[Offset, ...]) -> Tensor:
    return like.new_zeros((len(offsets), len(like), 1, *like.shape[2:]))


def _pairs(taps: Tensor, offsets: tuple[Offset, ...]) -> Iterator[tuple[int, _Part, _Part]]:
    """For each tap its number, the pixels that have that neighbour, and those neighbours."""
    for number, offset in enumerate(offsets):
        i: list[slice | EllipsisType] = [...]
        j: list[slice | EllipsisType] = [...]
        for step, side in zip(offset, taps.shape[3:], strict=True):
            i.append(slice(max(0, -step), max(0, side - max(0, step))))
            j.append(slice(max(0, step), max(0, side + min(0, step))))
        yield number, tuple(i), tuple(j)
