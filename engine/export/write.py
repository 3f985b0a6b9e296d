"""Writing one mask: atomic, and read back before it takes its place."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from engine.core.geometry import TOLERANCE_MM
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.sources import Sources
from engine.errors import ReadError, WriteError
from engine.export.export_format import ExportFormat
from engine.files import replacing_group, write_text
from engine.io.label_file import label_file_text
from engine.io.label_names import remap
from engine.io.opening import format_name, read_labels


def write_mask(
    mask: LabelMap,
    source: Source,
    path: Path,
    format_: ExportFormat,
    sources: Sources | None = None,
) -> None:
    """Write `mask` so that it reads back equal, or not at all.

    In the format of its image the geometry is the same bit for bit, in others within 1e-4 mm.

    Args:
        mask: What to write.
        source: The image it belongs to.
        path: Where.
        format_: How.
        sources: (*shape) uint8, who or what gave each pixel its class; None if not known.

    Raises:
        WriteError: if the file cannot be written, or does not read back as it should.
    """
    with replacing_group(path) as temporary:
        format_.write(mask, source, temporary, sources)
        _read_back(mask, source, temporary, path)


def write_label_set(label_set: LabelSet, path: Path) -> None:
    """Write the names and colours of the classes as JSON.

    Raises:
        WriteError: if the file cannot be written.
    """
    write_text(path, json.dumps(asdict(label_set), indent=2) + "\n")


def write_label_file(label_set: LabelSet, path: Path) -> None:
    """Write the names and colours of the classes as ITK-SNAP reads them.

    Raises:
        WriteError: if the file cannot be written.
    """
    write_text(path, label_file_text(label_set))


def _read_back(mask: LabelMap, source: Source, temporary: Path, path: Path) -> None:
    try:
        found = read_labels(temporary)
        labels, grid = found.labels, found.geometry
        if found.label_set is not None:  # a format may number the classes that are there anew
            names = {one.index: one.name for one in found.label_set}
            labels = remap(labels, names, mask.label_set, path)
    except ReadError:
        same = False
    else:
        # Only the image's own format takes its geometry as it stands; others round it.
        is_own = bool(source.header) and format_name(temporary) == source.format
        allowed = 0.0 if is_own else TOLERANCE_MM
        is_placed = mask.geometry.affine is not None
        same = np.array_equal(labels, mask.labels) and not (
            is_placed and grid.distance_mm(mask.geometry) > allowed
        )
    if not same:
        raise WriteError(
            f"'{path}' read back differs from what was written; the old file was kept.",
            remedy="Write to another disk, and report this.",
        )
