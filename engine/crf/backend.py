"""Which ConvCRF solves: fused kernels of the processor or the GPU where there are, else torch.

Compiling the kernels takes about 40 s the first time a machine runs them; afterwards they are
loaded in half a second. Until then the torch module answers, with the same masks.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import shutil
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from engine.core.arrays import Floats
from engine.crf.convcrf import ConvCRF
from engine.crf.parameters import CrfParameters
from engine.errors import WriteError
from engine.files import write_text

if TYPE_CHECKING:
    from engine.crf.cpu import CpuCrf
    from engine.crf.densecrf import DenseCrf

CONV, DENSE = "conv", "dense"
"""The ConvCRF, and the fully connected CRF."""

_KEPT = 3
"""Folders of compiled kernels that stay: this program's and those last used beside it."""

_IDLE = 24 * 3600.0
"""Seconds after which nobody can still be compiling into a folder."""

log = logging.getLogger(__name__)

_ready = threading.Event()


def prepare() -> None:
    """Compile the kernels, or load them from the disk; returns when they are ready."""
    _kernels().warm_up()
    _ready.set()
    try:
        write_text(_mark(), "")
    except WriteError:
        log.warning("compiled kernels cannot be kept; the next start compiles them again")
    _forget_old_kernels(_mark().parent)


def is_fast(parameters: CrfParameters, channels: int, classes: int, device: torch.device) -> bool:
    """Whether the kernels of the processor solve this now, without waiting for a compiler."""
    if device.type != "cpu" or not (_ready.is_set() or _is_compiled()):
        return False
    return bool(_kernels().supports(parameters, channels, classes))


def hold(colours: Floats, spacing: tuple[float, ...], crf: str = CONV) -> CpuCrf | DenseCrf:
    """An image (F, *S) held ready in the kernels of the processor, for CONV or DENSE."""
    if crf == DENSE:
        return importlib.import_module("engine.crf.densecrf").DenseCrf(colours, spacing)
    return _kernels().CpuCrf(colours, spacing)


def mean_field(parameters: CrfParameters, device: torch.device) -> ConvCRF:
    """The ConvCRF as a module on a device, by fused kernels on a GPU that Triton compiles for.

    Args:
        parameters: What it starts from.
        device: Where it computes.
    """
    return module_for(device)(parameters).to(device)


def module_for(device: torch.device) -> type[ConvCRF]:
    """`ConvCRF`, or its equal by fused kernels where there are some; compiles one to see."""
    if device.type == "cuda" and importlib.util.find_spec("triton") is not None:
        try:
            kernels = importlib.import_module("engine.crf.cuda")
        except (ImportError, OSError, ValueError) as error:  # Triton reads the kernels' source
            log.warning("the kernels for GPUs cannot be read, torch answers instead: %s", error)
            return ConvCRF
        if kernels.is_ready(device):
            return kernels.CudaCRF
    return ConvCRF


def _is_compiled() -> bool:
    """Whether an earlier run left all kernels on the disk.

    Compiled files alone do not say so: they appear one by one while `prepare` is still at work.
    """
    if _mark().exists():
        _ready.set()
    return _ready.is_set()


def _mark() -> Path:
    """The file that `prepare` leaves beside the compiled kernels when they are complete."""
    importlib.import_module("engine.crf.jit")  # says where they are kept
    return Path(os.environ["NUMBA_CACHE_DIR"]) / "complete"


def _forget_old_kernels(folder: Path) -> None:
    """Removes what was compiled from other sources, or for this program at another place.

    Only folders beside `folder` that are named as `jit.cache_folder` names them, and only if the
    person has not chosen a folder.
    """
    if folder != importlib.import_module("engine.crf.jit").cache_folder():
        return
    others = [one for one in folder.parent.glob("[0-9a-f]" * 12) if one != folder]
    others.sort(key=_last_used, reverse=True)
    for one in others[_KEPT - 1 :]:
        if time.time() - _last_used(one) > _IDLE:
            shutil.rmtree(one, ignore_errors=True)


def _last_used(folder: Path) -> float:
    """When kernels in a folder were last prepared, or begun to be."""
    mark = folder / "complete"
    try:
        return (mark if mark.exists() else folder).stat().st_mtime
    except OSError:  # removed meanwhile
        return 0.0


def _kernels() -> Any:
    """`engine.crf.cpu`, imported on first use: it brings numba with it."""
    return importlib.import_module("engine.crf.cpu")
