from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.errors import ReadError
from engine.io.opening import list_parts, open_image, read_labels

VALUES = np.random.default_rng(1).integers(-900, 900, (5, 6, 7)).astype(np.int16)
TURN = np.array([[0.8, -0.6, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0]])  # columns are directions
SPACING, OFFSET = (1.5, 0.75, 2.0), (-20.5, 3.25, 11.0)
AFFINE = np.eye(4)
AFFINE[:3, :3], AFFINE[:3, 3] = TURN * SPACING, OFFSET
AFFINE = np.diag([-1.0, -1.0, 1.0, 1.0]) @ AFFINE
TYPES = {"i1": "MET_CHAR", "u1": "MET_UCHAR", "i2": "MET_SHORT", "u2": "MET_USHORT",
         "i4": "MET_INT", "u4": "MET_UINT", "i8": "MET_LONG_LONG", "f4": "MET_FLOAT",
         "f8": "MET_DOUBLE"}  # fmt: skip


def write(path: Path, values: np.ndarray = VALUES, *, data: bytes | None = None,
          **fields: str | None) -> Path:  # fmt: skip
    """A file by hand; fields given as None are left out."""
    header: dict[str, str | None] = {
        "ObjectType": "Image",
        "NDims": str(values.ndim),
        "TransformMatrix": "0.8 0.6 0 -0.6 0.8 0 0 0 1" if values.ndim == 3 else None,
        "Offset": "-20.5 3.25 11" if values.ndim == 3 else None,
        "ElementSpacing": "1.5 0.75 2" if values.ndim == 3 else None,
        "AnatomicalOrientation": "RAI",
        "DimSize": " ".join(map(str, values.shape)),
        "ElementType": TYPES[values.dtype.str[1:]],
        **fields,
    }
    header["ElementDataFile"] = header.pop("ElementDataFile", "LOCAL")
    lines = "".join(f"{name} = {text}\n" for name, text in header.items() if text is not None)
    path.write_bytes(lines.encode() + (values.tobytes(order="F") if data is None else data))
    return path


@pytest.mark.parametrize("orientation", ["RAI", "LPS", "ASL", None])
def test_the_matrix_says_where_and_the_letters_count_for_nothing(
    tmp_path: Path, orientation: str | None
) -> None:
    image = open_image(write(tmp_path / "a.mha", AnatomicalOrientation=orientation))
    np.testing.assert_allclose(image.geometry.affine, AFFINE, atol=1e-12)
    assert_array_equal(image.pixels[0], VALUES)
    assert image.notices == ()


def test_without_a_matrix_the_sides_must_be_confirmed(tmp_path: Path) -> None:
    image = open_image(write(tmp_path / "a.mha", TransformMatrix=None))
    assert_array_equal(np.diag(image.geometry.affine), [-1.5, -0.75, 2, 1])
    assert [(one.code, one.must_confirm) for one in image.notices] == [("no-orientation", True)]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("is_big", [False, True])
@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("is_detached", [False, True])
def test_every_type_order_and_packing_is_read(
    tmp_path: Path, dtype: str, is_big: bool, is_packed: bool, is_detached: bool
) -> None:
    values = np.abs(VALUES % 100).astype(dtype)
    data = values.astype(values.dtype.newbyteorder(">" if is_big else "<")).tobytes(order="F")
    fields: dict[str, str | None] = {"BinaryDataByteOrderMSB": str(is_big)}
    if is_packed:
        data = zlib.compress(data)
        fields |= {"CompressedData": "True", "CompressedDataSize": str(len(data))}
    name = "a.mha"
    if is_detached:
        (tmp_path / "b ü.raw").write_bytes(data)
        data, name, fields["ElementDataFile"] = b"", "a.mhd", "b ü.raw"
    image = open_image(write(tmp_path / name, values, data=data, **fields))
    assert image.pixels.dtype == (np.float32 if dtype == "f8" else np.dtype(dtype))
    assert_array_equal(image.pixels[0], values)


