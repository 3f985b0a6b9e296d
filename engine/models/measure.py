"""What a network costs and sees, measured on the network itself, not read from a list."""

from __future__ import annotations

import copy
import time
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from engine.models.network import Network

_STRIPS = (32, 104)
"""Widths of the picture on which receptive fields are measured: only its height counts, so it is as
narrow as the network can read."""
_HEIGHTS = (512, 1024, 2048, 4096)
_FAINT = 1e-6
"""Its brightness: residual sums grow, and no activation with an upper end may reach it."""


class Module(Protocol):
    """What is measured: an `nn.Module` by what it offers."""

    def __call__(self, images: Tensor) -> Any: ...
    def parameters(self) -> Iterable[Tensor]: ...
    def modules(self) -> Iterable[nn.Module]: ...


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one forward pass.

    Attributes:
        milliseconds: The fastest of some.
        peak_bytes: The most that was allocated at one time beside the weights and the input.
    """

    milliseconds: float
    peak_bytes: int


def parameter_count(module: Module) -> int:
    """Trainable numbers."""
    return sum(parameter.numel() for parameter in module.parameters())


def multiply_adds(run: Callable[[Tensor], object], module: Module, images: Tensor) -> int:
    """Multiplications of weights in one pass: of convolutions and linear layers.

    Args:
        run: What is called with `images`: the module itself or its `classify`.
        module: Whose layers are counted.
        images: (N, C, H, W); on the meta device nothing is computed.
    """
    total = 0

    def count(layer: nn.Module, given: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        weight = layer.weight
        assert isinstance(weight, Tensor)
        # Of a transposed convolution each input value is spread, of the others each output made.
        spread = isinstance(layer, nn.ConvTranspose2d)
        total += (given[0] if spread else output).numel() * (weight.numel() // weight.shape[0])

    layers = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)
    hooks = [m.register_forward_hook(count) for m in module.modules() if isinstance(m, layers)]
    try:
        with torch.no_grad():
            run(images)
    finally:
        for hook in hooks:
            hook.remove()
    return total


def receptive_field(encoder: nn.Module) -> int | None:
    """How many rows of the image one value of the coarsest map depends on, by gradient.

    All weights become equal and positive and all pooling a mean, so that no path is hidden.

    Args:
        encoder: From images to a list of maps; it is not changed.

    Returns:
        The rows; None if they are all, however high the image (a mean over the whole map).
    """
    even = copy.deepcopy(encoder).eval().double().requires_grad_(requires_grad=False)
    channels = _level(even)
    with _MeanForMaximum():
        return _rows_seen(even, channels)


def _rows_seen(even: nn.Module, channels: int) -> int | None:
    strip = _narrowest(even, channels)
    for height in _HEIGHTS:
        image = torch.full((1, channels, height, strip), _FAINT, dtype=torch.double)
        image.requires_grad_()
        coarsest = even(image)[-1]
        coarsest[0, :, coarsest.shape[2] // 2, coarsest.shape[3] // 2].sum().backward()
        assert image.grad is not None
        seen = image.grad[0].abs().amax(dim=(0, 2)).nonzero()
        first, last = int(seen.min()), int(seen.max())
        if first > 0 and last < height - 1:
            return last - first + 1
    return None


def _narrowest(encoder: nn.Module, channels: int) -> int:
    """The first of _STRIPS that leaves the coarsest map a column."""
    for strip in _STRIPS[:-1]:
        try:
            with torch.no_grad():
                encoder(torch.ones(1, channels, _STRIPS[-1], strip, dtype=torch.double))
        except RuntimeError:
            continue
        return strip
    return _STRIPS[-1]


def cost(module: Module, images: Tensor, *, runs: int = 3) -> Cost:
    """Time and memory of a pass on the processor.

    Args:
        module: In evaluation mode.
        images: (N, C, H, W).
        runs: How many passes are timed, after the one whose memory is counted.
    """
    with torch.inference_mode():
        with _Allocations() as allocations:
            module(images)
        taken: list[float] = []
        for _ in range(runs):
            start = time.perf_counter()
            module(images)
            taken.append(time.perf_counter() - start)
    return Cost(1000 * min(taken), allocations.most)


class _Allocations(TorchDispatchMode):
    """Counts what operations give until the last tensor that shares it is gone.

    What an operation allocates for itself and frees at once is not seen.

    Attributes:
        most: The largest sum at one time, in bytes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.most = 0
        self._now = 0
        self._holders: Counter[int] = Counter()

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run one operation and note what it gave."""
        given = func(*args, **(kwargs or {}))
        read = {one.untyped_storage().data_ptr() for one in args if isinstance(one, Tensor)}
        for tensor in given if isinstance(given, (tuple, list)) else (given,):
            if isinstance(tensor, Tensor):
                self._note(tensor, read)
        return given

    def _note(self, tensor: Tensor, read: set[int]) -> None:
        storage = tensor.untyped_storage()
        place, size = storage.data_ptr(), storage.nbytes()
        if place not in self._holders:
            if place in read:
                return  # a view of the input or of a weight
            self._now += size
            self.most = max(self.most, self._now)
        self._holders[place] += 1
        weakref.finalize(tensor, self._release, place, size)

    def _release(self, place: int, size: int) -> None:
        self._holders[place] -= 1
        if not self._holders[place]:
            del self._holders[place]
            self._now -= size


def _level(network: nn.Module) -> int:
    """Make all weights equal and positive; the channels of the input."""
    first = next(m for m in network.modules() if isinstance(m, nn.Conv2d)).in_channels
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.constant_(module.weight, 1 / module.weight[0].numel())
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            nn.init.ones_(module.weight)
            nn.init.zeros_(module.bias)
    return first


class _MeanForMaximum(TorchFunctionMode):
    """Every maximum over a window becomes its mean, through which each tap is seen."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run one function of torch, or the mean in place of the maximum."""
        if getattr(func, "__name__", "") in ("max_pool2d", "_max_pool2d"):
            return _mean(*args, **(kwargs or {}))
        return func(*args, **(kwargs or {}))


