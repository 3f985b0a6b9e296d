"""ConvCRF as a differentiable torch module in two and three dimensions: the textbook.

Source: Teichmann and Cipolla 2018, 'Convolutional CRFs for Semantic Segmentation', equations 1 to
6. Mean field over pixels that see each other only within a window, so that each message is a sum
over the shifts of that window and can be computed exactly.

Two conventions:

* paper: the equations as written. Potts model, neighbours j != i, appearance kernel of colour and
  position, belief starts as the softmax of the unary; neighbours outside the image are left out.
* released: what the authors' code computes. The pixel is its own neighbour too, the first message
  is taken from log-probabilities, and the update is (unary weight - w) log p + w message, with raw
  scores after the last iteration. Its defaults are `engine.crf.parameters.RELEASED`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from engine.crf.gaussians import (
    COLOUR,
    POSITION,
    GaussianKernel,
    Kernels,
    joined,
    positions,
    standard_kernels,
)
from engine.crf.parameters import CrfParameters
from engine.errors import ParameterError

_LOG_ZERO = -1e9  # the logarithm of nothing, as the kernels of the processor take it


class ConvCRF(nn.Module):
    """Mean field with truncated Gaussian kernels; every weight and width is a parameter.

    Attributes:
        settings: What it was made with (window, iterations, conventions).
        kernels: Appearance, smoothness, then the extra ones.
        compatibility: (K, K) costs of two neighbouring classes, None for the Potts model.
        free_positions: (axes, *S) in pixels, where the smoothness kernel believes each pixel to
            be; None for where it is.
    """

    def __init__(
        self,
        settings: CrfParameters,
        extra: Sequence[GaussianKernel] = (),
        *,
        free_positions: tuple[int, ...] | None = None,
    ) -> None:
        """Make it, with parameters named as in `CrfParameters` and `GaussianKernel`.

        Args:
            settings: Window, iterations, conventions, and where the standard kernels begin.
            extra: Further kernels, of colour, position, or features given to `forward`.
            free_positions: The size S of the images, to learn the features of the smoothness kernel
                in place of the positions they begin as (section 4.2, '+T' in section 5.2). All
                images must then have that size.

        Raises:
            ParameterError: if two kernels share a name, or a kernel looks at nothing.
        """
        super().__init__()
        self.settings = settings
        self.kernels = (*standard_kernels(settings), *extra)
        self.unary_weight = _learnable(settings.unary_weight)
        self.message_weight = _learnable(settings.message_weight)
        for kernel in self.kernels:
            self._add(kernel)
        costs = settings.compatibility
        self.compatibility = nn.Parameter(torch.tensor(costs)) if costs else None
        self.free_positions = None
        if free_positions is not None:
            grid = positions(torch.empty(1, 1, *free_positions), (1.0,) * len(free_positions))
            self.free_positions = nn.Parameter(grid[0])

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
        """Beliefs after the last iteration.

        Args:
            log_probabilities: (N, K, *S) logits or log p, S of 2 or 3 axes; the negative unary.
                Minus infinity is the logarithm of 0.
            colours: (N, F, *S) on the scale 0 to 255.
            spacing: Size of a pixel along each axis, in the unit of the widths; 1 if left out.
            pinned: (N, *S) integer, the class that a pixel must keep, or a negative number.
            features: What else the kernels look at, by name, (N or 1, F, *S) each.
            as_scores: Whether to give what the softmax of the beliefs is taken of, as losses want
                it; pinned pixels show in it only through their neighbours.

        Returns:
            (N, K, *S) beliefs that sum to 1; scores in the released convention.

        Raises:
            ValueError: if the shapes do not fit each other.
            ParameterError: if a kernel's feature is missing, or a number is not finite.
        """
        check_shapes(log_probabilities, colours, spacing, pinned)
        fixed = None if pinned is None else _one_hot(pinned, log_probabilities)
        steps = self._steps(log_probabilities, colours, spacing, fixed, features or {})
        scores = deque(steps, maxlen=1).pop()
        if as_scores or self.settings.convention == "released":
            return scores
        return _hold(scores.softmax(dim=1), fixed)

    def beliefs(
        self,
        log_probabilities: Tensor,
        colours: Tensor,
        spacing: tuple[float, ...] | None = None,
        pinned: Tensor | None = None,
        features: Mapping[str, Tensor] | None = None,
    ) -> Iterator[Tensor]:
        """The beliefs at the start and after each iteration, each computed when it is asked for.

        Takes and refuses what `forward` does. Each is (N, K, *S) and sums to 1, in both
        conventions; there is one more of them than iterations.
        """
        check_shapes(log_probabilities, colours, spacing, pinned)
        fixed = None if pinned is None else _one_hot(pinned, log_probabilities)
        steps = self._steps(log_probabilities, colours, spacing, fixed, features or {})
        return (_hold(scores.softmax(dim=1), fixed) for scores in steps)

    def _steps(
        self,
        log_probabilities: Tensor,
        colours: Tensor,
        spacing: tuple[float, ...] | None,
        fixed: tuple[Tensor, Tensor] | None,
        features: Mapping[str, Tensor],
    ) -> Iterator[Tensor]:
        """The mean field (algorithm 1): scores before the softmax, at the start and each step."""
        released = self.settings.convention == "released"
        log_probabilities = log_probabilities.clamp_min(_LOG_ZERO)
        _check_finite("log-probabilities", log_probabilities)
        unary = (log_probabilities / self.settings.temperature).log_softmax(dim=1)
        kernels = self._kernels(colours, spacing or (1.0,) * (colours.ndim - 2), features)
        base = (self.unary_weight - self.message_weight if released else self.unary_weight) * unary
        scores = unary if released else base
        yield scores
        for step in range(self.settings.iterations):
            belief = scores if released and step == 0 else scores.softmax(dim=1)
            message = self._message(_hold(belief, fixed), kernels)
            scores = base + (self.message_weight * message if released else message)
            yield scores

    def _message(self, belief: Tensor, kernels: Kernels) -> Tensor:
        """What the neighbours say in favour of each class, (N, K, *S)."""
        message = kernels.filter(belief)
        if self.compatibility is None:
            return message
        return -torch.einsum("kc,nc...->nk...", self.compatibility, message)

    def _kernels(
        self, colours: Tensor, spacing: tuple[float, ...], features: Mapping[str, Tensor]
    ) -> Kernels:
        """The Gaussians of equation 5 between each pixel and its neighbours."""
        for name in (COLOUR, POSITION):
            if name in features:
                raise ValueError(f"the feature '{name}' is always there, and cannot be given")
        known = {**features, COLOUR: colours, POSITION: positions(colours, spacing)}
        for kernel in self.kernels:
            for name in kernel.features():
                _check_feature(kernel.name, name, known.get(name), colours)
        joint = [
            joined([known[name] / self._width(kernel, name) for name in kernel.features()])
            for kernel in self.kernels
        ]
        if self.free_positions is not None:
            joint[1] = self._free(colours, spacing) / self._width(self.kernels[1], POSITION)
        weights = [cast(Tensor, getattr(self, f"{kernel.name}_weight")) for kernel in self.kernels]
        return Kernels(self.settings, weights, joint)

    def _width(self, kernel: GaussianKernel, feature: str) -> Tensor:
        return cast(Tensor, getattr(self, f"{kernel.name}_{feature}"))

    def _free(self, colours: Tensor, spacing: tuple[float, ...]) -> Tensor:
        """Where the smoothness kernel believes each pixel to be, (1, axes, *S) as `spacing` is."""
        assert self.free_positions is not None
        if self.free_positions.shape[1:] != colours.shape[2:]:
            raise ParameterError(
                f"The positions were learnt for images of {tuple(self.free_positions.shape[1:])}, "
                f"not {tuple(colours.shape[2:])}.",
                remedy="Bring all images to one size, or leave the positions as they are.",
            )
        sizes = self.free_positions.new_tensor(spacing)
        return (self.free_positions * sizes.view(-1, *[1] * len(spacing)))[None]

    def _add(self, kernel: GaussianKernel) -> None:
        if not kernel.features():
            raise ParameterError(
                f"The kernel '{kernel.name}' looks at no feature.",
                remedy="Give it a width that is finite.",
            )
        for name, value in kernel.parameters().items():
            if not name.isidentifier() or hasattr(self, name):
                raise ParameterError(
                    f"The kernel '{kernel.name}' cannot have a parameter '{name}'.",
                    remedy="Name kernel and features in letters, and no two kernels alike.",
                )
            self.register_parameter(name, _learnable(value))


def _learnable(value: float) -> nn.Parameter:
    return nn.Parameter(torch.tensor(float(value)))


def _one_hot(pinned: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
    """(N, 1, *S) where a class is pinned, and (N, K, *S) that class as a certain belief."""
    held = (pinned >= 0)[:, None]
    classes = nn.functional.one_hot(pinned.clamp(min=0).long(), like.shape[1])
    return held, classes.movedim(-1, 1).to(like.dtype)


def _hold(belief: Tensor, fixed: tuple[Tensor, Tensor] | None) -> Tensor:
    return belief if fixed is None else torch.where(fixed[0], fixed[1], belief)


def _check_feature(kernel: str, name: str, values: Tensor | None, colours: Tensor) -> None:
    if values is None:
        raise ParameterError(
            f"The kernel '{kernel}' looks at the feature '{name}', which was not given.",
            remedy=f"Give it, as in features={{'{name}': tensor}}.",
        )
    if (
        values.ndim != colours.ndim
        or values.shape[2:] != colours.shape[2:]
        or len(values) not in (1, len(colours))
    ):
        raise ValueError(
            f"the feature '{name}' {tuple(values.shape)} and colours {tuple(colours.shape)} "
            "do not fit each other"
        )
    if name != POSITION:
        _check_finite(f"values of the feature '{name}'", values)


def _check_finite(what: str, values: Tensor) -> None:
    """Refuse what would turn every pixel of the image into nothing, softly and far from here."""
    values = values.detach()
    if values.sum().isfinite():  # the quick way, which large numbers may miss
        return
    if not values.isfinite().all():
        raise ParameterError(
            f"Some {what} are infinite or no numbers.",
            remedy="Clip probabilities away from 0, and replace missing intensities, beforehand.",
        )


def check_shapes(
    log_probabilities: Tensor,
    colours: Tensor,
    spacing: tuple[float, ...] | None,
    pinned: Tensor | None,
) -> None:
    sides = log_probabilities.shape[2:]
    if log_probabilities.ndim not in (4, 5):
        raise ValueError(f"(N, K, *S) with 2 or 3 axes, not {tuple(log_probabilities.shape)}")
    if colours.shape[2:] != sides or len(colours) != len(log_probabilities):
        raise ValueError(
            f"colours {tuple(colours.shape)} do not fit {tuple(log_probabilities.shape)}"
        )
    if spacing is not None and len(spacing) != len(sides):
        raise ValueError(f"{len(spacing)} spacings for {len(sides)} axes")
    if pinned is not None and pinned.shape != (len(log_probabilities), *sides):
        raise ValueError(f"pinned {tuple(pinned.shape)} do not fit {tuple(sides)}")