def test_text_and_a_header_to_skip_are_read(tmp_path: Path) -> None:
    text = " ".join(map(str, VALUES.ravel(order="F"))).encode()
    path = write(tmp_path / "a.mha", data=text, BinaryData="False")
    assert_array_equal(open_image(path).pixels[0], VALUES)
    (tmp_path / "b.raw").write_bytes(b"x" * 9 + VALUES.tobytes(order="F"))
    for skip in ("9", "-1"):
        path = write(tmp_path / "b.mhd", data=b"", ElementDataFile="b.raw", HeaderSize=skip)
        assert_array_equal(open_image(path).pixels[0], VALUES)


def test_channels_are_channels_up_to_four_and_parts_beyond(tmp_path: Path) -> None:
    colours = np.random.default_rng(2).integers(0, 256, (3, 5, 6, 7)).astype(np.uint8)
    path = write(tmp_path / "a.mha", colours[0], data=colours.tobytes(order="F"),
                 ElementNumberOfChannels="3")  # fmt: skip
    assert open_image(path).channels == ("red", "green", "blue")
    assert_array_equal(open_image(path).pixels, colours)
    with pytest.raises(ReadError, match="holds colours"):
        read_labels(path)
    six = np.random.default_rng(2).integers(0, 256, (6, 5, 6, 7)).astype(np.uint8)
    path = write(tmp_path / "b.mha", six[0], data=six.tobytes(order="F"),
                 ElementNumberOfChannels="6")  # fmt: skip
    assert len(list_parts(path)) == 6
    assert_array_equal(open_image(path, "component-4").pixels[0], six[3])


def test_a_fourth_axis_is_frames(tmp_path: Path) -> None:
    values = np.random.default_rng(2).integers(0, 99, (5, 6, 7, 3)).astype(np.uint8)
    square = "0.8 0.6 0 0 -0.6 0.8 0 0 0 0 1 0 0 0 0 1"
    path = write(tmp_path / "a.mha", values, TransformMatrix=square, Offset="-20.5 3.25 11 0",
                 ElementSpacing="1.5 0.75 2 1")  # fmt: skip
    assert [part.key for part in list_parts(path)] == ["frame-1", "frame-2", "frame-3"]
    image = open_image(path, "frame-3")
    assert_array_equal(image.pixels[0], values[..., 2])
    np.testing.assert_allclose(image.geometry.affine, AFFINE, atol=1e-12)
    assert open_image(path).notices[0].text == "3 frames: reviewing frame 1."


def test_a_picture_stands_upright_and_has_no_place(tmp_path: Path) -> None:
    picture = np.arange(12, dtype=np.uint8).reshape(3, 4)
    image = open_image(write(tmp_path / "a.mha", picture.T))
    assert image.geometry.affine is None
    assert_array_equal(image.pixels[0], picture)


@pytest.mark.parametrize(("fields", "what"), [
    ({"ElementDataFile": "../b.raw"}, "outside its folder"),
    ({"ElementDataFile": "absent.raw"}, "absent.raw is missing"),
    ({"ElementDataFile": "LIST"}, "several files"),
    ({"ElementDataFile": "b%03d.raw 1 7 1"}, "several files"),
    ({"ElementType": "MET_OTHER"}, "elements of type 'MET_OTHER'"),
    ({"DimSize": "5 6"}, "do not fit its dimension"),
    ({"DimSize": None}, "sizes are missing"),
    ({"DimSize": "30000 30000 1"}, "header promises"),
    ({"DimSize": "-5 -6 7"}, "header claims"),
    ({"ElementNumberOfChannels": "0"}, "header claims"),
    ({"TransformMatrix": "1 0 0 0 1 0 0 0 0"}, "no usable position"),
    ({"Offset": "nan 0 0"}, "no usable position"),
    ({"Offset": "a b c"}, "not given in numbers"),
    ({"CompressedData": "True"}, "damaged"),
])  # fmt: skip
def test_a_header_of_nonsense_is_refused_in_a_sentence(
    tmp_path: Path, fields: dict[str, str | None], what: str
) -> None:
    with pytest.raises(ReadError) as caught:
        open_image(write(tmp_path / "a.mha", **fields))
    assert what in caught.value.what
    assert "a.mha" in caught.value.what
