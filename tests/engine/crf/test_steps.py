from __future__ import annotations

import numpy as np
import pytest

from engine.core.label_set import IGNORE
from engine.core.planes import Plane, slice_view
from engine.crf.parameters import RELEASED, CrfParameters
from engine.crf.refiner import Refiner
from engine.errors import ParameterError
from engine.progress import Progress, Step
from tests.engine.crf.test_refiner import CLASSES, noisy_volume


@pytest.mark.parametrize("crf", ["conv", "dense"])
@pytest.mark.parametrize("parameters", [CrfParameters(unary_weight=0.5, temperature=2.0), RELEASED])
def test_the_steps_begin_with_the_unary_and_end_with_the_result(crf, parameters):
    image, noisy, _ = noisy_volume()
    refiner = Refiner(image, CLASSES, noisy, crf=crf)
    view = slice_view(image.geometry, Plane.AXIAL, 5)
    found = refiner.steps(view, parameters)
    assert found.shape == (parameters.iterations + 1, 3, *view.sides)
    assert found.dtype == np.float16
    assert np.abs(found.astype(np.float32).sum(axis=1) - 1).max() < 5e-3
    assert np.array_equal(found[0].argmax(axis=0), view.read(noisy.values).argmax(axis=0))
    last = refiner.slice_beliefs(view, parameters)
    assert np.abs(found[-1] - last).max() < 1e-3
    for done in range(1, parameters.iterations):
        fewer = refiner.slice_beliefs(view, parameters.changed({"iterations": done}))
        assert np.abs(found[done] - fewer).max() < 1e-3
    assert np.abs(found[1] - found[0]).max() > 0.05


def test_the_start_is_softened_by_the_trust_and_the_temperature():
    image, noisy, _ = noisy_volume()
    view = slice_view(image.geometry, Plane.AXIAL, 5)
    refiner = Refiner(image, CLASSES, noisy)
    start = refiner.steps(view, CrfParameters(unary_weight=2.0, temperature=4.0, iterations=1))[0]
    root = np.sqrt(np.maximum(view.read(noisy.values).astype(np.float64), 1e-6))
    assert np.abs(start - root / root.sum(axis=0)).max() < 2e-3


def test_the_released_convention_starts_with_the_probabilities_and_tells_of_each_iteration():
    image, noisy, _ = noisy_volume()
    view = slice_view(image.geometry, Plane.AXIAL, 5)
    seen: list[Step] = []
    parameters = RELEASED.changed({"unary_weight": 2.0})
    steps = Refiner(image, CLASSES, noisy).steps(view, parameters, progress=Progress(seen.append))
    values = view.read(noisy.values).astype(np.float32)
    assert np.abs(steps[0] - values / values.sum(axis=0)).max() < 2e-3
    shares = [step.done / step.total for step in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_pins_are_held_in_every_step():
    image, noisy, _ = noisy_volume()
    view = slice_view(image.geometry, Plane.CORONAL, 4)
    pinned = np.full(view.sides, IGNORE, np.uint8)
    pinned[2, 3] = 2
    found = Refiner(image, CLASSES, noisy).steps(view, CrfParameters(), pinned)
    assert (found[:, :, 2, 3] == [0, 0, 1]).all()


def test_a_compatibility_for_other_classes_is_refused():
    image, noisy, _ = noisy_volume()
    parameters = CrfParameters(compatibility=((0.0, 1.0), (1.0, 0.0)))
    with pytest.raises(ParameterError, match="2 classes, but there are 3"):
        Refiner(image, CLASSES, noisy).refine(parameters)
