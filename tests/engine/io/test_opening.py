from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import nibabel as nib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PIL import Image as Pillow

from engine.core.geometry import Geometry
from engine.core.image import Image
from engine.core.label_set import IGNORE, LabelSet
from engine.errors import GeometryError, ReadError
from engine.io import opening
from engine.io.discovery import find_cases
from engine.io.formats.raster import Raster
from engine.io.image_format import MaskFile, Part
from engine.io.label_names import ORDERS
from engine.io.opening import list_parts, open_image, open_mask, order_notice, read_labels
from engine.io.table import IMAGE_FORMATS, ImageFormatRow
from engine.registry import Registry

CLASSES = LabelSet.named(["background", "nucleus", "membrane"])
MASK = (np.arange(20).reshape(4, 5) % 3).astype(np.uint8)


def assert_says_what_where_and_what_to_do(error: ReadError, path: Path, what: str) -> None:
    assert str(path) in error.what
    assert what in error.what
    assert error.remedy.endswith(".")
    assert str(error) == f"{error.what} {error.remedy}"


@pytest.mark.parametrize("ending", [".png", ".jpg", ".tif", ".nii", ".nii.gz"])
def test_a_text_named_like_an_image_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"notes{ending}"
    path.write_text("Patient was calm.\n" * 40)
    with pytest.raises(ReadError) as caught:
        open_image(path)
    assert_says_what_where_and_what_to_do(caught.value, path, "whatever its name says")


