"""Training a network and the ConvCRF on top of it: the CRF alone first, then both together.

Source: Teichmann and Cipolla 2018, sections 5.2 and 5.3: a trained network is fixed and the CRF
learns on what it predicts; then the gradient goes through all iterations into the network, at a
much smaller learning rate (theirs is 1e-8 for both, with Adam and batches of 8).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from numpy.random import Generator
from torch import nn

from engine.crf.head import NetworkWithCrf
from engine.learning.train import Batch, Part, TrainReport, TrainSettings, train
from engine.progress import Progress


def train_with_crf(
    head: NetworkWithCrf,
    batches: Callable[[Generator], Batch],
    alone: TrainSettings,
    joint: TrainSettings,
    progress: Progress,
    *,
    crf_rate: float = 1.0,
    keep: Callable[[nn.Module, int], None] | None = None,
) -> tuple[TrainReport, TrainReport]:
    """Train the CRF of `head` on its network, then both; the network should be trained before.

    The weights, widths and costs of the CRF are never decayed: zero means nothing to them.

    Args:
        head: Trained where it lies; it ends in evaluation mode, free to be trained again.
        batches: As for `train`.
        alone: How the CRF is trained while the network is held.
        joint: How both are trained; its learning rate is the network's.
        progress: Told the loss at each step.
        crf_rate: Factor on the learning rate of the CRF beside a network, in the joint training.
        keep: As for `train`, in the joint training.

    Returns:
        The reports of both trainings.

    Raises:
        Cancelled: if `progress` says so; the weights are then those of an unfinished training.
    """
    head.hold_network(held=True)
    try:
        first = train(head, batches, _with(alone, Part("crf.")), progress)
    finally:
        head.hold_network(held=False)
    second = train(head, batches, _with(joint, Part("crf.", crf_rate)), progress, keep=keep)
    return first, second


def _with(settings: TrainSettings, part: Part) -> TrainSettings:
    return replace(settings, parts=(*settings.parts, part))
