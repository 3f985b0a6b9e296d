from __future__ import annotations

import csv
import zlib
from pathlib import Path

import numpy as np
import pydicom
import pytest
from dicom_series import (
    AXIAL,
    COLUMNS,
    CORONAL,
    OBLIQUE,
    ROWS,
    SAGITTAL,
    SLICES,
    STEP,
    Edit,
    Ids,
    affine,
    base,
    change_syntax,
    place_of,
    voxels,
    write,
    write_enhanced,
)
from numpy.testing import assert_allclose, assert_array_equal
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, RLELossless

from engine.core.image import Image
from engine.errors import ReadError
from engine.io.opening import list_parts, open_image, read_labels

TURNS = {"axial": AXIAL, "coronal": CORONAL, "sagittal": SAGITTAL, "oblique": OBLIQUE}


def assert_is_the_series(image: Image, turn: tuple[float, ...] = AXIAL, step: float = STEP) -> None:
    assert_array_equal(image.pixels[0], voxels())
    assert image.pixels.dtype == np.uint16
    assert image.geometry.affine is not None
    assert_allclose(image.geometry.affine, affine(turn, step), rtol=0, atol=1e-9)
    assert image.notices == ()


def refused(path: Path, part: str = "") -> str:
    with pytest.raises(ReadError) as caught:
        open_image(path, part)
    assert str(path) in caught.value.what
    return str(caught.value)


@pytest.mark.parametrize("name", TURNS)
def test_a_series_is_one_volume_with_its_place_in_the_patient(tmp_path: Path, name: str) -> None:
    write(tmp_path, turn=TURNS[name])
    image = open_image(tmp_path)
    assert_is_the_series(image, TURNS[name])
    (part,) = list_parts(tmp_path)
    assert part.shape == (SLICES, ROWS, COLUMNS)
    plane = "axial" if name == "oblique" else name
    assert part.title == f"MR series 3, {plane}, {SLICES} x {ROWS} x {COLUMNS}"
    assert_array_equal(open_image(tmp_path, part.key).pixels, image.pixels)
    assert image.source.format == "dicom"


def number_backwards(k: int, dataset: Dataset) -> None:
    dataset.InstanceNumber = SLICES - k


def number_all_one(k: int, dataset: Dataset) -> None:
    dataset.InstanceNumber = 1


def shake(k: int, dataset: Dataset) -> None:
    x, y, z = place_of(k)
    dataset.ImagePositionPatient = [x, y, z + (0.002 if k % 2 else -0.002)]


@pytest.mark.parametrize("edit", [number_backwards, number_all_one])
def test_slices_are_sorted_by_position_and_not_by_number(tmp_path: Path, edit: Edit) -> None:
    write(tmp_path, edit)
    assert_is_the_series(open_image(tmp_path))


def test_names_of_files_say_nothing_of_the_order(tmp_path: Path) -> None:
    write(tmp_path)
    for number, path in enumerate(sorted(tmp_path.iterdir())):
        path.rename(tmp_path / f"{(number * 5) % SLICES:02d}.dcm")
    assert_is_the_series(open_image(tmp_path))


def test_positions_may_be_off_by_two_micrometres(tmp_path: Path) -> None:
    image = open_image(write(tmp_path, shake))
    assert_array_equal(image.pixels[0], voxels())
    assert_allclose(image.geometry.spacing, (STEP + 0.004 / 11, 0.9, 1.2), atol=1e-9)


def test_a_missing_slice_is_told_with_its_place(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "IM0006").unlink()
    assert (
        "Slice spacing is not constant: 3.000 mm after slice 5, 1.500 mm elsewhere (1 gap(s)). "
        "A slice may be missing." in refused(tmp_path)
    )


def test_one_slice_or_all_of_them_twice_is_refused(tmp_path: Path) -> None:
    ids = Ids.new()
    text = "slice position(s) occur twice. The series probably holds several echoes or time points."
    write(tmp_path / "all", ids=ids)
    write(tmp_path / "all", ids=ids, first=50)
    assert f"12 {text}" in refused(tmp_path / "all")
    write(tmp_path / "one", ids=ids)
    write(tmp_path / "one", ids=ids, first=50, count=1)
    assert f"1 {text}" in refused(tmp_path / "one")


