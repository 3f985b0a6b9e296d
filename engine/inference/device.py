"""Choosing the device that computes."""

from __future__ import annotations

import os

import torch

from engine.errors import DeviceError

DEVICES = ("auto", "cpu", "cuda", "mps")


def choose_device(wish: str = "auto") -> torch.device:
    """The device called `wish`; 'auto' takes CUDA, else Apple's MPS, else the processor.

    Raises:
        DeviceError: if it is not one of `DEVICES`, or this machine does not have it.
    """
    if wish not in DEVICES:
        raise DeviceError(
            f"There is no device '{wish}'.", remedy=f"Choose one of {', '.join(DEVICES)}."
        )
    present = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.mps.is_available()}
    if wish == "auto":
        wish = next(name for name in ("cuda", "mps", "cpu") if present[name])
    if not present[wish]:
        raise DeviceError(f"This machine has no {wish} device.", remedy="Choose auto or cpu.")
    return torch.device(wish)


def use_cores(*, spare: int = 0) -> int:
    """Let torch use all cores but `spare`, at least one; returns how many."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    count = max(1, (cores or 1) - spare)
    torch.set_num_threads(count)
    torch.set_flush_denormal(True)
    return count
