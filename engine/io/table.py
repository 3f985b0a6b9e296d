"""Every file format Sulcus reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.io.image_format import ImageFormat
from engine.registry import Registry


@dataclass(frozen=True, slots=True)
class ImageFormatRow:
    """One format.

    Attributes:
        name: Short and unique.
        title: What file dialogs show.
        suffixes: Lower-case endings of its files, with the dot; of a header with a data file
            beside it, that of the header alone, so that a pair counts once.
        signatures: (offset, bytes) that its files begin with; any one of them will do.
        target: 'module:Class'.
        is_unsigned: Whether a file may be of it by its name alone, with none of the signatures.
        opens_folders: Whether the files of one image may lie in a folder of their own; `parts` of
            such a folder is never empty.
        more_suffixes: Endings of files that are opened as it but not looked for in folders: the
            second file of a pair.
        keeps: What the format can hold and what it cannot, for the reference.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    signatures: tuple[tuple[int, bytes], ...]
    target: str
    is_unsigned: bool = False
    opens_folders: bool = False
    more_suffixes: tuple[str, ...] = ()
    keeps: str = ""

    def suits(self, path: Path) -> bool:
        """Whether the file's name ends as this format's do."""
        return path.name.lower().endswith(self.suffixes + self.more_suffixes)

    def begins(self, start: bytes) -> bool:
        """Whether a file that starts with these bytes is of this format."""
        return any(start[at : at + len(sign)] == sign for at, sign in self.signatures)


IMAGE_FORMATS: Registry[ImageFormatRow, type[ImageFormat]] = Registry(
    "image format",
    ImageFormatRow(
        "raster",
        "Pictures (PNG, JPEG, BMP, WebP, GIF, PNM)",
        (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".gif", ".pgm", ".pbm", ".ppm"),
        (
            (0, b"\x89PNG"),
            (0, b"\xff\xd8\xff"),
            (0, b"BM"),
            (8, b"WEBP"),
            (0, b"GIF8"),
            *((0, b"P%d" % kind) for kind in range(1, 7)),
        ),
        "engine.io.formats.raster:Raster",
        keeps="8 bit, 16 bit in PNG and PGM, grey, colour, alpha, palette; turned as EXIF says; "
        "of animations the first frame. Nothing of a place in space.",
    ),
    ImageFormatRow(
        "tiff",
        "TIFF",
        (".tif", ".tiff"),
        ((0, b"II*\0"), (0, b"MM\0*"), (0, b"II+\0"), (0, b"MM\0+")),
        "engine.io.formats.tiff:Tiff",
        keeps="8, 16 and 32 bit, whole and floating; strips and tiles; BigTIFF; stacks, series, "
        "ImageJ and OME axes, one image each, with the sizes of pixels that these two note.",
    ),
    ImageFormatRow(
        "nifti",
        "NIfTI volumes",
        (".nii", ".nii.gz"),
        (
            (344, b"n+1\0"),
            (344, b"ni1\0"),
            (4, b"n+2\0"),
            (4, b"ni2\0"),
            (0, b"\x1f\x8b"),
        ),
        "engine.io.formats.nifti:Nifti",
        more_suffixes=(".hdr", ".img", ".hdr.gz", ".img.gz"),
        keeps="Voxels of any number type, scaled as the header says; the place in space bit for "
        "bit. Frames and components one by one. Texts of the header are not read.",
    ),
    ImageFormatRow(
        "nrrd",
        "NRRD volumes and segmentations",
        (".nrrd", ".nhdr"),
        ((0, b"NRRD000"),),
        "engine.io.formats.nrrd:Nrrd",
        keeps="Voxels of any number type, place in space, frames one by one; names and colours of "
        "segments. Data in several files is refused.",
    ),
    ImageFormatRow(
        "metaimage",
        "MetaImage volumes",
        (".mha", ".mhd"),
        ((0, b"ObjectType"), (0, b"NDims")),
        "engine.io.formats.metaimage:MetaImage",
        keeps="Voxels of any number type and the place in space by its matrix. Data in several "
        "files is refused.",
    ),
    ImageFormatRow(
        "mgh",
        "FreeSurfer volumes",
        (".mgz", ".mgh"),
        ((0, b"\0\0\0\1"), (0, b"\x1f\x8b")),
        "engine.io.formats.mgh:Mgh",
        keeps="Voxels and the place in space; frames one by one.",
    ),
    ImageFormatRow(
        "analyze",
        "Analyze 7.5 volumes",
        (".hdr", ".hdr.gz"),
        ((0, b"\x5c\1\0\0"), (0, b"\0\0\1\x5c"), (0, b"\x1f\x8b")),
        "engine.io.formats.analyze:Analyze",
        more_suffixes=(".img", ".img.gz"),
        keeps="Voxels and their size. It cannot say which side is left: that must be confirmed.",
    ),
    ImageFormatRow(
        "dicom",
        "DICOM series and segmentations",
        (".dcm", ".ima", ".dicom"),
        ((128, b"DICM"),),
        "engine.io.formats.dicom:Dicom",
        is_unsigned=True,
        opens_folders=True,
        keeps="Voxels as stored, rescaled slice by slice; the place in space of each. Series, "
        "echoes and time points one by one. Mosaics and video are refused.",
    ),
)