def _mean(
    x: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    """As max_pool2d but for the mean; what pads with -inf counts 0."""
    assert not return_indices
    finite = x.nan_to_num(neginf=0.0)
    if dilation in (1, (1, 1)):
        return functional.avg_pool2d(finite, kernel_size, stride, padding, ceil_mode)
    channels = x.shape[1]
    weight = x.new_full((channels, 1, kernel_size, kernel_size), kernel_size**-2)
    return functional.conv2d(
        finite, weight, stride=stride, padding=padding, dilation=dilation, groups=channels
    )


def example_of(network: Network) -> Tensor:
    """A small input that a network can be run on; the only size of one that takes one alone."""
    side = cast("int | None", getattr(network, "window", None))
    if side is None:
        least = 2 * network.margin + 2 * network.stride
        side = -(-(least - network.offset) // network.stride) * network.stride + network.offset
    generator = torch.Generator().manual_seed(0)
    return torch.rand(1, network.in_channels, side, side, generator=generator)


@torch.inference_mode()
def bytes_per_pixel(network: Network, module: nn.Module, example: Tensor) -> float:
    """Memory that a pixel of the input takes while it is computed, in bytes.

    The sum over all convolutions of what they give at most: an upper bound that is near what is
    measured, since the maps of the way down wait for the way up. Views that are fused come one
    after the other.

    Args:
        network: Says itself what it takes, if it has no convolutions to look at.
        module: What computes, such as the network with its BatchNorms folded.
        example: An input of it, on its device.
    """
    said = cast("float | None", getattr(network, "bytes_per_pixel", None))
    if said is not None:
        return said
    least = 4 * (network.in_channels + network.classes)
    given: dict[nn.Module, int] = {}

    def add(convolution: nn.Module, _: object, output: Tensor) -> None:
        size = output.numel() * output.element_size()
        given[convolution] = max(given.get(convolution, 0), size)

    convolutions = (nn.Conv2d, nn.ConvTranspose2d)
    hooks = [m.register_forward_hook(add) for m in module.modules() if isinstance(m, convolutions)]
    module(example)
    for hook in hooks:
        hook.remove()
    return max(least, sum(given.values()) / (example.shape[2] * example.shape[3]))
