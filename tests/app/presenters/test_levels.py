from __future__ import annotations

import numpy as np
import pytest

from app.presenters.levels import BINS, PRESETS, LevelsPresenter
from tests.app.volumes import open_volume


@pytest.fixture
def levels(runner, case):
    return LevelsPresenter(runner, case)


@pytest.fixture
def show(case, monkeypatch, tmp_path):
    def run(pixels: np.ndarray) -> None:
        affine = np.eye(4) if pixels.ndim == 4 else None
        open_volume(case, monkeypatch, tmp_path, pixels.shape[1:], affine, pixels)

    return run


def test_bytes_are_shown_as_they_are(levels, show):
    show(np.arange(48, dtype=np.uint8).reshape(1, 6, 8))
    assert (levels.low, levels.high) == (0.0, 255.0)


def test_presets_are_windows_of_raw_values(levels, show):
    show(np.random.default_rng(0).integers(-1000, 2000, (1, 6, 7, 8)).astype(np.int16))
    for preset in PRESETS:
        levels.choose(preset.name)
        assert levels.width == preset.width
        assert levels.middle == preset.middle
    levels.choose("lung")
    assert (levels.low, levels.high) == (-1350.0, 150.0)


def test_auto_is_from_the_2nd_to_the_98th_percentile_and_full_is_all(levels, show):
    pixels = np.arange(1000, dtype=np.int16).reshape(1, 10, 10, 10)
    show(pixels)
    levels.auto()
    assert (levels.low, levels.high) == pytest.approx(np.percentile(pixels, (2, 98)))
    levels.full()
    assert (levels.low, levels.high) == (0.0, 999.0)


def test_the_histogram_counts_finite_values_from_the_smallest_to_the_largest(levels, show):
    pixels = np.linspace(-5, 5, 1000).astype(np.float32).reshape(1, 10, 100)
    pixels[0, 0, :3] = np.nan, np.inf, -np.inf
    show(pixels)
    found = levels.histogram
    assert found.counts.shape == (BINS,)
    assert found.counts.sum() == 997
    assert (found.lowest, found.highest) == pytest.approx((-5, 5), abs=0.05)


def test_an_image_of_one_value_has_a_window(levels, show):
    show(np.full((1, 4, 5), 7.5, np.float32))
    levels.full()
    assert levels.high > levels.low
    assert levels.histogram.counts.sum() == 20


def test_a_drag_widens_to_the_right_and_brightens_upwards(levels, show):
    show(np.arange(1000, dtype=np.int16).reshape(1, 10, 10, 10))
    width, middle = levels.width, levels.middle
    levels.begin_drag()
    levels.drag(100, 0)
    assert levels.width > width
    assert levels.middle == pytest.approx(middle)
    levels.drag(0, 50)
    assert levels.width == pytest.approx(width)
    assert levels.middle < middle
    levels.drag(-1e6, 0)
    assert levels.width == 1.0
    levels.end_drag()
    before = (levels.low, levels.high)
    levels.drag(100, 0)
    assert (levels.low, levels.high) == before


def test_an_empty_or_impossible_window_is_refused(levels, show):
    show(np.arange(1000, dtype=np.int16).reshape(1, 10, 10, 10))
    levels.set(50, 20)
    assert (levels.low, levels.high) == (50, 51)
    levels.set(float("nan"), 9)
    levels.set(1, float("inf"))
    assert (levels.low, levels.high) == (50, 51)


def test_commands_without_an_image_do_nothing(levels):
    before = (levels.low, levels.high)
    levels.auto()
    levels.full()
    levels.choose("bone")
    assert (levels.low, levels.high) == before
