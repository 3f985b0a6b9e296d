"""MetaImage masks: compressed unsigned bytes in one file."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np

from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.sources import Sources
from engine.export.sides import says_left

_RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


class MasksMetaImage:
    """One .mha; the place of a MetaImage is copied as it is written there."""

    def suits(self, geometry: Geometry, source: Source) -> bool:
        """Volumes and slices that lie where every program says."""
        has_place = geometry.is_volume or geometry.affine is not None
        return has_place and says_left(source)

    def file_name(self, stem: str) -> str:
        return f"{stem}.mha"

    def write(
        self, mask: LabelMap, source: Source, path: Path, sources: Sources | None = None
    ) -> None:
        """Write header and voxels, the same bytes each time."""
        labels = mask.labels if mask.labels.ndim == 3 else mask.labels[..., None]
        voxels = zlib.compress(labels.tobytes(order="F"), 6)
        own = source.header.decode("ascii") if source.format == "metaimage" else ""
        head = (
            "ObjectType = Image\n"
            "NDims = 3\n"
            "BinaryData = True\n"
            "BinaryDataByteOrderMSB = False\n"
            "CompressedData = True\n"
            f"CompressedDataSize = {len(voxels)}\n"
            f"{own or _place(mask.geometry)}"
            f"DimSize = {' '.join(map(str, labels.shape))}\n"
            "ElementType = MET_UCHAR\n"
            "ElementDataFile = LOCAL\n"
        )
        path.write_bytes(head.encode() + voxels)


def _place(geometry: Geometry) -> str:
    """Directions, offset and spacing in LPS, each number with all its digits."""
    if geometry.affine is None:
        return ""
    affine = _RAS_TO_LPS @ geometry.affine
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    numbers = {
        "TransformMatrix": (affine[:3, :3] / spacing).T.ravel(),  # one direction after another
        "Offset": affine[:3, 3],
        "ElementSpacing": spacing,
    }
    return "".join(
        f"{name} = {' '.join(repr(float(one)) for one in values)}\n"
        for name, values in numbers.items()
    )
