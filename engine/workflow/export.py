"""Exporting: masks leave a project as files, planned before any is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.core.case import Case, CaseState
from engine.errors import ParameterError, SulcusError
from engine.files import unused_name
from engine.progress import Progress

NATURAL = "natural"
"""Each mask in the first format that suits its image."""

LABELS_FILE = "labels.json"
SNAP_FILE = "labels.txt"
"""The same as ITK-SNAP reads it, beside masks whose format has no room for names."""

_NAMELESS = (".nii.gz", ".mha", ".hdr")


@dataclass(frozen=True, slots=True)
class PlannedMask:
    """One mask that will be written."""

    case: Case
    name: str


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """Everything that will be written, before anything is.

    Attributes:
        project: The project's folder.
        format: A row of EXPORT_FORMATS, or NATURAL.
        masks: The cases that have a mask, in order.
        left_out: Names of the cases without one.
    """

    project: Path
    format: str
    masks: tuple[PlannedMask, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written, and what could not be, with the reason."""

    written: tuple[Path, ...]
    failed: tuple[tuple[str, str], ...]

    @property
    def masks(self) -> tuple[Path, ...]:
        """Of what was written, the masks: without the names of the classes beside them."""
        return tuple(path for path in self.written if path.name not in (LABELS_FILE, SNAP_FILE))


def plan_export(
    project_folder: Path, format_name: str = NATURAL, states: tuple[CaseState, ...] = ()
) -> ExportPlan:
    """Which masks will be written; file names are made unique.

    Args:
        project_folder: The project.
        format_name: A row of EXPORT_FORMATS, or NATURAL.
        states: Only cases in one of these states; all if empty.

    Raises:
        UnknownName: if there is no such format.
        ParameterError: if there is nothing to export.
    """
    from engine.export.table import EXPORT_FORMATS
    from engine.project.store import Project

    if format_name != NATURAL:
        EXPORT_FORMATS[format_name]
    project = Project(project_folder)
    masks: list[PlannedMask] = []
    left_out: list[str] = []
    taken: set[str] = set()
    for case in project.cases():
        if case.state is CaseState.NEW or (states and case.state not in states):
            left_out.append(case.name)
            continue
        masks.append(PlannedMask(case, unused_name(case.name, taken)))
    if not masks:
        raise ParameterError(
            "No case of this project has a mask to export.",
            remedy="Predict or draw one first, or ask for other states.",
        )
    return ExportPlan(project.folder, format_name, tuple(masks), tuple(left_out))


def write_export(plan: ExportPlan, destination: Path, progress: Progress) -> ExportReport:
    """Write what was planned; one bad case does not stop the others.

    Raises:
        WriteError: if the folder cannot be written.
        Cancelled: if `progress` was asked to stop; masks written until then stay.
    """
    from engine.export.table import EXPORT_FORMATS, natural_format
    from engine.export.write import write_label_file, write_label_set, write_mask
    from engine.files import make_folder
    from engine.project.store import Project
    from engine.workflow.open_case import open_case

    make_folder(destination)
    written: list[Path] = []
    failed: list[tuple[str, str]] = []
    for number, planned in enumerate(plan.masks):
        progress.step(number, len(plan.masks), "Exporting")
        try:
            opened = open_case(plan.project, planned.case.id, Progress())
            geometry, source = opened.image.geometry, opened.image.source
            natural = natural_format(geometry, source)
            name = natural if plan.format == NATURAL else plan.format
            format_ = EXPORT_FORMATS.load(name)()
            if not format_.suits(geometry, source):
                raise ParameterError(
                    f"'{planned.case.name}' cannot be written as {name} without losing its "
                    "geometry.",
                    remedy=f"Export it as {natural}.",
                )
            path = destination / format_.file_name(planned.name)
            write_mask(opened.label_map, source, path, format_, opened.sources)
        except SulcusError as error:
            failed.append((planned.case.name, str(error)))
        else:
            written.append(path)
    label_set = Project(plan.project).label_set
    if any(path.name.endswith(_NAMELESS) for path in written):
        write_label_file(label_set, destination / SNAP_FILE)
        written.append(destination / SNAP_FILE)
    write_label_set(label_set, destination / LABELS_FILE)
    progress.step(len(plan.masks), len(plan.masks), "Exported")
    return ExportReport((*written, destination / LABELS_FILE), tuple(failed))