def test_a_copy_of_a_file_is_left_out_with_a_notice(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "IM0003 (1)").write_bytes((tmp_path / "IM0003").read_bytes())
    image = open_image(tmp_path)
    assert_array_equal(image.pixels[0], voxels())
    assert [notice.code for notice in image.notices] == ["copies"]


def test_two_echoes_are_two_volumes(tmp_path: Path) -> None:
    ids = Ids.new()
    for echo in (11.5, 80.0):

        def edit(k: int, dataset: Dataset, echo: float = echo) -> None:
            dataset.EchoTime = echo
            dataset.AcquisitionTime = f"1011{k:02d}"  # differs from slice to slice

        first = 1 if echo == 11.5 else 101
        write(tmp_path, edit, ids=ids, values=voxels() + int(echo), first=first)
    parts = list_parts(tmp_path)
    assert [part.title.rpartition(", ")[2] for part in parts] == ["echo 11.5", "echo 80"]
    for part, echo in zip(parts, (11, 80), strict=True):
        assert_array_equal(open_image(tmp_path, part.key).pixels[0], voxels() + echo)
    image = open_image(tmp_path)
    assert image.source.part == parts[0].key
    assert image.notices[0].text.startswith("These files form 2 separate volumes (")
    assert image.notices[0].text.endswith("): pick one.")


@pytest.mark.parametrize("is_interleaved", [False, True])
def test_time_points_that_only_numbers_tell_apart_are_split(
    tmp_path: Path, is_interleaved: bool
) -> None:
    ids = Ids.new()
    for time in range(3):

        def edit(k: int, dataset: Dataset, time: int = time) -> None:
            dataset.NumberOfTemporalPositions = 3
            dataset.InstanceNumber = 3 * k + time if is_interleaved else SLICES * time + k

        write(tmp_path, edit, ids=ids, values=voxels() + 1000 * time, first=100 * time + 1)
    parts = list_parts(tmp_path)
    assert len(parts) == 3
    for time, part in enumerate(parts):
        assert_array_equal(open_image(tmp_path, part.key).pixels[0], voxels() + 1000 * time)


def test_tilted_slices_are_refused_by_how_much_they_slide(tmp_path: Path) -> None:
    def tilt(k: int, dataset: Dataset) -> None:
        x, y, z = place_of(k)
        dataset.ImagePositionPatient = [x, y + 0.4 * k, z]

    assert (
        "Slices are sheared by 4.40 mm over the stack (gantry tilt). Resample before segmenting."
        in refused(write(tmp_path, tilt))
    )


def test_a_scout_of_three_planes_is_three_volumes(tmp_path: Path) -> None:
    ids = Ids.new()
    for number, turn in enumerate((AXIAL, SAGITTAL, CORONAL)):
        write(tmp_path, turn=turn, count=3, ids=ids, first=10 * number + 1)
    parts = list_parts(tmp_path)
    assert [part.title.split(", ")[1] for part in parts] == ["axial", "sagittal", "coronal"]
    for part, turn in zip(parts, (AXIAL, SAGITTAL, CORONAL), strict=True):
        grid = open_image(tmp_path, part.key).geometry
        assert grid.affine is not None
        assert_allclose(grid.affine, affine(turn), atol=1e-9)
    titles = "; ".join(part.title for part in parts)
    notice = open_image(tmp_path).notices[0]
    assert notice.text == f"These files form 3 separate volumes ({titles}): pick one."


@pytest.mark.parametrize("keyword", ["PatientID", "PatientName"])
def test_two_patients_in_one_series_are_refused(tmp_path: Path, keyword: str) -> None:
    def edit(k: int, dataset: Dataset) -> None:
        if k >= 6:
            setattr(dataset, keyword, "XYZZY^Other")

    assert "These files belong to 2 different patients. Load one patient at a time." in refused(
        write(tmp_path, edit)
    )


