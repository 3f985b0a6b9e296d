"""What a model expects and where it came from; travels in the header of its weight file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from engine.core.label_set import LabelSet
from engine.errors import ParameterError

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"
PERCENTILES, WHOLE_TYPE = "percentiles", "type"
SCALES = (PERCENTILES, WHOLE_TYPE)


@dataclass(frozen=True, slots=True)
class InputCard:
    """How an image is brought to what the network was trained on.

    Attributes:
        channels: ('grey',) or ('red', 'green', 'blue').
        low: Percentile of the image's intensities that becomes 0.
        high: Percentile that becomes 1.
        spacing_mm: Pixel size in the plane that volumes are resampled to; None leaves it.
        slices: The slices that are read together, by their distance from the one that is
            predicted; the channels of the first, then of the next. (-1, 0, 1) reads neighbours.
        scale: PERCENTILES as above, or WHOLE_TYPE: 0 to 255 of 8-bit pixels become 0 to 1, 0 to
            65535 of 16-bit ones, and other pixels stay as they are.
        mean: Subtracted after that, one number for each channel; none if empty.
        deviation: Then divided by, likewise.
    """

    channels: tuple[str, ...]
    low: float = 0.5
    high: float = 99.5
    spacing_mm: float | None = None
    slices: tuple[int, ...] = (0,)
    scale: str = PERCENTILES
    mean: tuple[float, ...] = ()
    deviation: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.scale not in SCALES:
            raise ParameterError(
                f"There is no scale '{self.scale}'.", remedy=f"Choose one of {', '.join(SCALES)}."
            )
        for numbers in (self.mean, self.deviation):
            if numbers and len(numbers) != len(self.channels):
                raise ParameterError(
                    f"{len(numbers)} numbers cannot normalise {len(self.channels)} channels.",
                    remedy="Give one number for each channel.",
                )
        if not all(number > 0 for number in self.deviation):
            raise ParameterError(
                "A deviation of zero or less cannot be divided by.", remedy="Give larger ones."
            )


@dataclass(frozen=True, slots=True)
class TrainingCard:
    """Where the weights came from, for whoever must decide whether to trust them.

    Attributes:
        recipe: The script and its options in one line.
        data: What it was trained on.
        licence: Of the data, as far as it binds the weights.
        seed: Of every random number.
        steps: Optimiser steps.
        metrics: What was measured, by name.
        limits: What it is not good for.
        data_sha256: Of the files or data sets it was trained on, by name.
        parent: The weights it began as: a file or model, and its SHA-256; '' if from nothing.
    """

    recipe: str
    data: str
    licence: str
    seed: int
    steps: int
    metrics: dict[str, float] = field(default_factory=dict[str, float])
    limits: str = ""
    data_sha256: dict[str, str] = field(default_factory=dict[str, str])
    parent: str = ""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One model: a network, its arguments, its classes, its input and its history.

    Attributes:
        name: Short and unique, as typed after --model.
        title: What the model dialog shows.
        network: The row of the MODELS table.
        arguments: What the network is made with.
        label_set: Its classes, in the order of its outputs.
        input: What it expects.
        training: Where it came from.
        tensors_sha256: Of the tensor bytes of the file; '' until it is saved.
    """

    name: str
    title: str
    network: str
    arguments: dict[str, JsonValue]
    label_set: LabelSet
    input: InputCard
    training: TrainingCard
    tensors_sha256: str = ""
