"""Palette PNG: the value of a pixel is its class index, its colour that of the class."""

from __future__ import annotations

from pathlib import Path

from PIL import Image as Pillow

from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.core.sources import Sources

_IGNORED = (224, 224, 192)  # the colour of VOC's void


class MasksPng:
    """One 8-bit palette PNG for each picture."""

    def suits(self, geometry: Geometry, source: Source) -> bool:
        """Pictures without a place in space; PNG has nowhere to put an affine."""
        return not geometry.is_volume and geometry.affine is None

    def file_name(self, stem: str) -> str:
        return f"{stem}.png"

    def write(
        self, mask: LabelMap, source: Source, path: Path, sources: Sources | None = None
    ) -> None:
        """Write the palette PNG; the picture's header has nothing to give."""
        picture = Pillow.fromarray(mask.labels, mode="P")
        picture.putpalette(_palette(mask.label_set))
        picture.save(path, format="PNG", optimize=False)


def _palette(label_set: LabelSet) -> list[int]:
    colours = [(0, 0, 0)] * 256
    for one in label_set:
        colours[one.index] = one.colour
    colours[IGNORE] = _IGNORED
    return [part for colour in colours for part in colour]
