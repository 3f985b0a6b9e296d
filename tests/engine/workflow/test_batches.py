from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import main
from engine.core.label_set import LabelSet
from engine.core.sources import PAINTED
from engine.errors import ProjectHeld
from engine.progress import Progress
from engine.workflow.checkpoint import editing_mask, hold_project
from engine.workflow.open_case import open_case
from engine.workflow.predict_many import PredictOptions, predict_project
from engine.workflow.project import ProjectInfo, create_project

TISSUES = LabelSet.named(["background", "CSF", "GM", "WM"])


@pytest.fixture
def info(tmp_path: Path, make_volume) -> ProjectInfo:
    return create_project(
        tmp_path / "study.sulcus", TISSUES, [make_volume(f"{name}.nii.gz") for name in "abc"]
    )


def paint(info: ProjectInfo, case: int) -> np.ndarray:
    """A person paints a box of a case; gives the labels afterwards."""
    geometry = open_case(info.folder, info.cases[case].id, Progress()).image.geometry
    with (
        hold_project(info.folder) as hold,
        editing_mask(info.folder, info.cases[case].id, geometry, TISSUES, hold) as history,
    ):
        history.replace((slice(2, 6),) * 3, np.full((4, 4, 4), 3, np.uint8), PAINTED)
    return history.labels


def labels(info: ProjectInfo, case: int) -> np.ndarray:
    return open_case(info.folder, info.cases[case].id, Progress()).label_map.labels


def test_a_batch_run_is_undone_as_a_whole_but_for_what_was_changed_since(
    info: ProjectInfo, tiny_weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = predict_project(info.folder, PredictOptions(str(tiny_weights), "cpu"), Progress())
    assert report.count("done") == 3
    assert all(labels(info, case).any() for case in range(3))
    changed = paint(info, 1)
    assert main.main(["undo", str(info.folder), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["taken_back"], told["left"]) == (["a", "c"], ["b"])
    assert not labels(info, 0).any()
    assert not labels(info, 2).any()
    assert np.array_equal(labels(info, 1), changed)
    assert main.main(["undo", str(info.folder), "--batch", "nothing"]) == 1
    assert "knows no batch run 'nothing'" in capsys.readouterr().err


def test_a_batch_run_keeps_what_a_person_owns(info: ProjectInfo, tiny_weights: Path) -> None:
    from engine.core.case import CaseState
    from engine.project.store import Project

    paint(info, 0)
    Project(info.folder).set_state(info.cases[0].id, CaseState.NEW)
    predict_project(info.folder, PredictOptions(str(tiny_weights), "cpu"), Progress())
    found = labels(info, 0)
    assert (found[2:6, 2:6, 2:6] == 3).all()
    assert (found != 3).any()


def test_a_batch_run_does_not_write_to_what_another_sulcus_has(
    info: ProjectInfo, tiny_weights: Path
) -> None:
    with hold_project(info.folder), pytest.raises(ProjectHeld, match="is open in another Sulcus"):
        predict_project(info.folder, PredictOptions(str(tiny_weights), "cpu"), Progress())
    assert not labels(info, 0).any()


def test_a_project_is_compacted_when_asked(
    info: ProjectInfo, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = paint(info, 0)
    assert main.main(["doctor", str(info.folder), "--compact", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["folded"] == 0
    assert np.array_equal(labels(info, 0), expected)
