"""Nothing is written to a project but by who holds it."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.case import CaseState
from engine.core.found import Found, FoundCase
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelClass, LabelSet
from engine.core.sources import PAINTED, Origin, PixelSource
from engine.crf.parameters import CrfParameters
from engine.errors import ProjectHeld, ProjectTaken
from engine.inference.segmenter import Segmenter
from engine.progress import Progress
from engine.project.lock import Hold
from engine.workflow.add import add_found, find_in
from engine.workflow.batches import compact_project, undo_batch
from engine.workflow.checkpoint import checkpoint_case, hold_project, keep_mask
from engine.workflow.classes import add_class, change_class
from engine.workflow.copying import copy_images
from engine.workflow.fit_crf import fit_project
from engine.workflow.notices import confirm_notices
from engine.workflow.open_case import open_case
from engine.workflow.predict import predict_case
from engine.workflow.predict_many import PredictOptions, predict_project
from engine.workflow.project import ProjectInfo, create_project
from engine.workflow.refine import keep_preset
from engine.workflow.refine_many import RefineOptions, refine_project
from engine.workflow.relocation import accept_image, find_image, relocate_images
from engine.workflow.review import begin_second_reading, decide

WORKFLOW = Path(__file__).parents[3] / "engine" / "workflow"
CLASSES = LabelSet.named(["background", "a"])

LOW = {
    "add", "set_state", "review", "move_image", "accept_source", "save_labels", "save_preset",
    "save_probabilities", "save_confirmed", "follow", "compact", "give_back_room", "go_on",
    "set_classes", "widen_presets",
}  # fmt: skip
"""What writes in a project's folder, by the name it is called by."""

MADE_HERE = {"create_project"}
"""What writes only where no project was."""


def test_every_function_that_writes_has_the_right_to() -> None:
    """By name: each has a hold as an argument, or takes one."""
    writers: set[str] = set()
    for path in sorted(WORKFLOW.glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            called = {_called(node) for node in ast.walk(function) if isinstance(node, ast.Call)}
            if not called & _low(path) or function.name in MADE_HERE:
                continue
            writers.add(function.name)
            arguments = function.args.args + function.args.kwonlyargs
            given = {argument.arg for argument in arguments} & {"hold", "right"}
            assert given or called & {"hold_project", "holding"}, f"{path.name}: {function.name}"
    assert len(writers) >= 12, writers


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)


def _low(path: Path) -> set[str]:
    """The writers that a module can mean: a set's `add` only where there are projects."""
    text = path.read_text(encoding="utf-8")
    names = {name for name in LOW if name in text}
    return names - (set() if "project.store" in text else {"add", "review"})


@pytest.fixture
def info(tmp_path: Path) -> ProjectInfo:
    """Two pictures, the first one painted on."""
    (tmp_path / "in").mkdir()
    for name in ("one", "two"):
        Image.fromarray(np.full((20, 24), 9, np.uint8)).save(tmp_path / "in" / f"{name}.png")
    info = create_project(tmp_path / "a.sulcus", CLASSES, [tmp_path / "in"])
    case = info.cases[0]
    with hold_project(info.folder) as hold:
        geometry = open_case(info.folder, case.id, Progress(), right=hold).image.geometry
        mask = LabelMap(np.ones((20, 24), np.uint8), geometry, CLASSES)
        keep_mask(info.folder, case.id, mask, PAINTED, hold)
    return info


