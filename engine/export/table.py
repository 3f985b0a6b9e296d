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
        copies: The image format whose header it copies bit for bit, a name of IMAGE_FORMATS; '' if
            there is none.
        keeps: What the format can hold and what it cannot, for the reference.
    """

    name: str
    title: str
    note: str
    target: str
    copies: str = ""
    keeps: str = ""


EXPORT_FORMATS: Registry[ExportFormatRow, type[ExportFormat]] = Registry(
    "export format",
    ExportFormatRow(
        "nifti",
        "NIfTI masks",
        "volumes, with the image's own geometry",
        "engine.export.formats.masks_nifti:MasksNifti",
        copies="nifti",
        keeps="Class indices, the image's grid bit for bit. No names: they go into labels.json and "
        "labels.txt beside it.",
    ),
    ExportFormatRow(
        "png",
        "PNG masks",
        "pictures; class indices with the colours as palette",
        "engine.export.formats.masks_png:MasksPng",
        keeps="Class indices as pixel values, colours as palette. No names: they go into "
        "labels.json beside it. Pictures only.",
    ),
    ExportFormatRow(
        "tiff",
        "TIFF masks",
        "pictures and stacks; class indices with the colours as palette",
        "engine.export.formats.masks_tiff:MasksTiff",
        keeps="Class indices as pixel values, colours as palette, a page for each slice. No names: "
        "they go into labels.json beside it. No place in space.",
    ),
    ExportFormatRow(
        "nrrd",
        "Segmentations of 3D Slicer (.seg.nrrd)",
        "volumes; names and colours of the classes in the same file",
        "engine.export.formats.masks_nrrd:MasksNrrd",
        copies="nrrd",
        keeps="Class indices, names, colours, and the image's grid: bit for bit for an NRRD image, "
        "else within 0.0001 mm.",
    ),
    ExportFormatRow(
        "metaimage",
        "MetaImage masks (.mha)",
        "volumes, for programs made with ITK",
        "engine.export.formats.masks_metaimage:MasksMetaImage",
        copies="metaimage",
        keeps="Class indices, and the image's grid: bit for bit for a MetaImage image, else within "
        "0.0001 mm. No names: they go into labels.json and labels.txt beside it.",
    ),
    ExportFormatRow(
        "analyze",
        "Analyze pairs (.hdr and .img)",
        "masks of Analyze images only: no other format lies where those do",
        "engine.export.formats.masks_analyze:MasksAnalyze",
        copies="analyze",
        keeps="Class indices and the size of voxels. No side: which is left must be confirmed. No "
        "names: they go into labels.json and labels.txt beside it.",
    ),
    ExportFormatRow(
        "dicom-seg",
        "DICOM segmentations",
        "DICOM series; without the patient's data, for most programs",
        "engine.export.formats.masks_dicom_seg:MasksDicomSeg",
        keeps="Class names, colours and codes, the place of each slice, the series it belongs to, "
        "and whether people, a model or both made a class. Names and numbers of the patient are "
        "taken out.",
    ),
    ExportFormatRow(
        "dicom-labelmap",
        "DICOM label maps",
        "DICOM series; without the patient's data, small, for newer programs",
        "engine.export.formats.masks_dicom_seg:MasksDicomLabelMap",
        keeps="As DICOM segmentations, in a fraction of the space; only newer programs read it.",
    ),
    ExportFormatRow(
        "dicom-seg-identified",
        "DICOM segmentations with the patient's data",
        "DICOM series; goes back to the archive the images came from",
        "engine.export.formats.masks_dicom_seg:MasksDicomSegIdentified",
        keeps="As DICOM segmentations, with the patient's data of the series.",
    ),
)


def natural_format(geometry: Geometry, source: Source) -> str:
    """The format that keeps the image's own header, else the first of the table that suits it."""
    rows = sorted(EXPORT_FORMATS, key=lambda row: not row.copies or row.copies != source.format)
    return next(row.name for row in rows if EXPORT_FORMATS.load(row.name)().suits(geometry, source))
