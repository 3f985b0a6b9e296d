"""Weights of other programs into our modules: by name and shape, with a report of what fits.

The only place in Sulcus that reads a .pth file, and only as plain tensors: what else is in it is
refused, not run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.errors import ParameterError, WeightsError

_WRAPPERS = ("state_dict", "model_state_dict", "model", "net")
"""Under what training programs keep the weights beside other things."""
_PREFIX = re.compile(r"^(?:module\.|_orig_mod\.)+")
_OLD_DENSENET = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12])\.")
_COUNTER = "num_batches_tracked"


@dataclass(frozen=True, slots=True)
class MatchReport:
    """What became of the tensors of a file.

    Attributes:
        loaded: Ours that were filled.
        missing: Ours that the file lacks; they keep what they had.
        unexpected: Of the file, without a place here; a classifier that was not asked for.
        misshaped: Ours whose namesake in the file has another shape, with what is expected and
            what was found.
        adapted: Ours that were made for other input channels, by the rule of `for_channels`.
    """

    loaded: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    misshaped: tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...]
    adapted: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every tensor of ours was filled."""
        return not self.missing and not self.misshaped

    def lines(self) -> tuple[str, ...]:
        """The report for a person, one sentence a line."""
        total = len(self.loaded) + len(self.missing) + len(self.misshaped)
        lines = [f"{len(self.loaded)} of {total} tensors were filled from the file."]
        if self.adapted:
            lines.append(f"Made for other input channels: {', '.join(self.adapted)}.")
        if self.missing:
            lines.append(f"Not in the file: {_listed(self.missing)}.")
        lines += [
            f"{name} is {_sides(found)} in the file, but {_sides(expected)} here."
            for name, expected, found in self.misshaped
        ]
        if self.unexpected:
            lines.append(f"Not used of the file: {_listed(self.unexpected)}.")
        return tuple(lines)


def read_state_dict(path: Path) -> dict[str, Tensor]:
    """The tensors of a .pth, .pt or .safetensors file by their names, on the processor.

    Raises:
        WeightsError: if the file is neither, is damaged, or holds more than plain tensors.
    """
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        found = torch.load(path, map_location="cpu", weights_only=True)  # noqa: TID251 - plain
    except OSError as error:
        raise _refused(path, f"cannot be read: {(error.strerror or str(error)).lower()}") from error
    except torch.serialization.pickle.UnpicklingError as error:  # what it refuses to run
        raise _refused(path, "holds more than plain tensors, which could run code") from error
    except (RuntimeError, EOFError, ValueError, KeyError) as error:
        raise _refused(path, "is damaged or no file of weights") from error
    except SafetensorError as error:
        raise _refused(path, f"is damaged ({error})") from error
    return _tensors_of(found, path)


def load_matching(module: nn.Module, state: Mapping[str, Tensor]) -> MatchReport:
    """Fill a module with those tensors of `state` that have its names and shapes.

    Names are compared without what wrappers add ('module.'), without the difference between '.'
    and '_' (timm's feature networks), and with DenseNet's old names brought to the new ones. The
    first convolution is filled from three channels for any number of them.

    Args:
        module: Filled in place.
        state: Tensors by name.

    Raises:
        ParameterError: if no tensor fits.
    """
    own = cast("dict[str, Tensor]", module.state_dict())
    given = {_plain(name): (name, tensor) for name, tensor in state.items()}
    first = _first_weight(module)
    loaded: dict[str, Tensor] = {}
    missing: list[str] = []
    misshaped: list[tuple[str, tuple[int, ...], tuple[int, ...]]] = []
    adapted: list[str] = []
    for name, tensor in own.items():
        _, found = given.pop(_plain(name), (name, None))
        if found is None:
            if not name.endswith(_COUNTER):
                missing.append(name)
            continue
        if name == first and found.ndim == 4 and _differ_in_channels(found, tensor):
            found = for_channels(found, tensor.shape[1])
            adapted.append(name)
        if found.shape == tensor.shape:
            loaded[name] = found
        else:
            misshaped.append((name, tuple(tensor.shape), tuple(found.shape)))
    if not loaded:
        raise ParameterError(
            "No tensor of the file has a name and a shape of this network.",
            remedy="Choose the network that the file was made for.",
        )
    module.load_state_dict(loaded, strict=False)
    unexpected = tuple(name for name, _ in given.values())
    return MatchReport(tuple(loaded), tuple(missing), unexpected, tuple(misshaped), tuple(adapted))


def share_that_fits(own: Mapping[str, Tensor], state: Mapping[str, Tensor]) -> float:
    """How much of two sets of weights has the same name and shape in both, 0 to 1.

    Args:
        own: A module's; they may lie on the device 'meta'.
        state: A file's.
    """
    given = {_plain(name): tensor for name, tensor in state.items()}
    fitting = sum(
        tensor.numel()
        for name, tensor in own.items()
        if _plain(name) in given and given[_plain(name)].shape == tensor.shape
    )
    larger = max(sum(tensor.numel() for tensor in one.values()) for one in (own, state))
    return fitting / max(1, larger)


def for_channels(weight: Tensor, channels: int) -> Tensor:
    """A first convolution of three channels for any number of them.

    One channel gets the sum, so that a grey image gives what its copy in colour gave; n get red,
    green, blue, red ... by turns, times 3 / n, which keeps the size of what comes out.

    Args:
        weight: (filters, 3, height, width).
        channels: n.

    Returns:
        (filters, n, height, width).
    """
    if channels == 1:
        return weight.sum(dim=1, keepdim=True)
    turns = torch.arange(channels, device=weight.device) % 3
    return weight[:, turns] * (3 / channels)


def _differ_in_channels(found: Tensor, own: Tensor) -> bool:
    """Whether only the input channels differ, and there were three."""
    same = found.shape[0] == own.shape[0] and found.shape[2:] == own.shape[2:]
    return same and found.shape[1] == 3 and own.shape[1] != 3


def _first_weight(module: nn.Module) -> str:
    for name, child in module.named_modules():
        if isinstance(child, nn.Conv2d):
            return f"{name}.weight" if name else "weight"
    return ""


def _plain(name: str) -> str:
    """A name as it is compared."""
    name = _OLD_DENSENET.sub(r"\1\2.", _PREFIX.sub("", name))
    return name.replace("_", ".")


def _tensors_of(found: object, path: Path) -> dict[str, Tensor]:
    """The tensors by name, from below what a training program put around them."""
    for _ in range(2):
        if not isinstance(found, dict):
            break
        inside = cast("dict[str, object]", found)
        if inside and all(isinstance(value, Tensor) for value in inside.values()):
            return cast("dict[str, Tensor]", dict(inside))
        found = next((inside[name] for name in _WRAPPERS if name in inside), None)
    raise _refused(path, "holds no tensors by name")


def _listed(names: tuple[str, ...]) -> str:
    few = ", ".join(names[:6])
    return few if len(names) <= 6 else f"{few} and {len(names) - 6} more"


def _sides(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "a number"


def _refused(path: Path, why: str) -> WeightsError:
    return WeightsError(
        f"The weight file '{path}' {why}.",
        remedy="Choose a .pth file that holds a state dict, or a .safetensors file.",
    )
