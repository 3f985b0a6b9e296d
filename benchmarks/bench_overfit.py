"""How many steps each network needs to learn four small pictures by heart, to a Dice of 0.95.

Each row of MODELS is made small (its channels a few times those of the tests) and trained on four
pictures of two discs on noise, 96 pixels wide or eight strides; the Dice is the mean of the
classes, in evaluation mode. A network whose wiring loses what it should keep does not get there.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.inference.tiles import round_up
from engine.learning.losses import segmentation_loss
from engine.models.table import MODELS

CLASSES, SIDE, GOAL, EVERY = 3, 96, 0.95, 10
WIDER: dict[str, Any] = {"base": 16, "hidden": 64, "widths": (16, 24, 32, 48), "width": 64}


@dataclass(frozen=True, slots=True)
class Result:
    """Steps taken, the Dice reached, and processor seconds."""

    steps: int
    dice: float
    seconds: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("names", nargs="*", help="rows of MODELS; all if left out")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    print("| network | steps | Dice | processor seconds |\n|---|---|---|---|")
    missed = 0
    for name in options.names or [row.name for row in MODELS]:
        small = {key: WIDER.get(key, value) for key, value in MODELS[name].small.items()}
        torch.manual_seed(0)
        network = MODELS.load(name)(classes=CLASSES, **small)
        found = overfit(network, options.steps, options.rate, device)
        missed += found.dice < GOAL
        print(f"| {name} | {found.steps} | {found.dice:.3f} | {found.seconds:.1f} |", flush=True)
    print(f"{missed} did not reach {GOAL} in {options.steps} steps")
    return int(missed > 0)


def overfit(network: Any, steps: int, rate: float, device: torch.device) -> Result:
    """Train on the four pictures until the goal or the last step."""
    start = time.process_time()
    images, labels = (part.to(device) for part in pictures(network))
    network.to(device)
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0)
    dice = 0.0
    for step in range(1, steps + 1):
        network.train()
        found = network(images)
        found = found if isinstance(found, list) else [found]
        weights = getattr(network, "head_weights", (1.0,) * len(found))[-len(found) :]
        pairs = zip(weights, found, strict=True)
        loss = sum((w * segmentation_loss(one, labels) for w, one in pairs), torch.zeros(()))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        if step % EVERY == 0:
            with torch.inference_mode():
                dice = mean_dice(network.eval()(images).argmax(dim=1), labels)
            if dice >= GOAL:
                break
    return Result(step, dice, time.process_time() - start)


def pictures(network: Any) -> tuple[Tensor, Tensor]:
    """Four pictures as large as the network asks, and the labels of what it gives."""
    margin = network.margin
    wide = max(SIDE, 8 * network.stride)
    side = round_up(wide + 2 * margin - network.offset, network.stride) + network.offset
    generator = torch.Generator().manual_seed(1)
    places = torch.arange(side)
    rows, columns = places[:, None], places[None, :]
    labels = torch.zeros(4, side, side, dtype=torch.int64)
    for picture in labels:
        for value in range(1, CLASSES):
            row, column = (side * (0.25 + 0.5 * torch.rand(2, generator=generator))).tolist()
            radius = wide * (0.18 + 0.08 * torch.rand(1, generator=generator).item())
            picture[(rows - row) ** 2 + (columns - column) ** 2 < radius**2] = value
    grey = labels[:, None] / CLASSES
    noise = 0.2 * torch.rand(4, network.in_channels, side, side, generator=generator)
    inside = slice(margin, side - margin)
    return grey + noise, labels[:, inside, inside].contiguous()


def mean_dice(found: Tensor, labels: Tensor) -> float:
    """Over the classes, all pictures together."""
    values: list[float] = []
    for value in range(CLASSES):
        ours, theirs = found == value, labels == value
        both = (ours & theirs).sum().item()
        values.append(2 * both / max(1, (ours.sum() + theirs.sum()).item()))
    return sum(values) / len(values)


if __name__ == "__main__":
    raise SystemExit(main())
