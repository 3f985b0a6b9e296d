"""The door to torchvision and timm: imported on first use, also beside another build of torch.

torchvision's wheel for CUDA does not load its operators with the CPU build of torch, and then fails
on import, since it describes two of them that were never declared. Its networks need neither, so
declaring them is enough.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

import torch

from engine.errors import MissingSystem

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


def torchvision() -> ModuleType:
    """The models of torchvision, with its operators or, where they do not load, without them.

    Raises:
        MissingSystem: if it is not installed, or was made for another version of torch.
    """
    _declare_operators()
    return _imported("torchvision.models", "torchvision")


def timm() -> ModuleType:
    """timm; it imports torchvision.

    Raises:
        MissingSystem: if it is not installed, or does not fit what is.
    """
    torchvision()
    return _imported("timm", "timm")


def _imported(module: str, distribution: str) -> ModuleType:
    try:
        return import_module(module)
    except (ImportError, RuntimeError) as error:
        raise MissingSystem(
            f"{distribution} cannot be imported: {str(error).strip()}.",
            remedy=f"Install the {distribution} that belongs to your torch:"
            f" pip install --upgrade {distribution}.",
        ) from error


@cache
def _declare_operators() -> torch.library.Library | None:
    """Declare the operators if the library that holds them does not load; kept as long as we run.

    torch forgets what was declared when the `Library` is collected.
    """
    if _operators_load():
        return None
    library = torch.library.Library("torchvision", "DEF")
    for schema in _SCHEMAS:
        library.define(schema)
    return library


def _operators_load() -> bool:
    found = PathFinder.find_spec("torchvision")
    if found is None or not found.submodule_search_locations:
        return True  # not installed: nothing to declare, the import will say so
    for folder in found.submodule_search_locations:
        for path in sorted(Path(folder).glob("_C*")):
            try:
                torch.ops.load_library(str(path))
            except OSError:
                continue
            return True
    return False
