"""Looking through a project for damage, and mending what the journal can mend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.case import Case
from engine.errors import ProjectHeld, ReadError, SulcusError
from engine.progress import Progress
from engine.project.salvage import Salvaged
from engine.workflow.doctor import Finding

if TYPE_CHECKING:
    from engine.project.lock import Hold
    from engine.project.store import Project
    from engine.workflow.project import ProjectInfo


__all__ = ["Salvaged"]


def examine_project(folder: Path, progress: Progress | None = None) -> tuple[Finding, ...]:
    """Check every checksum and hash chain of a project; make damaged snapshots anew.

    Raises:
        ReadError: if it is no project, or its database cannot be read at all.
    """
    from engine.project.store import Project
    from engine.workflow.checkpoint import hold_project

    project = Project(folder)
    cases = project.cases()
    findings = [Finding("Project", f"{project.folder}, {len(cases)} cases")]
    findings += _database(project)
    try:
        hold = hold_project(project.folder)
    except ProjectHeld as error:
        findings.append(
            Finding("Open for writing", "elsewhere; nothing is mended", remedy=str(error))
        )
        hold = None
    try:
        findings += _review_log(project, hold)
        if hold:
            findings += _leftovers(project)
        for number, case in enumerate(cases):
            if progress:
                progress.step(number, len(cases), "Checking")
            findings += _case(project, case, hold)
    finally:
        if hold:
            hold.release()
    return (*findings, *_presets(project), *_strangers(project, cases))


def recover_project(folder: Path, out: Path) -> Salvaged:
    """Copy what can be read of a damaged project into a new one; the old one is not changed.

    Raises:
        DamagedProject: if no case can be read.
        WriteError: if `out` is a project already or cannot be written.
    """
    from engine.project.salvage import salvage

    return salvage(folder, out)


def look_at_damaged(folder: Path, place: Path) -> tuple[ProjectInfo, Salvaged]:
    """What can be read of a damaged project, to look at only; the project is not changed.

    Args:
        folder: The damaged project.
        place: An empty folder, where what was read lies as long as it is looked at.

    Raises:
        DamagedProject: if no case can be read.
        WriteError: if `place` cannot be written.
    """
    from engine.project.salvage import salvage
    from engine.workflow.project import describe_project

    saved = salvage(folder, place / folder.name, is_borrowed=True)
    return describe_project(saved.folder), saved


def _database(project: Project) -> list[Finding]:
    from engine.project.database import connected
    from engine.project.journal import check_chain

    with connected(project.folder) as database:
        said = [row[0] for row in database.execute("PRAGMA integrity_check(5)")]
        wrong = list(check_chain(database))
        (count,) = database.execute("SELECT count(*) FROM journal").fetchone()
    good = said == ["ok"]
    remedy = "" if good else "Run 'sulcus doctor PROJECT --recover NEW' to save what can be read."
    findings = [Finding("Database", "sound" if good else "; ".join(said), good, remedy)]
    if not wrong:
        return [*findings, Finding("Journal", f"{count} rows, the chain holds")]
    return findings + [
        Finding(
            "Journal", f"row {number} {what}", False,
            "Restore the project from a backup, or go on from the masks as last saved.",
        )
        for number, what in wrong
    ]  # fmt: skip


def _review_log(project: Project, hold: Hold | None) -> list[Finding]:
    from engine.project.review_log import follow
    from engine.project.reviews import chain_breaks

    reviews = project.reviews()
    broken = chain_breaks(reviews)
    if broken is not None:
        return [
            Finding("Reviews", f"number {broken} was changed, or one before it is gone", False,
                    "Restore the project from a backup.")
        ]  # fmt: skip
    try:
        if reviews and hold:
            follow(project.folder, reviews)
    except SulcusError as error:
        return [Finding("Reviews", error.what, False, error.remedy)]
    return [Finding("Reviews", f"{len(reviews)} decisions, the chain holds")]


def _case(project: Project, case: Case, hold: Hold | None) -> list[Finding]:
    """What is wrong with one case; nothing if nothing is."""
    from engine.project.snapshots import check_kept

    findings: list[Finding] = []
    if not case.image_path.exists():
        remedy = f"Name a folder to search: 'sulcus doctor {project.folder} --images FOLDER'."
        findings.append(
            Finding(f"Image of {case.name}", f"not at '{case.image_path}'", False, remedy)
        )
    for path, error in check_kept(project.folder, case.id):
        if path.parent.name == "labels":
            findings.append(_mended(project, case, hold, error))
        else:
            findings.append(
                Finding(f"Prediction of {case.name}", error.what, False, "Predict it again.")
            )
    return findings + _later_than_journal(project, case)


def _later_than_journal(project: Project, case: Case) -> list[Finding]:
    """Whether the mask of a case knows of steps that its journal does not have."""
    from engine.project.database import connected
    from engine.project.replay import is_known
    from engine.project.snapshots import kept_mark

    try:
        mark = kept_mark(project.folder, case.id)
    except ReadError:  # said already
        return []
    with connected(project.folder) as database:
        if mark is None or is_known(database, case.id, mark):
            return []
    return [
        Finding(
            f"Mask of {case.name}", "is whole, but its last steps are gone from the journal", False,
            "Open the case to go on from the mask; the steps before it cannot be undone.",
        )
    ]  # fmt: skip


def _mended(project: Project, case: Case, hold: Hold | None, error: ReadError) -> Finding:
    """Make a damaged snapshot anew of the journal."""
    from engine.io.opening import open_image
    from engine.project.replay import rebuild
    from engine.project.snapshots import save_labels

    title = f"Mask of {case.name}"
    if hold is None:
        return Finding(title, error.what, False, error.remedy)
    try:
        geometry = open_image(case.image_path, case.part).geometry
        alone = rebuild(project.folder, case.id, geometry, project.label_set)
        if not alone.mark.number:
            return Finding(title, error.what, False, error.remedy)
        save_labels(project.folder, case.id, alone.label_map.labels, alone.sources, alone.mark)
    except SulcusError as why:
        return Finding(
            title, f"{error.what} The journal cannot mend it: {why.what}", False, why.remedy
        )
    return Finding(title, "the snapshot was damaged; it was made anew of the journal")


def _presets(project: Project) -> list[Finding]:
    from engine.project.presets import load_presets

    try:
        load_presets(project.folder)
    except ReadError as error:
        return [Finding("Presets", error.what, False, error.remedy)]
    return []


def _strangers(project: Project, cases: tuple[Case, ...]) -> list[Finding]:
    """Masks that belong to no case."""
    known = {case.id for case in cases}
    return [
        Finding("Mask of no case", f"'{path}'", False, "Move it away.")
        for path in sorted((project.folder / "labels").glob("*.npz"))
        if path.stem not in known and not path.name.startswith(".")
    ]


def _leftovers(project: Project) -> list[Finding]:
    """Remove what a write left behind that was killed; the file it was to replace is whole."""
    from engine.files import explained_write

    left = [
        path for name in ("labels", "probabilities") for path in (project.folder / name).glob(".*")
    ]
    with explained_write(project.folder):
        for path in left:
            path.unlink()
    return [Finding("Half-written files", f"{len(left)} removed")] if left else []
