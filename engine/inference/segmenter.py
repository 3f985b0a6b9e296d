"""A model ready to predict: network, card and device, over pictures of any size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor

from engine.core.arrays import Box, Float16s, Floats
from engine.core.geometry import Geometry
from engine.core.image import Image
from engine.core.planes import Plane, SliceView, slice_count, slice_step, slice_view
from engine.core.probabilities import Probabilities
from engine.errors import DeviceError
from engine.inference.device import choose_device
from engine.inference.fusion import fused
from engine.inference.method import EXACT, ONCE, Method
from engine.inference.normalise import colours_of, image_scale
from engine.inference.picture import ArrayPicture, Picture, SlicePicture
from engine.inference.runner import AUTO, Runner
from engine.inference.tiled import Belief, TiledNetwork
from engine.inference.tiles import Span, Tile, nearest_first
from engine.models.model_card import ModelCard
from engine.models.network import Network
from engine.models.weights import ONNX, load_network
from engine.progress import Progress

OnTile = Callable[[Box, Float16s], None]
"""Called with a box of the image in file order and the (K, *box) probabilities of that box."""


class Segmenter:
    """A network with its weights on a device.

    Attributes:
        card: What the model is.
    """

    def __init__(
        self,
        network: Network,
        card: ModelCard,
        device: torch.device,
        *,
        memory: float | None = None,
        precision: str = AUTO,
        method: Method = ONCE,
    ) -> None:
        """Make a network ready.

        Args:
            network: With its weights.
            card: What it is.
            device: Where it computes.
            memory: Bytes that a tile may take; larger tiles waste less on their halo, smaller ones
                come sooner. A quarter of the machine's memory if left out, 3 GB at most.
            precision: One of `engine.inference.runner.PRECISIONS`.
            method: Which views are fused, and how windows are put together.

        Raises:
            DeviceError: if there is no such precision.
            ParameterError: if the network does not allow that method.
        """
        self.card = card
        self._tiled = TiledNetwork(
            Runner(fused(network, method), device, precision), method, memory
        )

    @classmethod
    def load(
        cls, weights: Path, device: str = "auto", *, memory: float | None = None,
        precision: str = AUTO, method: Method = ONCE,
    ) -> Segmenter:  # fmt: skip
        """Load a checkpoint onto a device; the rest as for the constructor.

        Raises:
            WeightsError: if the file is no checkpoint, is damaged or does not fit its network.
            DeviceError: if the machine does not have that device, or there is no such precision.
            ParameterError: if the network does not allow that method.
        """
        chosen = choose_device(device) if weights.suffix.lower() != ONNX else _only_cpu(device)
        network, card = load_network(weights)
        return cls(
            cast(Network, network), card, chosen,
            memory=memory, precision=precision, method=method,
        )  # fmt: skip

    @property
    def device(self) -> str:
        """Where it computes now, and with what."""
        runner = self._tiled.runner
        short = "" if runner.precision in (AUTO, "float32") else f", {runner.precision}"
        return f"{runner.device}{short}"

    @property
    def is_exact(self) -> bool:
        """Whether tiles put together equal the whole picture's result."""
        return self._tiled.blending == EXACT

    def predict(
        self,
        image: Image,
        progress: Progress | None = None,
        on_tile: OnTile | None = None,
        focus: tuple[int, ...] | None = None,
    ) -> Probabilities:
        """Class probabilities for every pixel; volumes go by axial slices.

        Args:
            image: A photo or a volume.
            progress: Told of each tile; may cancel, also in the midst of a tile.
            on_tile: Told of each finished part.
            focus: The voxel that a person looks at; what is near it comes first. The middle if
                left out.

        Raises:
            Cancelled: if `progress` was asked to stop.
            DeviceError: if even the smallest tile does not fit into memory.
        """
        progress = progress or Progress()
        scale = image_scale(image, self.card.input)
        values = np.zeros((len(self.card.label_set), *image.geometry.shape), np.float16)
        order = _slices(image, focus)
        for number, view in enumerate(order):
            picture = self._picture(image, view, scale)
            part = progress.part(number, len(order), "Predicting")
            for box in self._grow(values, picture, view, part, focus):
                if on_tile:
                    on_tile(box, values[(slice(None), *box)])
        progress.step(1, 1, "Predicted")
        return Probabilities(values, image.geometry, self.card.label_set)

    def predict_picture(
        self,
        picture: Picture,
        progress: Progress | None = None,
        on_tile: OnTile | None = None,
        focus: tuple[int, ...] | None = None,
    ) -> Float16s:
        """(K, rows, columns) probabilities of a picture on disk; see `predict`.

        Args:
            picture: Normalised as the card asks, read where it is needed.
            progress: Told of each tile; may cancel, also in the midst of a tile.
            on_tile: Told of each finished part.
            focus: (row, column) that a person looks at.
        """
        progress = progress or Progress()
        values = np.zeros((len(self.card.label_set), *picture.sides), np.float16)
        view = slice_view(Geometry(picture.sides), Plane.AXIAL, 0)
        for box in self._grow(values, picture, view, progress, focus):
            if on_tile:
                on_tile(box, values[(slice(None), *box)])
        progress.step(1, 1, "Predicted")
        return values

    def stream(
        self, picture: Picture, progress: Progress | None = None
    ) -> Iterator[tuple[Span, Floats]]:
        """Class probabilities of a picture that need not fit into memory, from top to bottom.

        Args:
            picture: Read in windows; normalised as the card asks.
            progress: Told of each tile; may cancel, also in the midst of a tile.

        Yields:
            A part of the picture and its (K, *part) float32 probabilities; each pixel once. Parts
            come row by row of tiles, also where a tile was cut into smaller ones.

        Raises:
            Cancelled: if `progress` was asked to stop.
            DeviceError: if even the smallest tile does not fit into memory.
        """
        progress = progress or Progress()
        for found in self._tiled.beliefs(picture, progress):
            progress.step(found.done, found.total, "Predicting")
            yield found.part, found.values
        progress.step(1, 1, "Predicted")

    def _picture(self, image: Image, view: SliceView, scale: tuple[float, float]) -> Picture:
        """A slice with those the card wants beside it, the last repeated."""
        card = self.card.input
        beside = [view] * len(card.slices)
        if view.normal is not None:
            last = image.geometry.shape[view.normal] - 1
            step = slice_step(image.geometry, Plane.AXIAL)
            beside = [
                replace(view, index=min(max(0, view.index + step * distance), last))
                for distance in card.slices
            ]
        return SlicePicture(colours_of(image), beside, scale, card)

    def _grow(
        self,
        values: Float16s,
        picture: Picture,
        view: SliceView,
        progress: Progress,
        focus: tuple[int, ...] | None,
    ) -> Iterator[Box]:
        """Put the beliefs about one slice into `values`; the boxes that are done."""
        shown = view.read(values)
        for found in self._beliefs(picture, view, progress, focus):
            progress.step(found.done, found.total, "Predicting")
            shown[(slice(None), *found.part)] = found.values
            yield view.box(found.part)

    def _beliefs(
        self,
        picture: Picture,
        view: SliceView,
        progress: Progress,
        focus: tuple[int, ...] | None,
    ) -> Iterator[Belief]:
        """Finished parts of a slice, at the spacing that the card wants and back."""
        wanted = self.card.input.spacing_mm
        is_placed = view.letters[0] != ""
        if wanted and is_placed and not np.allclose(view.spacing, wanted, rtol=0.02):
            everything = (slice(0, view.sides[0]), slice(0, view.sides[1]))
            values = self._resampled(picture.read(everything), view, wanted, progress)
            return iter([Belief(everything, values, 0, 1)])
        place = _place(view, focus)

        def ordered(tiles: tuple[Tile, ...]) -> tuple[Tile, ...]:
            return nearest_first(tiles, place)

        return self._tiled.beliefs(picture, progress, ordered)

    def _resampled(
        self, picture: Floats, view: SliceView, wanted: float, progress: Progress
    ) -> Floats:
        """Probabilities of a slice that the network sees at its own spacing."""
        sides = [
            max(1, round(n * size / wanted))
            for n, size in zip(view.sides, view.spacing, strict=True)
        ]
        fine = _resized(torch.from_numpy(picture)[None], (sides[0], sides[1]))[0].numpy()
        values = np.empty((len(self.card.label_set), *sides), np.float32)
        for found in self._tiled.beliefs(ArrayPicture(fine), progress):
            values[(slice(None), *found.part)] = found.values
        return _resized(torch.from_numpy(values)[None], view.sides)[0].numpy()