def test_a_file_of_no_known_kind_is_answered_with_the_kinds_there_are(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    with pytest.raises(ReadError) as caught:
        open_image(path)
    assert_says_what_where_and_what_to_do(caught.value, path, "is no image Sulcus can read")
    for row in IMAGE_FORMATS:
        assert all(suffix in caught.value.remedy for suffix in row.suffixes)


@pytest.mark.parametrize("ending", [".png", ".nii.gz", ".tif", ""])
def test_an_empty_file_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"empty{ending}"
    path.touch()
    with pytest.raises(ReadError) as caught:
        open_image(path)
    assert_says_what_where_and_what_to_do(caught.value, path, "is empty")


def test_a_folder_is_no_image(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        open_image(tmp_path)
    assert_says_what_where_and_what_to_do(caught.value, tmp_path, "is a folder")


@pytest.mark.parametrize("name", ["absent.png", "x" * 300 + ".png"])
def test_a_file_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(ReadError) as caught:
        open_image(path)
    assert_says_what_where_and_what_to_do(caught.value, path, "cannot be read: ")


def test_the_content_counts_and_not_the_name(
    tmp_path: Path, make_volume: Callable[..., Path]
) -> None:
    Pillow.fromarray(MASK).save(tmp_path / "really.png")
    (tmp_path / "really.png").rename(tmp_path / "picture.nii.gz")
    assert open_image(tmp_path / "picture.nii.gz").geometry.shape == (4, 5)
    make_volume("volume.nii").rename(tmp_path / "volume")
    assert open_image(tmp_path / "volume").geometry.is_volume


def test_a_gzip_that_is_called_nii_is_read_as_what_it_is(
    tmp_path: Path, make_volume: Callable[..., Path]
) -> None:
    path = make_volume("a.nii")
    (tmp_path / "b.nii").write_bytes(gzip.compress(path.read_bytes()))
    one, two = open_image(path), open_image(tmp_path / "b.nii")
    assert_array_equal(one.pixels, two.pixels)


def test_reading_changes_nothing_and_the_pixels_are_read_only(
    make_volume: Callable[..., Path],
) -> None:
    path = make_volume("a b/Größe.nii")
    before = path.read_bytes()
    image = open_image(path)
    assert path.read_bytes() == before
    with pytest.raises(ValueError, match="read-only"):
        image.pixels[0, 0, 0, 0] = 1
    path.write_bytes(b"")  # not mapped: what was read stays
    assert image.pixels.any()


def test_an_image_too_large_for_the_machine_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Raster, path: Path, part: str) -> None:
        raise MemoryError

    monkeypatch.setattr(Raster, "read", full)
    monkeypatch.setattr(Raster, "read_labels", full)
    path = tmp_path / "large.png"
    Pillow.fromarray(MASK).save(path)
    for read in (open_image, read_labels):
        with pytest.raises(ReadError) as caught:
            read(path)
        assert_says_what_where_and_what_to_do(caught.value, path, "more memory")


def test_a_mask_takes_the_grid_and_classes_it_is_asked_for(tmp_path: Path) -> None:
    labels = MASK.copy()
    labels[0, 0] = IGNORE
    Pillow.fromarray(labels).save(tmp_path / "mask.png")
    geometry = Geometry((4, 5))
    mask = open_mask(tmp_path / "mask.png", geometry, CLASSES)
    assert_array_equal(mask.labels, labels)
    assert mask.geometry is geometry
    assert mask.label_set is CLASSES


def test_a_mask_of_another_size_is_refused(tmp_path: Path) -> None:
    Pillow.fromarray(MASK).save(tmp_path / "mask.png")
    with pytest.raises(GeometryError, match=r"has 5 x 4 pixels and the mask .* 4 x 5"):
        open_mask(tmp_path / "mask.png", Geometry((5, 4)), CLASSES)


def test_a_mask_with_more_classes_than_there_are_is_refused(tmp_path: Path) -> None:
    Pillow.fromarray(np.full((4, 5), 3, np.uint8)).save(tmp_path / "mask.png")
    with pytest.raises(ReadError) as caught:
        open_mask(tmp_path / "mask.png", Geometry((4, 5)), CLASSES)
    what = "has class 3, but there are only 3 classes (background, nucleus, membrane)"
    assert_says_what_where_and_what_to_do(caught.value, tmp_path / "mask.png", what)


@pytest.mark.parametrize(("moved_mm", "fits"), [(0.0, True), (5e-5, True), (0.01, False)])
def test_a_mask_must_lie_where_its_image_lies(
    make_volume: Callable[..., Path], moved_mm: float, fits: bool
) -> None:
    image = open_image(make_volume("image.nii", affine=np.diag([1.0, 1.0, 1.0, 1.0])))
    place = np.eye(4)
    place[0, 3] = moved_mm
    path = make_volume("mask.nii", np.ones((12, 10, 8), np.uint8), affine=place)
    if fits:
        assert open_mask(path, image.geometry, CLASSES).geometry is image.geometry
    else:
        with pytest.raises(
            GeometryError, match=r"Mask and image are 0\.01 mm apart; not loaded as a pair"
        ):
            open_mask(path, image.geometry, CLASSES)


def test_a_stack_without_a_place_takes_a_mask_of_its_shape(
    make_volume: Callable[..., Path],
) -> None:
    path = make_volume("mask.nii.gz", np.ones((3, 9, 8), np.uint8))
    geometry = Geometry((3, 9, 8))
    assert open_mask(path, geometry, CLASSES).geometry is geometry


def test_a_part_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    Pillow.fromarray(MASK).save(path)
    with pytest.raises(ReadError) as caught:
        open_image(path, "2")
    assert_says_what_where_and_what_to_do(caught.value, path, "has no part '2'")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("a.mnc", "is a MINC volume"),
        ("a+orig.HEAD", "is a volume of AFNI"),
        ("a.PAR", "is a volume of a Philips scanner"),
    ],
)
def test_a_format_that_is_known_but_not_read_is_named(tmp_path: Path, name: str, what: str) -> None:
    (tmp_path / name).write_bytes(b"whatever is in it")
    with pytest.raises(ReadError) as caught:
        open_image(tmp_path / name)
    assert_says_what_where_and_what_to_do(caught.value, tmp_path / name, what)
    assert ".nii.gz" in caught.value.remedy


def test_a_folder_lists_a_pair_of_files_once(tmp_path: Path) -> None:
    header = nib.AnalyzeHeader()
    header.set_data_shape((2, 3, 4))
    (tmp_path / "a.hdr").write_bytes(header.binaryblock)
    (tmp_path / "a.img").write_bytes(bytes(96))
    assert [case.image.path for case in find_cases([tmp_path]).cases] == [tmp_path / "a.hdr"]


@pytest.mark.parametrize("read", [open_image, list_parts, read_labels])
def test_a_pipe_is_refused_and_not_waited_for(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "link.png").symlink_to(tmp_path / "pipe.png")
    for name in ("pipe.png", "link.png"):
        with pytest.raises(ReadError) as caught:
            read(tmp_path / name)
        assert_says_what_where_and_what_to_do(caught.value, tmp_path / name, "is a pipe")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no devices as files")
