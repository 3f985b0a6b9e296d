"""What Sulcus keeps of a DICOM file before its pixels: a header, and a frame for each picture.

Of the patient nothing is kept but a hash, which tells two patients apart and says nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

Vector = tuple[float, ...]

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
LABEL_MAP = "1.2.840.10008.5.1.4.1.1.66.7"


@dataclass(frozen=True, slots=True, eq=False)
class Header:
    """One DICOM file that holds pictures.

    Attributes:
        path: The file.
        sop_class: The UID of the kind of object it is.
        instance: Its own UID.
        series: The UID of its series.
        series_number: As the scanner counts; -1 if not given.
        modality: 'MR', 'CT' ...; 'OT' for all that the standard does not name.
        patient: A hash of who it is.
        syntax: The UID of how its pixels are packed.
        sides: (rows, columns).
        frames: How many pictures it holds.
        samples: Values per pixel.
        photometric: 'MONOCHROME2', 'RGB' ...
        bits: (allocated, stored) of a value, which ends at the lowest bit.
        is_signed: Whether values are two's complement.
        pixels: Where they begin in the file, if they lie there unpacked in little endian.
        is_mosaic: Whether the slices of a volume lie as tiles in one picture.
        has_times: Whether it says to be one of several time points, without saying which.
    """

    path: Path
    sop_class: str
    instance: str
    series: str
    series_number: int
    modality: str
    patient: str
    syntax: str
    sides: tuple[int, int]
    frames: int
    samples: int
    photometric: str
    bits: tuple[int, int]
    is_signed: bool
    pixels: int | None
    is_mosaic: bool
    has_times: bool

    @property
    def is_segmentation(self) -> bool:
        return self.sop_class in (SEGMENTATION, LABEL_MAP)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a file, and where it lies in the patient.

    Attributes:
        file: Its file.
        index: Which picture of the file, from 0.
        number: InstanceNumber, or the index in a file of many frames.
        position: (3,) millimetres in LPS of the centre of its first pixel; None if not given.
        orientation: (6,) cosines of the direction along a row, then down a column; None if not
            given.
        spacing: Millimetres between (rows, columns); None if not given.
        thickness: Millimetres; 1 if not given.
        slope: What a stored value is multiplied with.
        intercept: What is added then.
        marks: (name, value) of all that can tell it from another frame at the same place.
        segment: The segment it belongs to, in a segmentation; else 0.
    """

    file: Header
    index: int
    number: int
    position: Vector | None
    orientation: Vector | None
    spacing: Vector | None
    thickness: float
    slope: float
    intercept: float
    marks: tuple[tuple[str, str], ...]
    segment: int = 0

    def mark(self, name: str) -> str:
        """The value of one mark; '' if the file does not give it."""
        return next((value for key, value in self.marks if key == name), "")
