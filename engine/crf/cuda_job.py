"""The ConvCRF on a graphics processor, as launches of the kernels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
import triton
from torch import Tensor

from engine.crf.cuda_kernels import message, step
from engine.crf.cuda_settle import settle
from engine.crf.gaussians import TINY, upsampled
from engine.crf.parameters import CrfParameters

WIDTH = 32
"""Columns of a program of one warp."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is solved, but for the scores and constants.

    Attributes:
        settings: Window, conventions, iterations.
        colours: (N, F, *grid).
        pinned: (N, *sides) int32, if pixels are pinned.
        costs: (K, K), if there is a matrix.
        solid: Whether the window has planes too.
        sides: Planes, rows and columns of the image.
        grid: The same of the blurred grid.
        spacing: Size of a pixel along each of the three axes.
        classes: K.
        scales: (N, 2 or 5, *sides) of normalised kernels, see `engine.crf.cuda_window.window_sum`.
    """

    settings: CrfParameters
    colours: Tensor
    pinned: Tensor | None
    costs: Tensor | None
    solid: bool
    sides: tuple[int, int, int]
    grid: tuple[int, int, int]
    spacing: tuple[float, float, float]
    classes: int
    scales: Tensor | None = None

    @property
    def released(self) -> bool:
        return self.settings.convention == "released"

    @property
    def images(self) -> int:
        return len(self.colours)

    def normalised(self, constants: Tensor, like: Tensor, *, sloped: bool = False) -> Job:
        """With the scales that its kernels are normalised by, and their slopes if asked for."""
        if self.settings.normalisation != "symmetric":
            return self
        fields = 5 if sloped else 2
        ones = torch.ones_like(self.colours[:, :1])
        found = torch.empty_like(ones.expand(-1, fields, *ones.shape[2:])).contiguous()
        self._messages(ones, constants, found, classes=1, fields=fields, shared=True)
        sums = upsampled(found, like.shape[2:], self.settings.blur)
        scales = (sums[:, :2] + TINY).rsqrt()
        if sloped:
            each = torch.cat([scales, scales[:, 1:]], dim=1)
            scales = torch.cat([scales, -0.5 * each**3 * sums[:, 2:]], dim=1)
        return replace(self, scales=scales.contiguous())

    def solved(
        self, scores: Tensor, constants: Tensor, kept: list[Tensor | None] | None = None
    ) -> Tensor:
        """The result; `kept` receives the beliefs before each step, with blur also pooled ones."""
        if self.settings.blur > 1:
            return self._solved_coarsely(scores, constants, kept)
        belief = scores if self.released else (constants[5] * scores).softmax(dim=1)
        if self.pinned is not None:
            classes = torch.arange(self.classes, device=scores.device, dtype=torch.int32)
            sure = self.pinned[:, None] == classes.view(-1, *[1] * (scores.ndim - 2))
            belief = torch.where(self.pinned[:, None] >= 0, sure.to(belief.dtype), belief)
        spare = [torch.empty_like(scores) for _ in range(0 if kept is not None else 2)]
        count = self.settings.iterations
        for turn in range(count):
            if kept is not None:
                kept.append(belief)
            out = spare[turn % 2] if spare else torch.empty_like(scores)
            self._step(belief, scores, constants, out, last=turn == count - 1)
            belief = out
        return belief

    def _step(
        self, belief: Tensor, scores: Tensor, constants: Tensor, out: Tensor, *, last: bool
    ) -> None:
        depth, height, width = self.grid

        def programs(blocks: dict[str, int]) -> tuple[int, int, int]:
            across = triton.cdiv(width, blocks["columns"])
            return across * triton.cdiv(height, blocks["rows"]), depth, self.images

        step[programs](
            belief, scores, self.colours, *self.optional(scores), constants, out,
            *self.grid, *self.spacing,
            size=int(depth * height * width > 1 << 17),
            padded=triton.next_power_of_2(self.classes), classes=self.classes,
            **self.features(), **self.window(),
            scale_count=1 if self.scales is None else self.scales.shape[1],
            released=self.released, scaled=self.scales is not None,
            pins=self.pinned is not None, coupled=self.costs is not None,
            raw=self.released and last,
        )  # fmt: skip

    def _solved_coarsely(
        self, scores: Tensor, constants: Tensor, kept: list[Tensor | None] | None
    ) -> Tensor:
        fields = 1 if self.scales is None else 2
        shape = (self.images, fields, self.classes, *self.grid[1:])
        out = torch.empty_like(scores)
        messages = scores.new_empty(shape)
        pooled_belief = scores.new_empty(shape)
        count = self.settings.iterations
        for turn in range(count + 1):
            first, last = turn == 0, turn == count
            saved = kept is not None and not last and not (first and self.released)
            if turn and kept is not None:
                out, pooled_belief = torch.empty_like(out), torch.empty_like(pooled_belief)
            self._settle(
                messages, scores, constants, out, pooled_belief,
                first=first, last=last, saved=saved,
            )  # fmt: skip
            if not last:
                if kept is not None:
                    kept += [out if saved else None, pooled_belief[:, 0]]
                self._messages(
                    pooled_belief, constants, messages, classes=self.classes, fields=fields
                )
        return out

    def _settle(
        self,
        messages: Tensor,
        scores: Tensor,
        constants: Tensor,
        out: Tensor,
        pooled_belief: Tensor,
        **turn: bool,
    ) -> None:
        _, rows, columns = self.grid
        blur = self.settings.blur
        scales = 1 if self.scales is None else self.scales.shape[1]
        settle[triton.cdiv(columns * blur, WIDTH), rows, self.images](
            messages, scores, *self.optional(scores), constants, out, pooled_belief,
            rows, columns, *self.sides[1:],
            fields=messages.shape[1], scale_count=scales, columns=WIDTH,
            padded=triton.next_power_of_2(self.classes), classes=self.classes, blur=blur,
            released=self.released, pins=self.pinned is not None,
            coupled=self.costs is not None, **turn, num_warps=1,
        )  # fmt: skip

    def _messages(
        self,
        values: Tensor,
        constants: Tensor,
        out: Tensor,
        *,
        classes: int,
        fields: int,
        shared: bool = False,
    ) -> None:
        depth, height, width = self.grid
        padded, rows = block(classes)
        tiles = triton.cdiv(width, WIDTH) * triton.cdiv(height, rows)
        groups = triton.cdiv(classes, padded)
        message[tiles, depth, self.images * fields * groups](
            values, self.colours, constants, out, *self.grid, *self.sides[1:], *self.spacing,
            shared=shared, fields=fields, rows=rows, columns=WIDTH, padded=padded,
            classes=classes, **self.features(), **self.window(), centre=self.released,
            blur=self.settings.blur, num_warps=1,
        )  # fmt: skip

    def optional(self, like: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scales, pins and costs; another tensor, which is not read, where there are none."""
        return (
            like if self.scales is None else self.scales,
            like if self.pinned is None else self.pinned,
            like if self.costs is None else self.costs,
        )

    def features(self) -> dict[str, int]:
        features = self.colours.shape[1]
        return {"features": features, "padded_features": triton.next_power_of_2(features)}

    def window(self) -> dict[str, Any]:
        settings = self.settings
        reach, square = settings.filter_size // 2, settings.window == "square"
        return {"reach": reach, "square": square, "solid": self.solid}


def block(classes: int) -> tuple[int, int]:
    """Classes and rows of a program that only sums: many programs, since coarse grids are small."""
    return min(8, triton.next_power_of_2(classes)), 1 if classes > 1 else 4
