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
    """

    name: str
    title: str
    paper: str
    target: str
    published: Mapping[str, str] = field(default_factory=dict[str, str])
    small: Mapping[str, Any] = field(default_factory=dict[str, Any])


_UNET = "Ronneberger, Fischer and Brox 2015"
_UNETPP = "Zhou et al. 2018"
_SEGNET = "Badrinarayanan, Kendall and Cipolla 2017"
_USEGNET = "Kumar et al. 2018"
_BASE = {"base": 4}
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
        {"parameters": "7.76M"}, _WIDTHS,
    ),
    ModelRow(
        "unet-wide", "wide U-Net of the U-Net++ paper", _UNETPP, "engine.models.unetpp:unet_wide",
        {"parameters": "9.13M; its widths 35 to 560 give 9.28M, as does the authors' code"},
        _WIDTHS,
    ),
    ModelRow(
        "unetpp", "U-Net++", _UNETPP, "engine.models.unetpp:UNetPlusPlus",
        {"parameters": "9.04M"}, _WIDTHS,
    ),
    ModelRow(
        "unetpp-deep", "U-Net++ with deep supervision", _UNETPP, "engine.models.unetpp:unetpp_deep",
        {"parameters": "9.04M"}, _WIDTHS,
    ),
    ModelRow(
        "segnet", "SegNet", _SEGNET, "engine.models.segnet:SegNet",
        {"parameters": "29.46M (as quoted by Paszke et al. 2016)"}, _BASE,
    ),
    ModelRow(
        "segnet-basic", "SegNet-Basic", _SEGNET, "engine.models.segnet:SegNetBasic",
        {"parameters": f"1.425M; {_FILE_SIZE}", "receptive field": "106"}, _BASE,
    ),
    ModelRow(
        "segnet-basic-addition", "SegNet-Basic-EncoderAddition", _SEGNET,
        "engine.models.segnet:segnet_basic_addition",
        {"parameters": f"1.425M; {_FILE_SIZE}"}, _BASE,
    ),
    ModelRow(
        "segnet-basic-single-channel", "SegNet-Basic-SingleChannelDecoder", _SEGNET,
        "engine.models.segnet:segnet_basic_single_channel",
        {"parameters": f"0.625M; {_FILE_SIZE}"}, _BASE,
    ),
    ModelRow(
        "segnet-basic-bilinear", "Bilinear-Interpolation (SegNet-Basic's encoder)", _SEGNET,
        "engine.models.segnet:BilinearBasic", {"parameters": f"0.625M; {_FILE_SIZE}"}, _BASE,
    ),
    ModelRow(
        "fcn-basic", "FCN-Basic", _SEGNET, "engine.models.segnet:FCNBasic",
        {"parameters": f"0.65M; {_FILE_SIZE}"}, _BASE,
    ),
    ModelRow(
        "fcn-basic-no-addition", "FCN-Basic-NoAddition", _SEGNET,
        "engine.models.segnet:fcn_basic_no_addition", {"parameters": f"0.65M; {_FILE_SIZE}"}, _BASE,
    ),
    ModelRow(
        "fcn-basic-no-reduction", "FCN-Basic-NoDimReduction", _SEGNET,
        "engine.models.segnet:fcn_basic_no_reduction",
        {"parameters": "1.625M; its layers have 1.66M, which no reading brings nearer"}, _BASE,
    ),
    ModelRow(
        "fcn-basic-no-addition-no-reduction", "FCN-Basic-NoAddition-NoDimReduction", _SEGNET,
        "engine.models.segnet:fcn_basic_no_addition_no_reduction",
        {"parameters": "1.625M; its layers have 1.66M, which no reading brings nearer"}, _BASE,
    ),
    ModelRow(
        "usegnet", "U-SegNet", _USEGNET, "engine.models.usegnet:USegNet",
        {"parameters": "3,483,652"}, _BASE,
    ),
    ModelRow(
        "usegnet-2", "U-SegNet-2 (two skips)", _USEGNET, "engine.models.usegnet:usegnet_2",
        small=_BASE,
    ),
    ModelRow(
        "small-segnet", "SegNet of the U-SegNet paper", _USEGNET,
        "engine.models.usegnet:small_segnet", {"parameters": "3,475,396"}, _BASE,
    ),
    ModelRow(
        "small-unet", "U-Net of the U-SegNet paper", _USEGNET, "engine.models.usegnet:SmallUNet",
        {"parameters": "3,900,996; ours is a fit: the paper does not say which layer has no bias"},
        _BASE,
    ),
    ModelRow(
        "network-with-crf", "A network with a ConvCRF on top", "Teichmann and Cipolla 2018",
        "engine.crf.head:network_with_crf",  # lies a floor higher, and is known by name alone
        small={"base": 2, "depth": 2, "iterations": 2, "filter_size": 5},
    ),
)  # fmt: skip
