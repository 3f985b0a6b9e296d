from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from nibabel.spm2analyze import Spm2AnalyzeHeader
from numpy.testing import assert_array_equal

from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.export.formats.masks_analyze import MasksAnalyze
from engine.export.write import write_mask
from engine.io.opening import open_image, read_labels

CLASSES = LabelSet.named(["background", "object"])
LABELS = (np.arange(5 * 6 * 7) % 2).astype(np.uint8).reshape(5, 6, 7)


def exported(folder: Path, *, endianness: str = "<", origin: bytes = b"", sides: int = 3) -> Path:
    header = nib.AnalyzeHeader(endianness=endianness)
    header.set_data_dtype(np.int16)
    header.set_data_shape((5, 6, 7, 1)[:sides])
    header.set_zooms((1.5, 0.9, 2.0, 1.0)[:sides])
    header["descrip"], header["patient_id"] = b"Jane Doe", b"doe-1950"
    data = bytearray(header.binaryblock)
    data[253 : 253 + len(origin)] = origin
    (folder / "image.hdr").write_bytes(data)
    (folder / "image.img").write_bytes(bytes(2 * LABELS.size))
    image = open_image(folder / "image.hdr")
    write_mask(LabelMap(LABELS, image.geometry, CLASSES), image.source, folder / "mask.hdr",
               MasksAnalyze())  # fmt: skip
    return folder / "mask.hdr"


@pytest.mark.parametrize("endianness", ["<", ">"])
@pytest.mark.parametrize("sides", [3, 4])
def test_the_pair_lies_where_its_image_lies(tmp_path: Path, endianness: str, sides: int) -> None:
    mask = exported(tmp_path, endianness=endianness, sides=sides)
    assert_array_equal(nib.load(mask).affine, nib.load(tmp_path / "image.hdr").affine)
    assert_array_equal(np.asarray(nib.load(mask).dataobj), LABELS)
    for path in (mask, mask.with_suffix(".img")):
        assert_array_equal(read_labels(path).labels, LABELS)


def test_the_origin_of_spm_is_kept(tmp_path: Path) -> None:
    mask = exported(tmp_path, origin=np.array([2, 3, 4], "<i2").tobytes())
    assert_array_equal(nib.load(mask).affine, nib.load(tmp_path / "image.hdr").affine)
    with mask.open("rb") as file:
        assert Spm2AnalyzeHeader.from_fileobj(file)["origin"][:3].tolist() == [2, 3, 4]


def test_no_name_leaves_not_even_by_the_bytes_of_the_origin(tmp_path: Path) -> None:
    data = exported(tmp_path, origin=b"Jane Doe").read_bytes()
    for text in (b"Doe", b"doe", b"Jane"):
        assert text not in data
