from __future__ import annotations

import bz2
import gzip
from pathlib import Path

import nrrd
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.errors import ReadError
from engine.io.opening import list_parts, open_image, read_labels

VALUES = np.random.default_rng(1).integers(-900, 900, (5, 6, 7)).astype(np.int16)
DIRECTIONS = np.array([[1.5, 0.25, 0.0], [-0.125, 0.75, 0.0], [0.0, 0.5, 2.0]])
ORIGIN = (-20.5, 3.25, 11.0)
SIGNS = {"RAS": (1, 1, 1), "LAS": (-1, 1, 1), "LPS": (-1, -1, 1)}
NAMES = {
    "RAS": "right-anterior-superior",
    "LAS": "left-anterior-superior",
    "LPS": "left-posterior-superior",
}
PLACE = {
    "space": "left-posterior-superior",
    "space directions": "(1.5,0.25,0) (-0.125,0.75,0) (0,0.5,2)",
    "space origin": "(-20.5,3.25,11)",
}


def affine(space: str) -> np.ndarray:
    """Where the fields of PLACE put a voxel, taken as written in `space`."""
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = DIRECTIONS.T, ORIGIN
    return np.diag((*SIGNS[space], 1.0)) @ matrix


def write(path: Path, values: np.ndarray = VALUES, *, data: bytes | None = None,
          **fields: str | None) -> Path:  # fmt: skip
    """An attached file by hand; fields given as None are left out, '_' stands for a space."""
    kinds = {"i": "int", "u": "uint"}.get(values.dtype.kind, "float")
    header: dict[str, str | None] = {
        "type": f"{kinds}{8 * values.itemsize}" if kinds != "float" else
                {4: "float", 8: "double"}[values.itemsize],
        "dimension": str(values.ndim),
        "sizes": " ".join(map(str, values.shape)),
        "endian": "little",
        "encoding": "raw",
        **(PLACE if values.ndim == 3 else {}),
        **{name.replace("_", " "): text for name, text in fields.items()},
    }  # fmt: skip
    lines = "".join(f"{name}: {text}\n" for name, text in header.items() if text is not None)
    body = values.tobytes(order="F") if data is None else data
    path.write_bytes(b"NRRD0005\n# a comment\n" + lines.encode() + b"\n" + body)
    return path


@pytest.mark.parametrize("space", SIGNS)
@pytest.mark.parametrize("is_short", [True, False])
def test_every_space_is_turned_to_ras_exactly(tmp_path: Path, space: str, is_short: bool) -> None:
    image = open_image(write(tmp_path / "a.nrrd", space=space if is_short else NAMES[space]))
    assert_array_equal(image.geometry.affine, affine(space))
    assert [one.code for one in image.notices] == ["sheared"]
    assert_array_equal(image.pixels[0], VALUES)


@pytest.mark.parametrize("fields", [
    {"space": None, "space_dimension": "3"},
    {"space": "scanner-xyz"},
    {"space": "3D-right-handed"},
])  # fmt: skip
def test_a_space_that_does_not_say_left_counts_as_lps_and_must_be_confirmed(
    tmp_path: Path, fields: dict[str, str | None]
) -> None:
    image = open_image(write(tmp_path / "a.nrrd", **fields))
    assert_array_equal(image.geometry.affine, affine("LPS"))
    assert ("no-orientation", True) in [(one.code, one.must_confirm) for one in image.notices]


def test_spacings_alone_are_an_upright_box_that_must_be_confirmed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.nrrd", space=None, space_directions=None, space_origin=None,
                 spacings="1.5 0.75 2")  # fmt: skip
    image = open_image(path)
    assert_array_equal(image.geometry.affine, np.diag([-1.5, -0.75, 2.0, 1.0]))
    assert [one.code for one in image.notices] == ["no-orientation"]


