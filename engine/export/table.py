"""Every format masks can leave in."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.export.export_format import ExportFormat
from engine.registry import Registry


@dataclass(frozen=True, slots=True)
class ExportFormatRow:
    """One format.

    Attributes:
        name: As typed after --format.
        title: What the export dialog shows.
        note: For whom or what it is.
        target: 'module:Class'.
    """

    name: str
    title: str
    note: str
    target: str


EXPORT_FORMATS: Registry[ExportFormatRow, type[ExportFormat]] = Registry(
    "export format",
    ExportFormatRow(
        "nifti",
        "NIfTI masks",
        "volumes, with the image's own geometry",
        "engine.export.formats.masks_nifti:MasksNifti",
    ),
    ExportFormatRow(
        "png",
        "PNG masks",
        "pictures; class indices with the colours as palette",
        "engine.export.formats.masks_png:MasksPng",
    ),
)


def natural_format(geometry: Geometry, source: Source) -> str:
    """The first format of the table that suits an image."""
    return next(
        row.name
        for row in EXPORT_FORMATS
        if EXPORT_FORMATS.load(row.name)().suits(geometry, source)
    )
