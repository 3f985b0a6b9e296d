from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from engine.core.label_set import IGNORE, LabelClass, LabelSet
from engine.errors import ParameterError, ReadError
from engine.io.label_names import ORDERS, names_beside, parse_order, read_label_set, remap

IBSR = LabelSet.named(list(ORDERS["ibsr"].values()))
BIDS = LabelSet.named(list(ORDERS["bids"].values()))
SOME = Path("mask.nii")


@given(st.binary(min_size=1, max_size=60))
def test_from_ibsr_to_bids_and_back_changes_nothing(data: bytes) -> None:
    labels = np.frombuffer(data, np.uint8) % 5
    labels[labels == 4] = IGNORE
    there = remap(labels, ORDERS["ibsr"], BIDS, SOME)
    assert_array_equal(there == 1, labels == 2)  # grey matter
    assert_array_equal(there == 3, labels == 1)  # cerebrospinal fluid
    assert_array_equal(remap(there, ORDERS["bids"], IBSR, SOME), labels)


def test_names_are_found_whatever_their_capitals_and_spelling() -> None:
    names = {0: "BG", 2: "Grey_Matter", 41: "WHITE matter", 24: "Cerebrospinal-Fluid"}
    found = remap(np.array([0, 2, 41, 24], np.uint8), names, IBSR, SOME)
    assert_array_equal(found, [0, 2, 3, 1])


def test_names_that_are_no_class_are_refused_by_name() -> None:
    with pytest.raises(ReadError) as caught:
        remap(np.array([0, 1, 5, 7], np.uint8), {1: "lesion", 7: "WM"}, IBSR, SOME)
    assert "'lesion', 5 without a name" in caught.value.what
    assert "(background, CSF, GM, WM)" in caught.value.what
    assert "Add the class" in caught.value.remedy


def test_names_of_values_that_do_not_occur_need_no_class() -> None:
    assert_array_equal(remap(np.array([1], np.uint8), {1: "WM", 9: "lesion"}, IBSR, SOME), [3])


def test_what_is_named_void_counts_nowhere_unless_it_is_a_class() -> None:
    labels = np.array([4, IGNORE], np.uint8)
    assert_array_equal(remap(labels, {4: "void"}, IBSR, SOME), [IGNORE, IGNORE])
    with_void = LabelSet.named(["background", "unknown"])
    assert_array_equal(remap(labels[:1], {4: "void"}, with_void, SOME), [1])


def test_a_background_by_another_name_is_still_where_it_is_named() -> None:
    outside = LabelSet.named(["outside", "cell"])
    assert_array_equal(remap(np.array([0, 3], np.uint8), {3: "Cell"}, outside, SOME), [0, 1])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps(asdict(IBSR))),
        ("a.json", '{"labels": {"background": 0, "CSF": 1, "GM": 2, "WM": 3}}'),
        ("a.json", '{"labels": {"0": "background", "1": "CSF", "2": "GM", "3": "WM"}}'),
        ("a.json", '["background", "CSF", "GM", "WM"]'),
        ("a.json", '{"CSF": 1, "GM": 2, "WM": 3}'),
        ("a.json", '{"labels": {"background": 0, "brain": [2, 3], "CSF": 1, "GM": 2, "WM": 3}}'),
        ("a.txt", "background\n CSF \n\n# a remark\nGM\nWM\n"),
        ("a.txt", "\ufeffbackground\r\nCSF\r\nGM\r\nWM\r\n"),
        ("a.txt", "0 background\n1: CSF\n2, GM\n3\tWM\n"),
        ("a.txt", "1 CSF\n5 GM\n9 WM\n"),
        ("a.txt", '#\n0 0 0 0 0 0 0 "background"\n  1 255 0 0 1 1 1 "CSF"\n'
                  '2 0 255 0 0.5 1 1 "GM"\n3 0 0 255 1 1 1 "WM"\n'),
    ],
)  # fmt: skip
def test_classes_are_read_from_what_people_have(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = read_label_set(tmp_path / name)
    assert found.names == ("background", "CSF", "GM", "WM")


def test_colours_are_kept_where_there_are_any(tmp_path: Path) -> None:
    mine = LabelSet((LabelClass(0, "background", (0, 0, 0)), LabelClass(1, "cell", (1, 2, 3))))
    (tmp_path / "a.json").write_text(json.dumps(asdict(mine)))
    assert read_label_set(tmp_path / "a.json") == mine
    (tmp_path / "a.txt").write_text('0 0 0 0 0 0 0 "Clear Label"\n7 9 8 7 1 1 1 "cell"\n')
    assert read_label_set(tmp_path / "a.txt")[1] == LabelClass(1, "cell", (9, 8, 7))


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.json", b"{"), ("a.json", b'{"classes": [{"index": "x"}]}'), ("a.json", b"7"),
     ("a.json", b'{"classes": [{"index": 0, "name": "a", "colour": [1, 2, 999]}]}'),
     ("a.json", b"[" * 100_000), ("a.txt", b""), ("a.txt", b"\xff\xfe\x00"), ("gone.txt", None),
     ("a.txt", bytes(2_000_000))],
)  # fmt: skip
def test_what_is_no_list_of_names_is_refused(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ReadError) as caught:
        read_label_set(tmp_path / name)
    assert str(tmp_path / name) in caught.value.what


def test_names_lie_beside_a_mask_or_above_the_labels_of_nnunet(tmp_path: Path) -> None:
    mask = tmp_path / "labelsTr" / "a.nii.gz"
    mask.parent.mkdir()
    assert names_beside(mask) is None
    (tmp_path / "dataset.json").write_text('{"labels": {"background": 0, "GM": 1}, "name": "x"}')
    assert names_beside(mask) == {0: "background", 1: "GM"}
    (mask.parent / "labels.json").write_text('{"1": "WM"}')
    assert names_beside(mask) == {1: "WM"}


def test_an_order_is_a_standard_or_names_with_commas() -> None:
    assert parse_order("IBSR") == ORDERS["ibsr"]
    assert parse_order("nothing, GM,WM") == {0: "nothing", 1: "GM", 2: "WM"}
    for wrong in ("fsl2", "", "a,,b"):
        with pytest.raises(ParameterError):
            parse_order(wrong)
