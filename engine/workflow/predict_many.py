"""Predicting many images: resumes, keeps going after a bad one, and says what became of each."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.core.arrays import Labels
from engine.core.image import Image
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.sources import Origin, PixelSource, Sources
from engine.errors import SulcusError
from engine.inference.method import ONCE, Method
from engine.progress import Progress, Step
from engine.workflow.project import ProjectInfo, find_images

if TYPE_CHECKING:
    from engine.inference.segmenter import Segmenter
    from engine.project.lock import Hold


@dataclass(frozen=True, slots=True)
class PredictOptions:
    """What was asked for.

    Attributes:
        model: A shipped model's name or the path of a weight file; '' picks by the image.
        device: As `choose_device` takes it.
        with_probabilities: Also write them as .npy.
        overwrite: Also predict what has a mask already.
        precision: 'auto', 'float32' or 'bfloat16'.
        memory: Bytes that a tile may take; a share of the machine's if None.
        method: Which views are fused, and how windows are put together.
    """

    model: str = ""
    device: str = "auto"
    with_probabilities: bool = False
    overwrite: bool = False
    precision: str = "auto"
    memory: float | None = None
    method: Method = ONCE


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one image.

    Attributes:
        name: The file or the case.
        state: 'done', 'skipped' or 'failed'.
        outcome: In words.
        counts: Pixels by class.
        volumes_ml: Millilitres by class; empty for a photo.
    """

    name: str
    state: str
    outcome: str
    mask: Path | None = None
    counts: dict[str, int] = field(default_factory=dict[str, int])
    volumes_ml: dict[str, float] = field(default_factory=dict[str, float])

    def as_json(self) -> dict[str, object]:
        """All of it."""
        return {
            "name": self.name,
            "state": self.state,
            "outcome": self.outcome,
            "mask": self.mask,
            "counts": self.counts,
            "volumes_ml": self.volumes_ml,
        }


@dataclass(frozen=True, slots=True)
class PredictReport:
    """What became of all of them."""

    lines: tuple[Line, ...]
    device: str

    def count(self, state: str) -> int:
        return sum(line.state == state for line in self.lines)


class _Models:
    """Segmenters by the model's name, loaded once."""

    def __init__(self, options: PredictOptions, label_set: LabelSet | None = None) -> None:
        self.options = options
        self._label_set = label_set
        self._loaded: dict[str, Segmenter] = {}
        if options.model:
            self._load(options.model)  # a bad weight file is refused before any image is read

    def for_image(self, image: Image) -> Segmenter:
        from engine.workflow.predict import model_for

        return self._load(self.options.model or model_for(image.geometry))

    def for_picture(self) -> Segmenter:
        """For an image that has no place in space."""
        from engine.workflow.predict import OBJECTS

        return self._load(self.options.model or OBJECTS)

    @property
    def device(self) -> str:
        return next((one.device for one in self._loaded.values()), "")

    def _load(self, name: str) -> Segmenter:
        from engine.workflow.predict import load_segmenter

        if name not in self._loaded:
            options = self.options
            self._loaded[name] = load_segmenter(
                name,
                options.device,
                memory=options.memory,
                precision=options.precision,
                method=options.method,
                label_set=self._label_set,
            )
        return self._loaded[name]


def predict_files(
    paths: Sequence[Path], out: Path, options: PredictOptions, progress: Progress
) -> PredictReport:
    """Masks of the images among `paths`, in the format that suits each, into `out`.

    Images of the same name from different folders get numbers, in the order they are given.

    Raises:
        ReadError: if a path does not exist or a folder has no image.
        WeightsError, UnknownName, DeviceError: if the model cannot be had.
        WriteError: if `out` cannot be written.
        Cancelled: if `progress` was asked to stop; masks written until then stay.
    """
    from engine.export.table import EXPORT_FORMATS, natural_format
    from engine.export.write import write_label_set, write_mask
    from engine.files import make_folder, replacing, safe_name, stem_of, unused_name
    from engine.io.opening import open_image
    from engine.io.windows import large_shape

    images = find_images(paths)
    models = _Models(options)
    make_folder(out)
    lines: list[Line] = []
    taken: set[str] = set()
    for number, one in enumerate(images):
        path = one.path
        stem = unused_name(safe_name(one.name) if one.name else stem_of(path), taken)
        share = _share(progress, number, len(images))
        try:
            if large_shape(path):
                lines.append(_predict_large(path, out / f"{stem}_mask.tif", models, share))
                continue
            image = open_image(path, one.part)
            format_ = EXPORT_FORMATS.load(natural_format(image.geometry, image.source))()
            target = out / format_.file_name(f"{stem}_mask")
            if target.exists() and not options.overwrite:
                lines.append(Line(path.name, "skipped", f"'{target}' is there already", target))
                continue
            segmenter = models.for_image(image)
            found = segmenter.predict(image, share)
            mask = LabelMap(found.argmax(), image.geometry, found.label_set)
            write_mask(mask, image.source, target, format_, _by_model(mask))
            write_label_set(found.label_set, out / f"{segmenter.card.name}_labels.json")
            if options.with_probabilities:
                array = out / f"{stem}_probabilities.npy"
                with replacing(array) as temporary, temporary.open("wb") as file:
                    np.save(file, found.values)
        except SulcusError as error:
            lines.append(Line(path.name, "failed", str(error)))
        else:
            lines.append(_done(path.name, mask, target))
    return PredictReport(tuple(lines), models.device)


