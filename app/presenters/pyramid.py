"""Smaller sizes of a large picture and of its mask, so that a frame costs what the screen shows.

An image is averaged, two by two; of a mask the largest label of four is kept, so that a stroke one
pixel wide is still seen from afar.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.job import About, Listed
from app.jobs import Job, JobRunner, Lane
from app.presenters.case import CasePresenter, Change
from engine.core.arrays import Labels, Pixels
from engine.progress import Progress
from engine.workflow.smaller import smaller_sizes

LARGE = 2048 * 2048
"""Pixels of a picture from which on it has smaller sizes."""

SMALLEST = 512
"""The longer side of the last size is at most so many pixels."""

_STRIP = 2048  # rows that are halved at once; an even number


class PyramidPresenter(QObject):
    """The sizes of the photo on screen; they are made in the background."""

    built = Signal()  # the image has its sizes
    labels_built = Signal()  # the mask has its sizes, after it changed as a whole

    def __init__(
        self, runner: JobRunner, case: CasePresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._image: tuple[Pixels, ...] = ()
        self._labels: tuple[Labels, ...] = ()
        self._job: Job | None = None
        self._labels_job: Job | None = None
        self._missed: list[tuple[slice, slice]] | None = []
        case.opened.connect(self._open)
        case.closed.connect(self._close)
        case.labels_changed.connect(self._follow)

    def image_sizes(self, picture: Pixels) -> Sequence[Pixels]:
        """The picture on screen, (C, rows, columns), and its smaller sizes that are there."""
        return (picture, *self._image)

    def label_sizes(self, labels: Labels) -> Sequence[Labels]:
        """The labels on screen, (rows, columns), and their smaller sizes if they are the mask's."""
        return (labels,) if self._case.has_overlay else (labels, *self._labels)

    @property
    def is_needed(self) -> bool:
        """Whether the picture on screen is large, and one that has sizes."""
        case = self._case.case
        if case is None or case.image.geometry.is_volume:
            return False
        rows, columns = case.image.geometry.shape
        return rows * columns >= LARGE

    @Slot()
    def _open(self) -> None:
        self._close()
        case = self._case.case
        if case is None or not self.is_needed:
            return
        colours = sum(name != "alpha" for name in case.image.channels)
        picture = self._case.view.read(case.image.pixels)[: min(colours, 3)]
        survey = case.image.survey
        if survey is not None:
            self._image = tuple(one[: len(picture)] for one in survey.sizes)
        else:
            self._job = self._runner.run(
                "Preparing the picture",
                functools.partial(smaller_sizes, picture),
                lane=Lane.PICTURE,
                about=About(listed=Listed.NEVER),
                on_success=self._take_image,
                on_failure=self._fail,
            )
        self._build_labels()

    @Slot()
    def _close(self) -> None:
        for job in (self._job, self._labels_job):
            if job is not None:
                job.cancel()
        self._job = self._labels_job = None
        self._image, self._labels = (), ()

    def _build_labels(self) -> None:
        """Make the sizes of the mask anew; until they are there, it is drawn without."""
        if self._labels_job is not None:
            self._labels_job.cancel()
        history = self._case.history
        assert history is not None
        self._labels, self._missed = (), []
        self._labels_job = self._runner.run(
            "Preparing the mask",
            functools.partial(_label_sizes, self._case.view.read(history.labels)),
            lane=Lane.PICTURE,
            about=About(listed=Listed.NEVER),
            on_success=self._take_labels,
            on_failure=self._fail,
        )

    def _take_image(self, sizes: tuple[Pixels, ...]) -> None:
        self._job = None
        self._image = sizes
        self.built.emit()

    def _take_labels(self, sizes: tuple[Labels, ...]) -> None:
        self._labels_job = None
        self._labels = sizes
        for part in self._missed or ():
            self._update(part)
        self._missed = []
        self.labels_built.emit()

    def _fail(self, _: Exception) -> None:
        """Without sizes all is drawn from the whole picture; what failed is in the log."""
        self._job = self._labels_job = None

    @Slot(object)
    def _follow(self, change: Change) -> None:
        """Bring the sizes of the mask up to date; connected before any canvas is."""
        if not self.is_needed or self._case.has_overlay:
            return
        if change is None:
            self._build_labels()
        elif self._labels:
            self._update((change[0], change[1]))
        elif self._missed is not None:
            self._missed.append((change[0], change[1]))

    def _update(self, part: tuple[slice, slice]) -> None:
        history = self._case.history
        assert history is not None
        fine = self._case.view.read(history.labels)
        for coarse in self._labels:
            if any(of.start >= of.stop for of in part):
                return
            part = (_halved(part[0]), _halved(part[1]))
            around = tuple(slice(2 * of.start, 2 * of.stop) for of in part)
            coarse[part] = halve_labels(fine[around])
            fine = coarse


def halve_labels(labels: Labels) -> Labels:
    """(rows, columns) at half the size, rounded up; each pixel the largest label of its four."""
    bottom, right = labels.shape[0] % 2, labels.shape[1] % 2
    if bottom or right:
        labels = np.pad(labels, ((0, bottom), (0, right)))
    tall = np.maximum(labels[::2], labels[1::2])
    return np.maximum(tall[:, ::2], tall[:, 1::2])


def _halved(of: slice) -> slice:
    return slice(of.start // 2, (of.stop + 1) // 2)


def _label_sizes(labels: Labels, progress: Progress) -> tuple[Labels, ...]:
    sizes: list[Labels] = []
    while max(labels.shape) > SMALLEST:
        progress.step(len(sizes), len(sizes) + 1, "Preparing the mask")
        labels = np.concatenate(
            [halve_labels(labels[top : top + _STRIP]) for top in range(0, len(labels), _STRIP)]
        )
        sizes.append(labels)
    return tuple(sizes)
