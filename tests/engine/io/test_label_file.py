from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.label_set import LabelClass, LabelSet
from engine.errors import ReadError
from engine.io.label_file import label_file_text, read_label_file
from engine.io.opening import read_labels

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
    path = tmp_path / "theirs.txt"
    path.write_text(THEIRS)
    found = read_label_file(path)
    assert found.names == ("Clear Label", "class 1", "Label 2", "class 3", 'a "quoted" one')
    assert found[2].colour == (255, 0, 10)


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
    assert read_label_file(path) == label_set


@pytest.mark.parametrize("text", ["", "notes of a doctor\n", '    1 2 3 4 1 1 1 "x"\n',
                                  "# ITK-SnAP Label Description File\n"])  # fmt: skip
def test_another_text_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(ReadError, match="is no label file of ITK-SNAP"):
        read_label_file(tmp_path / "a.txt")


@pytest.mark.parametrize(("highest", "is_named"), [(3, True), (4, False)])
def test_a_mask_takes_the_names_beside_it_if_they_reach_its_classes(
    tmp_path: Path, highest: int, is_named: bool
) -> None:
    labels = np.zeros((3, 4, 5), np.uint8)
    labels[0, 0, 0], labels[1, 1, 1] = highest, 255
    nib.Nifti1Image(labels, np.eye(4)).to_filename(tmp_path / "mask.nii.gz")
    assert read_labels(tmp_path / "mask.nii.gz").label_set is None
    (tmp_path / "labels.txt").write_text(label_file_text(CLASSES), encoding="utf-8")
    assert read_labels(tmp_path / "mask.nii.gz").label_set == (CLASSES if is_named else None)
