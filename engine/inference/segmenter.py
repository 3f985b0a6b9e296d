"""A model ready to predict: network, card and device, over pictures of any size."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor

from engine.core.arrays import Box, Float16s, Floats
from engine.core.image import Image
from engine.core.planes import Plane, SliceView, slice_count, slice_step, slice_view
from engine.core.probabilities import Probabilities
from engine.errors import DeviceError
from engine.inference.blending import GAUSSIAN, Blend
from engine.inference.device import choose_device
from engine.inference.normalise import normalise
from engine.inference.picture import ArrayPicture, Picture, read_window
from engine.inference.runner import AUTO, OutOfMemory, Runner
from engine.inference.tiles import Span, Tile, nearest_first, plan_overlapping, plan_tiles
from engine.models.model_card import ModelCard
from engine.models.network import Network
from engine.models.weights import ONNX, load_network
from engine.progress import Progress

SMALLEST, LARGEST = 64, 2048
"""Sides of a tile's core, in pixels."""
WINDOW, OVERLAP = 512, 0.5
"""Of networks that see their whole input: the window, and what neighbours share of it."""

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
    ) -> None:
        """Make a network ready.

        Args:
            network: With its weights.
            card: What it is.
            device: Where it computes.
            memory: Bytes that a tile may take; larger tiles waste less on their halo, smaller ones
                come sooner. A quarter of the machine's memory if left out, 3 GB at most.
            precision: One of `engine.inference.runner.PRECISIONS`.

        Raises:
            DeviceError: if there is no such precision.
        """
        self.card = card
        self._runner = Runner(network, device, precision)
        self._largest = _largest_core(self._runner, memory or _quarter_of_memory())

    @classmethod
    def load(
        cls, weights: Path, device: str = "auto", *, memory: float | None = None,
        precision: str = AUTO,
    ) -> Segmenter:  # fmt: skip
        """Load a checkpoint onto a device; the rest as for the constructor.

        Raises:
            WeightsError: if the file is no checkpoint, is damaged or does not fit its network.
            DeviceError: if the machine does not have that device, or there is no such precision.
        """
        chosen = choose_device(device) if weights.suffix.lower() != ONNX else _only_cpu(device)
        network, card = load_network(weights)
        return cls(cast(Network, network), card, chosen, memory=memory, precision=precision)

    @property
    def device(self) -> str:
        """Where it computes now, and with what."""
        runner = self._runner
        short = "" if runner.precision in (AUTO, "float32") else f", {runner.precision}"
        return f"{runner.device}{short}"

    @property
    def is_exact(self) -> bool:
        """Whether tiles put together equal the whole picture's result."""
        return self._runner.network.receptive_radius is not None

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
            progress: Told of each tile; may cancel between tiles.
            on_tile: Told of each finished part.
            focus: The voxel that a person looks at; what is near it comes first. The middle if
                left out.

        Raises:
            Cancelled: if `progress` was asked to stop.
            DeviceError: if even the smallest tile does not fit into memory.
        """
        progress = progress or Progress()
        pixels = normalise(image, self.card.input)
        values = np.zeros((len(self.card.label_set), *image.geometry.shape), np.float16)
        order = _slices(image, focus)
        for number, view in enumerate(order):
            shown = view.read(values)
            picture = self._picture(pixels, image, view)
            for part, done, total in self._parts(picture, view, focus):
                progress.step(number * total + done, len(order) * total, "Predicting")
                rows, columns, belief = part
                shown[:, rows, columns] = belief
                if on_tile:
                    box = view.box((rows, columns))
                    on_tile(box, values[(slice(None), *box)])
        progress.step(1, 1, "Predicted")
        return Probabilities(values, image.geometry, self.card.label_set)

    def _picture(self, pixels: Floats, image: Image, view: SliceView) -> Floats:
        """(C, rows, columns) of a slice with those the card wants beside it, the last repeated."""
        if view.normal is None:
            neighbours = [view] * len(self.card.input.slices)
        else:
            last = image.geometry.shape[view.normal] - 1
            step = slice_step(image.geometry, Plane.AXIAL)
            neighbours = [
                replace(view, index=min(max(0, view.index + step * distance), last))
                for distance in self.card.input.slices
            ]
        return np.concatenate([one.read(pixels) for one in neighbours])

    def stream(
        self, picture: Picture, progress: Progress | None = None
    ) -> Iterator[tuple[Span, Floats]]:
        """Class probabilities of a picture that need not fit into memory, from top to bottom.

        Args:
            picture: Read in windows; normalised as the card asks.
            progress: Told of each tile; may cancel between tiles.

        Yields:
            A part of the picture and its (K, *part) float32 probabilities; each pixel once. Parts
            come row by row of tiles, also where a tile was cut into smaller ones.

        Raises:
            Cancelled: if `progress` was asked to stop.
            DeviceError: if even the smallest tile does not fit into memory.
        """
        progress = progress or Progress()
        for part, belief, done, total in self._beliefs(picture, lambda tiles: tiles):
            progress.step(done, total, "Predicting")
            yield part, belief
        progress.step(1, 1, "Predicted")

    def _parts(
        self, picture: Floats, view: SliceView, focus: tuple[int, ...] | None
    ) -> Iterator[tuple[tuple[slice, slice, Float16s], int, int]]:
        """Finished parts of a slice (C, rows, columns) with their number and how many."""
        wanted = self.card.input.spacing_mm
        is_placed = view.letters[0] != ""
        if wanted and is_placed and not np.allclose(view.spacing, wanted, rtol=0.02):
            belief = self._resampled(picture, view, wanted)
            everything = (slice(0, view.sides[0]), slice(0, view.sides[1]))
            yield (*everything, belief), 0, 1
            return
        place = _place(view, focus)

        def ordered(tiles: tuple[Tile, ...]) -> tuple[Tile, ...]:
            return nearest_first(tiles, place)

        for (rows, columns), belief, done, total in self._beliefs(ArrayPicture(picture), ordered):
            yield (rows, columns, belief.astype(np.float16)), done, total

    def _resampled(self, picture: Floats, view: SliceView, wanted: float) -> Float16s:
        """Probabilities of a slice that the network sees at its own spacing."""
        sides = [
            max(1, round(n * size / wanted))
            for n, size in zip(view.sides, view.spacing, strict=True)
        ]
        fine = _resized(torch.from_numpy(picture)[None], (sides[0], sides[1]))[0].numpy()
        found = np.empty((len(self.card.label_set), *sides), np.float32)
        for (rows, columns), belief, _, _ in self._beliefs(ArrayPicture(fine), lambda t: t):
            found[:, rows, columns] = belief
        back = _resized(torch.from_numpy(found)[None], view.sides)[0]
        return back.half().numpy()

    def _beliefs(
        self, picture: Picture, ordered: Callable[[tuple[Tile, ...]], tuple[Tile, ...]]
    ) -> Iterator[tuple[Span, Floats, int, int]]:
        """Finished parts, their (K, *part) float32 probabilities, their number and how many."""
        if not self.is_exact:
            yield from self._blended(picture)
            return
        pending = list(reversed(ordered(self._plan(picture.sides))))
        total = len(pending)
        done = 0
        while pending:
            tile = pending.pop()
            try:
                scores = self._runner.scores(_tensor(picture, tile.window))
            except OutOfMemory:
                pending += reversed(self._smaller(tile, picture.sides))
                total += len(pending) - (total - done)
                continue
            rows, columns = self._core_of(tile)
            belief = scores[0, :, rows, columns].softmax(dim=0)
            yield tile.core, belief.cpu().numpy(), done, total
            done += 1

    def _blended(self, picture: Picture) -> Iterator[tuple[Span, Floats, int, int]]:
        """The same for networks that see their whole input: windows overlap and are blended."""
        window = cast("int | None", getattr(self._runner.network, "window", None)) or WINDOW
        step = round(window * (1 - OVERLAP))
        lattice = self._runner.lattice
        tiles = plan_overlapping(picture.sides, window=window, step=step, lattice=lattice)
        blend = Blend(len(self.card.label_set), picture.sides[1], GAUSSIAN)
        everything = slice(0, picture.sides[1])

        def told(
            found: Iterator[tuple[int, Floats]], done: int
        ) -> Iterator[tuple[Span, Floats, int, int]]:
            for top, belief in found:
                rows = slice(top, top + belief.shape[1])
                yield (rows, everything), belief, done, len(tiles)

        for number, tile in enumerate(tiles):
            scores = self._scores_somewhere(_tensor(picture, tile.window))
            rows, columns = tile.core_in_window
            belief = scores[0, :, rows, columns].softmax(dim=0).cpu().numpy()
            yield from told(blend.add(tile, belief), number)
        yield from told(blend.end(), len(tiles))

    def _scores_somewhere(self, window: Tensor) -> Tensor:
        """Scores of a window that cannot be made smaller."""
        try:
            return self._runner.scores(window)
        except OutOfMemory:
            self._runner.fall_back()
            return self._runner.scores(window)

    def _plan(self, sides: tuple[int, int], part: Span | None = None) -> tuple[Tile, ...]:
        halo = self._runner.network.receptive_radius or 0
        lattice = self._runner.lattice
        return plan_tiles(sides, core=self._largest, halo=halo, lattice=lattice, part=part)

    def _smaller(self, tile: Tile, sides: tuple[int, int]) -> list[Tile]:
        """What covers the core of a tile that did not fit; the processor if it was small.

        Raises:
            DeviceError: if it was the smallest there is, on the processor.
        """
        side = max(part.stop - part.start for part in tile.core)
        if side <= SMALLEST:
            self._runner.fall_back()
            return [tile]
        self._largest = max(SMALLEST, min(side, self._largest) // 2)
        return list(self._plan(sides, tile.core))

    def _core_of(self, tile: Tile) -> Span:
        """Where the core lies in what the network gives for the window."""
        margin = self._runner.network.margin
        rows, columns = (
            slice(part.start - margin, part.stop - margin) for part in tile.core_in_window
        )
        return rows, columns


def _largest_core(runner: Runner, memory: float) -> int:
    """The side of the largest core whose window fits into `memory` bytes."""
    window = math.isqrt(int(memory / runner.bytes_per_pixel()))
    halo = runner.network.receptive_radius or 0
    return max(SMALLEST, min(LARGEST, window - 2 * halo))


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


def _quarter_of_memory() -> float:
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return min(3e9, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 4)
    return 1e9


def _tensor(picture: Picture, window: Span) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(read_window(picture, window)))[None]


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


def _resized(values: Tensor, sides: tuple[int, int]) -> Tensor:
    """(1, C, *sides), bilinear; averaged over the pixels that fall together when it shrinks."""
    return torch.nn.functional.interpolate(
        values, size=sides, mode="bilinear", align_corners=False, antialias=True
    )
