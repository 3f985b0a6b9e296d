"""What a network believes about one pixel, read without loading the rest."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

import numpy as np

_LOCAL_HEADER = 30  # bytes before the name, which tells its own length and that of the extra field


def probabilities_at(
    folder: Path, case_id: str, voxel: tuple[int, ...]
) -> tuple[float, ...] | None:
    """The probability of each class at a pixel; None if none were kept, or they cannot be read.

    Args:
        folder: The project.
        case_id: Which case.
        voxel: Index in array order.
    """
    path = folder / "probabilities" / f"{case_id}.npz"
    try:
        with path.open("rb") as file:
            return _read(file, voxel)
    except (OSError, ValueError, KeyError, struct.error, zipfile.BadZipFile):
        return None  # what is wrong with it is said where it is needed: in refining


def _read(file: BinaryIO, voxel: tuple[int, ...]) -> tuple[float, ...] | None:
    with zipfile.ZipFile(file) as archive:
        member = archive.getinfo("values.npy")
        if member.compress_type != zipfile.ZIP_STORED:
            return None
    file.seek(member.header_offset)
    name, extra = struct.unpack("<26x2H", file.read(_LOCAL_HEADER))
    file.seek(name + extra, 1)
    version = np.lib.format.read_magic(file)
    header = (
        np.lib.format.read_array_header_1_0
        if version == (1, 0)
        else np.lib.format.read_array_header_2_0
    )
    shape, is_fortran, dtype = header(file)
    if is_fortran or dtype != np.float16 or len(shape) != len(voxel) + 1:
        return None
    start, place = file.tell(), int(np.ravel_multi_index(voxel, shape[1:]))
    size = int(np.prod(shape[1:]))
    found: list[float] = []
    for label in range(shape[0]):
        file.seek(start + 2 * (label * size + place))
        found.append(float(np.frombuffer(file.read(2), np.float16)[0]))
    return tuple(found)