def test_a_slice_of_another_size_is_no_part_of_the_volume(tmp_path: Path) -> None:
    def edit(k: int, dataset: Dataset) -> None:
        if k == 11:
            dataset.Rows = 4
            dataset.PixelData = dataset.PixelData[: 4 * COLUMNS * 2]

    write(tmp_path, edit)
    assert [part.shape for part in list_parts(tmp_path)] == [(11, ROWS, COLUMNS), (4, COLUMNS)]
    image = open_image(tmp_path)
    assert_array_equal(image.pixels[0], voxels()[:11])
    assert image.notices[0].code == "several-volumes"


def test_slices_without_positions_are_single_images(tmp_path: Path) -> None:
    def edit(k: int, dataset: Dataset) -> None:
        del dataset.ImagePositionPatient

    write(tmp_path, edit)
    parts = list_parts(tmp_path)
    assert len({part.key for part in parts}) == SLICES
    image = open_image(tmp_path, parts[4].key)
    assert_array_equal(image.pixels[0], voxels()[4])
    assert image.geometry.affine is None
    assert [notice.text for notice in image.notices] == [
        "This series has no slice positions (12 images). It can be viewed as single images, not as "
        "a volume."
    ]
    assert open_image(tmp_path / "IM0005").notices == ()  # a picture by itself lacks nothing


def test_slices_without_pixel_spacing_have_no_millimetres(tmp_path: Path) -> None:
    def edit(k: int, dataset: Dataset) -> None:
        del dataset.PixelSpacing

    image = open_image(write(tmp_path, edit))
    assert_array_equal(image.pixels[0], voxels())
    assert image.geometry.affine is None
    assert [notice.text for notice in image.notices] == [
        "This series has no PixelSpacing, so millimetres are unknown."
    ]


def test_a_slice_that_is_cut_short_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    path = tmp_path / "IM0004"
    path.write_bytes(path.read_bytes()[:-60])
    assert "Slice 4 (IM0004) is incomplete." in refused(tmp_path)
    path.write_bytes(path.read_bytes()[:-100])
    assert "The picture is incomplete." in refused(path)


def test_a_slope_of_its_own_for_each_slice_is_applied(tmp_path: Path) -> None:
    def edit(k: int, dataset: Dataset) -> None:
        dataset.RescaleSlope, dataset.RescaleIntercept = f"{1 + 0.1 * k:.1f}", -1000

    image = open_image(write(tmp_path, edit))
    slopes = np.array([float(f"{1 + 0.1 * k:.1f}") for k in range(SLICES)])
    expected = voxels() * slopes[:, None, None] - 1000.0
    assert_array_equal(image.pixels[0], expected.astype(np.float32))
    assert image.pixels.dtype == np.float32


def test_inverted_pictures_keep_their_values(tmp_path: Path) -> None:
    def edit(k: int, dataset: Dataset) -> None:
        dataset.PhotometricInterpretation = "MONOCHROME1"

    image = open_image(write(tmp_path, edit))
    assert_is_the_series(image)
    assert image.is_inverted


@pytest.mark.parametrize("is_signed", [False, True])
def test_bits_above_the_stored_ones_do_not_count(tmp_path: Path, is_signed: bool) -> None:
    stored = (voxels().astype(np.int32) - 600) if is_signed else voxels().astype(np.int32)
    dirty = (stored & 0xFFF) | 0xA000

    def edit(k: int, dataset: Dataset) -> None:
        dataset.BitsStored, dataset.HighBit = 12, 11
        dataset.PixelRepresentation = int(is_signed)

    image = open_image(write(tmp_path, edit, values=dirty.astype(np.uint16)))
    assert_array_equal(image.pixels[0], stored)
    assert image.pixels.dtype == (np.int16 if is_signed else np.uint16)
    peer = pydicom.dcmread(tmp_path / "IM0003").pixel_array
    assert_array_equal(image.pixels[0, 2], peer)


