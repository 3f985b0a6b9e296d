from __future__ import annotations

from functools import cache

import pytest
import torch

from engine.errors import ParameterError, UnknownName
from engine.models.encoder import ENCODERS, Encoder, make_encoder
from engine.models.encoders.staged import StagedEncoder, first_convolution

NAMES = [row.name for row in ENCODERS]
OWN = [name for name in NAMES if name not in ("lenet", "nasnet")]
"""Those that can be dilated: LeNet is never coarser than 4, and timm cannot dilate NASNet."""
SMALLEST = 71


def ready(name: str, **options: object) -> Encoder:
    """An encoder in evaluation mode with weights from a seed."""
    torch.manual_seed(0)
    encoder = make_encoder(name, **options)
    encoder.eval()
    return encoder


@cache
def outline(name: str, **options: object) -> Encoder:
    """An encoder without numbers, for shapes."""
    with torch.device("meta"):
        return make_encoder(name, **options)


def sides(encoder: Encoder, height: int, width: int) -> list[tuple[int, int]]:
    """Of the maps of an image, without computing them."""
    maps = encoder(torch.empty(2, encoder.in_channels, height, width, device="meta"))
    assert [found.shape[:2] for found in maps] == [(2, count) for count in encoder.channels]
    return [(found.shape[2], found.shape[3]) for found in maps]


