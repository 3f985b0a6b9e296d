from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.label_set import LabelClass, LabelSet
from engine.io.label_file import label_file_text
from engine.io.label_names import names_beside, read_label_set
from engine.io.opening import open_mask, read_labels

CLASSES = LabelSet.named(["background", "CSF", "grey matter", "Größe ü"])
THEIRS = """\
################################################
# ITK-SnAP Label Description File
# File format:
# IDX   -R-  -G-  -B-  -A--  VIS MSH  LABEL
################################################
    0     0    0    0        0  0  0    "Clear Label"
    2   255    0   10     0.25  1  1    "Label 2"
    4     0  255    0        1  0  1    "a "quoted" one"
"""


def test_what_itk_snap_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "labels.txt"
    path.write_text(THEIRS)
    assert names_beside(tmp_path / "mask.nii.gz") == {
        0: "Clear Label", 2: "Label 2", 4: 'a "quoted" one'
    }  # fmt: skip
    assert read_label_set(path)[1].colour == (255, 0, 10)


@given(
    names=st.lists(
        st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters='"'), min_size=1),
        min_size=2, max_size=9, unique=True,
    ),
    colour=st.tuples(*[st.integers(0, 255)] * 3),
)  # fmt: skip
def test_names_and_colours_come_back(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], colour: tuple[int, int, int]
) -> None:
    label_set = LabelSet(tuple(LabelClass(i, name, colour) for i, name in enumerate(names)))
    path = tmp_path_factory.mktemp("labels") / "labels.txt"
    path.write_text(label_file_text(label_set), encoding="utf-8")
    assert read_label_set(path) == label_set


def test_a_mask_takes_the_names_beside_it(tmp_path: Path) -> None:
    labels = np.zeros((3, 4, 5), np.uint8)
    labels[0, 0, 0], labels[1, 1, 1] = 1, 255
    path = tmp_path / "mask.nii.gz"
    nib.Nifti1Image(labels, np.eye(4)).to_filename(path)
    (tmp_path / "labels.txt").write_text(label_file_text(CLASSES), encoding="utf-8")
    other = LabelSet.named(["background", "grey matter", "CSF"])
    found = open_mask(path, read_labels(path).geometry, other).labels
    assert found[0, 0, 0] == 2
    assert found[1, 1, 1] == 255