ORDERS = {
    "in order": list(range(SLICES)),
    "reversed": list(range(SLICES))[::-1],
    "shuffled": [(5 * k) % SLICES for k in range(SLICES)],
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", TURNS)
def test_frames_of_one_file_are_sorted_by_position(tmp_path: Path, order: str, name: str) -> None:
    path = write_enhanced(tmp_path / "enhanced.dcm", ORDERS[order], turn=TURNS[name])
    image = open_image(path)
    assert image.geometry.affine is not None
    assert_allclose(image.geometry.affine, affine(TURNS[name]), atol=1e-9)
    by_slice = np.empty_like(voxels())
    by_slice[ORDERS[order]] = voxels()[ORDERS[order]]
    assert_array_equal(image.pixels[0], by_slice)
    import highdicom

    peer = highdicom.imread(path).get_volume()
    for index in ((0, 0, 0), (3, 2, 7), (11, 7, 9), (5, 0, 4)):
        lps = np.diag([-1, -1, 1, 1]) @ image.geometry.affine @ np.array([*index, 1.0])
        there = np.linalg.solve(peer.affine, lps)[:3]
        assert_allclose(there, np.rint(there), atol=1e-6)
        assert peer.array[tuple(np.rint(there).astype(int))] == image.pixels[0][index]


def test_a_gap_among_frames_is_refused(tmp_path: Path) -> None:
    path = write_enhanced(tmp_path / "gap.dcm", [k for k in range(SLICES) if k != 5])
    assert "The frames of this file do not form one regular volume." in refused(path)


def test_each_frame_has_its_own_slope(tmp_path: Path) -> None:
    path = write_enhanced(tmp_path / "slopes.dcm", slopes=lambda k: 1 + 0.25 * k)
    slopes = 1 + 0.25 * np.arange(SLICES)
    expected = voxels() * slopes[:, None, None] - 3.0
    assert_array_equal(open_image(path).pixels[0], expected.astype(np.float32))


def test_time_points_in_one_file_are_volumes_of_their_own(tmp_path: Path) -> None:
    path = write_enhanced(tmp_path / "times.dcm", ORDERS["shuffled"], times=3)
    parts = list_parts(path)
    assert [part.title.rpartition(", ")[2] for part in parts] == ["time 1", "time 2", "time 3"]
    for time, part in enumerate(parts):
        assert_array_equal(open_image(path, part.key).pixels[0], voxels() + 1000 * time)


SYNTAXES = [
    "JPEGLosslessProcess14",
    "JPEGLosslessProcess14_1",
    "JPEGLSLossless",
    "JPEG2000Lossless",
]


@pytest.mark.parametrize("syntax", [*SYNTAXES, "RLE", "deflated", "big endian"])
def test_seven_ways_of_packing_give_the_same_values(tmp_path: Path, syntax: str) -> None:
    values = voxels(3, 32, 40)
    write(tmp_path, count=3, values=values)
    for path in tmp_path.iterdir():
        if syntax in SYNTAXES:
            change_syntax(path, syntax)
            continue
        dataset = pydicom.dcmread(path)
        if syntax == "RLE":
            dataset.compress(RLELossless)
            dataset.save_as(path)
        elif syntax == "deflated":
            dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
            dataset.save_as(path, enforce_file_format=True)
        else:
            dataset.decode()
            dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
            dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype(">u2").tobytes()
            dataset["PixelData"].VR = "OW"
            pydicom.dcmwrite(path, dataset, little_endian=False, implicit_vr=False)
    image = open_image(tmp_path)
    assert_array_equal(image.pixels[0], values)
    assert image.pixels.dtype == np.uint16
    assert image.pixels.dtype.isnative


@pytest.mark.parametrize("stored", [12, 16])
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_packed_values_keep_their_sign(tmp_path: Path, syntax: str, stored: int) -> None:
    values = voxels(1, 32, 40).astype(np.int16) - 300
    assert values.min() < 0 < values.max()

    def edit(k: int, dataset: Dataset) -> None:
        dataset.PixelRepresentation = 1
        dataset.BitsStored, dataset.HighBit = stored, stored - 1

    write(tmp_path, edit, count=1, values=values.view(np.uint16))
    change_syntax(tmp_path / "IM0001", syntax)
    image = open_image(tmp_path / "IM0001")
    assert_array_equal(image.pixels[0], values[0])
    assert image.pixels.dtype == np.int16


def test_an_unknown_compression_is_named(tmp_path: Path) -> None:
    write(tmp_path, count=1, values=voxels(1, 32, 40))
    path = tmp_path / "IM0001"
    change_syntax(path, "JPEGLosslessProcess14_1")
    for uid, name in (
        ("1.2.840.10008.1.2.4.100", "MPEG2 Main Profile / Main Level"),
        ("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Image Compression"),
    ):
        dataset = pydicom.dcmread(path)
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID(uid)
        dataset.BitsStored, dataset.HighBit = 12, 11
        dataset.save_as(tmp_path / "other.dcm")
        assert f"Compression '{name}' cannot be read here." in refused(tmp_path / "other.dcm")


def test_a_packed_slice_that_is_damaged_is_named(tmp_path: Path) -> None:
    write(tmp_path, count=3, values=voxels(3, 32, 40))
    for path in tmp_path.iterdir():
        change_syntax(path, "JPEGLSLossless")
    data = bytearray((tmp_path / "IM0002").read_bytes())
    at = data.index(b"\xff\xd8\xff")
    data[at : at + 40] = bytes(40)
    (tmp_path / "IM0002").write_bytes(data)
    assert "Slice 2 (IM0002) cannot be decoded; it is damaged." in refused(tmp_path)


@pytest.mark.parametrize("syntax", ["RLE", "deflated"])
def test_pixels_of_a_type_that_is_none_are_refused(tmp_path: Path, syntax: str) -> None:
    path = write(tmp_path, count=1) / "IM0001"
    dataset = pydicom.dcmread(path)
    if syntax == "RLE":
        dataset.compress(RLELossless)
        dataset.save_as(path)
        data = path.read_bytes()
        path.write_bytes(data.replace(b"\xe0\x7f\x10\x00OB", b"\xe0\x7f\x10\x00O\0"))
    else:
        dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
        dataset.save_as(path, enforce_file_format=True)
        data = path.read_bytes()
        at = data.index(b"1.2.840.10008.1.2.1.99") + 22
        start = next(n for n in range(at, len(data)) if _inflates(data[n:]))
        inside = zlib.decompress(data[start:], -15)
        inside = inside.replace(b"\xe0\x7f\x10\x00OW", b"\xe0\x7f\x10\x00O\0")
        packer = zlib.compressobj(wbits=-15)
        path.write_bytes(data[:start] + packer.compress(inside) + packer.flush())
    refused(path)


def _inflates(data: bytes) -> bool:
    try:
        return len(zlib.decompress(data, -15)) > 100
    except zlib.error:
        return False


@pytest.mark.parametrize("syntax", ["", "RLE"])
def test_colours_are_channels(tmp_path: Path, syntax: str) -> None:
    colours = np.random.default_rng(5).integers(0, 256, (1, ROWS, COLUMNS, 3), np.uint8)

    def edit(k: int, dataset: Dataset) -> None:
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 3, "RGB"
        dataset.PlanarConfiguration = 0
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
        dataset.PixelData = colours.tobytes()

    write(tmp_path, edit, count=1)
    if syntax:
        dataset = pydicom.dcmread(tmp_path / "IM0001")
        dataset.compress(RLELossless)
        dataset.save_as(tmp_path / "IM0001")
    image = open_image(tmp_path / "IM0001")
    assert image.channels == ("red", "green", "blue")
    assert_array_equal(np.moveaxis(image.pixels, 0, -1)[None], colours)


def test_palette_entries_become_colours(tmp_path: Path) -> None:
    indices = (np.arange(ROWS * COLUMNS) % 4).astype(np.uint8)
    red = np.array([0, 255, 10, 20], np.uint8)

    def edit(k: int, dataset: Dataset) -> None:
        dataset.PhotometricInterpretation = "PALETTE COLOR"
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
        for name, values in (("Red", red), ("Green", red[::-1]), ("Blue", red)):
            setattr(dataset, f"{name}PaletteColorLookupTableDescriptor", [4, 0, 8])
            setattr(dataset, f"{name}PaletteColorLookupTableData", values.tobytes())
        dataset.PixelData = indices.tobytes()

    image = open_image(write(tmp_path, edit, count=1) / "IM0001")
    assert_array_equal(image.pixels[0].ravel(), red[indices])
    assert_array_equal(image.pixels[1].ravel(), red[::-1][indices])
    assert image.pixels.dtype == np.uint8


def test_a_mosaic_is_recognised_and_refused(tmp_path: Path) -> None:
    def edit(k: int, dataset: Dataset) -> None:
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "MOSAIC"]

    assert "is a mosaic" in refused(write(tmp_path, edit, count=1))


