"""A network on a device: as quick as the device allows, and not beaten by a full memory."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn

from engine.errors import DeviceError
from engine.inference.folding import folded
from engine.inference.tiles import Lattice
from engine.models.measure import bytes_per_pixel, example_of
from engine.models.network import Network

AUTO, FLOAT32, BFLOAT16 = "auto", "float32", "bfloat16"
PRECISIONS = (AUTO, FLOAT32, BFLOAT16)

log = logging.getLogger(__name__)

_CHANGED, _MOVED = 1e-3, 2e-3
"""For bfloat16 to be used without being asked for: the share of pixels whose class may change, and
the mean by which a probability may move, in the middle of the first window."""
_TRIED = 256
"""Side of that middle, in pixels of what the network gives."""


def _go_on() -> None:
    """Nobody asks to stop."""


class OutOfMemory(Exception):
    """A window did not fit; the caller tries smaller ones."""


class Runner:
    """Scores of windows.

    Attributes:
        network: As it was given, for what it says of itself.
        device: Where it computes now; the processor once a graphics card has been too small.
        precision: FLOAT32 or BFLOAT16.
    """

    def __init__(self, network: Network, device: torch.device, precision: str = AUTO) -> None:
        """Bring a network to a device, its BatchNorms folded away.

        Raises:
            DeviceError: if there is no such precision, or the network has not got it.
        """
        if precision not in PRECISIONS:
            raise DeviceError(
                f"There is no precision '{precision}'.",
                remedy=f"Choose one of {', '.join(PRECISIONS)}.",
            )
        if getattr(network, "single_precision", False):
            precision = _only_single(precision)
        self.network = network
        self.device = device
        self.precision = precision
        self._example = example_of(network)
        self._module = _placed(
            folded(cast("nn.Module", network).eval().cpu(), self._example), device
        )
        self._check = _go_on
        self._copies = torch.cuda.Stream(device) if device.type == "cuda" else None
        for part in self._module.modules():
            if not any(part.children()):
                part.register_forward_pre_hook(lambda *_: self._check())

    @property
    def lattice(self) -> Lattice:
        """What windows must be like."""
        return Lattice(self.network.stride, self.network.offset, self.network.margin)

    def brought(self, windows: Tensor) -> Tensor:
        """Windows on their way to a graphics card, so that the copy overlaps what computes there.

        They are pinned, so that the card reads them itself, and copied in a stream of their own.
        On other devices they stay where they are.
        """
        if self._copies is None or self.device.type != "cuda":
            return windows
        with torch.cuda.stream(self._copies):
            found = windows.pin_memory().to(self.device, non_blocking=True)
        self._copies.synchronize()  # waits in the thread that reads, not in the one that computes
        return found

    @torch.inference_mode()
    def scores(self, windows: Tensor, check: Callable[[], None] = _go_on) -> Tensor:
        """Logits (N, K, H', W') float32 of windows (N, C, H, W) float32, on the device.

        Args:
            windows: Normalised, of sides that the network takes.
            check: Called between two layers; may raise, so that a person need not wait until a
                large window is done.

        Raises:
            OutOfMemory: if they do not fit into the memory of the device.
        """
        self._check = check
        try:
            windows = windows.to(self.device, memory_format=torch.channels_last)
            if self.precision == AUTO:
                self.precision = self._trusted(self._middle(windows[:1]))
            with torch.autocast(self.device.type, torch.bfloat16, self.precision == BFLOAT16):
                return self._module(windows).float()
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            if not _is_full(error):
                raise
            raise OutOfMemory from error

    def fall_back(self) -> None:
        """Go on with the processor.

        Raises:
            DeviceError: if it is the processor already.
        """
        if self.device.type == "cpu":
            raise DeviceError(
                "This machine has too little memory for the smallest tile of this network.",
                remedy="Close other programs, or choose a smaller network.",
            )
        log.warning("the graphics memory is too small; the processor goes on")
        self.device = torch.device("cpu")
        self._module = _placed(self._module, self.device)

    def bytes_per_pixel(self) -> float:
        """Memory that a pixel of a window takes while it is computed, in bytes."""
        return bytes_per_pixel(self.network, self._module, self._example.to(self.device))

    def _middle(self, window: Tensor) -> Tensor:
        """As much of a window as tells whether bfloat16 is good enough, without another wait."""
        lattice = self.lattice
        least = 2 * lattice.margin + _TRIED
        least += (lattice.offset - least) % lattice.stride
        for axis in (2, 3):
            if window.shape[axis] > least:
                start = (window.shape[axis] - least) // 2
                window = window.narrow(axis, start, least)
        return window

    def _trusted(self, window: Tensor) -> str:
        """BFLOAT16 where it pays and gives the classes that float32 gives, else FLOAT32."""
        if not _pays(self.device):
            return FLOAT32
        plain = self._module(window)
        with torch.autocast(self.device.type, torch.bfloat16):
            short = self._module(window).float()
        changed = (plain.argmax(dim=1) != short.argmax(dim=1)).float().mean().item()
        moved = (plain.softmax(dim=1) - short.softmax(dim=1)).abs().mean().item()
        return BFLOAT16 if changed <= _CHANGED and moved <= _MOVED else FLOAT32


def _placed(module: nn.Module, device: torch.device) -> nn.Module:
    to = cast("Callable[..., nn.Module]", module.to)
    return to(device, memory_format=torch.channels_last)


def _only_single(asked: str) -> str:
    """FLOAT32, for networks that cannot compute otherwise.

    Raises:
        DeviceError: if another precision was asked for.
    """
    if asked == BFLOAT16:
        raise DeviceError(
            "This model computes in the precision of its file.", remedy="Leave out --precision."
        )
    return FLOAT32


def _pays(device: torch.device) -> bool:
    """Whether the device has units for bfloat16."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    if device.type == "cpu":
        return bool({"amx_bf16", "avx512_bf16"} & set(_flags()))
    return False


def _flags() -> list[str]:
    """What the processor can do, as Linux tells it; elsewhere nothing is known."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return next((line.split() for line in lines if line.startswith("flags")), [])


def _is_full(error: BaseException) -> bool:
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    text = str(error)
    return "can't allocate memory" in text or "not enough memory" in text or "out of memory" in text
