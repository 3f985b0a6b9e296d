from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_set import IGNORE, LabelSet
from engine.core.planes import Plane, slice_view
from engine.core.probabilities import Probabilities
from engine.core.scope import Scope
from engine.crf import coarse
from engine.crf.parameters import RELEASED, CrfParameters
from engine.crf.refiner import Refiner
from tests.engine.crf.test_scope import pixels_solved

CLASSES = LabelSet.named(["background", "thing", "other"])


def discs(shape=(150, 170)):
    """Two discs with soft noise, and doubtful probabilities of them."""
    rng = np.random.default_rng(2)
    rows, columns = np.indices(shape)
    truth = np.zeros(shape, np.uint8)
    truth[(rows - 75) ** 2 + (columns - 60) ** 2 < 45**2] = 1
    truth[(rows - 70) ** 2 + (columns - 120) ** 2 < 25**2] = 2
    pixels = (truth * 80 + 30 + rng.normal(0, 5, shape)).clip(0, 255).astype(np.uint8)
    geometry = Geometry(shape)
    image = Image(pixels[None], geometry, ("grey",), Source(Path("a.png"), ""))
    values = np.eye(3)[truth] * 0.5 + rng.dirichlet([1.0] * 3, shape)
    values = np.moveaxis(values / values.sum(axis=-1, keepdims=True), -1, 0).astype(np.float16)
    return image, Probabilities(values, geometry, CLASSES), truth


def dice(a, b, label):
    both = ((a == label) & (b == label)).sum()
    return 2 * both / ((a == label).sum() + (b == label).sum())


@pytest.mark.parametrize("crf", ["conv", "dense"])
@pytest.mark.parametrize(
    "parameters",
    [CrfParameters(), RELEASED, RELEASED.changed({"blur": 1, "filter_size": 7}),
     CrfParameters(normalisation="none", blur=2)],
)  # fmt: skip
@pytest.mark.parametrize("pixels", [1 << 18, 1 << 11])
def test_a_coarse_answer_is_near_the_exact_one_and_cheaper(crf, parameters, pixels, monkeypatch):
    monkeypatch.setattr(coarse, "PIXELS", pixels)
    image, noisy, _ = discs()
    refiner = Refiner(image, CLASSES, noisy, crf=crf)
    view = slice_view(image.geometry, Plane.AXIAL, 0)
    exact = refiner.refine_slice(view, parameters)
    solved = pixels_solved(monkeypatch)
    quick = refiner.refine_slice(view, parameters, coarse=True)
    assert quick.shape == exact.shape
    assert all(dice(quick, exact, label) > 0.9 for label in range(3))
    assert solved[0] <= exact.size / (4 if pixels == 1 << 18 else 15)


def test_a_coarse_answer_holds_pins_scope_and_what_was_asked_before(monkeypatch):
    image, noisy, truth = discs()
    refiner = Refiner(image, CLASSES, noisy)
    view = slice_view(image.geometry, Plane.AXIAL, 0)
    pinned = np.full(truth.shape, IGNORE, np.uint8)
    pinned[75, 57:60] = 0
    whole = refiner.refine_slice(view, CrfParameters(), pinned, coarse=True)
    assert (whole[75, 57:60] == 0).all()
    box = (slice(61, 90), slice(40, 77))
    part = refiner.refine_slice(view, CrfParameters(), pinned, scope=Scope(box), coarse=True)
    assert part.shape == (29, 37)
    assert (part != whole[box]).mean() < 0.01
    assert (part[14, 17:20] == 0).all()
    again = refiner.refine_slice(view, CrfParameters(), pinned, coarse=True)
    assert np.array_equal(again, whole)
    believed = refiner.refine_slice(view, CrfParameters(), mask=truth * 0, coarse=True)
    assert not believed.any(), "another belief is not answered with the one that was kept"


def test_blocks_at_the_border_hold_the_pixels_there_are():
    values = np.arange(15, dtype=np.float32).reshape(1, 3, 5)
    found = coarse.pooled(values, 2)
    assert np.allclose(found[0], [[3, 5, 6.5], [10.5, 12.5, 14]])
    labels = np.array([[0, 1, 2], [2, 0, 1]], np.uint8)
    large = coarse.enlarged(labels, 2, (3, 5))
    assert np.array_equal(large[0], [0, 0, 1, 1, 2])
    assert large.shape == (3, 5)


def test_every_option_has_coarse_parameters_with_the_same_reach():
    for blur, size, norm, factor in product(
        (1, 2, 4), range(3, 23, 2), ("symmetric", "none"), (2, 4)
    ):
        fine = RELEASED.changed({"blur": blur, "filter_size": size, "normalisation": norm})
        found = coarse.coarse_parameters(fine, factor)
        before = size // 2 * blur
        after = found.filter_size // 2 * found.blur * factor
        assert after >= before * 0.6 or found.filter_size == 21
        assert after <= max(before * 1.4, factor * found.blur)


def test_a_window_that_counts_fewer_pixels_weighs_them_more():
    fine = RELEASED.changed({"blur": 1, "appearance_weight": 20.0, "smoothness_weight": 1.0})
    found = coarse.coarse_parameters(fine, 2)
    assert found.smoothness_weight == pytest.approx((11 / found.filter_size) ** 2)
    assert found.appearance_weight == 30, "the largest there is"
    divided = coarse.coarse_parameters(fine.changed({"normalisation": "symmetric"}), 2)
    assert divided.smoothness_weight == 1.0
    assert coarse.coarse_parameters(RELEASED, 4) == RELEASED.changed({"blur": 1})


def test_a_pinned_pixel_pins_its_block():
    pinned = np.full((5, 4), IGNORE, np.uint8)
    pinned[1, 3] = 2
    pinned[4, 0] = 1
    found = coarse.pooled_pins(pinned, 2)
    assert found.tolist() == [[IGNORE, 2], [IGNORE, IGNORE], [1, IGNORE]]