def test_a_file_without_preamble_opens_by_its_ending(tmp_path: Path) -> None:
    write(tmp_path, count=1)
    (tmp_path / "IM0001").rename(tmp_path / "old.dcm")
    dataset = pydicom.dcmread(tmp_path / "old.dcm")
    bare = Dataset({element.tag: element for element in dataset})
    bare.save_as(tmp_path / "old.dcm", implicit_vr=True, little_endian=True)
    assert (tmp_path / "old.dcm").read_bytes()[128:132] != b"DICM"
    assert_array_equal(open_image(tmp_path / "old.dcm").pixels[0], voxels(1)[0])
    assert_array_equal(open_image(tmp_path).pixels[0], voxels(1)[0])


def test_a_text_called_dcm_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.dcm"
    path.write_text("Patient was calm.\n" * 40)
    refused(path)


def test_files_that_hold_no_picture_are_named_by_kind(tmp_path: Path) -> None:
    write(tmp_path, count=2)
    dataset = pydicom.dcmread(tmp_path / "IM0002")
    for keyword in ("Rows", "Columns", "PixelData"):
        delattr(dataset, keyword)
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.481.3"
    dataset.save_as(tmp_path / "IM0002")
    assert "holds no picture (RT Structure Set)" in refused(tmp_path / "IM0002")
    assert open_image(tmp_path).notices == ()  # in a folder it is passed over


