"""NIfTI masks: unsigned bytes on the image's own grid, its geometry fields copied bit for bit."""

from __future__ import annotations

import gzip
from pathlib import Path

import nibabel as nib
import numpy as np

from engine.core.arrays import Doubles
from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.sources import Sources
from engine.export.sides import ANALYZE

_GEOMETRY = (
    "pixdim",
    "qform_code",
    "sform_code",
    "quatern_b",
    "quatern_c",
    "quatern_d",
    "qoffset_x",
    "qoffset_y",
    "qoffset_z",
    "srow_x",
    "srow_y",
    "srow_z",
    "xyzt_units",
    "dim_info",
)
"""All that says where the voxels lie; nothing else of the image's header is copied, since texts
there may name a patient."""

_SKEW = 1e-5
_SECOND = 540  # bytes of a NIfTI-2 header


class MasksNifti:
    """One .nii.gz for each image that has a place in space, or is a stack."""

    def suits(self, geometry: Geometry, source: Source) -> bool:
        return source.format != ANALYZE and (geometry.is_volume or geometry.affine is not None)

    def file_name(self, stem: str) -> str:
        return f"{stem}.nii.gz"

    def write(
        self, mask: LabelMap, source: Source, path: Path, sources: Sources | None = None
    ) -> None:
        """Write the volume, the same bytes each time; gzipped if `path` ends in .gz."""
        header = _header(mask, source)
        voxels = mask.labels.tobytes(order="F")
        padding = bytes(int(header.get_data_offset()) - len(header.binaryblock))
        data = header.binaryblock + padding + voxels
        is_packed = path.suffix.lower() == ".gz"
        path.write_bytes(gzip.compress(data, compresslevel=6, mtime=0) if is_packed else data)


def _header(mask: LabelMap, source: Source) -> nib.Nifti1Header:
    raw = source.header if source.format == "nifti" else b""
    second = len(raw) == _SECOND
    kind = nib.Nifti2Header if second else nib.Nifti1Header
    header = kind(endianness="<")
    header.set_data_dtype(np.uint8)
    if raw:
        given = kind(raw, check=False)
        header.set_data_shape(_shape(mask, int(given["dim"][0])))
        for field in _GEOMETRY:
            header[field] = given[field]
    else:
        header.set_data_shape(mask.labels.shape)
        if mask.geometry.affine is not None:
            _set_place(header, mask.geometry.affine)
        elif mask.geometry.sizes is not None:
            header["pixdim"][1 : 1 + len(mask.geometry.sizes)] = mask.geometry.sizes
            header.set_xyzt_units("mm")
    header["magic"] = b"n+2" if second else b"n+1"
    header["vox_offset"] = 544 if second else 352
    header["scl_slope"], header["scl_inter"] = 1, 0
    return header


def _set_place(header: nib.Nifti1Header, affine: Doubles) -> None:
    """Both forms and the voxel size, since readers differ in which of them they take."""
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    matrix = affine[:3, :3] / lengths
    header["pixdim"][1:4] = lengths
    if np.abs(matrix.T @ matrix - np.eye(3)).max() < _SKEW:  # a qform cannot hold a shear
        header.set_qform(affine, code=1)
    header.set_sform(affine, code=1)
    header.set_xyzt_units("mm")


def _shape(mask: LabelMap, axes: int) -> tuple[int, ...]:
    """As many axes as the image's file has, three at most: a single slice stays a volume."""
    sides = mask.labels.shape
    return sides + (1,) * (min(3, axes) - len(sides))
