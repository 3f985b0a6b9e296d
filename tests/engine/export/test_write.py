from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_array_equal
from PIL import Image as Pillow

from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.core.sources import Sources
from engine.errors import UnknownName, WriteError
from engine.export.export_format import ExportFormat
from engine.export.formats.masks_analyze import MasksAnalyze
from engine.export.formats.masks_nifti import MasksNifti
from engine.export.formats.masks_png import MasksPng
from engine.export.table import EXPORT_FORMATS, ExportFormatRow, natural_format
from engine.export.write import write_label_set, write_mask
from engine.io.opening import open_image, open_mask

CLASSES = LabelSet.named(["background", "CSF", "GM"])


@dataclass
class Shifting:
    """A writer with a fault: the mask lies `mm` from its image."""

    mm: float

    def suits(self, geometry: Geometry, source: Source) -> bool:
        return True

    def file_name(self, stem: str) -> str:
        return f"{stem}.nii.gz"

    def write(
        self, mask: LabelMap, source: Source, path: Path, sources: Sources | None = None
    ) -> None:
        assert mask.geometry.affine is not None
        affine = mask.geometry.affine.copy()
        affine[0, 3] += self.mm
        moved = LabelMap(mask.labels, Geometry(mask.geometry.shape, affine), mask.label_set)
        MasksNifti().write(moved, Source(source.path, ""), path)


class Forgetful(MasksNifti):
    """A writer with a fault: one voxel is lost."""

    def write(
        self, mask: LabelMap, source: Source, path: Path, sources: Sources | None = None
    ) -> None:
        labels = mask.labels.copy()
        labels.flat[0] ^= 1
        super().write(LabelMap(labels, mask.geometry, mask.label_set), source, path)


class Failing(MasksNifti):
    """A writer with a fault: it writes half, or nothing that can be read."""

    def write(
        self, mask: LabelMap, source: Source, path: Path, sources: Sources | None = None
    ) -> None:
        super().write(mask, source, path)
        path.write_bytes(path.read_bytes()[:50])


def volume_and_mask(make_volume: Callable[..., Path]) -> tuple[Image, LabelMap]:
    image = open_image(make_volume("image.nii", affine=np.eye(4)))
    labels = (np.arange(960).reshape(12, 10, 8) % 3).astype(np.uint8)
    labels[3, 2, 1] = IGNORE
    return image, LabelMap(labels, image.geometry, CLASSES)


@pytest.mark.parametrize("faulty", [Shifting(1e-5), Shifting(3.0), Forgetful(), Failing()])
def test_what_does_not_read_back_equal_never_replaces_the_old_file(
    tmp_path: Path, make_volume: Callable[..., Path], faulty: ExportFormat
) -> None:
    image, mask = volume_and_mask(make_volume)
    path = tmp_path / "out" / "mask.nii.gz"
    path.parent.mkdir()
    path.write_bytes(b"old")
    with pytest.raises(WriteError, match="differs from what was written") as caught:
        write_mask(mask, image.source, path, faulty)
    assert str(path) in caught.value.what
    assert path.read_bytes() == b"old"
    assert [one.name for one in path.parent.iterdir()] == ["mask.nii.gz"]


def test_the_faulty_writer_without_its_fault_is_accepted(
    tmp_path: Path, make_volume: Callable[..., Path]
) -> None:
    image, mask = volume_and_mask(make_volume)
    write_mask(mask, image.source, tmp_path / "mask.nii.gz", Shifting(0.0))
    assert (tmp_path / "mask.nii.gz").exists()


def test_a_picture_format_refuses_to_lose_a_place_in_space(
    tmp_path: Path, make_volume: Callable[..., Path]
) -> None:
    image = open_image(make_volume("slice.nii", np.zeros((4, 5), np.int16), affine=np.eye(4)))
    mask = LabelMap.empty(image.geometry, CLASSES)
    with pytest.raises(WriteError, match="differs"):
        write_mask(mask, image.source, tmp_path / "mask.png", MasksPng())
    assert not (tmp_path / "mask.png").exists()


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, make_volume: Callable[..., Path]
) -> None:
    image, mask = volume_and_mask(make_volume)
    with pytest.raises(WriteError, match="cannot be written"):
        write_mask(mask, image.source, image.source.path / "mask.nii.gz", MasksNifti())