def test_a_file_of_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    write(tmp_path)
    data = (tmp_path / "IM0012").read_bytes()
    (tmp_path / "IM0012").write_bytes(data[:300])
    notices = open_image(tmp_path).notices
    assert [notice.code for notice in notices] == ["files-left-out"]
    assert notices[0].must_confirm
    assert "IM0012" in notices[0].text


@pytest.mark.parametrize("last", ["SOPClassUID", "PatientName", "ImageOrientationPatient"])
def test_a_slice_cut_between_two_attributes_is_told_and_not_passed_over(
    tmp_path: Path, last: str
) -> None:
    write(tmp_path)
    dataset = pydicom.dcmread(tmp_path / "IM0012")
    for element in list(dataset):
        if element.tag > pydicom.tag.Tag(last):
            del dataset[element.tag]
    dataset.save_as(tmp_path / "IM0012")
    (notice,) = open_image(tmp_path).notices
    assert (notice.code, notice.must_confirm) == ("files-left-out", True)
    refused(tmp_path / "IM0012")


def test_a_folder_without_dicom_is_no_image(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    assert "is a folder" in refused(tmp_path)


def write_directory(path: Path, files: list[tuple[str, ...]]) -> None:
    """A DICOMDIR with a record of type IMAGE for each file."""
    directory = base(path, Ids.new(), "1.2.840.10008.1.3.10")
    for keyword in ("SOPClassUID", "SOPInstanceUID", "Modality", "SeriesInstanceUID"):
        delattr(directory, keyword)
    records = []
    for parts in files:
        record = Dataset()
        record.DirectoryRecordType, record.ReferencedFileID = "IMAGE", list(parts)
        records.append(record)
    directory.DirectoryRecordSequence = records
    directory.save_as(path, enforce_file_format=True)


def test_a_dicomdir_names_the_files(tmp_path: Path) -> None:
    write(tmp_path / "medium" / "IMAGES", count=3)
    write(tmp_path / "medium" / "unnamed", count=3)
    named = [("IMAGES", f"IM000{k}") for k in (1, 2, 3)]
    directory = tmp_path / "medium" / "DICOMDIR"
    write_directory(directory, named)
    for path in (directory, directory.parent):
        image = open_image(path)
        assert_array_equal(image.pixels[0], voxels(3))
        assert image.notices == ()
    write_directory(directory, [*named, ("IMAGES", "IM0004"), ("..", "outside"), ("/etc/passwd",)])
    (notice,) = open_image(directory).notices
    assert (notice.code, notice.must_confirm) == ("files-absent", True)
    assert notice.text == "1 of the files that the DICOMDIR names are not there."
    write_directory(directory, [("IMAGES", "IM0004")])
    assert "names 1 files, and none of them is there" in refused(directory)


def test_part_keys_stay_when_files_are_renamed_and_hold_no_uid(tmp_path: Path) -> None:
    ids = Ids.new()
    write(tmp_path / "a", ids=ids)
    write(tmp_path / "b", number_backwards, ids=ids)
    one, two = list_parts(tmp_path / "a")[0], list_parts(tmp_path / "b")[0]
    assert one.key == two.key
    assert len(one.key) == 12
    assert one.key not in ids.series


def test_a_single_file_of_a_series_is_a_picture_in_its_place(tmp_path: Path) -> None:
    write(tmp_path, turn=OBLIQUE)
    image = open_image(tmp_path / "IM0004")
    assert image.geometry.shape == (ROWS, COLUMNS)
    assert image.geometry.affine is not None
    corner = np.array([0, 0, 0, 1.0])
    whole = affine(OBLIQUE) @ np.array([3, 0, 0, 1.0])
    assert_allclose(image.geometry.affine @ corner, whole, atol=1e-9)


def test_grey_values_of_a_series_can_be_a_mask(tmp_path: Path) -> None:
    labels = (np.arange(SLICES * ROWS * COLUMNS) % 4).reshape(SLICES, ROWS, COLUMNS)
    found = read_labels(write(tmp_path, values=labels.astype(np.uint16)))
    assert_array_equal(found.labels, labels)
    assert found.label_set is None


# SimpleITK is asked only where it is right: of a missing slice, doubled positions, a tilt, mixed
# planes, two patients, a cut file and slopes per slice it makes a wrong volume without an error.
@pytest.mark.parametrize("name", TURNS)
def test_simpleitk_puts_the_same_voxels_at_the_same_place(tmp_path: Path, name: str) -> None:
    sitk = pytest.importorskip("SimpleITK")
    write(tmp_path, number_backwards, turn=TURNS[name])
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(tmp_path)))
    peer = reader.Execute()
    image = open_image(tmp_path)
    assert image.geometry.affine is not None
    for index in ((0, 0, 0), (3, 2, 7), (11, 7, 9), (5, 0, 4)):
        world = image.geometry.affine @ np.array([*index, 1.0])
        point = peer.TransformPhysicalPointToIndex([-world[0], -world[1], world[2]])
        assert peer.GetPixel(*point) == image.pixels[0][index]
        assert_allclose(
            peer.TransformIndexToPhysicalPoint(point), [-world[0], -world[1], world[2]], atol=1e-9
        )


