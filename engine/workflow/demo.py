"""The demonstration: the whole way on the shipped samples, measured, without a window."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from engine.core.image import Image
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.planes import Plane
from engine.core.sources import Origin, PixelSource
from engine.crf.parameters import CrfParameters
from engine.progress import Progress
from engine.project.lock import Hold
from engine.workflow.export import plan_export, write_export
from engine.workflow.project import ProjectInfo
from engine.workflow.report import CaseResult, write_report

STROKES = 12
RADIUS = 1.5


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demonstration did, measured and wrote."""

    cases: tuple[CaseResult, ...]
    projects: tuple[Path, ...]
    masks: tuple[Path, ...]
    geometry_equal: bool
    html: Path
    device: str


def run_demo(out: Path, device: str, progress: Progress) -> DemoReport:
    """Open, predict, refine, correct and export both sample projects into `out`.

    Raises:
        WriteError: if `out` cannot be written.
        Cancelled: if `progress` was asked to stop.
    """
    from engine.files import make_folder
    from engine.workflow.checkpoint import hold_project
    from engine.workflow.sample import sample_photos_project, sample_project

    make_folder(out)
    _forget(out)
    brain, photos = sample_project(out), sample_photos_project(out)
    results: list[CaseResult] = []
    masks: list[Path] = []
    name = ""
    for project in (brain, photos):
        with hold_project(project.folder) as hold:
            for case in project.cases:
                result, name = _walk(project, case.id, device, progress, hold)
                results.append(result)
        masks += _export(project, out / "masks" / project.name.replace(" ", "_"), progress)
    equal = _geometry_equal((brain, photos), masks)
    html = out / "report.html"
    write_report(html, tuple(results), tuple(masks), device=name)
    return DemoReport(
        tuple(results), (brain.folder, photos.folder), tuple(masks), equal, html, name
    )


def _forget(out: Path) -> None:
    """Begin anew: remove the projects that an earlier demonstration made here."""
    import shutil

    from engine.files import explained_write

    with explained_write(out):
        for name in ("sample brain.sulcus", "sample photos.sulcus"):
            if (out / name / "project.db").exists():
                shutil.rmtree(out / name)


def _walk(
    project: ProjectInfo, case_id: str, device: str, progress: Progress, hold: Hold
) -> tuple[CaseResult, str]:
    """One case from opening to its corrected mask, which the project keeps."""
    from engine.workflow.checkpoint import editing_mask, keep_mask
    from engine.workflow.open_case import open_case
    from engine.workflow.predict import load_segmenter, model_for, predict_case
    from engine.workflow.refine import make_refiner

    clock = _Clock()
    opened = open_case(project.folder, case_id, progress, right=hold)
    result = CaseResult(opened.case.name, clock.seconds)
    clock.lap("open")
    segmenter = load_segmenter(model_for(opened.image.geometry), device)
    clock.lap("load model")
    believed = predict_case(project.folder, case_id, opened.image, segmenter, progress, right=hold)
    clock.lap("predict")
    predicted = LabelMap(believed.argmax(), opened.image.geometry, project.label_set)
    refiner = make_refiner(opened.image, project.label_set, believed, device)
    refined = refiner.refine(CrfParameters(), progress=progress)
    clock.lap("refine")
    result.changed = int((refined.labels != predicted.labels).sum())
    result.pixels = predicted.labels.size

    steps = {"predicted": predicted, "refined": refined}
    final = refined
    reference = _reference(project, opened.image.geometry.is_volume)
    keep_mask(project.folder, case_id, refined, Origin(PixelSource.CRF, "conv"), hold)
    if reference is not None:
        from engine.workflow.scripted_person import correct_worst

        with editing_mask(
            project.folder, case_id, refined.geometry, project.label_set, hold
        ) as history:
            correct_worst(history, reference.labels, strokes=STROKES, radius=RADIUS)
        clock.lap("correct")
        steps["corrected"] = final = history.label_map
        result.dice = {step: _dice(mask, reference) for step, mask in steps.items()}
        steps["reference"] = reference
    volumes = final.volumes_ml()
    if volumes:
        result.volumes_ml = dict(zip(final.label_set.names[1:], volumes[1:], strict=True))
    result.pictures = _pictures(opened.image, steps, project.label_set)
    return result, segmenter.device


def _export(project: ProjectInfo, folder: Path, progress: Progress) -> list[Path]:
    plan = plan_export(project.folder)
    return list(write_export(plan, folder, progress).written)


def _geometry_equal(projects: tuple[ProjectInfo, ...], masks: list[Path]) -> bool:
    """Whether each mask, read back from its file, lies on its image's grid bit for bit."""
    from engine.io.opening import open_image

    images = {case.name: case.image_path for project in projects for case in project.cases}
    for path in masks:
        if path.suffix in (".json", ".txt"):
            continue
        image = open_image(images[path.name.split(".")[0]])
        mask = open_image(path)
        same = image.geometry.shape == mask.geometry.shape
        a, b = image.geometry.affine, mask.geometry.affine
        if not same or (a is None) != (b is None):
            return False
        if a is not None and b is not None and a.tobytes() != b.tobytes():
            return False
    return True


def _reference(project: ProjectInfo, is_volume: bool) -> LabelMap | None:
    from engine.io.opening import open_image, open_mask
    from engine.workflow.sample import BRAIN_IMAGE, BRAIN_REFERENCE, sample_file

    if not is_volume:
        return None
    geometry = open_image(sample_file(BRAIN_IMAGE)).geometry
    return open_mask(sample_file(BRAIN_REFERENCE), geometry, project.label_set)


def _dice(mask: LabelMap, reference: LabelMap) -> dict[str, float]:
    from engine.metrics.overlap import dice

    scores = dice(mask.labels, reference.labels, len(mask.label_set))
    return dict(zip(mask.label_set.names[1:], scores[1:], strict=True))


def _pictures(image: Image, steps: dict[str, LabelMap], label_set: LabelSet) -> dict[str, str]:
    from engine.core.planes import slice_count, slice_view
    from engine.export.pictures import as_data_url, draw

    count = slice_count(image.geometry, Plane.AXIAL)
    view = slice_view(image.geometry, Plane.AXIAL, count // 2)
    zoom = max(1, 360 // max(view.sides))
    pictures = {"image": as_data_url(draw(image, view, None, label_set), zoom=zoom)}
    for step, mask in steps.items():
        pictures[step] = as_data_url(draw(image, view, mask.labels, label_set), zoom=zoom)
    return pictures


class _Clock:
    """Seconds between laps, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = round(now - self._last, 3)
        self._last = now