def content(folder: Path) -> dict[str, str]:
    """The hash of each file, but for the lock and what SQLite needs to read."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(("project.lock", "project.db-"))
    }


Write = Callable[[ProjectInfo, Path], object]

TAKE_IT: dict[str, Write] = {
    "add": lambda info, home: add_found(info.folder, Found(()), Progress()),
    "predict": lambda info, home: predict_project(info.folder, PredictOptions(), Progress()),
    "refine": lambda info, home: refine_project(
        info.folder, RefineOptions(CrfParameters()), Progress()
    ),
    "compact": lambda info, home: compact_project(info.folder),
    "class": lambda info, home: change_class(info.folder, LabelClass(1, "b", (1, 2, 3))),
    "new class": lambda info, home: add_class(info.folder, "b"),
    "preset": lambda info, home: keep_preset(info.folder, "mine", CrfParameters()),
    "fit": lambda info, home: fit_project(
        info.folder, CrfParameters(), references=None, methods=("grid",), steps=1,
        progress=Progress(),
    ),
    "relocate": lambda info, home: relocate_images(info.folder, home),
    "copy": lambda info, home: copy_images(info.folder, Progress()),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKE_IT)
def test_what_takes_the_project_is_refused_while_another_has_it(
    info: ProjectInfo, tmp_path: Path, name: str
) -> None:
    before = content(info.folder)
    with (
        hold_project(info.folder),
        pytest.raises(ProjectHeld, match="is open in another Sulcus"),
    ):
        TAKE_IT[name](info, tmp_path)
    assert content(info.folder) == before


def test_a_batch_is_not_undone_while_another_has_the_project(
    make_volume: Callable[..., Path], tiny_weights: Path, tmp_path: Path
) -> None:
    classes = Segmenter.load(tiny_weights, "cpu").card.label_set
    project = create_project(tmp_path / "b.sulcus", classes, [make_volume()])
    assert predict_project(
        project.folder, PredictOptions(model=str(tiny_weights), device="cpu"), Progress()
    ).count("done")
    before = content(project.folder)
    with hold_project(project.folder), pytest.raises(ProjectHeld):
        undo_batch(project.folder)
    assert content(project.folder) == before


NEED_IT: dict[str, Callable[[ProjectInfo, Hold, Path], object]] = {
    "snapshot": lambda info, hold, home: checkpoint_case(
        info.folder, info.cases[0].id, *_standing(info), hold
    ),
    "mask": lambda info, hold, home: keep_mask(
        info.folder, info.cases[1].id, _standing(info)[0], Origin(PixelSource.MODEL), hold
    ),
    "decision": lambda info, hold, home: decide(
        info.folder, info.cases[0].id, CaseState.APPROVED, "Ada", hold=hold
    ),
    "second reading": lambda info, hold, home: begin_second_reading(
        info.folder, info.cases[0].id, hold
    ),
    "notices": lambda info, hold, home: confirm_notices(info.folder, info.cases[0].id, ["x"], hold),
    "preset": lambda info, hold, home: keep_preset(info.folder, "mine", CrfParameters(), hold),
    "first opening": lambda info, hold, home: open_case(
        info.folder, info.cases[1].id, Progress(), right=hold
    ),
    "added": lambda info, hold, home: add_found(
        info.folder, _one_more(home), Progress(), None, hold
    ),
    "found": lambda info, hold, home: find_image(
        info.folder, info.cases[0].id, info.cases[0].image_path, hold
    ),
    "accepted": lambda info, hold, home: accept_image(
        info.folder, info.cases[0].id, info.cases[0].image_path, hold
    ),
    "copied": lambda info, hold, home: copy_images(info.folder, Progress(), right=hold),
    "relocated": lambda info, hold, home: relocate_images(info.folder, home, right=hold),
}


def _standing(info: ProjectInfo) -> tuple[LabelMap, np.ndarray, object]:
    from engine.project.replay import stand

    case = info.cases[0].id
    geometry = open_case(info.folder, case, Progress()).image.geometry
    standing = stand(info.folder, case, geometry, CLASSES)
    return standing.label_map, standing.sources, standing.mark


def _one_more(home: Path) -> Found:
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(home / "three.png")
    return Found((FoundCase(find_in([home / "three.png"], None, Progress()).cases[0].image),))


@pytest.mark.parametrize("name", NEED_IT)
def test_what_needs_the_right_is_refused_to_who_was_taken_over(
    info: ProjectInfo, tmp_path: Path, name: str
) -> None:
    if name == "second reading":
        with hold_project(info.folder) as hold:
            decide(info.folder, info.cases[0].id, CaseState.SECOND_READER, "Ada", hold=hold)
    before = content(info.folder)
    with hold_project(info.folder) as first, hold_project(info.folder, take_over=True) as second:
        with pytest.raises(ProjectTaken, match="taken over"):
            NEED_IT[name](info, first, tmp_path)
        assert content(info.folder) == before
        NEED_IT[name](info, second, tmp_path)


def test_a_prediction_is_not_kept_for_who_was_taken_over(
    info: ProjectInfo, tiny_weights: Path, tmp_path: Path
) -> None:
    segmenter = Segmenter.load(tiny_weights, "cpu")
    project = create_project(
        tmp_path / "b.sulcus", segmenter.card.label_set, [info.cases[0].image_path]
    )
    case = project.cases[0].id
    image = open_case(project.folder, case, Progress()).image
    with hold_project(project.folder) as first:
        seen: list[Hold] = []

        def take(_: object) -> None:
            if not seen:
                seen.append(hold_project(project.folder, take_over=True))

        with pytest.raises(ProjectTaken):
            predict_case(project.folder, case, image, segmenter, Progress(take), right=first)
    for second in seen:
        second.release()
    assert seen, "it was taken over while it predicted"
    assert not (project.folder / "probabilities").exists()
