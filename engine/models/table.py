"""Every network Sulcus has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.registry import Registry

if TYPE_CHECKING:
    from engine.models.network import Network


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One network.

    Attributes:
        name: As it stands in a weight file's header.
        title: As a person reads it.
        paper: Where it is described.
        target: 'module:Name' of what makes it from the arguments of its card.
        published: What its paper says of it, by what is said, and where ours differs.
        small: Arguments that make it quick to compute and leave its shape: for trials.
        classes: As many as its paper tells its figures for.
    """

    name: str
    title: str
    paper: str
    target: str
    published: Mapping[str, str] = field(default_factory=dict[str, str])
    small: Mapping[str, Any] = field(default_factory=dict[str, Any])
    classes: int = 2


_UNET = "Ronneberger, Fischer and Brox 2015"
_UNETPP = "Zhou et al. 2018"
_SEGNET = "Badrinarayanan, Kendall and Cipolla 2017"
_USEGNET = "Kumar et al. 2018"
_FCN = "Long, Shelhamer and Darrell 2015"
_FCN_FILE = "engine.models.fcn"
_DILATED = "Yu and Koltun 2016"
_DEEPLAB = "engine.models.deeplab"
_DEEPLAB3 = "engine.models.deeplab3"
_DEEPLAB1 = "Chen, Papandreou, Kokkinos, Murphy and Yuille 2015"
_DEEPLAB2 = "Chen, Papandreou, Kokkinos, Murphy and Yuille 2017"
_V3 = "Chen, Papandreou, Schroff and Adam 2017"
_VOC, _SUN, _CAMVID = 21, 37, 11
_BASE = {"base": 4}
_ALEXNET_SMALL = {"base": 8, "hidden": 16}
_GOOGLENET_SMALL = {"base": 8}
_VGG_SMALL = {"base": 4, "hidden": 16}
_RESNET18 = {"encoder": "resnet18"}
_RATES = {"encoder": "resnet18", "rates": (1, 2)}
_WIDTHS = {"widths": [4, 6, 8]}
_FILE_SIZE = "printed as size of the trainable parameters: the file's megabytes / 4, it seems"

