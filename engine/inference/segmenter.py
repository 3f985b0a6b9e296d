"""A model ready to predict: network, card and device, over pictures of any size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor

from engine.core.arrays import Box, Float16s, Floats
from engine.core.image import Image
from engine.core.planes import Plane, SliceView, slice_count, slice_view
from engine.core.probabilities import Probabilities
from engine.inference.device import choose_device
from engine.inference.normalise import normalise
from engine.inference.tiles import Tile, plan_tiles, round_up
from engine.models.model_card import ModelCard
from engine.models.network import Network
from engine.models.weights import load_network
from engine.progress import Progress

CORE = 512
"""Side of the part of a picture that one tile gives, in pixels."""

OnTile = Callable[[Box, Float16s], None]
"""Called with a box of the image in file order and the (K, *box) probabilities of that box."""


class Segmenter:
    """A network with its weights on a device.

    Attributes:
        card: What the model is.
    """

    def __init__(self, network: Network, card: ModelCard, device: torch.device) -> None:
        self.card = card
        self._network = network
        self._device = device

    @classmethod
    def load(cls, weights: Path, device: str = "auto") -> Segmenter:
        """Load a checkpoint onto a device.

        Raises:
            WeightsError: if the file is no checkpoint, is damaged or does not fit its network.
            DeviceError: if the machine does not have that device.
        """
        chosen = choose_device(device)
        network, card = load_network(weights)
        network.to(chosen, memory_format=torch.channels_last)  # type: ignore[call-overload]
        return cls(cast(Network, network), card, chosen)

    @property
    def device(self) -> str:
        return str(self._device)

    def predict(
        self, image: Image, progress: Progress | None = None, on_tile: OnTile | None = None
    ) -> Probabilities:
        """Class probabilities for every pixel; volumes go by axial slices, from the middle.

        Args:
            image: A photo or a volume.
            progress: Told of each tile; may cancel between tiles.
            on_tile: Told of each finished part.

        Raises:
            Cancelled: if `progress` was asked to stop.
        """
        progress = progress or Progress()
        pixels = normalise(image, self.card.input)
        values = np.zeros((len(self.card.label_set), *image.geometry.shape), np.float16)
        count = slice_count(image.geometry, Plane.AXIAL)
        total = 1
        from_the_middle = sorted(range(count), key=lambda index: abs(index - count // 2))
        for number, index in enumerate(from_the_middle):
            view = slice_view(image.geometry, Plane.AXIAL, index)
            shown = view.read(values)
            picture = np.ascontiguousarray(view.read(pixels))
            for part, done, total in self._parts(picture, view):
                progress.step(number * total + done, count * total, "Predicting")
                rows, columns, belief = part
                shown[:, rows, columns] = belief
                if on_tile:
                    box = view.box((rows, columns))
                    on_tile(box, values[(slice(None), *box)])
        progress.step(total * count, total * count, "Predicted")
        return Probabilities(values, image.geometry, self.card.label_set)

    def _parts(
        self, picture: Floats, view: SliceView
    ) -> Iterator[tuple[tuple[slice, slice, Float16s], int, int]]:
        """Finished parts of a picture (C, rows, columns) with their number and how many."""
        wanted = self.card.input.spacing_mm
        is_placed = view.letters[0] != ""
        if wanted and is_placed and not np.allclose(view.spacing, wanted, rtol=0.02):
            sides = [
                round(n * size / wanted) for n, size in zip(view.sides, view.spacing, strict=True)
            ]
            whole = torch.from_numpy(picture)[None]
            fine = _resized(whole, (max(1, sides[0]), max(1, sides[1])))
            scores = self._stitched(fine)
            belief = _resized(scores, view.sides).softmax(dim=1)[0]
            everything = (slice(0, view.sides[0]), slice(0, view.sides[1]))
            yield (*everything, belief.half().cpu().numpy()), 0, 1
            return
        padded, tiles = self._plan(torch.from_numpy(picture)[None])
        for number, tile in enumerate(tiles):
            belief = self._scores(padded, tile).softmax(dim=1)[0]
            rows, columns = (
                slice(part.start, min(part.stop, side))
                for part, side in zip(tile.core, view.sides, strict=True)
            )
            inside = belief[:, : rows.stop - rows.start, : columns.stop - columns.start]
            yield (rows, columns, inside.half().cpu().numpy()), number, len(tiles)

    def _stitched(self, picture: Tensor) -> Tensor:
        """Logits (1, K, H, W) of a whole picture (1, C, H, W)."""
        padded, tiles = self._plan(picture)
        height, width = padded.shape[2:]
        scores = torch.empty((1, len(self.card.label_set), height, width), device=self._device)
        for tile in tiles:
            scores[(..., *tile.core)] = self._scores(padded, tile)
        return scores[..., : picture.shape[2], : picture.shape[3]]

    def _plan(self, picture: Tensor) -> tuple[Tensor, tuple[Tile, ...]]:
        """The picture, mirrored at its lower and right edge up to the stride, and its tiles."""
        stride = self._network.stride
        height, width = picture.shape[2:]
        bottom, right = round_up(height, stride) - height, round_up(width, stride) - width
        padded = np.pad(picture.numpy(), ((0, 0), (0, 0), (0, bottom), (0, right)), mode="reflect")
        tiles = plan_tiles(
            (height + bottom, width + right),
            core=CORE,
            halo=self._network.receptive_radius,
            stride=stride,
        )
        return torch.from_numpy(padded), tiles

    @torch.inference_mode()
    def _scores(self, padded: Tensor, tile: Tile) -> Tensor:
        """Logits (1, K, *core) of one tile."""
        window = padded[(..., *tile.window)].to(self._device, memory_format=torch.channels_last)
        return self._network(window)[(..., *tile.core_in_window)]


def _resized(values: Tensor, sides: tuple[int, int]) -> Tensor:
    """(1, C, *sides), bilinear; averaged over the pixels that fall together when it shrinks."""
    return torch.nn.functional.interpolate(
        values, size=sides, mode="bilinear", align_corners=False, antialias=True
    )
