"""Tests of the augmentation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.random import Generator

from engine.core.arrays import Floats
from engine.learning import augment

STILL = augment.Warps(rotation_degrees=0, scale=(1, 1), elastic_px=0, flip=False)
CHANGES = (
    augment.change_gamma,
    augment.add_bias_field,
    augment.add_noise,
    augment.blur,
    augment.coarsen,
)
Change = Callable[[Generator, Floats], Floats]


@pytest.fixture
def rng() -> Generator:
    return np.random.default_rng(0)


@pytest.fixture
def image(rng: Generator) -> Floats:
    return rng.random((3, 24, 32), np.float32)


def test_a_crop_without_warps_is_a_part_of_the_image(rng: Generator, image: Floats) -> None:
    places = augment.draw_places(rng, 5, (10, 20), STILL)
    assert np.array_equal(augment.take(image, places), image[:, 8:13, 18:23])


def test_a_crop_beyond_the_image_holds_the_value_outside(rng: Generator, image: Floats) -> None:
    places = augment.draw_places(rng, 5, (-10, 20), STILL)
    assert (augment.take(image, places, order=0, outside=7) == 7).all()


def test_larger_scale_sees_a_smaller_part(rng: Generator) -> None:
    wide, close = (
        augment.draw_places(rng, 9, (0, 0), augment.Warps(0, (scale, scale), 0, flip=False))
        for scale in (1, 2)
    )
    assert np.allclose(close * 2, wide)


def test_a_turn_keeps_distances(rng: Generator) -> None:
    warps = augment.Warps(rotation_degrees=20, scale=(1, 1), elastic_px=0)
    places = augment.draw_places(rng, 9, (3, 4), warps)
    assert np.allclose(places[:, 4, 4], (3, 4))
    assert np.linalg.norm(places[:, 0, 0] - places[:, 0, 8]) == pytest.approx(8, abs=1e-4)


def test_nearest_labels_stay_labels(rng: Generator) -> None:
    labels = rng.integers(0, 4, (40, 40)).astype(np.uint8)
    taken = augment.take(labels, augment.draw_places(rng, 32, (20, 20)), order=0)
    assert set(np.unique(taken)) <= {0, 1, 2, 3}


def test_a_smooth_field_is_smooth_and_has_its_shape(rng: Generator) -> None:
    field = augment.smooth_field(rng, (40, 60), 5)
    assert field.shape == (40, 60)
    assert field.dtype == np.float32
    assert np.abs(np.diff(field, axis=1)).max() < 0.5
    assert field.std() > 0.2


def test_the_cubic_weights_keep_a_constant() -> None:
    weights = augment._cubic_weights(np.linspace(0, 6, 50), 7)
    assert np.allclose(weights.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_keeps_shape_type_and_input(change: Change, rng: Generator, image: Floats) -> None:
    before = image.copy()
    changed = change(rng, image)
    assert changed.shape == image.shape
    assert changed.dtype == np.float32
    assert np.array_equal(image, before)
    assert not np.array_equal(changed, image)


@pytest.mark.parametrize("change", [augment.blur, augment.coarsen])
def test_smoothing_keeps_an_even_image(change: Change, rng: Generator) -> None:
    even = np.full((24, 32), 0.4, np.float32)
    assert np.allclose(change(rng, even), 0.4, atol=1e-5)


@pytest.mark.parametrize("change", CHANGES)
def test_the_same_seed_makes_the_same_change(change: Change, image: Floats) -> None:
    first, second = (change(np.random.default_rng(3), image) for _ in range(2))
    assert np.array_equal(first, second)
