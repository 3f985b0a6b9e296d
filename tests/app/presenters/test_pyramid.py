from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.presenters import pyramid as module
from app.presenters.pyramid import PyramidPresenter, halve_labels
from engine.io import sizes as sizes_module
from engine.io.sizes import halve_image
from tests.app.volumes import open_volume


@pytest.fixture
def desk(case, runner, monkeypatch, tmp_path):
    """A photo of odd sides that counts as large."""
    monkeypatch.setattr(module, "LARGE", 1)
    monkeypatch.setattr(module, "SMALLEST", 4)
    monkeypatch.setattr(sizes_module, "SMALLEST", 4)
    made = PyramidPresenter(runner, case)
    pixels = np.random.default_rng(0).integers(0, 255, (3, 45, 71)).astype(np.uint8)
    open_volume(case, monkeypatch, tmp_path, (45, 71), None, pixels)
    return case, made


def from_scratch(labels: np.ndarray) -> list[np.ndarray]:
    sizes = [labels]
    while max(sizes[-1].shape) > module.SMALLEST:
        sizes.append(halve_labels(sizes[-1]))
    return sizes


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9))
def test_a_pixel_of_half_the_size_has_the_largest_label_under_it(rows, columns):
    labels = np.random.default_rng(rows * 10 + columns).integers(0, 5, (rows, columns))
    half = halve_labels(labels.astype(np.uint8))
    assert half.shape == ((rows + 1) // 2, (columns + 1) // 2)
    for (row, column), found in np.ndenumerate(half):
        assert found == labels[2 * row : 2 * row + 2, 2 * column : 2 * column + 2].max()


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32", "float32"])
def test_a_pixel_of_half_the_size_is_the_mean_of_its_four(dtype, monkeypatch):
    monkeypatch.setattr(sizes_module, "_STRIP", 4)
    picture = np.random.default_rng(1).integers(0, 200, (2, 13, 9)).astype(dtype)
    half = halve_image(picture)
    assert half.dtype == picture.dtype
    padded = np.pad(picture, ((0, 0), (0, 1), (0, 1)), mode="edge").astype(float)
    means = padded.reshape(2, 7, 2, 5, 2).mean((2, 4))
    assert np.abs(half - means).max() <= 0.75


def test_sizes_follow_strokes_as_if_they_were_made_anew(desk):
    case, made = desk
    labels = case.history.labels
    rng = np.random.default_rng(5)
    for _ in range(40):
        top, left = int(rng.integers(0, 44)), int(rng.integers(0, 70))
        part = (slice(top, min(45, top + 6)), slice(left, min(71, left + 9)))
        labels[part] = rng.integers(0, 3)
        case.labels_changed.emit(part)
        kept = made.label_sizes(labels)
        assert len(kept) == len(from_scratch(labels))
        for one, other in zip(kept, from_scratch(labels), strict=True):
            assert np.array_equal(one, other)


def test_a_mask_that_changed_as_a_whole_has_new_sizes(desk, qtbot):
    case, made = desk
    case.history.labels[3, 4] = 2
    with qtbot.waitSignal(made.labels_built):
        case.labels_changed.emit(None)
    for one, other in zip(
        made.label_sizes(case.history.labels), from_scratch(case.history.labels), strict=True
    ):
        assert np.array_equal(one, other)


def test_a_preview_over_the_mask_is_drawn_by_its_own_pixels(desk):
    case, made = desk
    preview = np.ones((45, 71), np.uint8)
    case.show_overlay(preview)
    assert len(made.label_sizes(preview)) == 1
    case.show_overlay(None)
    assert len(made.label_sizes(case.shown_labels)) > 1


def test_the_image_has_sizes_down_to_a_small_one(desk):
    case, made = desk
    sizes = made.image_sizes(case.case.image.pixels)
    assert [size.shape[1:] for size in sizes] == [
        (45, 71), (23, 36), (12, 18), (6, 9), (3, 5), (2, 3),
    ]  # fmt: skip


def test_small_pictures_and_volumes_need_no_sizes(case, runner, monkeypatch, tmp_path):
    made = PyramidPresenter(runner, case)
    open_volume(case, monkeypatch, tmp_path, (45, 71))
    assert not made.is_needed
    monkeypatch.setattr(module, "LARGE", 1)
    open_volume(case, monkeypatch, tmp_path, (9, 8, 7), np.eye(4))
    assert not made.is_needed
    assert len(made.label_sizes(case.shown_labels)) == 1
