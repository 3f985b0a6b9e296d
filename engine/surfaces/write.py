"""Surfaces as files that other programs read: STL and PLY, both binary and in millimetres.

STL: 'StereoLithography interface specification', 3D Systems 1988: 80 bytes of any text, the number
of triangles, then of each one its normal, its corners and two bytes that nothing reads. It knows no
colours, so that each class has a file of its own. PLY (Turk, 'The PLY polygon file format', 1994)
keeps all classes and their colours in one file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.core.label_set import Colour
from engine.files import write_bytes
from engine.surfaces.surface import Surface

_STL = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("unused", "<u2")])
_VERTEX = np.dtype([("place", "<f4", 3), ("normal", "<f4", 3), ("colour", "u1", 3)])
_FACE = np.dtype([("count", "u1"), ("corners", "<i4", 3)])
_HEADER = """ply
format binary_little_endian 1.0
comment millimetres, right-anterior-superior
element vertex {vertices}
property float x
property float y
property float z
property float nx
property float ny
property float nz
property uchar red
property uchar green
property uchar blue
element face {faces}
property list uchar int vertex_indices
end_header
"""


def write_stl(path: Path, surface: Surface, name: str) -> None:
    """Write one surface, all or nothing.

    Raises:
        WriteError: if that cannot be done.
    """
    corners = surface.vertices[surface.triangles]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    records = np.zeros(len(corners), _STL)
    records["normal"] = across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-12)
    records["corners"] = corners
    # Not to begin with 'solid', which readers take for the kind of STL that is text.
    told = f"Sulcus, millimetres, RAS: {name}".encode("ascii", "replace")[:80].ljust(80)
    write_bytes(path, told + np.uint32(len(corners)).tobytes() + records.tobytes())


def write_ply(path: Path, surfaces: Sequence[Surface], colours: Mapping[int, Colour]) -> None:
    """Write all surfaces with the colours of their classes into one file, all or nothing.

    Raises:
        WriteError: if that cannot be done.
    """
    vertices, faces = [], []
    before = 0
    for surface in surfaces:
        points = np.empty(len(surface.vertices), _VERTEX)
        points["place"], points["normal"] = surface.vertices, surface.normals
        points["colour"] = colours[surface.label]
        corners = np.empty(len(surface.triangles), _FACE)
        corners["count"], corners["corners"] = 3, surface.triangles + before
        before += len(points)
        vertices.append(points.tobytes())
        faces.append(corners.tobytes())
    header = _HEADER.format(
        vertices=before, faces=sum(len(surface.triangles) for surface in surfaces)
    )
    write_bytes(path, b"".join([header.encode("ascii"), *vertices, *faces]))
