"""The training loop: batches in, a trained network out.

AdamW with a warm-up and a polynomial decay, gradients clipped, and the weights of the result
averaged over the last steps, with BatchNorm's statistics taken anew for that average.
"""

from __future__ import annotations

import copy
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn

from engine.core.arrays import Floats
from engine.learning.losses import segmentation_loss
from engine.models.model_card import ModelCard
from engine.models.weights import save_checkpoint
from engine.progress import Progress, Step

log = logging.getLogger(__name__)

Batch: TypeAlias = "tuple[Tensor, Tensor]"
"""Images (N, C, H, W) float32 and labels (N, H, W) int64; a network's margin goes unread."""


@dataclass(frozen=True, slots=True)
class Part:
    """Parameters that are trained otherwise than the rest.

    Attributes:
        prefix: What their names begin with.
        rate: Factor on the learning rate.
        weight_decay: Of AdamW.
    """

    prefix: str
    rate: float = 1.0
    weight_decay: float = 0.0


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """How a network is trained.

    Attributes:
        steps: Optimiser steps.
        seed: Of the batches and of whatever the network draws.
        learning_rate: The largest one, after the warm-up.
        weight_decay: Of AdamW.
        warm_up: Steps in which the learning rate rises linearly.
        power: Of the polynomial decay to 0 at the last step.
        clip: The largest norm of the gradient.
        average: Weight of the past in the running average of the weights.
        bfloat16: Whether the network computes in half precision; its weights stay float32.
        settle: Batches, at least one, from which BatchNorm's statistics are taken at the end.
        keep_every: Steps between two calls of `keep`.
        parts: Of the network that are trained otherwise; the first that fits a name counts.
    """

    steps: int
    seed: int = 0
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    warm_up: int = 30
    power: float = 0.9
    clip: float = 1.0
    average: float = 0.999
    bfloat16: bool = False
    settle: int = 100
    keep_every: int = 500
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What came of it.

    Attributes:
        losses: The loss of each step.
        seconds: How long it took.
    """

    losses: tuple[float, ...]
    seconds: float


def train(
    network: nn.Module,
    batches: Callable[[Generator], Batch],
    settings: TrainSettings,
    progress: Progress,
    *,
    keep: Callable[[nn.Module, int], None] | None = None,
) -> TrainReport:
    """Train `network` where it lies; it ends with the averaged weights, in evaluation mode.

    Args:
        network: From images to logits; in training it may give a list, those of several heads,
            the main one last. Each then has its loss; the weights are its `head_weights`, or
            the mean counts (deep supervision).
        batches: Makes the next batch from the generator it is given.
        settings: How.
        progress: Told the loss at each step.
        keep: Called every `keep_every` steps and at the end with a copy of the network that holds
            the averaged weights, and the steps done.

    Raises:
        Cancelled: if `progress` says so; the weights are then those of an unfinished training.
    """
    start = time.monotonic()
    device = next(network.parameters()).device
    rng = np.random.default_rng(settings.seed)
    network.train()
    network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue] - torch
    averaged = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(parameter_groups(network, settings))
    losses: list[float] = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        for step in range(settings.steps):
            images, labels = (part.to(device) for part in batches(rng))
            for group in optimiser.param_groups:
                group["lr"] = group["rate"] * learning_rate(settings, step)
            losses.append(_take_step(network, images, labels, optimiser, settings))
            _average(averaged, network, min(settings.average, (1 + step) / (10 + step)))
            progress.step(step + 1, settings.steps, f"loss {losses[-1]:.4f}")
            if keep is not None and (step + 1) % settings.keep_every == 0:
                keep(averaged, step + 1)
    settle_statistics(averaged, batches, settings)
    if keep is not None:
        keep(averaged, settings.steps)
    network.load_state_dict(averaged.state_dict())
    network.eval()
    return TrainReport(tuple(losses), time.monotonic() - start)


def settle_statistics(
    network: nn.Module, batches: Callable[[Generator], Batch], settings: TrainSettings
) -> None:
    """Take BatchNorm's statistics as the mean over `settle` new batches; the weights stay.

    So do the statistics of a part that stays in evaluation mode.

    Source: Izmailov et al. 2018, section 3.2: averaged weights need statistics of their own.
    """
    network.train()
    norms = [
        module
        for module in network.modules()
        if isinstance(module, nn.BatchNorm2d) and module.training
    ]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain mean
    device = next(network.parameters()).device
    rng = np.random.default_rng((settings.seed, 1))
    with torch.no_grad():
        for _ in range(settings.settle if norms else 0):
            _outputs(network, batches(rng)[0].to(device), settings)
    network.eval()
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


def checkpoint_writer(card: ModelCard, path: Path) -> Callable[[nn.Module, int], None]:
    """What `train` may be given as `keep`: writes a checkpoint to `path`, the steps in its card."""

    def keep(network: nn.Module, steps: int) -> None:
        save_checkpoint(network, replace(card, training=replace(card.training, steps=steps)), path)

    return keep


def log_step(step: Step) -> None:
    """What a script hands to Progress: a line in the log every 50 steps."""
    if step.done % 50 == 0:
        log.info("%d of %d: %s", step.done, step.total, step.what)


def parameter_groups(network: nn.Module, settings: TrainSettings) -> list[dict[str, Any]]:
    """What AdamW is given: the parameters of each part, and the rest; none of them twice."""
    parts = [*settings.parts, Part("", weight_decay=settings.weight_decay)]
    groups: list[dict[str, Any]] = [
        {
            "params": [],
            "rate": part.rate,
            "lr": part.rate * settings.learning_rate,
            "weight_decay": part.weight_decay,
        }
        for part in parts
    ]
    for name, parameter in network.named_parameters():
        number = next(n for n, part in enumerate(parts) if name.startswith(part.prefix))
        groups[number]["params"].append(parameter)
    return [group for group in groups if group["params"]]


def learning_rate(settings: TrainSettings, step: int) -> float:
    """The learning rate of a step: a linear rise, times (1 - step / steps)^power."""
    rise = min(1.0, (step + 1) / max(1, settings.warm_up))
    return settings.learning_rate * rise * (1 - step / settings.steps) ** settings.power


def predict(network: nn.Module, image: Floats, *, stride: int = 16) -> Floats:
    """The probabilities of one image in one piece, padded at the bottom and right to `stride`.

    Args:
        network: In evaluation mode.
        image: (C, H, W) float32 as the network expects it.
        stride: Height and width become multiples of this.

    Returns:
        (K, H, W) float32.
    """
    device = next(network.parameters()).device
    _, height, width = image.shape
    padding = (0, -width % stride, 0, -height % stride)
    with torch.inference_mode():
        tensor = torch.from_numpy(np.ascontiguousarray(image, np.float32)).unsqueeze(0).to(device)
        logits: Tensor = network(nn.functional.pad(tensor, padding, mode="replicate"))
        return logits.float().softmax(dim=1)[0, :, :height, :width].cpu().numpy()


def _take_step(
    network: nn.Module,
    images: Tensor,
    labels: Tensor,
    optimiser: torch.optim.Optimizer,
    settings: TrainSettings,
) -> float:
    outputs = _outputs(network, images, settings)
    losses = [segmentation_loss(one, _inside(labels, one)) for one in outputs]
    loss = _combined(losses, getattr(network, "head_weights", None))
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), settings.clip)
    optimiser.step()
    return float(loss.detach())


def _inside(labels: Tensor, logits: Tensor) -> Tensor:
    """The middle of the labels, where a network with valid convolutions gives its logits."""
    top, left = (
        (outer - inner) // 2
        for outer, inner in zip(labels.shape[1:], logits.shape[2:], strict=True)
    )
    return labels[:, top : top + logits.shape[2], left : left + logits.shape[3]]


def _combined(losses: Sequence[Tensor], weights: Sequence[float] | None) -> Tensor:
    """The sum of the losses of all heads by their weights; their mean if there are none."""
    if len(losses) == 1 or weights is None:
        return torch.stack(list(losses)).mean()
    return torch.stack([w * loss for w, loss in zip(weights, losses, strict=True)]).sum()


def _outputs(network: nn.Module, images: Tensor, settings: TrainSettings) -> list[Tensor]:
    """Logits in float32, computed as the settings say: of each head of deep supervision."""
    images = images.contiguous(memory_format=torch.channels_last)
    with torch.autocast(images.device.type, torch.bfloat16, enabled=settings.bfloat16):
        found: Tensor | list[Tensor] = network(images)
    return [one.float() for one in (found if isinstance(found, list) else [found])]


@torch.no_grad()
def _average(averaged: nn.Module, network: nn.Module, past: float) -> None:
    """Move the averaged weights towards those of `network`; buffers are copied."""
    for mean, weight in zip(averaged.parameters(), network.parameters(), strict=True):
        mean.lerp_(weight, 1 - past)
    for mean, buffer in zip(averaged.buffers(), network.buffers(), strict=True):
        mean.copy_(buffer)