def test_a_mask_may_take_the_place_of_the_volume_it_was_made_on(
    make_volume: Callable[..., Path],
) -> None:
    image, mask = volume_and_mask(make_volume)
    write_mask(mask, image.source, image.source.path, MasksNifti())
    assert_array_equal(open_mask(image.source.path, image.geometry, CLASSES).labels, mask.labels)
    assert image.pixels.any()


def write_picture(folder: Path) -> Path:
    Pillow.fromarray(np.arange(20, dtype=np.uint8).reshape(4, 5)).save(folder / "photo.png")
    return folder / "photo.png"


def write_slice(folder: Path) -> Path:
    import nibabel as nib

    nib.Nifti1Image(np.zeros((4, 5), np.int16), np.eye(4)).to_filename(folder / "slice.nii")
    return folder / "slice.nii"


def write_volume(folder: Path) -> Path:
    import nibabel as nib

    nib.Nifti2Image(np.zeros((4, 5, 6), np.int16), np.eye(4)).to_filename(folder / "volume.nii")
    return folder / "volume.nii"


def write_stack(folder: Path) -> Path:
    values = np.zeros((3, 9, 8), np.uint16)
    tifffile.imwrite(folder / "stack.tif", values, photometric="minisblack")
    return folder / "stack.tif"


def write_analyze(folder: Path) -> Path:
    import nibabel as nib

    header = nib.AnalyzeHeader()
    header.set_data_dtype(np.uint8)
    header.set_data_shape((4, 5, 6))
    header.set_zooms((1.5, 0.9, 2.0))
    (folder / "pair.hdr").write_bytes(header.binaryblock)
    (folder / "pair.img").write_bytes(bytes(120))
    return folder / "pair.hdr"


def write_nrrd(folder: Path) -> Path:
    head = (
        "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 4 5 6\nspace: RAS\nencoding: raw\n"
        "space directions: (1.1,0,0) (0,0.7,0) (0,0,2)\nspace origin: (1,2000.3,3)\n\n"
    )
    (folder / "volume.nrrd").write_bytes(head.encode() + bytes(120))
    return folder / "volume.nrrd"


def write_metaimage(folder: Path) -> Path:
    head = (
        "ObjectType = Image\nNDims = 3\nTransformMatrix = 0.8 0.6 0 -0.6 0.8 0 0 0 1\n"
        "Offset = 1 2000.3 3\nElementSpacing = 1.1 0.7 2\nDimSize = 4 5 6\n"
        "ElementType = MET_UCHAR\nElementDataFile = LOCAL\n"
    )
    (folder / "volume.mha").write_bytes(head.encode() + bytes(120))
    return folder / "volume.mha"


SOURCES = [
    write_picture,
    write_slice,
    write_volume,
    write_stack,
    write_analyze,
    write_nrrd,
    write_metaimage,
]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (write_slice, "nifti"),
        (write_volume, "nifti"),
        (write_analyze, "analyze"),
        (write_nrrd, "nrrd"),
        (write_metaimage, "metaimage"),
    ],
)
def test_a_mask_keeps_the_format_of_its_volume_where_that_is_asked_for(
    tmp_path: Path, source: Callable[[Path], Path], name: str
) -> None:
    image = open_image(source(tmp_path))
    assert natural_format(image.geometry, image.source) == name


def test_no_other_format_is_offered_for_an_image_that_says_no_sides(tmp_path: Path) -> None:
    import nibabel as nib

    silent = tmp_path / "silent.nii"
    plain = nib.Nifti1Image(np.zeros((4, 5, 6), np.int16), None)
    plain.to_filename(silent)
    for path, only in ((write_analyze(tmp_path), "analyze"), (silent, "nifti")):
        image = open_image(path)
        assert [one.must_confirm for one in image.notices] == [True]
        suiting = [
            row.name
            for row in EXPORT_FORMATS
            if EXPORT_FORMATS.load(row.name)().suits(image.geometry, image.source)
        ]
        assert suiting == [only]


@pytest.mark.parametrize("source", SOURCES)
def test_every_image_that_opens_has_a_format_its_mask_can_be_kept_in(
    tmp_path: Path, source: Callable[[Path], Path]
) -> None:
    image = open_image(source(tmp_path))
    format_ = EXPORT_FORMATS.load(natural_format(image.geometry, image.source))()
    assert format_.suits(image.geometry, image.source)
    labels = np.random.default_rng(1).integers(0, 3, image.geometry.shape).astype(np.uint8)
    path = tmp_path / format_.file_name("ü mask")
    write_mask(LabelMap(labels, image.geometry, CLASSES), image.source, path, format_)
    assert_array_equal(open_mask(path, image.geometry, CLASSES).labels, labels)


