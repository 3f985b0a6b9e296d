"""What a network costs and sees, measured on the network itself, not read from a list."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, cast

import torch
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile

_STRIP = 104
"""Width of the picture on which receptive fields are measured: only its height counts."""
_HEIGHTS = (512, 1024, 2048, 4096)


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
    even = copy.deepcopy(encoder).eval().double()
    channels = _level(even)
    for height in _HEIGHTS:
        image = torch.ones(1, channels, height, _STRIP, dtype=torch.double, requires_grad=True)
        coarsest = even(image)[-1]
        coarsest[0, :, coarsest.shape[2] // 2, coarsest.shape[3] // 2].sum().backward()
        assert image.grad is not None
        seen = image.grad[0].abs().amax(dim=(0, 2)).nonzero()
        first, last = int(seen.min()), int(seen.max())
        if first > 0 and last < height - 1:
            return last - first + 1
    return None


def cost(module: Module, images: Tensor, *, runs: int = 3) -> Cost:
    """Time and memory of a pass on the processor.

    Args:
        module: In evaluation mode.
        images: (N, C, H, W).
        runs: How many passes are timed, after one that is not.
    """
    with torch.inference_mode():
        with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
            module(images)
        taken: list[float] = []
        for _ in range(runs):
            start = time.perf_counter()
            module(images)
            taken.append(time.perf_counter() - start)
    return Cost(1000 * min(taken), _peak(profiler))


def _peak(profiler: profile) -> int:
    """The largest sum of what was allocated and not yet freed."""
    now = most = 0
    results = cast(Any, profiler.profiler).kineto_results
    events = [event for event in results.events() if event.name() == "[memory]"]
    for event in sorted(events, key=lambda event: event.start_ns()):
        now += event.nbytes()
        most = max(most, now)
    return most


def _level(network: nn.Module) -> int:
    """Make all weights equal and positive and all pooling a mean; the channels of the input."""
    first = next(m for m in network.modules() if isinstance(m, nn.Conv2d)).in_channels
    for name, module in list(network.named_modules()):
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.constant_(module.weight, 1 / module.weight[0].numel())
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            nn.init.ones_(module.weight)
            nn.init.zeros_(module.bias)
        elif isinstance(module, nn.MaxPool2d):
            parent, _, own = name.rpartition(".")
            setattr(network.get_submodule(parent), own, _Mean(module))
    return first


class _Mean(nn.Module):
    """The mean over the window of a maximum pooling."""

    def __init__(self, pool: nn.MaxPool2d) -> None:
        super().__init__()
        self.pool = nn.AvgPool2d(pool.kernel_size, pool.stride, pool.padding, pool.ceil_mode)

    def forward(self, x: Tensor) -> Tensor:
        return self.pool(x)
