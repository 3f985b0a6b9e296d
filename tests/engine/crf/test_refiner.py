from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_set import IGNORE, LabelSet
from engine.core.planes import Plane, slice_view
from engine.core.probabilities import Probabilities
from engine.crf.parameters import RELEASED, CrfParameters
from engine.crf.refiner import Refiner
from engine.errors import Cancelled, GeometryError, ParameterError
from engine.progress import Progress, Step

CLASSES = LabelSet.named(["background", "thing", "other"])


def noisy_volume(shape=(6, 14, 12)):
    """A block in a volume, and doubtful probabilities of it."""
    rng = np.random.default_rng(1)
    truth = np.zeros(shape, np.uint8)
    truth[1:5, 3:11, 3:9] = 1
    truth[1:5, 5:8, 4:6] = 2
    pixels = (truth * 90 + rng.normal(0, 4, shape) + 20).astype(np.uint8)[None]
    affine = np.diag([-1.0, 1.0, 2.0, 1.0])
    geometry = Geometry(shape, affine)
    image = Image(pixels, geometry, ("grey",), Source(Path("a.nii"), ""))
    values = (
        np.eye(3)[truth].transpose(3, 0, 1, 2) * 0.6
        + rng.dirichlet([1] * 3, shape).T.reshape(3, *shape) * 0.9
    )
    values = (values / values.sum(0)).astype(np.float16)
    return image, Probabilities(values, geometry, CLASSES), truth


@pytest.mark.parametrize("parameters", [CrfParameters(), CrfParameters(dimensions=3), RELEASED])
def test_a_noisy_mask_comes_closer_to_the_truth(parameters):
    image, noisy, truth = noisy_volume()
    refined = Refiner(image, CLASSES, noisy).refine(parameters.changed({"blur": 1}))
    assert (refined.labels != truth).sum() < 0.5 * (noisy.argmax() != truth).sum()
    assert refined.geometry is image.geometry


def test_the_fully_connected_crf_mends_it_too_and_holds_pins():
    image, noisy, truth = noisy_volume()
    rng = np.random.default_rng(3)
    pinned = np.where(rng.random(truth.shape) < 0.1, (truth + 1) % 3, IGNORE).astype(np.uint8)
    refiner = Refiner(image, CLASSES, noisy, crf="dense")
    parameters = CrfParameters(smoothness_weight=3.0, appearance_colour=13.0)
    refined = refiner.refine(parameters)
    assert (refined.labels != truth).sum() < 0.5 * (noisy.argmax() != truth).sum()
    held = pinned != IGNORE
    assert np.array_equal(refiner.refine(parameters, pinned).labels[held], pinned[held])


@pytest.mark.parametrize("is_fast", [False, True])
def test_kernels_and_torch_give_the_same_mask(is_fast, monkeypatch):
    image, noisy, _ = noisy_volume()
    plain = Refiner(image, CLASSES, noisy)
    monkeypatch.setattr("engine.crf.solver.is_fast", lambda *_: is_fast)
    found = plain.refine(CrfParameters()).labels
    monkeypatch.setattr("engine.crf.solver.is_fast", lambda *_: not is_fast)
    assert np.array_equal(found, Refiner(image, CLASSES, noisy).refine(CrfParameters()).labels)


def test_a_slice_alone_is_the_slice_of_the_whole():
    image, noisy, _ = noisy_volume()
    refiner = Refiner(image, CLASSES, noisy)
    whole = refiner.refine(CrfParameters())
    for index in range(3):
        view = slice_view(image.geometry, Plane.AXIAL, index)
        alone = refiner.refine_slice(view, CrfParameters())
        assert np.array_equal(alone, view.read(whole.labels))


@pytest.mark.parametrize("parameters", [CrfParameters(), CrfParameters(dimensions=3), RELEASED])
def test_pinned_pixels_never_change(parameters):
    image, noisy, truth = noisy_volume()
    rng = np.random.default_rng(3)
    pinned = np.where(rng.random(truth.shape) < 0.1, (truth + 1) % 3, IGNORE).astype(np.uint8)
    refined = Refiner(image, CLASSES, noisy).refine(parameters, pinned)
    held = pinned != IGNORE
    assert np.array_equal(refined.labels[held], pinned[held])


def test_a_mask_can_be_believed_instead_of_a_prediction():
    image, _, truth = noisy_volume()
    dirty = truth.copy()
    dirty[2, 6, 7] = 0
    found = Refiner(image, CLASSES).refine(CrfParameters(), mask=dirty)
    assert found.labels[2, 6, 7] == truth[2, 6, 7]


def test_nothing_to_believe_is_said():
    image, _, _ = noisy_volume()
    with pytest.raises(ParameterError, match="nothing to refine"):
        Refiner(image, CLASSES).refine(CrfParameters())


def test_probabilities_of_another_image_are_refused():
    image, noisy, _ = noisy_volume()
    shifted = np.array(noisy.geometry.affine)
    shifted[0, 3] += 1
    other = Probabilities(noisy.values, Geometry(noisy.geometry.shape, shifted), CLASSES)
    with pytest.raises(GeometryError, match="1 mm apart"):
        Refiner(image, CLASSES, other)


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("crf", ["conv", "dense"])
def test_it_can_be_stopped_in_the_second_iteration(crf, dimensions, monkeypatch):
    monkeypatch.setattr("engine.crf.solver.is_fast", lambda *_: True)
    image, noisy, _ = noisy_volume()
    seen: list[Step] = []

    def stop(step: Step) -> None:
        seen.append(step)
        if step.done == 1:
            progress.cancel()

    progress = Progress(stop)
    refiner = Refiner(image, CLASSES, noisy, crf=crf)
    parameters = CrfParameters(iterations=4, dimensions=dimensions)
    with pytest.raises(Cancelled):
        refiner.refine(parameters, progress=progress)
    slices = 1 if dimensions == 3 else 12
    assert [(step.done, step.total) for step in seen] == [(0, 4 * slices), (1, 4 * slices)]


@pytest.mark.parametrize("is_fast", [False, True])
def test_it_can_be_stopped_between_slices(is_fast, monkeypatch):
    monkeypatch.setattr("engine.crf.solver.is_fast", lambda *_: is_fast)
    image, noisy, _ = noisy_volume()
    seen: list[int] = []

    def stop(step: Step) -> None:
        seen.append(step.done)
        if step.done == 10:
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        Refiner(image, CLASSES, noisy).refine(CrfParameters(), progress=progress)
    assert seen[-1] == 10, "in the third of twelve slices"
    assert sorted(seen) == seen


def test_the_steps_of_a_whole_solve_end_where_they_should():
    image, noisy, _ = noisy_volume()
    seen: list[Step] = []
    Refiner(image, CLASSES, noisy).refine(
        CrfParameters(iterations=3), progress=Progress(seen.append)
    )
    assert (seen[-1].done, seen[-1].total) == (36, 36)
    assert [step.done for step in seen] == sorted(step.done for step in seen)
