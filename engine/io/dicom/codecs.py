"""Frames packed as JPEG, JPEG-LS or JPEG 2000, unpacked to the values that were stored.

By imagecodecs, which TIFF needs too: it also reads 12-bit JPEG, and answers damaged frames with an
error, where gdcm ends the process.
"""

from __future__ import annotations

from collections.abc import Callable

import imagecodecs
import numpy as np
import pydicom
from pydicom.encaps import get_frame
from pydicom.pixels.processing import convert_color_space

from engine.core.arrays import Pixels
from engine.io.dicom.values import Frame, Header

DAMAGED = (
    imagecodecs.Jpeg8Error,
    imagecodecs.JpeglsError,
    imagecodecs.Jpeg2kError,
    imagecodecs.Jpegsof3Error,
)
"""What the codecs raise."""


def _lossy(data: bytes, file: Header) -> Pixels:
    """Colours are packed as YCbCr unless the header says RGB; they come out as RGB."""
    if file.samples == 3 and file.photometric == "RGB":
        return imagecodecs.jpeg8_decode(data, colorspace="RGB", outcolorspace="RGB")
    return imagecodecs.jpeg8_decode(data)


def _lossless(data: bytes, file: Header) -> Pixels:
    return _in_rgb(imagecodecs.jpegsof3_decode(data), file)


def _jpeg_ls(data: bytes, file: Header) -> Pixels:
    return _in_rgb(imagecodecs.jpegls_decode(data), file)


def _jpeg_2000(data: bytes, file: Header) -> Pixels:
    """The transforms YBR_RCT and YBR_ICT are part of the packing, and are undone with it."""
    del file
    return imagecodecs.jpeg2k_decode(data)


CODECS: dict[str, Callable[[bytes, Header], Pixels]] = {
    "1.2.840.10008.1.2.4.50": _lossy,
    "1.2.840.10008.1.2.4.51": _lossy,
    "1.2.840.10008.1.2.4.57": _lossless,
    "1.2.840.10008.1.2.4.70": _lossless,
    "1.2.840.10008.1.2.4.80": _jpeg_ls,
    "1.2.840.10008.1.2.4.81": _jpeg_ls,
    "1.2.840.10008.1.2.4.90": _jpeg_2000,
    "1.2.840.10008.1.2.4.91": _jpeg_2000,
}
"""By transfer syntax (PS3.5, A.4)."""


def unpack(dataset: pydicom.FileDataset, frame: Frame) -> Pixels:
    """(rows, columns) or (rows, columns, 3) of one frame, of the type that the header names.

    Raises:
        ValueError: and the `DAMAGED` ones, if the frame is no whole picture of the size and depth
            that the header names.
    """
    file = frame.file
    data = get_frame(dataset.PixelData, frame.index, number_of_frames=file.frames)
    values = CODECS[file.syntax](data, file)
    if values.shape[:2] != file.sides or values.ndim != (2 if file.samples == 1 else 3):
        raise ValueError(f"a frame of {values.shape} in a file of {file.sides}")
    allocated, stored = file.bits
    if values.dtype.itemsize * 8 > allocated:
        raise ValueError(f"{values.dtype} in {allocated} bits")
    if values.dtype.kind == "i" or not file.is_signed:
        sign = "i" if file.is_signed else "u"
        return values.astype(f"{sign}{allocated // 8}")
    unsigned = values.astype(f"u{allocated // 8}")  # whose highest stored bit is the sign
    unused = allocated - stored
    return np.left_shift(unsigned, unused).view(f"i{allocated // 8}") >> unused


def _in_rgb(values: Pixels, file: Header) -> Pixels:
    if file.photometric in ("YBR_FULL", "YBR_FULL_422") and values.ndim == 3:
        return convert_color_space(values, file.photometric, "RGB")
    return values