MODELS: Registry[ModelRow, Callable[..., Network]] = Registry(
    "network",
    ModelRow(
        "unet", "U-Net (padded)", _UNET, "engine.models.unet:UNet", small={"base": 2, "depth": 2}
    ),
    ModelRow(
        "unet2015", "U-Net as published (valid convolutions)", _UNET,
        "engine.models.unet2015:UNet2015",
        {"parameters": "31.0M", "convolutions": "23", "sides": "572 in, 388 out"},
        {"base": 4, "depth": 2},
    ),
    ModelRow(
        "unet-plain", "U-Net of the U-Net++ paper", _UNETPP, "engine.models.unetpp:PlainUNet",
        {"parameters": "7.76M"}, _WIDTHS, classes=1,
    ),
    ModelRow(
        "unet-wide", "wide U-Net of the U-Net++ paper", _UNETPP, "engine.models.unetpp:unet_wide",
        {"parameters": "9.13M; its widths 35 to 560 give 9.28M, as does the authors' code"},
        _WIDTHS, classes=1,
    ),
    ModelRow(
        "unetpp", "U-Net++", _UNETPP, "engine.models.unetpp:UNetPlusPlus",
        {"parameters": "9.04M"}, _WIDTHS, classes=1,
    ),
    ModelRow(
        "unetpp-deep", "U-Net++ with deep supervision", _UNETPP, "engine.models.unetpp:unetpp_deep",
        {"parameters": "9.04M"}, _WIDTHS, classes=1,
    ),
    ModelRow(
        "segnet", "SegNet", _SEGNET, "engine.models.segnet:SegNet",
        {"parameters": "29.46M (as quoted by Paszke et al. 2016)"}, _BASE, classes=_SUN,
    ),
    ModelRow(
        "segnet-basic", "SegNet-Basic", _SEGNET, "engine.models.segnet:SegNetBasic",
        {"parameters": f"1.425M; {_FILE_SIZE}", "receptive field": "106"}, _BASE, classes=_CAMVID,
    ),
    ModelRow(
        "segnet-basic-addition", "SegNet-Basic-EncoderAddition", _SEGNET,
        "engine.models.segnet:segnet_basic_addition",
        {"parameters": f"1.425M; {_FILE_SIZE}"}, _BASE, classes=_CAMVID,
    ),
    ModelRow(
        "segnet-basic-single-channel", "SegNet-Basic-SingleChannelDecoder", _SEGNET,
        "engine.models.segnet:segnet_basic_single_channel",
        {"parameters": f"0.625M; {_FILE_SIZE}"}, _BASE, classes=_CAMVID,
    ),
    ModelRow(
        "segnet-basic-bilinear", "Bilinear-Interpolation (SegNet-Basic's encoder)", _SEGNET,
        "engine.models.segnet:BilinearBasic", {"parameters": f"0.625M; {_FILE_SIZE}"}, _BASE,
        classes=_CAMVID,
    ),
    ModelRow(
        "fcn-basic", "FCN-Basic", _SEGNET, "engine.models.segnet:FCNBasic",
        {"parameters": f"0.65M; {_FILE_SIZE}"}, _BASE, classes=_CAMVID,
    ),
    ModelRow(
        "fcn-basic-no-addition", "FCN-Basic-NoAddition", _SEGNET,
        "engine.models.segnet:fcn_basic_no_addition", {"parameters": f"0.65M; {_FILE_SIZE}"}, _BASE,
        classes=_CAMVID,
    ),
    ModelRow(
        "fcn-basic-no-reduction", "FCN-Basic-NoDimReduction", _SEGNET,
        "engine.models.segnet:fcn_basic_no_reduction",
        {"parameters": "1.625M; its layers have 1.66M, which no reading brings nearer"}, _BASE,
        classes=_CAMVID,
    ),
    ModelRow(
        "fcn-basic-no-addition-no-reduction", "FCN-Basic-NoAddition-NoDimReduction", _SEGNET,
        "engine.models.segnet:fcn_basic_no_addition_no_reduction",
        {"parameters": "1.625M; its layers have 1.66M, which no reading brings nearer"}, _BASE,
        classes=_CAMVID,
    ),
    ModelRow(
        "usegnet", "U-SegNet", _USEGNET, "engine.models.usegnet:USegNet",
        {"parameters": "3,483,652"}, _BASE, classes=4,
    ),
    ModelRow(
        "usegnet-2", "U-SegNet-2 (two skips)", _USEGNET, "engine.models.usegnet:usegnet_2",
        small=_BASE, classes=4,
    ),
    ModelRow(
        "small-segnet", "SegNet of the U-SegNet paper", _USEGNET,
        "engine.models.usegnet:small_segnet", {"parameters": "3,475,396"}, _BASE, classes=4,
    ),
    ModelRow(
        "small-unet", "U-Net of the U-SegNet paper", _USEGNET, "engine.models.usegnet:SmallUNet",
        {"parameters": "3,900,996; ours is a fit: the paper does not say which layer has no bias"},
        _BASE, classes=4,
    ),
    ModelRow(
        "fcn-32s-alexnet", "FCN-32s on AlexNet", _FCN,
        f"{_FCN_FILE}:fcn_32s_alexnet",
        {"parameters": "57M", "receptive field": "355"}, _ALEXNET_SMALL, classes=_VOC,
    ),
    ModelRow(
        "fcn-16s-alexnet", "FCN-16s on AlexNet", _FCN,
        f"{_FCN_FILE}:fcn_16s_alexnet",
        small=_ALEXNET_SMALL, classes=_VOC,
    ),
    ModelRow(
        "fcn-8s-alexnet", "FCN-8s on AlexNet", _FCN,
        f"{_FCN_FILE}:fcn_8s_alexnet",
        small=_ALEXNET_SMALL, classes=_VOC,
    ),
    ModelRow(
        "fcn-32s-vgg16", "FCN-32s on VGG-16", _FCN,
        f"{_FCN_FILE}:fcn_32s_vgg16",
        {"parameters": "134M", "receptive field": "404"}, _VGG_SMALL, classes=_VOC,
    ),
    ModelRow(
        "fcn-16s-vgg16", "FCN-16s on VGG-16", _FCN,
        f"{_FCN_FILE}:fcn_16s_vgg16",
        small=_VGG_SMALL, classes=_VOC,
    ),
    ModelRow(
        "fcn-8s-vgg16", "FCN-8s on VGG-16", _FCN,
        f"{_FCN_FILE}:fcn_8s_vgg16",
        small=_VGG_SMALL, classes=_VOC,
    ),
    ModelRow(
        "fcn-32s-googlenet", "FCN-32s on GoogLeNet", _FCN,
        f"{_FCN_FILE}:fcn_32s_googlenet",
        {"parameters": "6M", "receptive field": "907"}, _GOOGLENET_SMALL, classes=_VOC,
    ),
    ModelRow(
        "fcn-16s-googlenet", "FCN-16s on GoogLeNet", _FCN,
        f"{_FCN_FILE}:fcn_16s_googlenet",
        small=_GOOGLENET_SMALL, classes=_VOC,
    ),
    ModelRow(
        "fcn-8s-googlenet", "FCN-8s on GoogLeNet", _FCN,
        f"{_FCN_FILE}:fcn_8s_googlenet",
        small=_GOOGLENET_SMALL, classes=_VOC,
    ),
    ModelRow(
        "dilated-front-end", "Dilated network, front end alone", _DILATED,
        "engine.models.dilated:dilated_front_end",
        small=_VGG_SMALL, classes=_VOC,
    ),
    ModelRow(
        "dilated", "Dilated network with basic context module", _DILATED,
        "engine.models.dilated:DilatedNet",
        small=_VGG_SMALL, classes=_VOC,
    ),
    ModelRow(
        "dilated-large", "Dilated network with large context module", _DILATED,
        "engine.models.dilated:dilated_large",
        small=_VGG_SMALL, classes=_VOC,
    ),
    ModelRow(
        "deeplab-largefov", "DeepLab-LargeFOV (v1)", _DEEPLAB1,
        f"{_DEEPLAB}:deeplab_largefov",
        {"parameters": "20.5M", "field of view": "224"}, _VGG_SMALL, classes=_VOC,
    ),
    ModelRow(
        "deeplab-7x7", "DeepLab-7x7 (v1)", _DEEPLAB1,
        f"{_DEEPLAB}:deeplab_7x7",
        {"parameters": "134.3M", "field of view": "224"}, _VGG_SMALL, classes=_VOC,
    ),
    ModelRow(
        "deeplab-4x4", "DeepLab-4x4 (v1)", _DEEPLAB1,
        f"{_DEEPLAB}:deeplab_4x4",
        {"parameters": "65.1M", "field of view": "128"}, _VGG_SMALL, classes=_VOC,
    ),
    ModelRow(
        "deeplab-4x4-rate8", "DeepLab-4x4, rate 8 (v1)", _DEEPLAB1,
        f"{_DEEPLAB}:deeplab_4x4_rate8",
        {"parameters": "65.1M", "field of view": "224"}, _VGG_SMALL, classes=_VOC,
    ),
    ModelRow(
        "deeplab2-aspp-s", "DeepLab v2, ASPP-S on VGG-16", _DEEPLAB2,
        f"{_DEEPLAB}:deeplab2_aspp_s",
        small=_VGG_SMALL, classes=_VOC,
    ),
    ModelRow(
        "deeplab2-aspp-l", "DeepLab v2, ASPP-L on VGG-16", _DEEPLAB2,
        f"{_DEEPLAB}:deeplab2_aspp_l",
        small=_VGG_SMALL, classes=_VOC,
    ),
    ModelRow(
        "deeplab2-resnet101-largefov", "DeepLab v2, LargeFOV on ResNet-101", _DEEPLAB2,
        f"{_DEEPLAB}:deeplab2_resnet_largefov",
        small=_RATES, classes=_VOC,
    ),
    ModelRow(
        "deeplab2-resnet101-aspp", "DeepLab v2, ASPP on ResNet-101", _DEEPLAB2,
        f"{_DEEPLAB}:deeplab2_resnet_aspp",
        small=_RATES, classes=_VOC,
    ),
    ModelRow(
        "deeplab3", "DeepLab v3", _V3,
        f"{_DEEPLAB3}:DeepLab3",
        small={**_RESNET18, "width": 16}, classes=_VOC,
    ),
    ModelRow(
        "deeplab3-plus", "DeepLab v3+", "Chen, Zhu, Papandreou, Schroff and Adam 2018",
        f"{_DEEPLAB3}:DeepLab3Plus",
        small={**_RESNET18, "width": 16}, classes=_VOC,
    ),
    ModelRow(
        "pspnet", "PSPNet", "Zhao, Shi, Qi, Wang and Jia 2017",
        "engine.models.pspnet:PSPNet",
        small=_RESNET18, classes=_VOC,
    ),
    ModelRow(
        "torchvision-fcn-resnet50", "FCN-ResNet-50 of torchvision", _FCN,
        f"{_DEEPLAB3}:torchvision_fcn_resnet50",
        small=_RESNET18, classes=_VOC,
    ),
    ModelRow(
        "torchvision-fcn-resnet101", "FCN-ResNet-101 of torchvision", _FCN,
        f"{_DEEPLAB3}:torchvision_fcn_resnet101",
        small=_RESNET18, classes=_VOC,
    ),
    ModelRow(
        "torchvision-deeplab3-resnet50", "DeepLab v3 on ResNet-50 of torchvision", _V3,
        f"{_DEEPLAB3}:torchvision_deeplab3_resnet50",
        small={**_RESNET18, "width": 16}, classes=_VOC,
    ),
    ModelRow(
        "torchvision-deeplab3-resnet101", "DeepLab v3 on ResNet-101 of torchvision", _V3,
        f"{_DEEPLAB3}:torchvision_deeplab3_resnet101",
        small={**_RESNET18, "width": 16}, classes=_VOC,
    ),
    ModelRow(
        "searched", "U-shaped network found by search",
        "space ours; searched as Zoph and Le 2017", "engine.models.searched:Searched",
        small={"base": 4, "depth": 2, "cells": "plain5,dilated3,separable3"},
    ),
    ModelRow(
        "network-with-crf", "A network with a ConvCRF on top", "Teichmann and Cipolla 2018",
        "engine.crf.head:network_with_crf",  # lies a floor higher, and is known by name alone
        small={"base": 2, "depth": 2, "iterations": 2, "filter_size": 5},
    ),
)  # fmt: skip
