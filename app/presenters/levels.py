"""Window and level on raw values: presets, automatic, by hand, and the histogram beside them."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import Job, JobRunner, Lane
from app.presenters.case import CasePresenter
from engine.core.arrays import Doubles, Pixels
from engine.core.image import Image, intensity_range
from engine.progress import Progress

BINS = 256
LOW, HIGH = 2.0, 98.0
"""Percentiles of the automatic window."""

DRAG = 400.0
"""A drag over so many pixels changes the window by the range of the values."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A window for values in Hounsfield units.

    Attributes:
        name: Short and unique.
        title: What the list says; translated with the context 'levels'.
        width: From black to white.
        middle: Half way between them.
    """

    name: str
    title: str
    width: float
    middle: float


PRESETS = (
    Preset("brain", "CT brain", 80.0, 40.0),
    Preset("bone", "CT bone", 1800.0, 400.0),
    Preset("lung", "CT lung", 1500.0, -600.0),
    Preset("soft", "CT soft tissue", 400.0, 40.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """How often values come.

    Attributes:
        counts: (BINS,) float64 from `lowest` to `highest`.
        lowest: The smallest value of the image.
        highest: The largest.
        auto: The automatic window.
    """

    counts: Doubles
    lowest: float
    highest: float
    auto: tuple[float, float]


class LevelsPresenter(QObject):
    """Which raw values are black and white; the same in all planes.

    Attributes:
        low: The value that is black.
        high: The value that is white.
        histogram: Of the image on screen; None until it is there.
    """

    changed = Signal()
    counted = Signal()  # the histogram is there, or gone

    def __init__(
        self, runner: JobRunner, case: CasePresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._job: Job | None = None
        self._dragged_from: tuple[float, float] | None = None
        self.low, self.high = 0.0, 255.0
        self.histogram: Histogram | None = None
        case.opened.connect(self._open)
        case.closed.connect(self._close)

    @property
    def width(self) -> float:
        return self.high - self.low

    @property
    def middle(self) -> float:
        return (self.high + self.low) / 2

    @property
    def is_inverted(self) -> bool:
        """Whether low values are meant to be bright."""
        return self._case.case is not None and self._case.case.image.is_inverted

    def set(self, low: float, high: float) -> None:
        """Choose black and white; an empty window is made as narrow as can be.

        What is no number is left alone.
        """
        if not np.isfinite((low, high)).all():
            return
        high = max(high, low + self._narrowest)
        if (low, high) != (self.low, self.high):
            self.low, self.high = low, high
            self.changed.emit()

    def choose(self, name: str) -> None:
        """Take the window of a preset."""
        if self._case.case is None:
            return
        preset = next(one for one in PRESETS if one.name == name)
        self.set(preset.middle - preset.width / 2, preset.middle + preset.width / 2)

    @Slot()
    def auto(self) -> None:
        """From the 2nd to the 98th percentile of the image."""
        if self._case.case is not None:
            found = self.histogram.auto if self.histogram else _auto(self._case.case.image.sample())
            self.set(*found)

    @Slot()
    def full(self) -> None:
        """From the smallest value to the largest."""
        if self.histogram is not None:
            self.set(self.histogram.lowest, self.histogram.highest)

    def begin_drag(self) -> None:
        """Take the window as it is for where a drag begins."""
        self._dragged_from = (self.low, self.high)

    def drag(self, right: float, up: float) -> None:
        """So far from where the drag began: wider to the right, brighter upwards."""
        if self._dragged_from is None:
            return
        low, high = self._dragged_from
        span = self._span
        width = max(high - low + right / DRAG * span, self._narrowest)
        middle = (high + low) / 2 - up / DRAG * span
        self.set(middle - width / 2, middle + width / 2)

    def end_drag(self) -> None:
        self._dragged_from = None

    @property
    def _span(self) -> float:
        found = self.histogram
        return max(found.highest - found.lowest if found else self.width, 1e-9)

    @property
    def _narrowest(self) -> float:
        case = self._case.case
        if case is not None and case.image.pixels.dtype.kind in "iub":
            return 1.0
        return self._span * 1e-4

    @Slot()
    def _open(self) -> None:
        case = self._case.case
        assert case is not None
        self._stop()
        is_bytes = case.image.pixels.dtype.name in ("uint8", "bool")
        self.low, self.high = (0.0, 255.0) if is_bytes else case.image.intensity_range()
        self.histogram = None
        colours = [i for i, name in enumerate(case.image.channels) if name != "alpha"]
        self._job = self._runner.run(
            "Counting values",
            functools.partial(_histogram, case.image, len(colours)),
            lane=Lane.PICTURE,
            on_success=self._take,
            on_failure=self._fail,
        )
        self.changed.emit()
        self.counted.emit()

    @Slot()
    def _close(self) -> None:
        self._stop()
        self.histogram = None
        self.counted.emit()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _take(self, histogram: Histogram) -> None:
        self._job = None
        self.histogram = histogram
        self.counted.emit()

    def _fail(self, _: Exception) -> None:
        """Without a histogram all else works; what failed is in the log."""
        self._job = None


def _auto(sample: Pixels) -> tuple[float, float]:
    return intensity_range(sample.reshape(-1), LOW, HIGH)


def _histogram(image: Image, colours: int, progress: Progress) -> Histogram:
    progress.step(0, 1, "Counting values")
    lowest, highest = image.extremes(colours)
    sample = image.sample()[:colours]
    values = sample.astype(np.float64)
    values = values[np.isfinite(values)]
    if highest <= lowest:
        highest = lowest + 1.0
    counts, _ = np.histogram(values, BINS, (lowest, highest))
    progress.step(1, 1, "Counting values")
    return Histogram(counts.astype(np.float64), lowest, highest, _auto(sample))
