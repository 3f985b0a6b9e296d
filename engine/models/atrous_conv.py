"""Atrous convolution in its two implementations, which compute the same.

Source: Chen et al. 2017 (DeepLab), section 3.1: holes in the filter, or the map taken apart into
rate x rate interlaced ones, each convolved densely, and put together again.
"""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

FILTER, DEINTERLACE = "filter", "deinterlace"
IMPLEMENTATIONS = (FILTER, DEINTERLACE)


class AtrousConv2d(nn.Conv2d):
    """A convolution whose filter has holes; parameters as those of any convolution.

    Attributes:
        implementation: FILTER or DEINTERLACE.
    """

    implementation: str = FILTER

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the name nn.Conv2d has
        """(N, C, H, W) to (N, K, H', W')."""
        if self.implementation == FILTER or self.dilation == (1, 1):
            return super().forward(input)
        return self._deinterlaced(input)

    def _deinterlaced(self, x: Tensor) -> Tensor:
        rate = self.dilation[0]
        if self.dilation != (rate, rate) or self.stride != (1, 1):
            raise ValueError("only equal rates at a stride of 1 are taken apart")
        above, left = cast("tuple[int, int]", self.padding)
        height, width = (
            side + 2 * lost - (kernel - 1) * rate
            for side, lost, kernel in zip(x.shape[2:], (above, left), self.kernel_size, strict=True)
        )
        right, below = (-(side + 2 * lost) % rate for side, lost in
                        ((x.shape[3], left), (x.shape[2], above)))  # fmt: skip
        x = nn.functional.pad(x, (left, left + right, above, above + below))
        count, channels, rows, columns = x.shape
        parts = x.view(count, channels, rows // rate, rate, columns // rate, rate)
        parts = parts.permute(0, 3, 5, 1, 2, 4).reshape(
            count * rate * rate, channels, rows // rate, columns // rate
        )
        found = nn.functional.conv2d(parts, self.weight, self.bias, groups=self.groups)
        _, given, rows, columns = found.shape
        whole = found.view(count, rate, rate, given, rows, columns).permute(0, 3, 4, 1, 5, 2)
        return whole.reshape(count, given, rows * rate, columns * rate)[:, :, :height, :width]


def use_implementation(network: nn.Module, implementation: str) -> None:
    """Compute every atrous convolution of `network`, its encoder's too, by an implementation.

    Args:
        network: Changed in place; its parameters stay.
        implementation: One of IMPLEMENTATIONS.

    Raises:
        ValueError: if there is no such implementation.
    """
    if implementation not in IMPLEMENTATIONS:
        raise ValueError(f"there is no implementation '{implementation}' of atrous convolution")
    for module in list(network.modules()):
        if isinstance(module, AtrousConv2d):
            module.implementation = implementation
        for name, child in module.named_children():
            if isinstance(child, nn.Conv2d) and not isinstance(child, AtrousConv2d):
                setattr(module, name, _with_switch(child, implementation))


def _with_switch(conv: nn.Conv2d, implementation: str) -> AtrousConv2d:
    """The same convolution with the same parameters."""
    found = AtrousConv2d(
        conv.in_channels, conv.out_channels, cast("tuple[int, int]", conv.kernel_size),
        cast("tuple[int, int]", conv.stride), cast("tuple[int, int]", conv.padding),
        cast("tuple[int, int]", conv.dilation), conv.groups, bias=conv.bias is not None,
        device="meta",
    )  # fmt: skip
    found.weight, found.bias = conv.weight, conv.bias
    found.implementation = implementation
    return found
