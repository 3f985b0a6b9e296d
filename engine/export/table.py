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
        keeps: The image format whose header it copies bit for bit, a name of IMAGE_FORMATS; '' if
            there is none.
    """

    name: str
    title: str
    note: str
    target: str
    keeps: str = ""


EXPORT_FORMATS: Registry[ExportFormatRow, type[ExportFormat]] = Registry(
    "export format",
    ExportFormatRow(
        "nifti",
        "NIfTI masks",
        "volumes, with the image's own geometry",
        "engine.export.formats.masks_nifti:MasksNifti",
        keeps="nifti",
    ),
    ExportFormatRow(
        "png",
        "PNG masks",
        "pictures; class indices with the colours as palette",
        "engine.export.formats.masks_png:MasksPng",
    ),
    ExportFormatRow(
        "nrrd",
        "Segmentations of 3D Slicer (.seg.nrrd)",
        "volumes; names and colours of the classes in the same file",
        "engine.export.formats.masks_nrrd:MasksNrrd",
        keeps="nrrd",
    ),
    ExportFormatRow(
        "metaimage",
        "MetaImage masks (.mha)",
        "volumes, for programs made with ITK",
        "engine.export.formats.masks_metaimage:MasksMetaImage",
        keeps="metaimage",
    ),
    ExportFormatRow(
        "analyze",
        "Analyze pairs (.hdr and .img)",
        "masks of Analyze images only: no other format lies where those do",
        "engine.export.formats.masks_analyze:MasksAnalyze",
        keeps="analyze",
    ),
)


def natural_format(geometry: Geometry, source: Source) -> str:
    """The format that keeps the image's own header, else the first of the table that suits it."""
    rows = sorted(EXPORT_FORMATS, key=lambda row: not row.keeps or row.keeps != source.format)
    return next(row.name for row in rows if EXPORT_FORMATS.load(row.name)().suits(geometry, source))
