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
    ("fcn-32s-alexnet", {"learned": "fixed"}, 56_954_261),
    ("fcn-16s-alexnet", {"learned": "fixed"}, 56_959_658),
    ("fcn-8s-alexnet", {"learned": "fixed"}, 56_965_055),
    ("fcn-32s-vgg16", {"learned": "fixed"}, 134_346_581),
    ("fcn-16s-vgg16", {"learned": "fixed"}, 134_357_354),
    ("fcn-8s-vgg16", {"learned": "fixed"}, 134_362_751),
    ("fcn-32s-vgg16", {"learned": "all"}, 136_152_917),
    ("fcn-16s-vgg16", {"learned": "all"}, 134_815_994),
    ("fcn-8s-vgg16", {"learned": "all"}, 134_489_759),
    ("fcn-32s-googlenet", {"learned": "fixed"}, 5_995_077),
    ("fcn-16s-googlenet", {"learned": "fixed"}, 6_012_570),
    ("fcn-8s-googlenet", {"learned": "fixed"}, 6_022_671),
    ("dilated-front-end", {}, 134_346_581),
    ("dilated", {}, 134_346_581 + 28_224 + 8 * 21),
    ("dilated-large", {}, 134_346_581 + 6_803_139),
    ("deeplab-largefov", {}, 20_505_429),
    ("deeplab-7x7", {}, 134_346_581),
    ("deeplab-4x4", {}, 65_140_565),
    ("deeplab-4x4-rate8", {}, 65_140_565),
    ("deeplab2-aspp-s", {}, 37_877_652),
    ("deeplab2-aspp-l", {}, 37_877_652),
    ("deeplab2-resnet101-largefov", {}, 42_887_253),
    ("deeplab2-resnet101-aspp", {}, 44_048_532),
    ("deeplab3", {}, 39_048_533),
    ("deeplab3-plus", {}, 40_352_181),
    ("pspnet", {"auxiliary": False}, 46_592_597),
    ("pspnet", {}, 48_957_802),
    ("torchvision-fcn-resnet50", {}, 35_322_218),
    ("torchvision-fcn-resnet101", {}, 54_314_346),
    ("torchvision-deeplab3-resnet50", {"auxiliary": False}, 39_638_869),
    ("torchvision-deeplab3-resnet50", {}, 42_004_074),
    ("torchvision-deeplab3-resnet101", {}, 60_996_202),
    ("searched", {}, 487_730),
    ("searched", {"depth": 1, "cells": "separable5,residual3"}, 18_060),
]
OF_VOC = {
    name
    for name, _, _ in COUNTS
    if name.startswith(("fcn-32", "fcn-16", "fcn-8", "dilated", "deeplab", "pspnet", "torchvision"))
}
"""Networks that are counted with the 21 classes of Pascal VOC."""


@pytest.mark.parametrize(("name", "arguments", "count"), COUNTS)
def test_a_network_has_exactly_the_parameters_of_its_layers(name, arguments, count):
    with torch.device("meta"):
        network = MODELS.load(name)(**{**({"classes": 21} if name in OF_VOC else {}), **arguments})
    assert sum(parameter.numel() for parameter in network.parameters()) == count


def test_every_network_is_counted():
    without = {"network-with-crf"}  # has those of the network below it
    assert {row.name for row in MODELS} - without == {name for name, _, _ in COUNTS}