@pytest.mark.parametrize("encoding", ["raw", "gzip", "gz", "bzip2", "bz2", "ascii", "text"])
@pytest.mark.parametrize("endian", ["little", "big"])
@pytest.mark.parametrize("is_detached", [True, False])
def test_every_encoding_is_read_inside_and_beside(
    tmp_path: Path, encoding: str, endian: str, is_detached: bool
) -> None:
    raw = VALUES.astype("<i2" if endian == "little" else ">i2").tobytes(order="F")
    data = {"g": gzip.compress(raw), "b": bz2.compress(raw), "r": raw}.get(encoding[0])
    data = data or "\n".join(map(str, VALUES.ravel(order="F"))).encode()
    fields = {"encoding": encoding, "endian": endian}
    if is_detached:
        (tmp_path / "voxels ü.bin").write_bytes(data)
        path = write(tmp_path / "a.nhdr", data=b"", data_file="voxels ü.bin", **fields)
    else:
        path = write(tmp_path / "a.nrrd", data=data, **fields)
    assert_array_equal(open_image(path).pixels[0], VALUES)


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"])
def test_values_are_those_pynrrd_wrote(tmp_path: Path, dtype: str) -> None:
    values = np.abs(VALUES % 100).astype(dtype)
    header = {"space": "RAS", "space directions": DIRECTIONS, "space origin": ORIGIN}
    nrrd.write(str(tmp_path / "a.nrrd"), values, header)
    image = open_image(tmp_path / "a.nrrd")
    assert image.pixels.dtype == (np.float32 if dtype == "f8" else np.dtype(dtype))
    assert_array_equal(image.pixels[0], values)
    assert_array_equal(image.geometry.affine, affine("RAS"))


@pytest.mark.parametrize(("skip", "before"), [("-1", 11), ("4", 4), ("0", 0)])
def test_bytes_before_the_voxels_are_skipped(tmp_path: Path, skip: str, before: int) -> None:
    data = b"x" * before + VALUES.tobytes(order="F")
    path = write(tmp_path / "a.nrrd", data=data, byte_skip=skip)
    assert_array_equal(open_image(path).pixels[0], VALUES)


def test_lines_before_the_voxels_are_skipped(tmp_path: Path) -> None:
    data = b"one\ntwo\n" + gzip.compress(VALUES.tobytes(order="F"))
    path = write(tmp_path / "a.nrrd", data=data, line_skip="2", encoding="gzip")
    assert_array_equal(open_image(path).pixels[0], VALUES)


def test_a_colour_axis_is_channels_wherever_it_is(tmp_path: Path) -> None:
    colours = np.random.default_rng(2).integers(0, 256, (3, 5, 6, 7)).astype(np.uint8)
    place = {"space": "RAS", "space_origin": "(0,0,0)"}
    directions = "(1,0,0) (0,1,0) (0,0,1)"
    first = write(tmp_path / "a.nrrd", colours, kinds="RGB-color space space space",
                  space_directions=f"none {directions}", **place)  # fmt: skip
    last = write(tmp_path / "b.nrrd", np.moveaxis(colours, 0, -1), kinds="space space space vector",
                 space_directions=f"{directions} none", **place)  # fmt: skip
    for path in (first, last):
        image = open_image(path)
        assert image.channels == ("red", "green", "blue")
        assert_array_equal(image.pixels, colours)
        with pytest.raises(ReadError, match="holds colours"):
            read_labels(path)


@pytest.mark.parametrize("kind", ["list", "time", "???", "vector"])
def test_other_axes_are_parts(tmp_path: Path, kind: str) -> None:
    values = np.random.default_rng(2).integers(0, 99, (6, 5, 6, 7)).astype(np.uint8)
    path = write(
        tmp_path / "a.nrrd",
        values,
        kinds=f"{kind} domain domain domain",
        space="LPS",
        space_directions="none (1,0,0) (0,1,0) (0,0,1)",
        space_origin="(0,0,0)",
    )
    word = "component" if kind == "vector" else "frame"
    assert [part.key for part in list_parts(path)] == [f"{word}-{n + 1}" for n in range(6)]
    assert_array_equal(open_image(path).pixels[0], values[0])
    assert open_image(path).notices[0].text == f"6 {word}s: reviewing {word} 1."
    assert_array_equal(open_image(path, f"{word}-5").pixels[0], values[4])
    assert_array_equal(read_labels(path, f"{word}-2").labels, values[1])


def test_a_flat_picture_stands_upright_and_has_no_place(tmp_path: Path) -> None:
    picture = np.arange(12, dtype=np.uint8).reshape(3, 4)  # (rows, columns)
    path = write(tmp_path / "a.nrrd", picture.T, spacings="0.5 0.5")
    image = open_image(path)
    assert image.geometry.affine is None
    assert image.notices == ()
    assert_array_equal(image.pixels[0], picture)


@pytest.mark.parametrize(("unit", "factor"), [("mm", 1), ("um", 1e-3), ("cm", 10), ("m", 1000)])
def test_lengths_in_other_units_become_millimetres(
    tmp_path: Path, unit: str, factor: float
) -> None:
    image = open_image(write(tmp_path / "a.nrrd", space="RAS", space_units=f'"{unit}" ' * 3))
    expected = affine("RAS")
    expected[:3] *= factor
    assert_array_equal(image.geometry.affine, expected)
    assert ("units" in [one.code for one in image.notices]) == (unit != "mm")