def test_a_device_is_refused() -> None:
    with pytest.raises(ReadError, match="a pipe or a device"):
        open_image(Path("/dev/zero"))


TISSUES = LabelSet.named(["background", "CSF", "GM", "WM"])
NAMES_OF_BIDS = LabelSet.named(["BG", "grey matter", "White_Matter", "cerebrospinal fluid"])


@pytest.fixture
def tissue_mask(tmp_path: Path) -> Path:
    Pillow.fromarray((np.arange(20).reshape(4, 5) % 4).astype(np.uint8)).save(tmp_path / "m.png")
    return tmp_path / "m.png"


def test_the_names_in_a_mask_count_and_not_its_numbers(
    tissue_mask: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Raster.read_labels

    def named(self: Raster, path: Path, part: str) -> MaskFile:
        found = read(self, path, part)
        return MaskFile(found.labels, found.geometry, NAMES_OF_BIDS)

    monkeypatch.setattr(Raster, "read_labels", named)
    found = open_mask(tissue_mask, Geometry((4, 5)), TISSUES).labels
    assert_array_equal(found, np.array([0, 2, 3, 1], np.uint8)[np.arange(20).reshape(4, 5) % 4])
    assert order_notice(tissue_mask, read_labels(tissue_mask), TISSUES) is None


def test_names_given_are_stronger_than_those_beside_the_mask(tissue_mask: Path) -> None:
    raw = read_labels(tissue_mask).labels
    (tissue_mask.parent / "labels.txt").write_text("background\nGM\nWM\nCSF\n")
    beside = open_mask(tissue_mask, Geometry((4, 5)), TISSUES).labels
    assert_array_equal(beside, np.array([0, 2, 3, 1], np.uint8)[raw])
    told = open_mask(tissue_mask, Geometry((4, 5)), TISSUES, ORDERS["ibsr"]).labels
    assert_array_equal(told, raw)


def test_a_mask_of_tissues_without_names_asks_what_its_numbers_mean(tissue_mask: Path) -> None:
    notice = order_notice(tissue_mask, read_labels(tissue_mask), TISSUES)
    assert notice is not None
    assert notice.must_confirm
    assert notice.text == "This mask has no label names. 1 = CSF (IBSR, FSL) or GM (BIDS)?"
    assert order_notice(tissue_mask, read_labels(tissue_mask), CLASSES) is None
    (tissue_mask.parent / "labels.json").write_text('["background", "CSF", "GM", "WM"]')
    assert order_notice(tissue_mask, read_labels(tissue_mask), TISSUES) is None


def test_a_folder_of_slices_is_listed_once_to_open_one_of_its_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Pillow.fromarray(MASK).save(tmp_path / "a.png")
    listed: list[Path] = []

    class Series(Raster):
        def parts(self, path: Path) -> tuple[Part, ...]:
            listed.append(path)
            return (Part("one", "one", (4, 5)),)

        def read(self, path: Path, part: str = "") -> Image:
            return super().read(path / "a.png")

    module = ModuleType("test_series")
    module.Series = Series  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "test_series", module)
    row = ImageFormatRow("series", "", (".x",), (), "test_series:Series", opens_folders=True)
    monkeypatch.setattr(opening, "IMAGE_FORMATS", Registry("image format", row))
    assert open_image(tmp_path, "one").geometry.shape == (4, 5)
    assert [part.key for part in list_parts(tmp_path)] == ["one"]
    assert listed == [tmp_path] * 2


def test_a_header_is_judged_by_its_own_file_only_where_the_pixels_lie_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.io.image_format.SMALL", 0)
    Pillow.fromarray(MASK).save(tmp_path / "a.png")
    assert open_image(tmp_path / "a.png").geometry.shape == (4, 5)
    monkeypatch.setattr("engine.io.image_format.DENSEST", 0)
    (tmp_path / "a.mhd").write_text(
        "ObjectType = Image\nNDims = 3\nDimSize = 3 4 5\nElementType = MET_UCHAR\n"
        "ElementSpacing = 1 1 1\nElementDataFile = a.raw\n"
    )
    (tmp_path / "a.raw").write_bytes(bytes(60))
    assert open_image(tmp_path / "a.mhd").geometry.is_volume
    with pytest.raises(ReadError, match="its header claims 5 x 4 pixels"):
        open_image(tmp_path / "a.png")
