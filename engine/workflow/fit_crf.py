"""Fitting the CRF: its kernel parameters are learnt from what a person knows to be right."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.core.arrays import Labels
from engine.core.case import CaseState
from engine.core.image import Image
from engine.core.label_set import IGNORE
from engine.core.planes import Plane, slice_count, slice_view
from engine.core.probabilities import Probabilities
from engine.crf.parameters import CrfParameters
from engine.errors import ParameterError
from engine.files import stem_of
from engine.progress import Progress

if TYPE_CHECKING:
    from engine.crf.fit import FitSample
    from engine.project.lock import Right

PRESET = "fitted"
SLICES = 12
"""At most this many slices of a volume are used, spread evenly over those with known pixels."""

BLOCK = 16
"""Pixels; where there is one picture, known pixels are split into blocks of this side."""


@dataclass(frozen=True, slots=True)
class FitReport:
    """What fitting found; scores are the mean Dice over classes on the held-out half.

    Attributes:
        samples: Pictures and slices that were learnt from and held out.
        unary: Without a CRF.
        before: With the parameters it began with.
        scores: With each method's parameters.
        chosen: The method that was best on the half it learnt from; '' if none beat the start.
        parameters: The parameters of that method.
    """

    samples: tuple[int, int]
    unary: float
    before: float
    scores: dict[str, float]
    chosen: str
    parameters: CrfParameters

    def as_json(self) -> dict[str, object]:
        """All of it."""
        return asdict(self)


def fit_project(
    folder: Path,
    start: CrfParameters,
    *,
    references: Path | None,
    methods: tuple[str, ...],
    steps: int,
    progress: Progress,
    compatibility: bool = False,
    right: Right | None = None,
) -> FitReport:
    """Fit on a project's corrections, approved masks or reference masks; keep what is better.

    Args:
        folder: The project; its preset `PRESET` is written if a method beat the start.
        start: Where to begin, and what stays (window, iterations, conventions).
        references: A folder of masks named as the cases are, believed everywhere.
        methods: 'gradient', 'grid' or both.
        steps: Of the gradient.
        progress: Told of each step and combination.
        compatibility: Whether the gradient learns a compatibility matrix even from the Potts model.
        right: To write to the project; taken for as long as this lasts if left out.

    Raises:
        ParameterError: if nothing is known, or no case has a prediction.
        ProjectHeld: if the project is open for writing elsewhere.
        Cancelled: if `progress` was asked to stop; then nothing is written.
    """
    from engine.project.presets import save_preset
    from engine.workflow.checkpoint import holding

    with holding(folder, right) as own:
        report = _fitted(folder, start, references, methods, steps, progress, compatibility)
        if report.chosen:
            own.require()
            save_preset(folder, PRESET, report.parameters)
    return report


def _fitted(
    folder: Path,
    start: CrfParameters,
    references: Path | None,
    methods: tuple[str, ...],
    steps: int,
    progress: Progress,
    compatibility: bool,
) -> FitReport:
    from engine.crf.fit import evaluate, fit_by_gradient, fit_by_grid

    samples = _samples(folder, references)
    learn, held_out = _halves(samples)
    found: dict[str, CrfParameters] = {}
    if "gradient" in methods:
        found["gradient"] = fit_by_gradient(
            learn, start, steps=steps, compatibility=compatibility, progress=progress
        )
    if "grid" in methods:
        begin = start.changed({"smoothness_weight": 3.0, "smoothness_position": 3.0})
        found["grid"] = fit_by_grid(learn, begin, mean_dice, progress=progress)
    on_learn = {name: evaluate(learn, p, mean_dice) for name, p in found.items()}
    on_learn[""] = evaluate(learn, start, mean_dice)
    chosen = max(on_learn, key=lambda name: on_learn[name])
    parameters = found.get(chosen, start)
    return FitReport(
        samples=(len(learn), len(held_out)),
        unary=evaluate(held_out, None, mean_dice),
        before=evaluate(held_out, start, mean_dice),
        scores={name: evaluate(held_out, p, mean_dice) for name, p in found.items()},
        chosen=chosen,
        parameters=parameters,
    )


def mean_dice(predicted: Labels, reference: Labels, classes: int) -> float:
    """Mean Dice over the classes that are known or predicted, background left out."""
    from engine.metrics.overlap import dice

    scores = [s for s in dice(predicted, reference, classes)[1:] if math.isfinite(s)]
    return float(np.mean(scores)) if scores else float("nan")


def _samples(folder: Path, references: Path | None) -> list[FitSample]:
    from engine.io.opening import open_mask
    from engine.project.snapshots import load_probabilities
    from engine.project.store import Project
    from engine.workflow.open_case import open_case
    from engine.workflow.project import find_images

    project = Project(folder)
    given = (
        {_case_name(one.path): one.path for one in find_images([references])} if references else {}
    )
    samples: list[FitSample] = []
    for case in project.cases():
        opened = open_case(project.folder, case.id, Progress())
        geometry = opened.image.geometry
        believed = load_probabilities(project.folder, case.id, geometry, project.label_set)
        if believed is None:
            continue
        if case.name in given:
            known = open_mask(given[case.name], geometry, project.label_set).labels
        elif case.state is CaseState.APPROVED:
            known = opened.label_map.labels
        else:
            known = np.where(opened.touched, opened.label_map.labels, np.uint8(IGNORE))
        samples += _slices(opened.image, believed, known)
    if not samples:
        raise ParameterError(
            "There is nothing to learn from: no predicted case has corrected pixels.",
            remedy="Predict and correct some images, approve them, or give --references.",
        )
    return samples


def _slices(image: Image, believed: Probabilities, known: Labels) -> list[FitSample]:
    """One sample for a picture; for a volume the axial slices with known pixels, thinned out."""
    from engine.crf.fit import FitSample

    colours = image.on_255()[[i for i, name in enumerate(image.channels) if name != "alpha"]]
    views = [
        slice_view(image.geometry, Plane.AXIAL, index)
        for index in range(slice_count(image.geometry, Plane.AXIAL))
    ]
    views = [view for view in views if (view.read(known) != IGNORE).any()]
    if len(views) > SLICES:
        views = [views[round(i)] for i in np.linspace(0, len(views) - 1, SLICES)]
    unary = believed.unary()
    return [
        FitSample(
            np.ascontiguousarray(view.read(colours)),
            -np.ascontiguousarray(view.read(unary)),
            np.ascontiguousarray(view.read(known)),
            view.spacing,
        )
        for view in views
    ]


def _halves(samples: list[FitSample]) -> tuple[list[FitSample], list[FitSample]]:
    """Every other sample; the blocks of a chess board where there is only one."""
    from dataclasses import replace

    if len(samples) > 1:
        return samples[::2], samples[1::2]
    sample = samples[0]
    rows, columns = np.indices(sample.reference.shape) // BLOCK
    black = (rows + columns) % 2 == 0
    return (
        [replace(sample, reference=np.where(black, sample.reference, IGNORE).astype(np.uint8))],
        [replace(sample, reference=np.where(black, IGNORE, sample.reference).astype(np.uint8))],
    )


def _case_name(path: Path) -> str:
    name = stem_of(path)
    return name.removesuffix("_mask")
