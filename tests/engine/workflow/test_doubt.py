from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_set import LabelSet
from engine.core.planes import Plane, slice_view
from engine.core.probabilities import Probabilities
from engine.errors import ParameterError
from engine.workflow.requests import Doubt
from engine.workflow.session import Session, _Held

CLASSES = LabelSet.named(["background", "a", "b"])


def held(probabilities):
    geometry = Geometry((4, 5, 6), np.diag([-1.0, 1.0, 2.0, 1.0]))
    image = Image(np.zeros((1, 4, 5, 6), np.uint8), geometry, ("grey",), Source(Path("a"), ""))
    found = probabilities and Probabilities(probabilities(geometry), geometry, CLASSES)
    return _Held(Path("p"), "abc", image, CLASSES, found), geometry


def test_doubt_is_the_entropy_of_the_slice_as_it_is_shown():
    rng = np.random.default_rng(0)

    def some(geometry):
        values = rng.dirichlet((0.5, 0.5, 0.5), geometry.shape)
        return np.moveaxis(values, -1, 0).astype(np.float16)

    session = Session()
    session._held, geometry = held(some)
    for plane in Plane:
        found = session.doubt(Doubt(Path("p"), "abc", plane, 1))
        whole = session._held.probabilities.entropy()
        expected = slice_view(geometry, plane, 1).read(whole)
        assert found.dtype == np.uint8
        assert np.abs(found / 255 - expected).max() <= 0.5 / 255 + 1e-6


def test_sure_is_black_and_no_idea_is_white():
    def values(geometry):
        even = np.full((3, *geometry.shape), 1 / 3, np.float16)
        even[:, :2] = 0
        even[1, :2] = 1
        return even

    session = Session()
    session._held, _ = held(values)
    found = session.doubt(Doubt(Path("p"), "abc", Plane.AXIAL, 3))
    assert sorted(set(found.ravel().tolist())) == [0, 255]


def test_without_a_prediction_there_is_nothing_to_doubt():
    session = Session()
    session._held, _ = held(None)
    with pytest.raises(ParameterError, match="no prediction"):
        session.doubt(Doubt(Path("p"), "abc", Plane.AXIAL, 0))
