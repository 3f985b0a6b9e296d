from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.core.planes import Plane, slice_view
from engine.core.sources import PixelSource
from engine.editing.components import parts_of
from engine.editing.history import History
from engine.editing.morphology import grown
from engine.editing.operate import operate
from engine.editing.operations.table import OPERATIONS
from engine.errors import ParameterError

CLASSES = LabelSet.named(["background", "a", "b", "c"])
SHAPE = (6, 9, 8)
AFFINE = np.diag([1.0, 1.0, 2.5, 1.0])
NAMES = [row.name for row in OPERATIONS]

masks = arrays(np.uint8, SHAPE, elements=st.sampled_from([0, 0, 0, 1, 1, 2, 3, IGNORE]))


def history_of(labels: np.ndarray) -> History:
    affine = AFFINE if labels.ndim == 3 else None
    return History(LabelMap(labels.copy(), Geometry(labels.shape, affine), CLASSES))


def options_of(name: str, shape: tuple[int, ...]) -> dict[str, object]:
    if name == "boolean":
        return {"other": np.indices(shape).sum(axis=0) % 3 > 0}
    return {"pixels": 4} if name == "remove-small" else {}


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20, deadline=None)
@given(labels=masks, locked=st.sets(st.integers(0, 3)), in_slice=st.booleans())
def test_every_operation_is_one_step_that_undo_takes_back_and_spares_what_is_fixed(
    name: str, labels: np.ndarray, locked: set[int], in_slice: bool
) -> None:
    history = history_of(labels)
    view = slice_view(history.label_map.geometry, Plane.AXIAL, 3) if in_slice else None
    shape = (6, 9) if in_slice else SHAPE
    operation = OPERATIONS.load(name)(**options_of(name, shape))
    changed = operate(history, operation, name, view=view, locked=locked)
    assert changed == (not np.array_equal(history.labels, labels)) == history.can_undo
    for label in (IGNORE, *locked):
        assert np.array_equal(history.labels == label, labels == label)
    if in_slice:
        assert np.array_equal(np.delete(history.labels, 3, 2), np.delete(labels, 3, 2))
    moved = history.labels != labels
    assert (history.sources[moved] == PixelSource.PAINTED).all()
    assert not history.sources[~moved].any()
    after = history.labels.copy()
    if changed:
        history.undo()
        assert np.array_equal(history.labels, labels)
        assert not history.sources.any()
        history.redo()
        assert np.array_equal(history.labels, after)
    assert not history.can_redo


@pytest.mark.parametrize("row", list(OPERATIONS), ids=lambda row: row.name)
def test_every_operation_does_something_and_leaves_what_it_was_given(row) -> None:
    labels = np.zeros((5, 12, 12), np.uint8)
    labels[0, 2:9, 2:9] = 1
    labels[0, 5, 5] = 0
    labels[3, 4:8, 4:8] = 1
    labels[0, 11, 11] = 1
    labels[4, 1:3, 1:9] = 2
    before = labels.copy()
    if row.name == "fill-holes":
        labels, before = labels[0], before[0]
    operation = OPERATIONS.load(row.name)(**options_of(row.name, labels.shape))
    after = operation(labels, (1.0,) * labels.ndim)
    assert np.array_equal(labels, before)
    assert after.dtype == np.uint8
    assert not np.array_equal(after, before)


def run(name: str, labels: list[str], spacing=(1.0, 1.0), **options: object) -> list[str]:
    """An operation on a picture of characters: '.' is background."""
    values = np.array([[0 if c == "." else int(c) for c in line] for line in labels], np.uint8)
    after = OPERATIONS.load(name)(**options)(values, spacing)
    return ["".join("." if v == 0 else str(v) for v in line) for line in after]


def test_only_the_largest_part_stays() -> None:
    assert run("keep-largest", ["11..1", "11..1", "..1.."]) == ["11...", "11...", "....."]


def test_parts_that_touch_at_a_corner_are_two() -> None:
    assert run("remove-small", ["11..", "11..", "..1.", "222."], pixels=2) == [
        "11..", "11..", "....", "222.",
    ]  # fmt: skip


def test_holes_are_filled_but_not_bays_and_not_other_classes() -> None:
    assert run("fill-holes", ["1111111", "1.11.21", "1111111", "1.1...."]) == [
        "1111111", "1111.21", "1111111", "1.1....",
    ]  # fmt: skip


