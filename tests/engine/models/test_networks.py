"""What single networks have that others do not."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.errors import ParameterError
from engine.models.atrous_conv import DEINTERLACE, use_implementation
from engine.models.deeplab import DeepLabResNet, DeepLabVgg
from engine.models.deeplab3 import DeepLab3, PooledNorm
from engine.models.dilated import BASIC, LARGE, ContextModule, DilatedNet
from engine.models.fcn import FCN
from engine.models.pspnet import PSPNet
from engine.models.segnet import SegNet, SegNetBasic
from engine.models.table import MODELS
from engine.models.unet2015 import UNet2015, _cropped
from engine.models.vision import torchvision


def pictures(*shape, seed=1):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


def test_the_u_net_of_2015_has_23_convolutions_and_gives_388_pixels_of_572():
    with torch.device("meta"):
        network = UNet2015()
        assert network(torch.empty(1, 1, 572, 572)).shape == (1, 2, 388, 388)
    convolutions = [m for m in network.modules() if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d))]
    assert len(convolutions) == 23
    assert (network.stride, network.offset, network.margin) == (16, 12, 92)


@pytest.mark.parametrize("name", [r.name for r in MODELS if r.paper.startswith("Badrinarayanan")])
def test_the_networks_of_the_segnet_paper_take_its_pictures_whose_sides_do_not_halve(name):
    with torch.device("meta"):
        network = MODELS.load(name)(classes=11, **MODELS[name].small)
        assert network(torch.empty(1, 3, 360, 480)).shape == (1, 11, 360, 480)


def test_a_skip_of_the_u_net_of_2015_is_the_middle_of_its_map():
    picture = torch.arange(64.0).view(1, 1, 8, 8)
    assert torch.equal(_cropped(picture, torch.zeros(1, 1, 4, 2)), picture[:, :, 2:6, 3:5])


@pytest.mark.parametrize(
    ("with_sum", "without"),
    [
        ("segnet-basic-addition", "segnet-basic"),
        ("fcn-basic-no-reduction", "fcn-basic-no-addition-no-reduction"),
    ],
)
def test_decoders_that_add_the_maps_of_the_encoder_give_other_scores(with_sum, without):
    torch.manual_seed(0)
    one, other = (MODELS.load(name)(base=4).eval() for name in (with_sum, without))
    other.load_state_dict(one.state_dict())
    images = pictures(1, 3, 32, 32)
    assert (one(images) - other(images)).abs().max() > 1e-2


def seen_by(cell, images):
    """How many rows of the picture a score depends on."""
    (grad,) = torch.autograd.grad(cell, images)
    rows = grad[0].sum(dim=(0, 2)).nonzero()
    return int(rows.max() - rows.min()) + 1


def open_up(network):
    """Doubles, positive filters, and means in place of maxima: every path has its gradient."""
    network = network.double().eval()
    for parameter in network.parameters():
        parameter.data.abs_().add_(1e-3)
        if parameter.dim() > 1:
            parameter.data /= parameter.data.flatten(1).sum(1).view(-1, 1, 1, 1)
    for module in list(network.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.MaxPool2d):
                shape = (child.kernel_size, child.stride, child.padding, child.ceil_mode)
                setattr(module, name, nn.AvgPool2d(*shape))
            elif isinstance(child, nn.LocalResponseNorm):
                setattr(module, name, nn.Identity())
    return network


@pytest.mark.parametrize(("trunk", "field"), [("alexnet", 355), ("vgg16", 404), ("googlenet", 907)])
def test_a_score_of_an_fcn_sees_what_its_paper_says(trunk, field):
    network = FCN(trunk=trunk, base=2, hidden=4)
    assert network.field.size == field
    steps: list[torch.Tensor] = []
    network.score.register_forward_hook(lambda _, __, found: steps.append(found))
    network = open_up(network)
    if trunk == "vgg16":  # its trunk asks its layers which of them pool
        trunk_layers = network.trunk.features
        network.trunk.forward = lambda x: [trunk_layers(x)]
    images = pictures(1, 3, 1312, 32).double().requires_grad_()
    network(images)
    assert seen_by(steps[0][0, :, steps[0].shape[2] // 2].sum(), images) == field


def test_the_deepest_cell_of_segnet_basic_sees_106_pixels():
    encoder = open_up(SegNetBasic(base=2)).encoder
    images = pictures(1, 3, 320, 32).double().requires_grad_()
    x = images
    for stage in encoder:
        x = nn.functional.avg_pool2d(stage(x), 2)
    assert seen_by(x[0, :, 10].sum(), images) == 106


def test_segnet_takes_the_names_of_vgg16_bn():
    theirs = {n for n in torchvision().vgg16_bn().state_dict() if n.startswith("features.")}
    ours = {n for n in SegNet(base=2).state_dict() if n.startswith("features.")}
    assert ours == theirs


@pytest.mark.parametrize(
    ("trunk", "skips", "crops"),
    [("alexnet", 0, [18]), ("vgg16", 0, [19]), ("vgg16", 1, [5, 27]), ("vgg16", 2, [5, 9, 31])],
)
def test_scores_are_cut_where_the_published_fcn_cuts_them(trunk, skips, crops):
    with torch.device("meta"):
        assert FCN(trunk=trunk, skips=skips)._crops == crops


@pytest.mark.parametrize("skips", [1, 2])
def test_an_fcn_with_a_skip_begins_as_the_one_without(skips):
    torch.manual_seed(0)
    coarse = FCN(classes=3, base=4, hidden=16).eval()
    fine = FCN(classes=3, base=4, hidden=16, skips=skips).eval()
    report = fine.load_state_dict(coarse.state_dict(), strict=False)
    assert not report.unexpected_keys
    assert {name.partition(".")[0] for name in report.missing_keys} == {"score_skips", "widen"}
    images = pictures(1, 3, 96, 128)
    before, after = coarse(images), fine(images)
    inside = (before - after)[:, :, 32:-32, 32:-32]
    assert inside.abs().mean() < 0.05 * before.std()  # two interpolations are not quite one


@pytest.mark.parametrize("options", [{"trunk": "resnet"}, {"skips": 3}, {"learned": "none"}])
def test_an_fcn_that_does_not_exist_is_refused(options):
    with pytest.raises(ParameterError, match="There is no FCN"):
        FCN(**options)


@pytest.mark.parametrize(("kind", "most"), [(BASIC, 0.0), (LARGE, 0.2)])
def test_a_new_context_module_changes_nothing_but_by_noise(kind, most):
    torch.manual_seed(0)
    scores = pictures(1, 5, 20, 20)
    assert (ContextModule(5, kind)(scores) - scores).abs().max() <= most


def test_a_large_context_module_widens_and_has_the_weights_of_its_paper():
    with torch.device("meta"):
        weights = [p.numel() for p in ContextModule(21).parameters() if p.dim() > 1]
        assert sum(weights) == 64 * 21**2
        large = ContextModule(21, LARGE)
    assert sum(p.numel() for p in large.parameters()) == 6_803_139


def test_a_context_module_that_does_not_exist_is_refused():
    with pytest.raises(ParameterError, match="no context module 'huge'"):
        DilatedNet(context="huge")


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("deeplab-7x7", 224),
        ("deeplab-4x4", 128),
        ("deeplab-4x4-rate8", 224),
        ("deeplab-largefov", 224),
    ],
)
def test_the_filters_of_fc6_span_the_field_of_view_of_the_paper(name, field):
    with torch.device("meta"):
        fc6 = MODELS.load(name)().branches[0][0]
    span = (fc6.kernel_size[0] - 1) * fc6.dilation[0] + 1
    assert (span - 1) * 8 + 32 == field


@pytest.mark.parametrize(
    "network",
    [
        DeepLabVgg(base=4, hidden=8, rates=(2, 4)),
        DilatedNet(base=4, hidden=8),
        DeepLabResNet(encoder="resnet18", rates=(2,)),
    ],
    ids=lambda network: type(network).__name__,
)
def test_both_implementations_of_atrous_convolution_give_the_same_scores(network):
    network.eval().double()
    images = pictures(1, 3, 64, 72).double()
    with torch.inference_mode():
        found = network(images)
        names = list(network.state_dict())
        use_implementation(network, DEINTERLACE)
        other = network(images)
    assert list(network.state_dict()) == names
    assert not torch.equal(found, other)  # computed otherwise
    torch.testing.assert_close(found, other, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("make", [DeepLab3, PSPNet])
def test_networks_that_pool_the_picture_train_on_a_batch_of_one(make):
    network = make(encoder="resnet18", auxiliary=True).train()
    found = network(pictures(1, 3, 64, 64))
    assert [tuple(one.shape) for one in found] == [(1, 2, 64, 64)] * 2
    assert len(network.head_weights) == 2


def test_a_norm_of_one_value_takes_the_running_statistics_and_leaves_them():
    norm = PooledNorm(3)
    norm.running_mean += 1
    assert torch.allclose(norm(torch.ones(1, 3, 1, 1)), torch.zeros(1, 3, 1, 1))
    assert norm.running_mean.tolist() == [1, 1, 1]
    norm(torch.ones(2, 3, 1, 1) * 5)
    assert norm.running_mean.tolist() != [1, 1, 1]


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("torchvision-fcn-resnet50", "fcn_resnet50"),
        ("torchvision-fcn-resnet101", "fcn_resnet101"),
        ("torchvision-deeplab3-resnet50", "deeplabv3_resnet50"),
        ("torchvision-deeplab3-resnet101", "deeplabv3_resnet101"),
    ],
)
def test_weights_of_torchvision_fit_by_name_and_give_its_scores(name, theirs, tmp_path):
    torch.manual_seed(0)
    make = getattr(torchvision().segmentation, theirs)
    network = make(weights=None, weights_backbone=None, num_classes=5, aux_loss=True).eval()
    torch.save(network.state_dict(), tmp_path / "weights.pth")
    ours = MODELS.load(name)(classes=5).eval()
    ours.load_state_dict(torch.load(tmp_path / "weights.pth", weights_only=True))
    images = pictures(1, 3, 64, 96)
    with torch.inference_mode():
        expected = network(images)["out"]
        assert (ours(images) - expected).abs().max() <= 1e-5 * expected.abs().max().clamp(min=1)


def test_the_head_of_pspnet_reads_the_map_itself_beside_its_means():
    """Without it, what two pictures of the same means over all grids hold could not be told."""
    torch.manual_seed(0)
    network = MODELS.load("pspnet")(classes=2, encoder="resnet18", grids=(1,)).eval()
    last = torch.rand(1, 512, 4, 4)
    turned = last.flip(3)  # the same mean over one cell

    def scores(found):
        network.encoder.forward = lambda _: [found] * 5
        with torch.inference_mode():
            return network(torch.zeros(1, 3, 32, 32))

    plain = scores(last)
    assert (scores(turned) - plain).abs().max() > 1e-3 * plain.abs().max()
    means = [part[0](last) for part in network.pools]
    assert all(torch.allclose(mean, turned.mean(dim=(2, 3), keepdim=True)) for mean in means)
    first = network.head[0].weight
    assert first.shape[1] == 512 + 512
    with torch.no_grad():
        first[:, :512] = 0  # blind to the map, it sees the means alone
    assert torch.allclose(scores(turned), scores(last), atol=1e-6)