SEGMENTS = """Segment0_Color:=0.5 0.25 1
Segment0_LabelValue:=1
Segment0_Layer:=0
Segment0_Name:=white matter
Segment1_Color:=1 1 0
Segment1_LabelValue:={second}
Segment1_Layer:={layer}
Segment1_Name:=ventricle ü
"""


def with_tags(path: Path, tags: str) -> Path:
    head, _, body = path.read_bytes().partition(b"\n\n")
    path.write_bytes(head + b"\n" + tags.encode() + b"\n" + body)
    return path


def test_a_segmentation_brings_names_and_colours(tmp_path: Path) -> None:
    labels = (VALUES % 4).astype(np.uint8)
    path = with_tags(write(tmp_path / "a.seg.nrrd", labels), SEGMENTS.format(second=3, layer=0))
    mask = read_labels(path)
    assert_array_equal(mask.labels, labels)
    assert mask.label_set is not None
    assert mask.label_set.names == ("background", "white matter", "class 2", "ventricle ü")
    assert mask.label_set[1].colour == (128, 64, 255)
    assert mask.label_set[3].colour == (255, 255, 0)


def layered(path: Path, layers: np.ndarray, second: int) -> Path:
    write(path, layers, kinds="list domain domain domain", space="LPS",
          space_directions="none (1,0,0) (0,1,0) (0,0,1)", space_origin="(0,0,0)")  # fmt: skip
    return with_tags(path, SEGMENTS.format(second=second, layer=1))


@pytest.mark.parametrize("second", [1, 2])
def test_layers_become_one_label_map(tmp_path: Path, second: int) -> None:
    layers = np.zeros((2, 5, 6, 7), np.uint8)
    layers[0, :2], layers[1, 3:] = 1, second
    mask = read_labels(layered(tmp_path / "a.seg.nrrd", layers, second))
    expected = np.zeros((5, 6, 7), np.uint8)
    expected[:2], expected[3:] = 1, 2
    assert_array_equal(mask.labels, expected)
    assert mask.label_set is not None
    assert mask.label_set.names == ("background", "white matter", "ventricle ü")
    assert mask.notices == ()


def test_segments_that_overlap_must_be_confirmed(tmp_path: Path) -> None:
    layers = np.zeros((2, 5, 6, 7), np.uint8)
    layers[0, :3], layers[1, 2:] = 1, 1
    mask = read_labels(layered(tmp_path / "a.seg.nrrd", layers, 1))
    assert (mask.labels[2] == 2).all()
    assert [(one.text, one.must_confirm) for one in mask.notices] == [
        ("Segments overlap in 42 voxels; there the later one is kept.", True)
    ]


def test_voxels_of_no_segment_are_never_dropped(tmp_path: Path) -> None:
    layers = np.zeros((2, 5, 6, 7), np.uint8)
    layers[1, 0, 0, 0] = 9
    with pytest.raises(ReadError, match="belong to none of its segments"):
        read_labels(layered(tmp_path / "a.seg.nrrd", layers, 1))


@pytest.mark.parametrize(("fields", "what"), [
    ({"data_file": "../other.raw"}, "outside its folder"),
    ({"data_file": "absent.raw"}, "absent.raw is missing"),
    ({"data_file": "LIST"}, "several files"),
    ({"data_file": "slice%03d.raw 1 7 1"}, "several files"),
    ({"encoding": "hex"}, "does not read ('hex')"),
    ({"type": "block"}, "samples of type 'block'"),
    ({"kinds": "complex domain domain"}, "complex numbers"),
    ({"sizes": "5 6"}, "do not fit its dimension"),
    ({"sizes": "5 6 x"}, "sizes are missing"),
    ({"sizes": "100000 100000 1"}, "header"),
    ({"byte_skip": "-5"}, "skip -5 bytes"),
    ({"space_directions": "(1,0,0) (0,1,0) (0,2,0)"}, "no usable position"),
    ({"space_directions": "(1,0,0) (0,1,0)"}, "do not fit its axes"),
    ({"space_directions": "(1,0,0) (0,1,0) (0,0,nan)"}, "no usable position"),
    ({"space_directions": "(1,0) (0,1,0) (0,0,1)"}, "vectors of one length"),
    ({"spacings": "a b c", "space_directions": None}, "no numbers"),
])  # fmt: skip
def test_a_header_of_nonsense_is_refused_in_a_sentence(
    tmp_path: Path, fields: dict[str, str | None], what: str
) -> None:
    with pytest.raises(ReadError) as caught:
        open_image(write(tmp_path / "a.nrrd", **fields))
    assert what in caught.value.what
    assert "a.nrrd" in caught.value.what