@pytest.mark.parametrize("row", list(EXPORT_FORMATS), ids=lambda row: row.name)
@pytest.mark.parametrize("source", SOURCES)
def test_every_format_writes_the_same_bytes_twice_where_it_suits(
    tmp_path: Path, row: ExportFormatRow, source: Callable[[Path], Path]
) -> None:
    format_ = EXPORT_FORMATS.load(row.name)()
    image = open_image(source(tmp_path))
    if not format_.suits(image.geometry, image.source):
        return
    labels = np.random.default_rng(1).integers(0, 3, image.geometry.shape).astype(np.uint8)
    mask = LabelMap(labels, image.geometry, CLASSES)
    paths = [tmp_path / "one" / format_.file_name("a"), tmp_path / "two" / format_.file_name("b")]
    for path in paths:
        write_mask(mask, image.source, path, format_)
    for one, two in zip(*(sorted(path.parent.iterdir()) for path in paths), strict=True):
        assert one.read_bytes() == two.read_bytes()
    beside = [one for one in paths[0].parent.iterdir() if one != paths[0]]
    assert [one.name for one in beside] == (["a.img"] if row.name == "analyze" else [])


@pytest.mark.parametrize("row", list(EXPORT_FORMATS), ids=lambda row: row.name)
@given(data=st.data())
def test_every_format_keeps_every_mask(
    tmp_path_factory: pytest.TempPathFactory, row: ExportFormatRow, data: st.DataObject
) -> None:
    format_ = EXPORT_FORMATS.load(row.name)()
    folder = tmp_path_factory.mktemp("mask")
    source = (
        open_image(write_analyze(folder)).source if row.name == "analyze" else Source(folder, "")
    )
    shapes = [shape for shape in ((3, 4), (2, 3, 4)) if format_.suits(Geometry(shape), source)]
    if not shapes:
        return  # it needs the files an image came from; see its own tests
    shape = data.draw(st.sampled_from(shapes))
    elements = st.sampled_from([0, 1, 2, IGNORE])
    labels = data.draw(arrays(np.uint8, shape, elements=elements))
    mask = LabelMap(labels, Geometry(shape), CLASSES)
    path = folder / format_.file_name("a")
    write_mask(mask, source, path, format_)
    assert_array_equal(open_mask(path, mask.geometry, CLASSES).labels, labels)


def test_rows_have_names_of_their_own_and_a_miss_is_answered() -> None:
    assert len({row.title for row in EXPORT_FORMATS}) == len(EXPORT_FORMATS)
    with pytest.raises(UnknownName, match="Did you mean 'nifti'"):
        EXPORT_FORMATS["nifty"]


def test_a_group_of_files_takes_its_place_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = open_image(write_analyze(tmp_path))
    path = tmp_path / "out" / "mask.hdr"
    masks = [LabelMap(np.full((4, 5, 6), n, np.uint8), image.geometry, CLASSES) for n in (1, 2)]
    write_mask(masks[0], image.source, path, MasksAnalyze())
    before = {one.name: one.read_bytes() for one in path.parent.iterdir()}
    assert set(before) == {"mask.hdr", "mask.img"}
    real = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == "mask.hdr":
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(WriteError, match="no space left"):
        write_mask(masks[1], image.source, path, MasksAnalyze())
    with pytest.raises(WriteError, match="no space left"):
        write_mask(masks[1], image.source, path.parent / "mask.hdr", MasksAnalyze())
    assert {one.name: one.read_bytes() for one in path.parent.iterdir()} == before


def test_the_classes_are_written_with_names_and_colours(tmp_path: Path) -> None:
    write_label_set(CLASSES, tmp_path / "labels.json")
    kept = json.loads((tmp_path / "labels.json").read_text())
    assert [one["name"] for one in kept["classes"]] == ["background", "CSF", "GM"]
    assert [one["index"] for one in kept["classes"]] == [0, 1, 2]
    assert kept["classes"][1]["colour"] == list(CLASSES[1].colour)
