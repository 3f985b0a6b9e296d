"""DICOM: files, folders and DICOMDIRs as volumes with their place in the patient.

Arrays are in one order always: (channels, slices, rows, columns), slices along the normal of the
planes; a single picture is (channels, rows, columns). What cannot be placed without guessing is
refused, or shown without millimetres and with a notice.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.core.image import Image, Notice
from engine.errors import ReadError
from engine.io.dicom.files import Found, find_frames
from engine.io.dicom.grid import lay_out
from engine.io.dicom.pixels import decode
from engine.io.dicom.segments import read_segments
from engine.io.dicom.series import Group, group_frames
from engine.io.image_format import MaskFile, Part, as_labels, image_of


class Dicom:
    """Everything with pixels; segmentations as masks."""

    def parts(self, path: Path) -> tuple[Part, ...]:
        """The volumes and pictures of a folder or DICOMDIR, or of a file if it has several."""
        groups = _groups(find_frames(path))
        if len(groups) == 1 and not path.is_dir():
            return ()
        return tuple(Part(group.key, group.title, group.shape) for group in groups)

    def read(self, path: Path, part: str = "") -> Image:
        """Values as stored, or float32 where they are rescaled; never inverted."""
        found = find_frames(path)
        groups = _groups(found)
        if not groups:
            raise _nothing(path, found)
        group = next((one for one in groups if one.key == part), groups[0])
        if group.frames[0].file.is_mosaic:
            raise _mosaic(group)
        grid = lay_out(path, group)
        values = decode(path, grid.frames)
        pixels = np.moveaxis(values, -1, 0) if values.ndim == 4 else values[None]
        pixels = pixels.reshape(len(pixels), *grid.geometry.shape)
        notices = (*grid.notices, *_about(found, groups if not part else (group,)))
        is_inverted = group.frames[0].file.photometric == "MONOCHROME1"
        return image_of(
            path, pixels, grid.geometry, "dicom",
            part=group.key if len(groups) > 1 else part, notices=notices, is_inverted=is_inverted,
        )  # fmt: skip

    def read_labels(self, path: Path, part: str = "") -> MaskFile:
        """The segments of a segmentation with their names; else grey values as class indices."""
        frames = find_frames(path).frames
        masks = [frame.file for frame in frames if frame.file.is_segmentation]
        if masks and len(masks) == len(frames):
            if len({file.path for file in masks}) > 1:
                raise ReadError(
                    f"'{path}' holds several segmentations.", remedy="Choose one of its files."
                )
            return read_segments(masks[0].path, frames)
        image = self.read(path, part)
        if len(image.pixels) != 1:
            raise ReadError(
                f"'{path}' is a colour picture, not a mask of class indices.",
                remedy="Choose a segmentation.",
            )
        return MaskFile(as_labels(path, image.pixels[0]), image.geometry)


def _groups(found: Found) -> tuple[Group, ...]:
    return group_frames(frame for frame in found.frames if not frame.file.is_segmentation)


def _nothing(path: Path, found: Found) -> ReadError:
    if found.frames:
        return ReadError(
            f"'{path}' is a segmentation, not an image.",
            remedy="Open the images it was made on, and this as their mask.",
        )
    if found.absent:
        return ReadError(
            f"'{path}' names {found.absent} files, and none of them is there.",
            remedy="Copy the whole medium, and open it again.",
        )
    return ReadError(f"'{path}' names no image.", remedy="Choose another file.")


def _mosaic(group: Group) -> ReadError:
    return ReadError(
        f"'{group.frames[0].file.path}' is a mosaic: the slices of a volume lie as tiles in one "
        "picture, and Sulcus does not take them apart.",
        remedy="Convert it with dcm2niix, and open the NIfTI file.",
    )


def _about(found: Found, groups: tuple[Group, ...]) -> list[Notice]:
    """What to say of the files as a whole."""
    notices: list[Notice] = []
    if len(groups) > 1:
        shown = "; ".join(group.title for group in groups[:6])
        more = "; ..." if len(groups) > 6 else ""
        text = f"These files form {len(groups)} separate volumes ({shown}{more}): pick one."
        notices.append(Notice("several-volumes", text))
    if found.damaged:
        names = ", ".join(found.damaged[:3]) + (", ..." if len(found.damaged) > 3 else "")
        text = f"{len(found.damaged)} file(s) could not be read and are left out: {names}."
        notices.append(Notice("files-left-out", text, must_confirm=True))
    if found.absent:
        text = f"{found.absent} of the files that the DICOMDIR names are not there."
        notices.append(Notice("files-absent", text, must_confirm=True))
    if found.copies:
        text = f"{found.copies} file(s) are there twice; one copy of each was used."
        notices.append(Notice("copies", text))
    return notices
