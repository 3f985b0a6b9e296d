"""Open a DICOM series of 176 slices, beside pydicom alone: parse, decode, stack.

Both do it in the same run, by turns; the least of the processor times counts. Sulcus also groups
the files, checks their places and hashes the voxels. 'listed before' is the series opened a second
time, as the window does after it has listed the folder: headers are kept.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from engine.io.opening import list_parts, open_image


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slices", type=int, default=176)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--elements", type=int, default=250, help="further attributes of a header")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder, arguments.slices, arguments.side, arguments.elements)
        paths = sorted(folder.iterdir())
        peer: list[float] = []
        cold: list[float] = []
        warm: list[float] = []
        listed: list[float] = []
        for _ in range(arguments.rounds):
            stack, seconds = _timed(
                lambda: np.stack([pydicom.dcmread(path).pixel_array for path in paths])
            )
            peer.append(seconds)
            _touch(paths)
            image, seconds = _timed(lambda: open_image(folder))
            cold.append(seconds)
            assert np.array_equal(image.pixels[0], stack)
            warm.append(_timed(lambda: open_image(folder))[1])
            _touch(paths)
            listed.append(_timed(lambda: list_parts(folder))[1])
    print("| what | ms | of pydicom |")
    print("|---|---|---|")
    for what, times in (
        ("pydicom: parse, decode, stack", peer),
        ("Sulcus: open", cold),
        ("Sulcus: open, listed before", warm),
        ("Sulcus: list only", listed),
    ):
        print(f"| {what} | {1000 * min(times):.0f} | {min(times) / min(peer):.2f} |")
    return 0


def _touch(paths: list[Path]) -> None:
    """Make the files new to whoever keeps what he read of them."""
    for path in paths:
        path.touch()


def _timed(work: Callable[[], object]) -> tuple[object, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def _write(folder: Path, slices: int, side: int, elements: int) -> None:
    """A series with headers about as long as a scanner's."""
    values = np.random.default_rng(1).integers(0, 4096, (slices, side, side), np.uint16)
    study, series = generate_uid(), generate_uid()
    for k in range(slices):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = MRImageStorage
        meta.MediaStorageSOPInstanceUID = generate_uid()
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
        data.SOPClassUID, data.SOPInstanceUID = MRImageStorage, meta.MediaStorageSOPInstanceUID
        data.StudyInstanceUID, data.SeriesInstanceUID = study, series
        data.Modality, data.SeriesNumber, data.InstanceNumber = "MR", 1, k + 1
        data.PatientName, data.PatientID = "Nobody", "0"
        data.ImagePositionPatient = [0.0, 0.0, 1.5 * k]
        data.ImageOrientationPatient = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
        data.PixelSpacing, data.SliceThickness = [0.9, 0.9], 1.5
        data.Rows, data.Columns, data.SamplesPerPixel = side, side, 1
        data.PhotometricInterpretation, data.PixelRepresentation = "MONOCHROME2", 0
        data.BitsAllocated, data.BitsStored, data.HighBit = 16, 12, 11
        block = data.private_block(0x0019, "BENCH", create=True)
        for number in range(elements):
            block.add_new(number % 240, "LO", f"value {number}")
        data.PixelData = values[k].tobytes()
        data.save_as(folder / f"IM{k + 1:04d}", enforce_file_format=True)


if __name__ == "__main__":
    raise SystemExit(main())
