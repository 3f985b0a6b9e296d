"""TIFF masks: unsigned bytes, a palette of the classes' colours for pictures, pages for stacks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tifffile

from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.core.sources import Sources

_IGNORED = (224, 224, 192)  # the colour of VOC's void
_DEFLATE = 8


class MasksTiff:
    """One 8-bit TIFF for each picture, or each stack that has no place in space."""

    def suits(self, geometry: Geometry, source: Source) -> bool:
        """What has no affine; TIFF has nowhere to put one, nor to say that one page is a stack."""
        return geometry.affine is None and not (geometry.is_volume and geometry.shape[0] == 1)

    def file_name(self, stem: str) -> str:
        return f"{stem}.tif"

    def write(
        self, mask: LabelMap, source: Source, path: Path, sources: Sources | None = None
    ) -> None:
        """Write class indices, packed without loss, the same bytes each time."""
        with tifffile.TiffWriter(path) as writer:
            writer.write(
                mask.labels,
                photometric="palette",
                colormap=palette(mask.label_set),
                compression=_DEFLATE,
                compressionargs={"level": 6},
                predictor=False,
                rowsperstrip=mask.labels.shape[-2],
                software=False,
                metadata=None,
            )


def palette(label_set: LabelSet) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    """(3, 256) uint16, as TIFF has them: 65535 is full."""
    colours = np.zeros((256, 3), np.uint16)
    for one in label_set:
        colours[one.index] = one.colour
    colours[IGNORE] = _IGNORED
    return np.ascontiguousarray(colours.T * np.uint16(257))
