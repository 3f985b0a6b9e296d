"""Ways back to full size: unpooling, and transposed convolution that starts as bilinear."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def upsample(x: Tensor, factor: int) -> Tensor:
    """`factor` times the size, bilinear with half-pixel centres."""
    return nn.functional.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)


def unpool_nearest(x: Tensor, factor: int = 2) -> Tensor:
    """Each value repeated over a square: (N, C, H, W) to (N, C, factor H, factor W)."""
    return x.repeat_interleave(factor, dim=2).repeat_interleave(factor, dim=3)


def unpool_bed_of_nails(x: Tensor, factor: int = 2) -> Tensor:
    """Each value in the upper left corner of a square of zeros; shapes as above."""
    count, channels, height, width = x.shape
    found = x.new_zeros(count, channels, factor * height, factor * width)
    found[:, :, ::factor, ::factor] = x
    return found


def max_pool(x: Tensor, *, ceil_mode: bool = True) -> tuple[Tensor, Tensor]:
    """The largest of each 2 x 2 window, and where it stood, for `max_unpool`.

    Args:
        x: (N, C, H, W).
        ceil_mode: Whether a last odd row or column is a window of its own, as in Caffe.

    Returns:
        Two maps (N, C, H / 2, W / 2), rounded up or down; places are int64.
    """
    return nn.functional.max_pool2d_with_indices(x, [2, 2], [2, 2], ceil_mode=ceil_mode)


def max_unpool(x: Tensor, places: Tensor, sides: Sequence[int]) -> Tensor:
    """Each value where the largest of its window stood, zeros elsewhere.

    Source: Badrinarayanan, Kendall and Cipolla 2017, section 3.1 (figure 3).

    Args:
        x: (N, C, H, W).
        places: Of `max_pool`, of the same shape.
        sides: (height, width) of the map that was pooled; needed where it was odd.
    """
    count, channels = x.shape[:2]
    flat = x.new_zeros(count, channels, sides[0] * sides[1])
    flat = flat.scatter(2, places.flatten(2), x.flatten(2))
    return flat.view(count, channels, sides[0], sides[1])


def bilinear_kernel(size: int, factor: int) -> Tensor:
    """The (size, size) kernel of a transposed convolution that interpolates bilinearly.

    Source: Long, Shelhamer and Darrell 2015, section 3.3; zeros where the kernel is larger than
    twice the `factor` by which it makes a map larger.
    """
    line = (1 - (torch.arange(size) - (size - 1) / 2).abs() / factor).clamp(min=0)
    return line[:, None] * line[None, :]


class BilinearDeconvolution(nn.ConvTranspose2d):
    """A transposed convolution without bias that starts as bilinear interpolation.

    Each class has its own map: full kernels are zero between two classes, and can learn otherwise.
    """

    def __init__(
        self, channels: int, kernel: int, stride: int, *, padding: int = 0, learned: bool = True,
        out_channels: int | None = None,
    ) -> None:  # fmt: skip
        """Make one.

        Args:
            channels: Of the input.
            kernel: Its side; twice the stride for interpolation.
            stride: How many times the size grows.
            padding: Pixels cut off on each side of the output.
            learned: Whether it has parameters; else it stays bilinear, one kernel a channel.
            out_channels: Of the output; those of the input if left out.
        """
        given = out_channels or channels
        groups = 1 if learned else channels
        super().__init__(channels, given, kernel, stride, padding, groups=groups, bias=False)
        self._is_learned = learned
        self.start()
        if not learned:
            fixed = self.weight.detach()
            del self.weight
            self.register_buffer("weight", fixed, persistent=False)

    @torch.no_grad()
    def start(self) -> None:
        """Set the kernel to bilinear interpolation."""
        kernel = bilinear_kernel(self.kernel_size[0], self.stride[0])
        if not self._is_learned:
            self.weight.copy_(kernel.expand_as(self.weight))
            return
        self.weight.zero_()
        for channel in range(min(self.in_channels, self.out_channels)):
            self.weight[channel, channel] = kernel