def assert_reduction_is_true(encoder: Encoder) -> None:
    small, large = sides(encoder, 161, 97), sides(encoder, 161 + 64, 97 + 128)
    assert len(small) == len(encoder.reduction)
    for step, (height, width), (higher, wider) in zip(encoder.reduction, small, large, strict=True):
        assert (higher - height, wider - width) == (64 // step, 128 // step)


@pytest.mark.parametrize("name", NAMES)
def test_channels_and_reduction_are_what_the_maps_have(name):
    assert_reduction_is_true(outline(name))


@pytest.mark.parametrize("name", OWN)
def test_no_map_is_coarser_than_the_output_stride(name):
    whole, spread = outline(name), outline(name, output_stride=8)
    assert spread.reduction == tuple(min(step, 8) for step in whole.reduction)
    assert spread.channels == whole.channels
    assert [p.shape for p in spread.parameters()] == [p.shape for p in whole.parameters()]
    assert_reduction_is_true(spread)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_reach_every_parameter_and_evaluation_repeats_itself(name):
    encoder = ready(name)
    image = torch.rand(1, 3, SMALLEST, SMALLEST + 14)
    first = encoder(image)
    with torch.no_grad():
        again = encoder(image)
    for one, other in zip(first, again, strict=True):
        assert torch.equal(one, other)
        assert one.isfinite().all()
    torch.manual_seed(1)
    sum((found * torch.rand_like(found)).sum() for found in first).backward()
    lost = [n for n, p in encoder.named_parameters() if p.grad is None or not p.grad.any()]
    assert not lost


@pytest.mark.parametrize(
    ("name", "options", "channels"),
    [
        ("alexnet", {}, (8, 20, 20, 20)),
        ("alexnet", {"variant": "tv"}, (8, 24, 32, 32)),
        ("googlenet", {}, (8, 24, 60, 104, 128)),
    ],
)
def test_a_narrow_encoder_has_the_layers_of_the_published_one(name, options, channels):
    narrow, published = outline(name, base=8, **options), outline(name, **options)
    assert narrow.channels == channels
    assert [n for n, _ in narrow.named_modules()] == [n for n, _ in published.named_modules()]
    assert narrow.reduction == published.reduction


def test_an_alexnet_that_cannot_be_parted_into_two_groups_is_refused():
    with pytest.raises(ParameterError, match="7 channels"):
        make_encoder("alexnet", base=7)


@pytest.mark.parametrize("channels", [1, 4])
@pytest.mark.parametrize("name", NAMES)
def test_images_may_have_any_number_of_channels(name, channels):
    encoder, plain = outline(name, in_channels=channels), outline(name)
    assert encoder.in_channels == channels
    assert sides(encoder, 97, 97) == sides(plain, 97, 97)
    assert first_convolution(encoder)[0] == first_convolution(plain)[0]
    assert first_convolution(encoder)[1].in_channels == channels


@pytest.mark.parametrize("precision", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("name", ["lenet", "alexnet", "googlenet", "se_resnet50", "shufflenet_v1"])
def test_half_precision_gives_maps_of_half_precision(name, precision):
    encoder = ready(name)
    encoder.to(precision)
    with torch.inference_mode():
        maps = encoder(torch.rand(1, 3, SMALLEST, SMALLEST, dtype=precision))
    assert {found.dtype for found in maps} == {precision}
    assert all(found.isfinite().all() for found in maps)


def test_stochastic_depth_drops_late_blocks_most_in_training_and_none_in_evaluation():
    encoder = ready("stochastic_resnet50")
    plain = ready("resnet50")
    plain.load_state_dict(encoder.state_dict())
    image = torch.rand(1, 3, SMALLEST, SMALLEST)
    with torch.inference_mode():
        for one, other in zip(encoder(image), plain(image), strict=True):
            assert torch.equal(one, other)
    chances = [m.survival for m in encoder.modules() if type(m).__name__ == "StochasticDepth"]
    assert chances == pytest.approx([1 - 0.5 * (block + 1) / 16 for block in range(16)])


def test_a_dropped_branch_is_nothing_and_the_mean_of_many_is_the_branch():
    from engine.models.encoders.residual import StochasticDepth

    torch.manual_seed(0)
    drop = StochasticDepth(0.6).train()
    branch = torch.ones(20_000, 1, 1, 1)
    kept = drop(branch)
    assert kept.unique().tolist() == pytest.approx([0, 1 / 0.6])
    assert kept.mean().item() == pytest.approx(1, abs=0.02)
    assert drop.eval()(branch) is branch


def test_shuffling_deals_each_group_out_to_all():
    from engine.models.encoders.mobile import Shuffle

    dealt = Shuffle(3)(torch.arange(6.0).reshape(1, 6, 1, 1))
    assert dealt.flatten().tolist() == [0, 2, 4, 1, 3, 5]


def test_an_encoder_without_its_head_does_not_classify():
    encoder = ready("resnet18")
    assert isinstance(encoder, StagedEncoder)
    with pytest.raises(ParameterError, match="with_head=True"):
        encoder.classify(torch.rand(1, 3, 64, 64))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("resnet50", {"output_stride": 4}),
        ("resnet50", {"in_channels": 0}),
        ("resnet50", {"no_such": 1}),
        ("shufflenet_v1", {"groups": 5}),
        ("nasnet", {"output_stride": 8}),
        ("nasnet", {"with_head": True}),
        ("timm:vgg16", {"output_stride": 8}),
        ("timm:densenet121", {"output_stride": 16}),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(name, options):
    with pytest.raises(ParameterError) as caught:
        make_encoder(name, **options)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("name", "options", "meant"),
    [
        ("resnet5", {}, "resnet50"),
        ("timm:resnet5", {}, "resnet50"),
        ("timm:zzz", {}, "list_models"),
        ("alexnet", {"variant": "cafe"}, "caffe"),
        ("googlenet", {"variant": "papr"}, "paper"),
    ],
)
def test_a_name_that_is_not_there_is_answered_with_those_that_are(name, options, meant):
    with pytest.raises(UnknownName, match=meant):
        make_encoder(name, **options)


def test_whatever_timm_offers_is_an_encoder_too():
    encoder = ready("timm:regnetx_002", in_channels=4, output_stride=16)
    maps = encoder(torch.rand(1, 4, 96, 64))
    assert [found.shape[1] for found in maps] == list(encoder.channels)
    assert encoder.reduction[-1] == 16
    assert maps[-1].shape[2:] == (6, 4)
