"""A network from an .onnx file, run by onnxruntime, with what Sulcus asks of every network.

Files of other programs are tried on a few sizes first (`probe`): they say neither which sides they
take nor whether they give scores or probabilities.
"""

from __future__ import annotations

import importlib
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.core.arrays import Floats
from engine.errors import MissingSystem, WeightsError
from engine.models.onnx_graph import refused

SCORES, PROBABILITIES = "scores", "probabilities"
STRIDES = (1, 2, 4, 8, 16, 32, 64)
_FLOATS = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
_TYPICAL = 4096.0
"""Bytes that a pixel takes where nothing is known: a U-Net of 64 channels has 3000."""
_LEAST = 1e-3  # by which probabilities may miss a sum of one


@dataclass(frozen=True, slots=True)
class GraphFacts:
    """What a graph does not say of itself.

    Attributes:
        in_channels, classes, stride, offset, margin, receptive_radius: As of any network.
        factor: How many times smaller the output is than the input.
        gives: SCORES or PROBABILITIES.
        side: The only side of its input that it takes; None if it takes all.
        bytes_per_pixel: Memory that a pixel takes while it is computed.
    """

    in_channels: int
    classes: int
    stride: int
    offset: int = 0
    margin: int = 0
    receptive_radius: int | None = None
    factor: int = 1
    gives: str = SCORES
    side: int | None = None
    bytes_per_pixel: float = _TYPICAL

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return asdict(self)