def test_growing_stops_at_other_classes_and_shrinking_takes_it_back() -> None:
    grown_once = run("grow", [".....", "..1..", "..2..", "....."])
    assert grown_once == ["..1..", ".111.", "..2..", "....."]
    assert run("shrink", ["111..", "111..", "111.."]) == ["11...", "11...", "11..."]


def test_growing_is_round_in_millimetres() -> None:
    mask = np.zeros((9, 9, 9), bool)
    mask[4, 4, 4] = True
    found = np.argwhere(grown(mask, 3.0, (2.0, 1.0, 1.5))) - 4
    lengths = np.linalg.norm(found * (2.0, 1.0, 1.5), axis=1)
    every = np.argwhere(np.ones((9, 9, 9), bool)) - 4
    inside = np.linalg.norm(every * (2.0, 1.0, 1.5), axis=1) <= 3.0
    assert lengths.max() <= 3.0
    assert len(found) == inside.sum()


def test_smoothing_takes_a_spike_and_keeps_a_straight_edge() -> None:
    assert run("smooth", ["....", "..1.", "1111", "1111", "1111"], sigma=1.0)[:3] == [
        "....", "....", "1111",
    ]  # fmt: skip


def test_between_a_small_and_a_large_disc_lies_one_between() -> None:
    down, along = np.ogrid[-20:21, -20:21]
    labels = np.zeros((5, 41, 41), np.uint8)
    labels[0] = (down**2 + along**2 <= 4**2) * 1
    labels[4] = (down**2 + along**2 <= 16**2) * 1
    after = OPERATIONS.load("interpolate")()(labels, (1.0, 1.0, 1.0))
    radii = [np.sqrt((plane == 1).sum() / np.pi) for plane in after]
    assert np.allclose(radii, [4, 7, 10, 13, 16], atol=0.6)
    assert np.array_equal(after[[0, 4]], labels[[0, 4]])


def test_copying_goes_one_slice_further_and_ends_at_the_last() -> None:
    labels = np.zeros((4, 5, 6), np.uint8)
    labels[1:3, 2, 4] = 1
    labels[1:3, 2, 5] = 2
    copy = OPERATIONS.load("copy-slice")
    after = copy(axis=2, index=4, by=1)(labels, (1.0,) * 3)
    assert np.array_equal(after, labels), "another class is there"
    after = copy(axis=2, index=4, by=-1)(labels, (1.0,) * 3)
    assert (after[1:3, 2, 3] == 1).all()
    assert np.array_equal(copy(axis=2, index=5)(labels, (1.0,) * 3), labels)


def test_classes_are_merged_swapped_cleared_and_combined() -> None:
    picture = ["12.3"]
    assert run("relabel", picture, label=1, into=3) == ["32.3"]
    assert run("swap", picture, label=1, other=2) == ["21.3"]
    assert run("clear", picture, label=3) == ["12.."]
    other = np.array([[False, True, True, False]])
    assert run("boolean", picture, other=other) == ["1213"]
    assert run("boolean", picture, label=1, other=other, how="intersect") == [".2.3"]
    assert run("boolean", picture, label=2, other=other, how="subtract") == ["1..3"]
    with pytest.raises(ParameterError, match="cannot be combined by 'xor'"):
        run("boolean", picture, how="xor")


@settings(max_examples=50, deadline=None)
@given(arrays(np.bool_, (4, 5, 6)))
def test_parts_are_those_that_a_walk_finds(mask: np.ndarray) -> None:
    parts, sizes = parts_of(mask)
    assert np.array_equal(parts > 0, mask)
    assert sizes.sum() == mask.size
    walked = np.zeros(mask.shape, int)
    for number, start in enumerate(map(tuple, np.argwhere(mask)), 1):
        stack = [start] if not walked[start] else []
        while stack:
            at = stack.pop()
            if walked[at]:
                continue
            walked[at] = number
            for axis in range(3):
                for by in (-1, 1):
                    to = tuple(c + by * (a == axis) for a, c in enumerate(at))
                    inside = all(0 <= c < side for c, side in zip(to, mask.shape, strict=True))
                    if inside and mask[to] and not walked[to]:
                        stack.append(to)
    pairs = {*zip(parts[mask].tolist(), walked[mask].tolist(), strict=True)}
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
