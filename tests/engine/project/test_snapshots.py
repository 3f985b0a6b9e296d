from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_array_equal

from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.core.probabilities import Probabilities
from engine.errors import ReadError, WriteError
from engine.project.snapshots import (
    has_probabilities,
    load_labels,
    load_probabilities,
    save_labels,
    save_probabilities,
)

CLASSES = LabelSet.named(["background", "CSF", "GM"])
GRID = Geometry((3, 5, 7))
LABELS = np.random.default_rng(1).integers(0, 3, GRID.shape).astype(np.uint8)
TOUCHED = np.random.default_rng(2).random(GRID.shape) < 0.3
VALUES = np.random.default_rng(3).dirichlet([1, 1, 1], GRID.shape)
BELIEFS = np.moveaxis(VALUES, -1, 0).astype(np.float16)


def keep(folder: Path) -> Path:
    save_labels(folder, "abc", LabelMap(LABELS, GRID, CLASSES), TOUCHED)
    return folder / "labels" / "abc.npz"


@given(
    labels=arrays(
        np.uint8, st.sampled_from([(3, 4), (2, 3, 5)]), elements=st.sampled_from([0, 1, 2, IGNORE])
    ),
    data=st.data(),
)
def test_a_mask_and_what_was_touched_come_back(
    tmp_path_factory: pytest.TempPathFactory, labels: np.ndarray, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("project")
    grid = Geometry(labels.shape)
    touched = data.draw(arrays(np.bool_, labels.shape))
    save_labels(folder, "x", LabelMap(labels, grid, CLASSES), touched)
    kept, found = load_labels(folder, "x", grid, CLASSES)
    assert_array_equal(kept.labels, labels)
    assert_array_equal(found, touched)
    assert found.dtype == np.bool_


def test_a_case_without_a_mask_is_all_background_and_untouched(tmp_path: Path) -> None:
    kept, touched = load_labels(tmp_path, "abc", GRID, CLASSES)
    assert not kept.labels.any()
    assert not touched.any()
    assert kept.geometry is GRID
    assert list(tmp_path.iterdir()) == []


def test_probabilities_come_back_bit_for_bit(tmp_path: Path) -> None:
    assert not has_probabilities(tmp_path, "abc")
    assert load_probabilities(tmp_path, "abc", GRID, CLASSES) is None
    save_probabilities(tmp_path, "abc", Probabilities(BELIEFS, GRID, CLASSES))
    assert has_probabilities(tmp_path, "abc")
    found = load_probabilities(tmp_path, "abc", GRID, CLASSES)
    assert found is not None
    assert_array_equal(found.values, BELIEFS)
    assert found.values.dtype == np.float16


def test_cases_do_not_mix(tmp_path: Path) -> None:
    keep(tmp_path)
    kept, _ = load_labels(tmp_path, "abd", GRID, CLASSES)
    assert not kept.labels.any()


def test_saving_again_replaces_and_leaves_no_other_file(tmp_path: Path) -> None:
    path = keep(tmp_path)
    save_labels(tmp_path, "abc", LabelMap.empty(GRID, CLASSES), ~TOUCHED)
    kept, touched = load_labels(tmp_path, "abc", GRID, CLASSES)
    assert not kept.labels.any()
    assert_array_equal(touched, ~TOUCHED)
    assert list(path.parent.iterdir()) == [path]


def test_a_save_that_fails_half_way_keeps_the_old_mask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = keep(tmp_path)

    def full(file: Any, **_: Any) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(WriteError, match="no space left"):
        save_labels(tmp_path, "abc", LabelMap.empty(GRID, CLASSES), TOUCHED)
    monkeypatch.undo()
    assert_array_equal(load_labels(tmp_path, "abc", GRID, CLASSES)[0].labels, LABELS)
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_is_a_write_error(tmp_path: Path) -> None:
    (tmp_path / "labels").write_bytes(b"a file, not a folder")
    with pytest.raises(WriteError, match="cannot be written"):
        keep(tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_mask_cut_short_is_never_shown_as_an_empty_one(tmp_path: Path, share: float) -> None:
    path = keep(tmp_path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(ReadError, match="is damaged") as caught:
        load_labels(tmp_path, "abc", GRID, CLASSES)
    assert str(path) in caught.value.what
    assert "backup" in caught.value.remedy


@pytest.mark.parametrize(
    "other",
    [
        {"values": np.array([{"code": 1}], object)},
        {"touched": np.zeros(14, np.uint8)},
        {"values": LABELS},
    ],
)
def test_an_archive_of_something_else_is_damaged(
    tmp_path: Path, other: dict[str, np.ndarray]
) -> None:
    path = keep(tmp_path)
    with path.open("wb") as file:
        np.savez(file, **other)
    with pytest.raises(ReadError, match="is damaged"):
        load_labels(tmp_path, "abc", GRID, CLASSES)


def test_a_bare_array_is_damaged(tmp_path: Path) -> None:
    path = keep(tmp_path)
    with path.open("wb") as file:
        np.save(file, LABELS)
    with pytest.raises(ReadError, match="is damaged"):
        load_labels(tmp_path, "abc", GRID, CLASSES)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_mask_with_wrong_bytes_is_the_same_or_a_read_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("project")
    path = keep(folder)
    damaged = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(damaged)
    try:
        kept, touched = load_labels(folder, "abc", GRID, CLASSES)
    except ReadError:
        return
    assert_array_equal(kept.labels, LABELS)
    assert_array_equal(touched, TOUCHED)


def test_a_mask_of_another_image_is_refused(tmp_path: Path) -> None:
    keep(tmp_path)
    with pytest.raises(ReadError, match="does not fit its image"):
        load_labels(tmp_path, "abc", Geometry((3, 7, 5)), CLASSES)


def test_probabilities_of_other_classes_are_refused(tmp_path: Path) -> None:
    save_probabilities(tmp_path, "abc", Probabilities(BELIEFS, GRID, CLASSES))
    with pytest.raises(ReadError, match="does not fit its image"):
        load_probabilities(tmp_path, "abc", GRID, LabelSet.named(["a", "b"]))
