from __future__ import annotations

import pytest

from engine.errors import Cancelled, UnknownName
from engine.models.encoder import ENCODERS
from engine.models.table import MODELS
from engine.progress import Progress, Step
from engine.workflow.models import (
    ENCODER,
    NETWORK,
    _with_classifier,
    list_models,
    list_weights,
)


def test_every_row_is_listed_networks_first():
    found = list_models()
    assert [one.name for one in found] == [row.name for row in (*MODELS, *ENCODERS)]
    assert [one.kind for one in found] == [NETWORK] * len(MODELS) + [ENCODER] * len(ENCODERS)
    assert all(one.measured is None for one in found)
    assert {one.name: one.published for one in found}["vgg16"] == {"parameters": "138 M"}


def test_what_is_measured_comes_from_the_network_itself():
    steps: list[Step] = []
    chosen = ["unet", "lenet", "mobilenet_v1"]
    found = list_models(chosen, measure=True, progress=Progress(steps.append))
    unet, lenet, mobile = (one.measured for one in found)
    assert [step.what for step in steps] == [f"measuring {name}" for name in chosen]
    assert unet is not None
    assert lenet is not None
    assert mobile is not None
    assert (unet.parameters, unet.output_stride, unet.sides) == (1_963_826, 1, 256)
    assert unet.with_classifier is None
    assert unet.receptive_field == 275
    assert (lenet.parameters, lenet.receptive_field, lenet.output_stride) == (2_872, 16, 4)
    assert (mobile.parameters, mobile.with_classifier) == (3_206_976, 4_231_976)
    assert mobile.multiply_adds == round(567_716_352 * (256 / 224) ** 2)
    assert all(one.peak_bytes > 0 < one.milliseconds for one in (unet, lenet, mobile))


def test_a_name_that_is_not_there_is_answered_with_the_one_that_was_meant():
    with pytest.raises(UnknownName, match="Did you mean 'resnet50'"):
        list_models(["resnet5o"])


def test_measuring_stops_when_it_is_asked_to():
    progress = Progress(lambda step: progress.cancel())
    with pytest.raises(Cancelled):
        list_models(["lenet", "unet"], measure=True, progress=progress)


def test_weights_of_some_encoders_are_listed():
    found = list_weights(["resnet50", "lenet", "timm:resnet10t"])
    assert {one.encoder for one in found} == {"resnet50", "timm:resnet10t"}


def test_an_encoder_that_comes_without_a_classifier_has_no_count_with_it():
    assert _with_classifier("nasnet") is None
    assert _with_classifier("resnet18") == 11_689_512
