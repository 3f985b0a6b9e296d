from __future__ import annotations

import json
import math

import numpy as np
import pytest

from engine.core.planes import Plane
from engine.core.scope import Scope
from engine.crf.parameters import CrfParameters
from engine.workflow.requests import (
    Doubt,
    Exchange,
    Fit,
    Predict,
    RefineAll,
    RefineSlice,
    RefineSteps,
    Warm,
    decode,
    encode,
)

PINNED = np.arange(12, dtype=np.uint8).reshape(3, 4)
FREE = CrfParameters(appearance_position=math.inf, iterations=7)
COSTS = CrfParameters(compatibility=((0.0, 1.5), (2.0, 0.0)))


def assert_same(sent, received):
    for name in sent.__slots__:
        a, b = getattr(sent, name), getattr(received, name)
        if isinstance(a, Scope):
            assert_same(a, b)
        else:
            assert np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: Warm(),
        lambda folder: Predict(folder, "abc", "unet-brain"),
        lambda folder: Predict(folder, "abc", "unet-brain", "t", (3, 4, 5)),
        lambda folder: RefineSlice(folder, "abc", Plane.SAGITTAL, 3, FREE, PINNED, None),
        lambda folder: RefineAll(folder, "abc", FREE, None, PINNED),
        lambda folder: RefineSlice(
            *(folder, "abc", Plane.AXIAL, 0, COSTS, None, None, "dense"),
            Scope((slice(1, 3), slice(0, 4)), PINNED > 5, PINNED),
            coarse=True,
        ),
        lambda folder: RefineAll(
            *(folder, "abc", FREE, None, None, "dense"),
            Scope((slice(1, 3), slice(0, 4), slice(2, 9))),
            Plane.CORONAL,
        ),
        lambda folder: RefineSteps(folder, "abc", Plane.CORONAL, 2, FREE, PINNED, PINNED, "dense"),
        lambda folder: Fit(folder, COSTS),
        lambda folder: Doubt(folder, "abc", Plane.CORONAL, 4),
    ],
)
def test_a_request_arrives_as_it_was_sent(tmp_path, make):
    exchange = Exchange(tmp_path)
    sent = make(tmp_path / "a.sulcus")
    received = decode(json.loads(json.dumps(encode(sent, 5, exchange))), exchange)
    assert type(received) is type(sent)
    assert_same(sent, received)
    assert not list(tmp_path.glob("*.npy")), "what was fetched is gone"


def test_an_array_cannot_be_fetched_from_outside_the_exchange(tmp_path):
    folder = tmp_path / "inside"
    folder.mkdir()
    np.save(tmp_path / "secret.npy", PINNED)
    with pytest.raises(FileNotFoundError):
        Exchange(folder).take("../secret.npy")
    assert (tmp_path / "secret.npy").exists()
