"""The integers of the papers and of the libraries, and the checks of their arithmetic."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.models.encoder import make_encoder
from engine.models.encoders.inception import Inception, NaiveInception
from engine.models.encoders.mobile import Separable
from engine.models.measure import multiply_adds, parameter_count, receptive_field

WITH_HEAD = [
    ("lenet", {"in_channels": 1}, 61_706),
    ("alexnet", {"variant": "caffe"}, 60_965_224),
    ("alexnet", {"variant": "tv"}, 61_100_840),
    ("zfnet", {}, 107_627_624),
    ("vgg16", {}, 138_357_544),
    ("vgg16_bn", {}, 138_365_992),
    ("vgg19", {}, 143_667_240),
    ("vgg19_bn", {}, 143_678_248),
    ("googlenet", {}, 6_998_552),
    ("googlenet", {"variant": "tv"}, 6_624_904),
    ("resnet18", {}, 11_689_512),
    ("resnet34", {}, 21_797_672),
    ("resnet50", {}, 25_557_032),
    ("resnet101", {}, 44_549_160),
    ("resnet152", {}, 60_192_808),
    ("preact_resnet50", {}, 25_549_352),
    ("wide_resnet50_2", {}, 68_883_240),
    ("wide_resnet101_2", {}, 126_886_696),
    ("resnext50_32x4d", {}, 25_028_904),
    ("resnext101_32x8d", {}, 88_791_336),
    ("se_resnet50", {}, 28_088_024),
    ("densenet121", {}, 7_978_856),
    ("densenet169", {}, 14_149_480),
    ("densenet201", {}, 20_013_928),
    ("mobilenet_v1", {}, 4_231_976),
    ("mobilenet_v2", {}, 3_504_872),
    ("shufflenet_v2", {}, 2_278_604),
    ("mnasnet", {}, 4_383_312),
]
TRUNKS = [
    ("vgg16", {}, 14_714_688),
    ("vgg16_bn", {}, 14_723_136),
    ("googlenet", {}, 5_973_552),
    ("googlenet", {"variant": "tv"}, 5_599_904),
    ("resnet101", {}, 42_500_160),
]
WORK = [
    ("resnet18", 1.8e9),
    ("resnet34", 3.6e9),
    ("resnext50_32x4d", 4.2e9),
    ("mobilenet_v1", 569e6),
    ("mobilenet_v2", 300e6),
    ("shufflenet_v1", 137e6),
    ("shufflenet_v2", 146e6),
]
FIELDS = [
    ("alexnet", {}, 195, (6 - 1) * 32, 355),
    ("vgg16", {}, 212, (7 - 1) * 32, 404),
    ("googlenet", {}, 715, (7 - 1) * 32, 907),
]
"""Of the trunk, what the next layer adds, and what Long, Shelhamer and Darrell publish of both."""


@pytest.mark.parametrize(("name", "options", "count"), WITH_HEAD)
def test_a_classification_network_has_the_parameters_that_are_published(name, options, count):
    with torch.device("meta"):
        assert parameter_count(make_encoder(name, with_head=True, **options)) == count


@pytest.mark.parametrize(("name", "options", "count"), TRUNKS)
def test_a_trunk_has_the_parameters_that_are_published(name, options, count):
    with torch.device("meta"):
        assert parameter_count(make_encoder(name, **options)) == count


@pytest.mark.parametrize(("name", "published"), WORK)
def test_the_work_of_a_network_is_what_its_paper_says(name, published):
    with torch.device("meta"):
        encoder = make_encoder(name, with_head=True)
        encoder.eval()
        work = multiply_adds(encoder.classify, encoder, torch.empty(1, 3, 224, 224))
    assert work == pytest.approx(published, rel=0.03)


@pytest.mark.parametrize(("name", "options", "trunk", "added", "published"), FIELDS)
def test_the_receptive_field_by_gradient_is_the_published_one(
    name, options, trunk, added, published
):
    encoder = make_encoder(name, **options)
    assert receptive_field(encoder) == trunk
    assert trunk + added == published


def test_a_gate_sees_the_whole_image():
    assert receptive_field(make_encoder("se_resnet50")) is None


def test_a_separable_convolution_costs_an_eighth_and_a_ninth():
    weights = sum(
        m.weight.numel() for m in Separable(64, 128).modules() if isinstance(m, nn.Conv2d)
    )
    assert weights == 8_768
    assert weights / (64 * 128 * 9) == pytest.approx(1 / 128 + 1 / 9)


def test_three_small_filters_weigh_less_than_one_large():
    small = 3 * nn.Conv2d(64, 64, 3, bias=False).weight.numel()
    large = nn.Conv2d(64, 64, 7, bias=False).weight.numel()
    assert (small, large) == (110_592, 200_704)


def test_the_inception_module_takes_854_million_multiplications_or_271_with_bottlenecks():
    image = torch.empty(1, 256, 28, 28, device="meta")
    with torch.device("meta"):
        naive = NaiveInception(256, 128, 192, 96)
        reduced = Inception(256, (128, 64, 192, 64, 96, 64))
    assert multiply_adds(naive, naive, image) == 854_196_224
    assert multiply_adds(reduced, reduced, image) == 271_351_808


def test_a_naive_googlenet_grows_with_each_module():
    with torch.device("meta"):
        naive = make_encoder("googlenet", naive=True)
    assert naive.channels == (64, 192, 832, 3344, 4944)