def _predict_large(path: Path, target: Path, models: _Models, progress: Progress) -> Line:
    """A picture that is too large to be read whole, from disk to disk."""
    from engine.export.write import write_label_set
    from engine.workflow.predict_large import predict_large

    if target.exists() and not models.options.overwrite:
        return Line(path.name, "skipped", f"'{target}' is there already", target)
    segmenter = models.for_picture()
    stem = target.name.removesuffix("_mask.tif")
    beliefs = target.with_name(f"{stem}_probabilities.npy")
    kept = beliefs if models.options.with_probabilities else None
    found = predict_large(path, segmenter, target, progress, probabilities=kept)
    label_set = segmenter.card.label_set
    write_label_set(label_set, target.parent / f"{segmenter.card.name}_labels.json")
    counts = dict(zip(label_set.names, found.counts, strict=True))
    return Line(path.name, "done", f"'{target}', by window", target, counts)


def keep_prediction(
    folder: Path, case_id: str, labels: Labels, origin: Origin, hold: Hold, batch: str
) -> LabelMap:
    """Put a predicted mask into a case that is not on screen, as one step of a batch.

    Args:
        folder: The project.
        case_id: Which case.
        labels: (*shape) uint8.
        origin: What predicted it.
        hold: The right to write.
        batch: What the step belongs to that is undone together.

    Raises:
        ReadError: if the image or the mask kept before is damaged.
        WriteError: if it cannot be kept.
    """
    from engine.project.store import Project
    from engine.workflow.checkpoint import keep_mask
    from engine.workflow.open_case import peek_geometry

    project = Project(folder)
    case = project.case(case_id)
    geometry = peek_geometry(case.image_path, case.part)
    mask = LabelMap(labels, geometry, project.label_set)
    return keep_mask(folder, case_id, mask, origin, hold, batch=batch)


def predict_project(folder: Path, options: PredictOptions, progress: Progress) -> PredictReport:
    """Predict the cases of a project that have none, and put the result into their masks.

    What a person owns is not changed. The journal keeps all of it as one batch.

    Raises:
        ReadError: if it is no project.
        ProjectHeld: if it is open for writing elsewhere.
        WeightsError, UnknownName, DeviceError: if the model cannot be had.
        Cancelled: if `progress` was asked to stop; cases done until then stay.
    """
    from engine.workflow.checkpoint import hold_project
    from engine.workflow.project import describe_project

    project = describe_project(folder)
    models = _Models(options, project.label_set)
    with hold_project(project.folder) as hold:
        return _predict_cases(project, options, models, progress, hold)


def _predict_cases(
    project: ProjectInfo, options: PredictOptions, models: _Models, progress: Progress, hold: Hold
) -> PredictReport:
    from engine.core.case import CaseState
    from engine.workflow.checkpoint import keep_mask
    from engine.workflow.open_case import open_case
    from engine.workflow.predict import large_case, predict_case

    batch = secrets.token_hex(4)
    lines: list[Line] = []
    for number, case in enumerate(project.cases):
        again = options.overwrite and case.state is CaseState.PREDICTED
        if case.state is not CaseState.NEW and not again:
            lines.append(Line(case.name, "skipped", f"it is {case.state.value} already"))
            continue
        try:
            opened = open_case(project.folder, case.id, Progress(), right=hold)
            segmenter = models.for_image(opened.image)
            share = _share(progress, number, len(project.cases))
            image = large_case(project.folder, case.id) or opened.image
            found = predict_case(project.folder, case.id, image, segmenter, share, right=hold)
            mask = LabelMap(found.argmax(), opened.image.geometry, project.label_set)
            card = segmenter.card
            origin = Origin(PixelSource.MODEL, card.name, detail=card.tensors_sha256)
            mask = keep_mask(project.folder, case.id, mask, origin, hold, batch=batch)
        except SulcusError as error:
            lines.append(Line(case.name, "failed", str(error)))
        else:
            lines.append(_done(case.name, mask, None))
    return PredictReport(tuple(lines), models.device)


def _done(name: str, mask: LabelMap, path: Path | None) -> Line:
    names = mask.label_set.names
    volumes = mask.volumes_ml()
    kept = dict(zip(names, volumes, strict=True)) if volumes else {}
    where = f"'{path}'" if path else "kept in the project"
    size = ", ".join(f"{n} {ml:.1f} ml" for n, ml in list(kept.items())[1:])
    return Line(
        name, "done", f"{where} {f'({size})' if size else ''}".strip(), path,
        dict(zip(names, mask.counts(), strict=True)), kept,
    )  # fmt: skip


def _by_model(mask: LabelMap) -> Sources:
    """The source map of a mask that a model made alone."""
    return np.full_like(mask.labels, PixelSource.MODEL)


def _share(progress: Progress, number: int, total: int) -> Progress:
    """A progress that fills its part of `progress`, and is cancelled with it."""

    def report(step: Step) -> None:
        whole = max(1, step.total)
        progress.step(number * whole + step.done, total * whole, step.what)

    return Progress(report)
