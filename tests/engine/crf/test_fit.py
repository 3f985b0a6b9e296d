from __future__ import annotations

import numpy as np
import pytest

from engine.core.label_set import IGNORE
from engine.crf.fit import FitSample, evaluate, fit_by_gradient, fit_by_grid, solve
from engine.crf.parameters import RELEASED, CrfParameters, potts, range_of
from engine.errors import Cancelled, ParameterError
from engine.progress import Progress


def accuracy(predicted, reference, classes):
    known = reference != IGNORE
    return float((predicted[known] == reference[known]).mean())


def scene(seed: int) -> FitSample:
    """A coloured square, and doubtful probabilities of it."""
    rng = np.random.default_rng(seed)
    truth = np.zeros((24, 28), np.uint8)
    truth[6:18, 8:20] = 1
    colours = (truth * 80 + 60 + rng.normal(0, 6, truth.shape)).astype(np.float32)[None]
    p = np.where(truth == 1, 0.7, 0.3) + rng.normal(0, 0.28, truth.shape)
    p = np.clip(p, 0.02, 0.98)
    return FitSample(colours, np.log(np.stack([1 - p, p])).astype(np.float32), truth, (1.0, 1.0))


POOR = CrfParameters(
    filter_size=5, appearance_weight=0.1, appearance_colour=5.0, smoothness_weight=0.1
)


@pytest.mark.parametrize("start", [POOR, RELEASED.changed({"filter_size": 5, "blur": 1})])
def test_the_gradient_finds_better_parameters_that_hold_on_other_scenes(start):
    train, held_out = [scene(1), scene(2)], [scene(3), scene(4)]
    found = fit_by_gradient(train, start, steps=40, rate=0.1)
    before, after = (evaluate(held_out, p, accuracy) for p in (start, found))
    assert after >= before
    if start is POOR:
        assert after > before + 0.02
    for name in ("appearance_weight", "appearance_colour", "smoothness_position"):
        assert range_of(name).low <= getattr(found, name) <= range_of(name).high
    assert found.filter_size == start.filter_size


def three_classes(seed: int) -> FitSample:
    """A shell around a core on a ground: core and ground never touch, which Potts cannot say."""
    rng = np.random.default_rng(seed)
    truth = np.zeros((24, 24), np.uint8)
    truth[4:20, 5:21] = 1
    truth[8:16, 9:17] = 2
    p = np.full((3, *truth.shape), 0.3) + rng.normal(0, 0.18, (3, *truth.shape))
    p += 0.25 * (truth == np.arange(3)[:, None, None])
    p[2, 4:6, :] += 0.4  # core where there is none
    p = np.clip(p, 0.02, None)
    colours = rng.normal(100, 6, truth.shape).astype(np.float32)[None]
    logs = np.log(p / p.sum(0)).astype(np.float32)
    return FitSample(colours, logs, truth, (1.0, 1.0))


def test_a_compatibility_matrix_is_learnt_when_asked_and_holds_on_other_scenes():
    train, held_out = [three_classes(1), three_classes(2)], [three_classes(3), three_classes(4)]
    start = CrfParameters(filter_size=5, normalisation="none", appearance_weight=0.0)
    plain = fit_by_gradient(train, start, steps=40, rate=0.1)
    assert plain.compatibility == ()
    found = fit_by_gradient(train, start, steps=40, rate=0.1, compatibility=True)
    matrix = np.array(found.compatibility)
    assert matrix.shape == (3, 3)
    assert matrix[2, 0] > matrix[2, 1], "core beside ground costs more than core beside shell"
    scores = [evaluate(held_out, p, accuracy) for p in (plain, found)]
    assert scores[1] > scores[0] + 0.01


def test_a_matrix_that_is_there_at_the_start_is_learnt_without_asking():
    start = POOR.changed({"compatibility": ((0.0, 1.0), (1.0, 0.0))})
    found = fit_by_gradient([scene(1)], start, steps=5)
    assert found.compatibility != start.compatibility
    assert np.allclose(found.compatibility, start.compatibility, atol=0.5)


@pytest.mark.parametrize("steps", [1, 6])
def test_whatever_the_rate_all_stays_within_its_range(steps):
    limits = range_of("compatibility")
    start = POOR.changed({"compatibility": potts(2)})
    found = fit_by_gradient([scene(1)], start, steps=steps, rate=250.0)
    costs = np.array(found.compatibility)
    assert costs.min() >= limits.low
    assert costs.max() <= limits.high
    if steps == 1:  # the first step of Adam is as long as the rate
        assert set(costs.ravel()) <= {limits.low, limits.high}


def test_the_potts_matrix_fits_as_no_matrix_does_at_the_first_step():
    start = POOR.changed({"compatibility": potts(2)})
    one, other = (fit_by_gradient([scene(1)], p, steps=1) for p in (POOR, start))
    for name in ("appearance_weight", "smoothness_position"):
        assert getattr(one, name) == pytest.approx(getattr(other, name))


def test_the_grid_takes_the_best_it_tried():
    samples = [scene(5)]
    coarse = {"appearance_weight": (0.1, 3.0, 6.0), "appearance_colour": (5.0, 20.0)}
    fine = {"appearance_weight": (-1.0, 0.0, 1.0), "appearance_colour": (-5.0, 0.0, 5.0)}
    found = fit_by_grid(samples, POOR, accuracy, coarse=coarse, fine=fine)
    best = evaluate(samples, found, accuracy)
    for weight in (0.1, 3.0, 6.0):
        for colour in (5.0, 20.0):
            tried = POOR.changed({"appearance_weight": weight, "appearance_colour": colour})
            assert best >= evaluate(samples, tried, accuracy)


def test_only_known_pixels_are_learnt_from():
    sample = scene(6)
    some = np.full_like(sample.reference, IGNORE)
    some[10:14] = sample.reference[10:14]
    part = FitSample(sample.colours, sample.log_probabilities, some, sample.spacing)
    wrong_elsewhere = np.where(some == IGNORE, IGNORE, sample.reference).astype(np.uint8)
    other = FitSample(sample.colours, sample.log_probabilities, wrong_elsewhere, sample.spacing)
    assert fit_by_gradient([part], POOR, steps=5) == fit_by_gradient([other], POOR, steps=5)
    assert accuracy(solve(part, POOR), some, 2) <= 1


def test_nothing_known_is_refused():
    sample = scene(7)
    nothing = np.full_like(sample.reference, IGNORE)
    with pytest.raises(ParameterError, match="nothing to learn from"):
        fit_by_gradient(
            [FitSample(sample.colours, sample.log_probabilities, nothing, (1.0, 1.0))], POOR
        )


def test_fitting_can_be_stopped():
    progress = Progress(lambda step: progress.cancel() if step.done == 2 else None)
    with pytest.raises(Cancelled):
        fit_by_gradient([scene(1)], POOR, steps=50, progress=progress)


def test_the_unary_alone_is_what_there_was_before():
    sample = scene(1)
    plain = sample.log_probabilities.argmax(0).astype(np.uint8)
    assert evaluate([sample], None, accuracy) == accuracy(plain, sample.reference, 2)
