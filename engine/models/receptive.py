"""What an output pixel of a chain of layers sees: counted layer by layer, from the input on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import cast

from torch import nn

_BESIDE = {"downsample", "branch1", "branch2", "branch4"}
"""Names of modules that stand beside another that sees further."""
_COUNTED = {f"resnet{depth}" for depth in (18, 34, 50, 101, 152)}
"""Encoders whose modules stand in the order of their use."""


@dataclass(frozen=True, slots=True)
class Field:
    """Cell i of a map sees the input pixels i jump - before to i jump + after, at most.

    Attributes:
        jump: Input pixels from one cell to the next.
        before: Pixels seen before the cell's own place; negative if it lies further on.
        after: Pixels seen behind it.
    """

    jump: Fraction = Fraction(1)
    before: Fraction = Fraction(0)
    after: Fraction = Fraction(0)

    @property
    def size(self) -> int:
        """The receptive field as papers print it: the side of the square that is seen."""
        return ceil(self.before + self.after) + 1

    @property
    def radius(self) -> int:
        """How far a cell sees from its own place, in pixels."""
        return ceil(max(self.before, self.after))

    def conv(
        self, kernel: int, stride: int = 1, padding: int | None = None, dilation: int = 1
    ) -> Field:
        """After a convolution or a pooling; padded to keep the size if `padding` is left out."""
        reach = (kernel - 1) * dilation
        lost = reach // 2 if padding is None else padding
        return Field(
            self.jump * stride,
            self.before + lost * self.jump,
            self.after + (reach - lost) * self.jump,
        )

    def convs(self, count: int, kernel: int = 3, dilation: int = 1) -> Field:
        """After `count` convolutions that keep the size."""
        found = self
        for _ in range(count):
            found = found.conv(kernel, dilation=dilation)
        return found

    def pool(self, kernel: int = 2) -> Field:
        """After pooling of windows side by side."""
        return self.conv(kernel, kernel, 0)

    def deconv(self, kernel: int, stride: int, padding: int = 0) -> Field:
        """After a transposed convolution; unpooling is one whose kernel is its stride."""
        jump = self.jump / stride
        return Field(jump, self.before + (kernel - 1 - padding) * jump, self.after + padding * jump)

    def bilinear(self, factor: int) -> Field:
        """After bilinear upsampling with half-pixel centres."""
        jump = self.jump / factor
        reach = Fraction(factor - 1, 2) + factor  # to the two cells that an output lies between
        return Field(jump, self.before + reach * jump, self.after + reach * jump)

    def crop(self, cells: int) -> Field:
        """After `cells` are cut off at the top and the left."""
        moved = cells * self.jump
        return replace(self, before=self.before - moved, after=self.after + moved)

    def join(self, *others: Field) -> Field:
        """After a sum or concatenation with maps of the same jump.

        Raises:
            ValueError: if their jumps differ.
        """
        if any(other.jump != self.jump for other in others):
            raise ValueError("only maps of one resolution are joined")
        fields = (self, *others)
        return Field(self.jump, max(one.before for one in fields), max(one.after for one in fields))

    def through(self, layers: nn.Module) -> Field:
        """After convolutions and poolings that follow each other, as `layers` lists them."""
        return self.steps(layers)[-1]

    def steps(self, layers: nn.Module) -> list[Field]:
        """This one and what it becomes after each layer of `layers`.

        Of layers that stand side by side, those that see furthest count: the branch of residual
        blocks, not the shortcut; the 5x5 filters of inception modules.
        """
        found: list[Field] = [self]
        for name, layer in layers.named_modules():
            if _BESIDE.isdisjoint(name.split(".")):
                if isinstance(layer, (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d)):
                    found.append(found[-1].conv(*_shape(layer)))
                elif isinstance(layer, nn.ConvTranspose2d):
                    kernel, stride = layer.kernel_size[0], layer.stride[0]
                    found.append(found[-1].deconv(kernel, stride, _side(layer.padding)))
        return found


def encoder_field(name: str, encoder: object) -> Field | None:
    """What a cell of the last map of an encoder sees; None if it cannot be counted.

    Args:
        name: A row of ENCODERS.
        encoder: The module that it made.
    """
    if name not in _COUNTED:
        return None
    return Field().through(cast("nn.Module", encoder))


def _shape(layer: nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d) -> tuple[int, int, int, int]:
    """Kernel, stride, padding and dilation of square filters."""
    kernel, stride, padding = (
        _side(value) for value in (layer.kernel_size, layer.stride, layer.padding)
    )
    return kernel, stride, padding, _side(getattr(layer, "dilation", 1))


def _side(value: object) -> int:
    return int(cast("tuple[int, ...]", value)[0] if isinstance(value, tuple) else cast(int, value))