def test_public_files_are_what_the_reference_reader_says_they_are(shared_data: Path) -> None:
    folder = shared_data / "dicom"
    refused_here = {"pydicom_files/liver_1frame.dcm": "is a segmentation, not an image"}
    count = 0
    for row in csv.DictReader((folder / "reference.csv").read_text().splitlines()):
        path = folder / row["path"]
        if "mosaic" in row["path"]:
            assert "is a mosaic" in refused(path)
        elif row["path"] in refused_here:
            assert refused_here[row["path"]] in refused(path)
        elif row["decodes"] == "yes":
            image = open_image(path)
            sides = (int(row["rows"]), int(row["columns"]))
            assert image.geometry.shape[-2:] == sides
            assert len(image.pixels) == (3 if row["photometric"] == "PALETTE COLOR" else
                                         int(row["samples"]))  # fmt: skip
            slope, intercept = float(row["slope"] or 1), float(row["intercept"] or 0)
            if row["photometric"] != "PALETTE COLOR":
                assert image.pixels.min() == float(row["min"]) * slope + intercept
                assert image.pixels.max() == float(row["max"]) * slope + intercept
        elif row["path"] == "pydicom_files/JPEG-lossy.dcm":  # the reference reader cannot, we can
            assert open_image(path).pixels.max() == 264
        elif not row["path"].endswith("DICOMDIR"):
            refused(path)
        count += 1
    assert count == 120
