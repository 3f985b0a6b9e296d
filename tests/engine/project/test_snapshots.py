from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_array_equal

from engine.core.geometry import Geometry
from engine.core.label_set import IGNORE, LabelSet
from engine.core.probabilities import Probabilities
from engine.core.sources import PixelSource
from engine.errors import ReadError, WriteError
from engine.project.chain import Mark
from engine.project.snapshots import (
    Snapshot,
    check_labels,
    has_probabilities,
    load_labels,
    load_probabilities,
    save_labels,
    save_probabilities,
)

OLD = Path(__file__).parent / "old"
CLASSES = LabelSet.named(["background", "CSF", "GM"])
GRID = Geometry((3, 5, 7))
LABELS = np.random.default_rng(1).integers(0, 3, GRID.shape).astype(np.uint8)
SOURCES = np.random.default_rng(2).integers(0, 6, GRID.shape).astype(np.uint8)
MARK = Mark(7, bytes(range(32)))
VALUES = np.random.default_rng(3).dirichlet([1, 1, 1], GRID.shape)
BELIEFS = np.moveaxis(VALUES, -1, 0).astype(np.float16)


def keep(folder: Path) -> Path:
    save_labels(folder, "abc", LABELS, SOURCES, MARK)
    return folder / "labels" / "abc.npz"


def load(folder: Path, geometry: Geometry = GRID) -> Snapshot:
    found = load_labels(folder, "abc", geometry)
    assert found is not None
    return found


@settings(deadline=None)
@given(
    labels=arrays(
        np.uint8, st.sampled_from([(3, 4), (2, 3, 5)]), elements=st.sampled_from([0, 1, 2, IGNORE])
    ),
    number=st.integers(0, 2**50),
    data=st.data(),
)
def test_a_mask_its_source_map_and_its_place_come_back(
    tmp_path_factory: pytest.TempPathFactory, labels: np.ndarray, number: int, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("project")
    sources = data.draw(arrays(np.uint8, labels.shape, elements=st.integers(0, 5)))
    mark = Mark(number, data.draw(st.binary(min_size=32, max_size=32))) if number else Mark()
    save_labels(folder, "abc", labels, sources, mark)
    found = load(folder, Geometry(labels.shape))
    assert_array_equal(found.labels, labels)
    assert_array_equal(found.sources, sources)
    assert found.mark == mark
    check_labels(folder / "labels" / "abc.npz")


def test_a_case_without_a_mask_has_no_snapshot(tmp_path: Path) -> None:
    assert load_labels(tmp_path, "abc", GRID) is None
    assert list(tmp_path.iterdir()) == []


def test_a_snapshot_of_version_2_is_read_and_has_no_place_in_a_journal(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    shutil.copy(OLD / "version-2-labels.npz", tmp_path / "labels" / "abc.npz")
    found = load(tmp_path, Geometry((4, 5)))
    assert found.mark is None
    labels = np.zeros((4, 5), np.uint8)
    labels[1:3, 1:4], labels[3, 4] = 1, 2
    assert_array_equal(found.labels, labels)
    touched = np.zeros((4, 5), bool)
    touched[1, 1:4] = True
    assert_array_equal(found.sources, np.where(touched, PixelSource.PAINTED, PixelSource.NONE))


def test_probabilities_come_back_bit_for_bit(tmp_path: Path) -> None:
    assert not has_probabilities(tmp_path, "abc")
    assert load_probabilities(tmp_path, "abc", GRID, CLASSES) is None
    save_probabilities(tmp_path, "abc", Probabilities(BELIEFS, GRID, CLASSES))
    assert has_probabilities(tmp_path, "abc")
    found = load_probabilities(tmp_path, "abc", GRID, CLASSES)
    assert found is not None
    assert_array_equal(found.values, BELIEFS)
    assert found.values.dtype == np.float16


def test_saving_again_replaces_and_leaves_no_other_file(tmp_path: Path) -> None:
    path = keep(tmp_path)
    save_labels(tmp_path, "abc", LABELS * 0, SOURCES, MARK)
    assert not load(tmp_path).labels.any()
    assert list(path.parent.iterdir()) == [path]


def test_a_save_that_fails_half_way_keeps_the_old_mask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = keep(tmp_path)

    def full(file: Any, *_: Any, **__: Any) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.raises(WriteError, match="no space left"):
        save_labels(tmp_path, "abc", LABELS * 0, SOURCES, MARK)
    monkeypatch.undo()
    assert_array_equal(load(tmp_path).labels, LABELS)
    assert list(path.parent.iterdir()) == [path]


def test_a_checksum_that_is_another_is_noticed(tmp_path: Path) -> None:
    path = keep(tmp_path)
    with np.load(path) as archive:
        members = dict(archive)
    members["values"][0, 0, 0] ^= 1
    np.savez(path, **members)
    with pytest.raises(ReadError, match="checksum"):
        check_labels(path)


def test_a_folder_that_cannot_be_written_is_a_write_error(tmp_path: Path) -> None:
    (tmp_path / "labels").write_bytes(b"a file, not a folder")
    with pytest.raises(WriteError, match="cannot be written"):
        keep(tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_mask_cut_short_is_never_shown_as_an_empty_one(tmp_path: Path, share: float) -> None:
    path = keep(tmp_path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(ReadError, match="is damaged") as caught:
        load_labels(tmp_path, "abc", GRID)
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
        load_labels(tmp_path, "abc", GRID)


def test_an_archive_that_says_it_is_encrypted_is_damaged(tmp_path: Path) -> None:
    path = keep(tmp_path)
    damaged = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = damaged.find(signature)
        while at >= 0:
            damaged[at + flags] |= 1
            at = damaged.find(signature, at + 4)
    path.write_bytes(damaged)
    with pytest.raises(ReadError, match=r"is damaged .*encrypted"):
        load_labels(tmp_path, "abc", GRID)


def test_a_bare_array_is_damaged(tmp_path: Path) -> None:
    path = keep(tmp_path)
    with path.open("wb") as file:
        np.save(file, LABELS)
    with pytest.raises(ReadError, match="is damaged"):
        load_labels(tmp_path, "abc", GRID)


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
        found = load(folder)
    except ReadError:
        return
    assert_array_equal(found.labels, LABELS)
    assert_array_equal(found.sources, SOURCES)
    assert found.mark == MARK


def test_a_mask_of_another_image_is_refused(tmp_path: Path) -> None:
    keep(tmp_path)
    with pytest.raises(ReadError, match="does not fit its image"):
        load_labels(tmp_path, "abc", Geometry((3, 7, 5)))


def test_probabilities_of_other_classes_are_refused(tmp_path: Path) -> None:
    save_probabilities(tmp_path, "abc", Probabilities(BELIEFS, GRID, CLASSES))
    with pytest.raises(ReadError, match="does not fit its image"):
        load_probabilities(tmp_path, "abc", GRID, LabelSet.named(["a", "b"]))


def test_a_mask_comes_back_piece_by_piece(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.project.snapshots._PIECE", 7)
    labels = np.zeros((11, 13), np.uint8)
    labels[4:6, 3:9] = 2
    sources = np.zeros_like(labels)
    sources[10, 12] = 4
    save_labels(tmp_path, "a", labels, sources, Mark())
    found = load_labels(tmp_path, "a", Geometry((11, 13)))
    assert np.array_equal(found.labels, labels)
    assert np.array_equal(found.sources, sources)
