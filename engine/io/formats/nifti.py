"""NIfTI-1 and NIfTI-2 volumes, read whole with their checksum, geometry kept bit for bit."""

from __future__ import annotations

import gzip
import io
import logging
import zlib
from pathlib import Path

import nibabel as nib
import numpy as np
from nibabel.spatialimages import HeaderDataError
from nibabel.wrapstruct import WrapStructError

from engine.core.arrays import Pixels
from engine.core.geometry import Geometry
from engine.core.image import Image
from engine.errors import ReadError
from engine.io.image_format import MaskFile, Part, as_labels, check_size, damaged, image_of

NiftiHeader = nib.Nifti1Header

logging.getLogger("nibabel.global").setLevel(logging.CRITICAL)  # it mends headers aloud


class Nifti:
    """Single files, plain or gzipped."""

    def parts(self, path: Path) -> tuple[Part, ...]:
        """None: one image a file."""
        return ()

    def read(self, path: Path, part: str = "") -> Image:
        """Values in file order, scaled to float32 where the header asks for it."""
        values, geometry, header = _decode(path)
        return image_of(path, values, geometry, "nifti", header=header.binaryblock, part=part)

    def read_labels(self, path: Path, part: str = "") -> MaskFile:
        """The volume as class indices."""
        values, geometry, _ = _decode(path)
        return MaskFile(as_labels(path, values[0]), geometry)


def _decode(path: Path) -> tuple[Pixels, Geometry, NiftiHeader]:
    """(C, *shape) values, geometry and header."""
    data = _read_bytes(path)
    is_second = data[4:8] == b"n+2\0"
    kind = nib.Nifti2Header if is_second else nib.Nifti1Header
    try:
        header = kind.from_fileobj(io.BytesIO(data), check=True)
        check_size(path, tuple(int(side) for side in header.get_data_shape()))
        count = int(np.prod(header.get_data_shape()))
        need = int(header.get_data_offset()) + count * header.get_data_dtype().itemsize
        if len(data) < need:
            raise damaged(path, f"{len(data)} of {need} bytes are there")
        affine = np.asarray(header.get_best_affine(), np.float64)
        values = np.asarray(header.data_from_fileobj(io.BytesIO(data)))
    except (HeaderDataError, WrapStructError, ValueError, OverflowError, OSError) as error:
        raise damaged(path, error) from error
    if not np.isfinite(affine).all() or abs(np.linalg.det(affine[:3, :3])) < 1e-12:
        raise damaged(path, "its header gives no usable position in space")
    values = _plain(path, values)
    return values, Geometry(values.shape[1:], affine), header


def _read_bytes(path: Path) -> bytes:
    """The file, unpacked to its end so that the checksum of gzip is compared."""
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (OSError, EOFError, zlib.error) as error:
        raise damaged(path, error) from error


def _plain(path: Path, values: Pixels) -> Pixels:
    """(C, *shape) in native byte order, float32 instead of float64 where scaling made it so."""
    channels: Pixels
    if values.dtype.names:
        channels = np.stack([values[name] for name in values.dtype.names])
    else:
        channels = values[None]
    while channels.ndim > 3 and channels.shape[-1] == 1:
        channels = channels[..., 0]
    if channels.ndim not in (3, 4):
        count = " x ".join(str(side) for side in channels.shape[4:])
        raise ReadError(
            f"'{path}' holds {count or 'no'} frames; Sulcus opens single volumes.",
            remedy="Split it into one file a frame.",
        )
    if channels.dtype.kind == "c":
        raise ReadError(
            f"'{path}' holds complex numbers.", remedy="Export their magnitude as a volume."
        )
    if channels.dtype == np.float64:
        with np.errstate(over="ignore"):
            return channels.astype(np.float32)
    return channels.astype(channels.dtype.newbyteorder("="), copy=False)