def _slices(image: Image, focus: tuple[int, ...] | None) -> list[SliceView]:
    """The axial slices, the one that is looked at first, then its neighbours."""
    views = [
        slice_view(image.geometry, Plane.AXIAL, index)
        for index in range(slice_count(image.geometry, Plane.AXIAL))
    ]
    normal = views[0].normal
    start = len(views) // 2
    if focus is not None and normal is not None:
        start = next(i for i, view in enumerate(views) if view.index == focus[normal])
    return [view for _, view in sorted(enumerate(views), key=lambda pair: abs(pair[0] - start))]


def _place(view: SliceView, focus: tuple[int, ...] | None) -> tuple[float, float]:
    """(row, column) of what is looked at; the middle of the slice if nothing is."""
    if focus is None:
        return view.sides[0] / 2, view.sides[1] / 2
    box = tuple(slice(at, at + 1) for at in focus)
    if view.normal is not None:
        box = (*box[: view.normal], slice(view.index, view.index + 1), *box[view.normal + 1 :])
    part = view.part(box)
    assert part is not None
    return float(part[0].start), float(part[1].start)


def _only_cpu(device: str) -> torch.device:
    """The processor, where onnxruntime computes.

    Raises:
        DeviceError: if another device was asked for.
    """
    if device not in ("auto", "cpu"):
        raise DeviceError(
            f"An .onnx file runs on the processor, not on '{device}'.",
            remedy="Choose the device 'cpu', or the model as a .safetensors checkpoint.",
        )
    return torch.device("cpu")


def _resized(values: Tensor, sides: tuple[int, int]) -> Tensor:
    """(1, C, *sides), bilinear; averaged over the pixels that fall together when it shrinks."""
    return torch.nn.functional.interpolate(
        values, size=sides, mode="bilinear", align_corners=False, antialias=True
    )