class OnnxNetwork(nn.Module):
    """Runs on the processor, in the precision of its file.

    Attributes:
        facts: What it is.
        single_precision: It has no other: torch's half precision does not reach it.
    """

    single_precision = True

    def __init__(self, path: Path, facts: GraphFacts | None = None) -> None:
        """Load a graph.

        Args:
            path: An .onnx file that holds all its weights.
            facts: What it is; tried out if left out.

        Raises:
            MissingSystem: if onnxruntime is not installed.
            WeightsError: if the file is damaged or no network from images to classes.
        """
        super().__init__()
        self._path = path
        self._session = _session(path)
        self._input, self._type, self._output = _ends(path, self._session)
        self.facts = facts or self._probed()
        self.in_channels, self.classes = self.facts.in_channels, max(2, self.facts.classes)
        self.stride, self.offset = self.facts.stride, self.facts.offset
        self.margin, self.receptive_radius = self.facts.margin, self.facts.receptive_radius
        self.window = self.facts.side
        self.bytes_per_pixel = self.facts.bytes_per_pixel

    def forward(self, images: Tensor) -> Tensor:
        """Scores (N, classes, H - 2 margin, W - 2 margin) of images (N, in_channels, H, W).

        A network of one class gives two: 0 for what it is not, and its score.

        Raises:
            WeightsError: if the graph cannot be run on images of these sides.
        """
        values = images.detach().cpu().numpy()
        found = torch.from_numpy(self._run(values)).to(images.device)
        if self.facts.gives == PROBABILITIES:
            found = found.clamp(1e-7, 1 - 1e-7)
            found = torch.logit(found) if found.shape[1] == 1 else found.log()
        if self.facts.factor > 1:
            sides = [side - 2 * self.margin for side in images.shape[2:]]
            found = nn.functional.interpolate(found, sides, mode="bilinear", align_corners=False)
        if found.shape[1] == 1:
            found = torch.cat([torch.zeros_like(found), found], dim=1)
        return found

    def __deepcopy__(self, memo: dict[int, Any]) -> OnnxNetwork:
        """A graph has no state, so its copy is itself."""
        return self

    def _run(self, values: Floats) -> Floats:
        try:
            given = {self._input: np.ascontiguousarray(values, self._type)}
            return np.asarray(self._session.run([self._output], given)[0], np.float32)
        except Exception as error:  # onnxruntime's errors share no other ancestor
            if "memory" in str(error):
                raise MemoryError(str(error)) from error
            raise refused(
                self._path, f"cannot be run on images of {_sides(values.shape)} ({_first(error)})"
            ) from error

    def _probed(self) -> GraphFacts:
        """Find out by trying which images the graph takes and what it gives."""
        shape = self._session.get_inputs()[0].shape
        channels, *sides = (side if isinstance(side, int) else None for side in shape[1:])
        if sides[0] != sides[1]:
            raise refused(self._path, f"takes images of {_sides(sides)} only, which are not square")
        tried = [channels] if channels else [1, 3, 4]
        reason: WeightsError | None = None
        for count in tried:
            for stride in [sides[0]] if sides[0] else STRIDES:
                try:
                    return self._facts(count, stride, fixed=sides[0] is not None)
                except WeightsError as error:
                    reason = reason or error
        assert reason is not None
        raise reason

    def _facts(self, channels: int, stride: int, *, fixed: bool) -> GraphFacts:
        """What the graph is if it takes multiples of `stride`.

        Raises:
            WeightsError: if it does not.
        """
        generator = np.random.default_rng(0)
        side = stride if fixed else -(-256 // stride) * stride
        more = side if fixed else side + stride
        images = generator.random((1, channels, side, more), np.float32)
        found = self._run(images)
        if found.ndim != 4 or found.shape[0] != 1:
            raise refused(self._path, f"gives {_sides(found.shape)}, not a score for each pixel")
        high, wide = found.shape[2:]
        factor = max(1, round(side / high))
        margin = 0 if factor > 1 else (side - high) // 2
        if (high * factor + 2 * margin, wide * factor + 2 * margin) != (side, more):
            raise refused(
                self._path, f"gives {_sides((high, wide))} of an image of {_sides((side, more))}"
            )
        return GraphFacts(
            channels, found.shape[1], stride, margin=margin, receptive_radius=margin or None,
            factor=factor,
            gives=PROBABILITIES if _are_probabilities(found) else SCORES,
            side=stride if fixed else None,
        )  # fmt: skip


def _are_probabilities(found: Floats) -> bool:
    if found.min() < 0 or found.max() > 1:
        return False
    return found.shape[1] == 1 or bool(np.abs(found.sum(axis=1) - 1).max() < _LEAST)


def _session(path: Path) -> Any:
    runtime = onnxruntime()
    options = runtime.SessionOptions()
    options.log_severity_level = 4  # what goes wrong is raised, not printed
    options.intra_op_num_threads = torch.get_num_threads()
    try:
        return runtime.InferenceSession(
            path.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime's errors share no other ancestor
        raise refused(path, f"is damaged, or asks for more than ONNX ({_first(error)})") from error


def _ends(path: Path, session: Any) -> tuple[str, Any, str]:
    """The names of what goes in and out, and the type of what goes in."""
    given, taken = session.get_outputs(), session.get_inputs()
    if len(taken) != 1 or len(taken[0].shape) != 4 or taken[0].type not in _FLOATS:
        raise refused(path, "does not take one image of (number, channels, height, width)")
    outputs = [one for one in given if one.type in _FLOATS and len(one.shape) in (0, 4)]
    if not outputs:
        raise refused(path, "gives no map of scores")
    return str(taken[0].name), _FLOATS[taken[0].type], str(outputs[0].name)


def onnxruntime() -> ModuleType:
    """The library that runs graphs.

    Raises:
        MissingSystem: if it is not installed.
    """
    try:
        return importlib.import_module("onnxruntime")
    except ImportError as error:
        raise MissingSystem(
            "Running .onnx files needs the library onnxruntime, which is not installed.",
            remedy="Install it with: python -m pip install 'sulcus[onnx]'",
        ) from error


def _first(error: Exception) -> str:
    """The first line of what a library said, shortened."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:160].rstrip(".")


def _sides(shape: Any) -> str:
    return " x ".join(str(side) for side in shape)
