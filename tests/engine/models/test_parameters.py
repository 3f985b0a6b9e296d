"""How many parameters each network has, made with the classes its paper has; nothing is computed.

The integers are those of the papers' layers, counted by hand in the design; `published` of a row
says what the paper prints.
"""

from __future__ import annotations

import pytest
import torch

from engine.models.table import MODELS

COUNTS = [
    ("unet", {"classes": 4}, 1_963_860),
    ("unet2015", {}, 31_030_658),
    ("unet2015", {"in_channels": 3}, 31_031_810),
    ("unet2015", {"classes": 4}, 31_030_788),
    ("unet2015", {"in_channels": 3, "classes": 21}, 31_033_045),
    ("unet-plain", {"classes": 1}, 7_759_521),
    ("unet-wide", {"classes": 1}, 9_282_246),
    ("unetpp", {"classes": 1}, 9_041_601),
    ("unetpp-deep", {"classes": 1}, 9_041_700),
    ("segnet", {"classes": 11}, 29_449_355),
    ("segnet", {"classes": 12}, 29_449_932),
    ("segnet", {"classes": 21}, 29_455_125),
    ("segnet", {"classes": 37}, 29_464_357),
    ("segnet-basic", {"classes": 11}, 1_416_064),
    ("segnet-basic", {"classes": 11, "bias": True}, 1_416_587),
    ("segnet-basic-addition", {"classes": 11}, 1_416_064),
    ("segnet-basic-single-channel", {"classes": 11}, 625_792),
    ("segnet-basic-bilinear", {"classes": 11}, 612_736),
    ("fcn-basic", {"classes": 11}, 645_824),
    ("fcn-basic-no-addition", {"classes": 11}, 643_712),
    ("fcn-basic-no-reduction", {"classes": 11}, 1_661_312),
    ("fcn-basic-no-addition-no-reduction", {"classes": 11}, 1_661_312),
    ("usegnet", {}, 3_483_652),
    ("usegnet-2", {}, 3_516_548),
    ("small-segnet", {}, 3_475_396),
    ("small-unet", {}, 3_900_996),
]


@pytest.mark.parametrize(("name", "arguments", "count"), COUNTS)
def test_a_network_has_exactly_the_parameters_of_its_layers(name, arguments, count):
    with torch.device("meta"):
        network = MODELS.load(name)(**arguments)
    assert sum(parameter.numel() for parameter in network.parameters()) == count


def test_every_network_is_counted():
    without = {"network-with-crf"}  # has those of the network below it
    assert {row.name for row in MODELS} - without == {name for name, _, _ in COUNTS}
