"""Refining without a window: one image with its probabilities or mask, or a project's cases."""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.core.case import Case
from engine.core.geometry import Geometry
from engine.core.image import Image
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.core.probabilities import Probabilities
from engine.core.sources import Origin, PixelSource
from engine.crf.parameters import CrfParameters
from engine.progress import Progress
from engine.workflow.refine import (
    as_probabilities,
    load_probabilities_array,
    make_refiner,
    probabilities_of_mask,
)

if TYPE_CHECKING:
    from engine.project.lock import Hold
    from engine.workflow.project import ProjectInfo


@dataclass(frozen=True, slots=True)
class RefineOptions:
    """What was asked for.

    Attributes:
        parameters: What to solve with.
        device: As `choose_device` takes it.
        crf: 'conv', or 'dense' for the fully connected CRF.
    """

    parameters: CrfParameters
    device: str = "auto"
    crf: str = "conv"


@dataclass(frozen=True, slots=True)
class RefineResult:
    """What one refinement did."""

    name: str
    changed: int
    pixels: int
    seconds: float
    written: tuple[Path, ...]

    def as_json(self) -> dict[str, object]:
        """All of it."""
        return asdict(self)


def refine_file(
    image_path: Path,
    options: RefineOptions,
    *,
    probabilities: Path | None,
    mask: Path | None,
    out: Path | None,
    beliefs: Path | None,
    progress: Progress,
) -> RefineResult:
    """Refine one image and write the mask, and the beliefs if asked for.

    Args:
        image_path: The image.
        options: Parameters, device and CRF.
        probabilities: A .npy file (K, *shape); or
        mask: a mask on the image's grid.
        out: Where the mask goes; into the working folder if left out.
        beliefs: Where the (K, *shape) float32 beliefs go, if anywhere.
        progress: Told of each slice.

    Raises:
        ReadError, GeometryError, ParameterError: if an input is refused; then nothing is written.
        WriteError: if an output cannot be written.
    """
    from engine.export.table import EXPORT_FORMATS, natural_format
    from engine.export.write import write_mask
    from engine.files import replacing, stem_of
    from engine.io.opening import open_image

    image = open_image(image_path)
    format_ = EXPORT_FORMATS.load(natural_format(image.geometry, image.source))()
    target = out or Path(format_.file_name(f"{stem_of(image_path)}_refined"))
    _require_ending(target, format_.file_name(""))
    believed = believed_of(image, probabilities, mask)
    start = time.perf_counter()
    found = make_refiner(image, believed.label_set, believed, options.device, options.crf).beliefs(
        options.parameters, progress=progress
    )
    seconds = time.perf_counter() - start
    labels = LabelMap(found.argmax(axis=0).astype(np.uint8), image.geometry, believed.label_set)
    write_mask(labels, image.source, target, format_)
    written = [target]
    if beliefs is not None:
        with replacing(beliefs) as temporary, temporary.open("wb") as file:
            np.save(file, found)
        written.append(beliefs)
    changed = int((labels.labels != believed.argmax()).sum())
    return RefineResult(image.name, changed, labels.labels.size, seconds, tuple(written))


def believed_of(image: Image, probabilities: Path | None, mask: Path | None) -> Probabilities:
    """What a file says about an image; exactly one of the two is given.

    Raises:
        ReadError, GeometryError: if it is refused.
    """
    if probabilities is not None:
        values = load_probabilities_array(probabilities, image.geometry)
        return as_probabilities(values, image.geometry, None)
    assert mask is not None
    return probabilities_of_mask(_mask_alone(mask, image.geometry))


def refine_project(
    folder: Path, options: RefineOptions, progress: Progress
) -> tuple[RefineResult, ...]:
    """Refine the cases of a project that were predicted and nobody has worked on since.

    Raises:
        ParameterError: if there is none.
        ProjectHeld: if the project is open for writing elsewhere.
        Cancelled: if `progress` was asked to stop; cases done until then stay.
    """
    from engine.core.case import CaseState
    from engine.errors import ParameterError
    from engine.workflow.checkpoint import hold_project
    from engine.workflow.project import describe_project

    project = describe_project(folder)
    batch = secrets.token_hex(4)
    results: list[RefineResult] = []
    with hold_project(project.folder) as hold:
        for case in project.cases:
            if case.state is CaseState.PREDICTED:
                results += _refine_case(project, case, options, progress, hold, batch)
    if not results:
        raise ParameterError(
            "No case of this project is predicted and untouched.",
            remedy="Run 'sulcus predict' on it first; what a person works on is not refined here.",
        )
    return tuple(results)


def _refine_case(
    project: ProjectInfo,
    case: Case,
    options: RefineOptions,
    progress: Progress,
    hold: Hold,
    batch: str,
) -> tuple[RefineResult, ...]:
    """Refine one case and keep the result as one step; nothing if it was not predicted."""
    from engine.project.snapshots import load_probabilities
    from engine.workflow.checkpoint import keep_mask
    from engine.workflow.open_case import open_case

    opened = open_case(project.folder, case.id, Progress(), right=hold)
    geometry = opened.image.geometry
    believed = load_probabilities(project.folder, case.id, geometry, project.label_set)
    if believed is None:
        return ()
    start = time.perf_counter()
    refiner = make_refiner(opened.image, project.label_set, believed, options.device, options.crf)
    refined = refiner.refine(options.parameters, progress=progress)
    origin = Origin(PixelSource.CRF, options.crf, detail=str(options.parameters))
    kept = keep_mask(project.folder, case.id, refined, origin, hold, batch=batch)
    changed = int((kept.labels != opened.label_map.labels).sum())
    seconds = time.perf_counter() - start
    return (RefineResult(case.name, changed, refined.labels.size, seconds, ()),)


def _require_ending(target: Path, ending: str) -> None:
    from engine.errors import ParameterError

    if not target.name.lower().endswith((ending, ending.removesuffix(".gz"))):
        raise ParameterError(
            f"The mask of this image cannot be called '{target}'.",
            remedy=f"Give it a name that ends in {ending}.",
        )


def _mask_alone(path: Path, geometry: Geometry) -> LabelMap:
    """A mask with as many classes as it uses, named by number."""
    from engine.io.opening import read_mask_on

    found = read_mask_on(path, geometry)
    every = LabelSet.named(["background", *(f"class {i}" for i in range(1, IGNORE))])
    used = int(found.labels[found.labels != IGNORE].max(initial=1))
    return LabelMap(found.labels, geometry, LabelSet(every.classes[: used + 1]))
