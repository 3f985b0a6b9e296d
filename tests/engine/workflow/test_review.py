from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import main
from engine.core.case import CaseState
from engine.core.geometry import Geometry
from engine.core.label_set import LabelSet
from engine.core.sources import MODEL, PAINTED
from engine.errors import ParameterError, ReadError, UnknownName, WriteError
from engine.progress import Progress
from engine.project.lock import Hold
from engine.project.store import Project
from engine.workflow.checkpoint import editing_mask, hold_project
from engine.workflow.open_case import open_case
from engine.workflow.project import ProjectInfo, create_project
from engine.workflow.review import (
    agreement,
    begin_second_reading,
    decide,
    find_case,
    list_reviews,
)

CLASSES = LabelSet.named(["background", "a", "b"])
GRID = Geometry((20, 24))


@pytest.fixture
def info(tmp_path: Path) -> ProjectInfo:
    paths = [tmp_path / f"{name}.png" for name in ("one", "two")]
    for path in paths:
        Image.fromarray(np.full((20, 24), 9, np.uint8)).save(path)
    return create_project(tmp_path / "study.sulcus", CLASSES, paths)


@pytest.fixture
def hold(info: ProjectInfo) -> Iterator[Hold]:
    with hold_project(info.folder) as held:
        yield held


def put(info: ProjectInfo, hold: Hold, rows: slice, label: int, origin=PAINTED) -> None:
    box = (rows, slice(0, 24))
    with editing_mask(info.folder, info.cases[0].id, GRID, CLASSES, hold) as history:
        history.replace(box, np.full(history.labels[box].shape, label, np.uint8), origin)


def state(info: ProjectInfo) -> CaseState:
    return Project(info.folder).case(info.cases[0].id).state


def lines(info: ProjectInfo) -> list[dict[str, object]]:
    text = (info.folder / "review.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_decision_is_logged_with_what_it_was_made_on(info: ProjectInfo, hold: Hold) -> None:
    put(info, hold, slice(0, 5), 2)
    case_id = info.cases[0].id
    made = decide(
        info.folder, case_id, CaseState.APPROVED, "Ada", hold=hold, comment="gut ü",
        facts={"seconds": 61},
    )  # fmt: skip
    assert state(info) is CaseState.APPROVED
    (line,) = lines(info)
    assert line == made.as_json()
    assert (line["case"], line["reader"], line["comment"]) == (case_id, "Ada", "gut ü")
    facts = line["facts"]
    assert isinstance(facts, dict)
    assert facts["pixels"] == {"background": 360, "a": 0, "b": 120}
    assert facts["seconds"] == 61
    assert facts["no_object"] is False
    image = open_case(info.folder, case_id, Progress()).image
    assert facts["image_sha256"] == image.source.sha256
    decide(info.folder, info.cases[1].id, CaseState.REJECTED, "Bob", hold=hold, reason="blurred")
    first, second = lines(info)
    assert first == line
    assert second["reason"] == "blurred"
    assert first["link"] != second["link"]


def test_no_object_is_a_valid_result(info: ProjectInfo, hold: Hold) -> None:
    decide(info.folder, info.cases[0].id, CaseState.APPROVED, "Ada", hold=hold)
    assert state(info) is CaseState.APPROVED
    facts = lines(info)[0]["facts"]
    assert isinstance(facts, dict)
    assert facts["no_object"] is True


@pytest.mark.parametrize(
    ("decision", "reader", "reason", "why"),
    [
        (CaseState.REJECTED, "Ada", "", "without a reason"),
        (CaseState.REJECTED, "Ada", "  ", "without a reason"),
        (CaseState.APPROVED, " ", "", "needs a reader"),
        (CaseState.NEW, "Ada", "", "cannot be reviewed as 'new'"),
        (CaseState.PREDICTED, "Ada", "", "cannot be reviewed as 'predicted'"),
        (CaseState.ADJUDICATED, "Ada", "", "not read by two readers"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_leaves_no_trace(
    info: ProjectInfo, hold: Hold, decision: CaseState, reader: str, reason: str, why: str
) -> None:
    with pytest.raises(ParameterError, match=why):
        decide(info.folder, info.cases[0].id, decision, reader, hold=hold, reason=reason)
    assert state(info) is CaseState.NEW
    assert Project(info.folder).reviews() == ()
    assert not (info.folder / "review.jsonl").exists()


@pytest.mark.parametrize("decision", [CaseState.APPROVED, CaseState.REJECTED])
def test_an_edit_voids_a_decision_and_the_log_says_so(
    info: ProjectInfo, hold: Hold, decision: CaseState
) -> None:
    decide(info.folder, info.cases[0].id, decision, "Ada", hold=hold, reason="r")
    put(info, hold, slice(0, 5), 2)
    assert state(info) is CaseState.IN_REVIEW
    decide(info.folder, info.cases[1].id, CaseState.APPROVED, "Ada", hold=hold)
    assert [line["state"] for line in lines(info)] == [decision.value, "in review", "approved"]


def test_a_second_reader_does_not_see_what_the_first_one_said(
    info: ProjectInfo, hold: Hold
) -> None:
    case_id = info.cases[0].id
    put(info, hold, slice(0, 10), 1, MODEL)
    put(info, hold, slice(0, 4), 2)
    decide(info.folder, case_id, CaseState.SECOND_READER, "Ada", hold=hold, comment="I doubt row 3")
    assert list_reviews(info.folder, "Bob")[0].review is None
    for who in ("Ada", ""):
        seen = list_reviews(info.folder, who)[0].review
        assert seen is not None
        assert seen.comment == "I doubt row 3"
    with pytest.raises(ParameterError, match="waits for another reader than Ada"):
        decide(info.folder, case_id, CaseState.APPROVED, "Ada", hold=hold)
    assert begin_second_reading(info.folder, case_id, hold)
    blank = open_case(info.folder, case_id, Progress())
    assert (blank.label_map.labels[:10] == 1).all(), "as the model left it"
    assert not blank.touched.any()
    assert state(info) is CaseState.SECOND_READER, "the second reader is at work"
    put(info, hold, slice(0, 2), 2)
    assert list_reviews(info.folder, "Bob")[0].review is None
    decide(info.folder, case_id, CaseState.APPROVED, "Bob", hold=hold)
    seen = list_reviews(info.folder, "Bob")[0].review
    assert seen is not None
    assert seen.reader == "Bob"
    found = agreement(info.folder, case_id)
    assert found is not None
    assert found.readers == ("Ada", "Bob")
    assert found.dice["b"] == pytest.approx(2 * 2 / (4 + 2))
    assert found.dice["a"] == pytest.approx(2 * 6 / (6 + 8))
    decide(info.folder, case_id, CaseState.ADJUDICATED, "Cy", hold=hold)
    assert state(info) is CaseState.ADJUDICATED
    assert agreement(info.folder, case_id) == agreement(info.folder, case_id)


def test_one_reader_agrees_with_nobody(info: ProjectInfo, hold: Hold) -> None:
    decide(info.folder, info.cases[0].id, CaseState.APPROVED, "Ada", hold=hold)
    assert agreement(info.folder, info.cases[0].id) is None
    with pytest.raises(ParameterError, match="does not wait for a second reader"):
        begin_second_reading(info.folder, info.cases[0].id, hold)


def test_a_line_cut_short_is_completed(info: ProjectInfo, hold: Hold) -> None:
    decide(info.folder, info.cases[0].id, CaseState.APPROVED, "Ada", hold=hold)
    path = info.folder / "review.jsonl"
    path.write_bytes(path.read_bytes()[:40])
    decide(info.folder, info.cases[1].id, CaseState.APPROVED, "Ada", hold=hold)
    assert [line["number"] for line in lines(info)] == [1, 2]


def test_a_line_that_was_changed_is_not_overwritten(info: ProjectInfo, hold: Hold) -> None:
    decide(info.folder, info.cases[0].id, CaseState.APPROVED, "Ada", hold=hold)
    path = info.folder / "review.jsonl"
    changed = path.read_text(encoding="utf-8").replace("Ada", "Eve")
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(ReadError, match="says something else"):
        decide(info.folder, info.cases[1].id, CaseState.APPROVED, "Ada", hold=hold)
    assert path.read_text(encoding="utf-8") == changed


def test_who_does_not_hold_the_project_decides_nothing(info: ProjectInfo) -> None:
    hold = hold_project(info.folder)
    hold.release()
    with pytest.raises(WriteError, match="taken over"):
        decide(info.folder, info.cases[0].id, CaseState.APPROVED, "Ada", hold=hold)
    assert state(info) is CaseState.NEW


def test_a_case_is_found_by_its_name_or_id(info: ProjectInfo, tmp_path: Path) -> None:
    assert find_case(info.folder, "two") == info.cases[1]
    assert find_case(info.folder, info.cases[1].id) == info.cases[1]
    with pytest.raises(UnknownName, match="Did you mean 'two'"):
        find_case(info.folder, "twoo")


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = main.main([str(one) for one in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def test_the_command_line_reviews(
    info: ProjectInfo, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    project = info.folder
    assert run(capsys, "review", project)[0] == 0
    status, _, err = run(capsys, "review", project, "--set", "one=rejected", "--reader", "Ada")
    assert (status, "without a reason" in err) == (1, True)
    done = ("--set", "one=needs second reader", "--set", "two=approved", "--reader", "Ada")
    assert run(capsys, "review", project, *done)[0] == 0
    status, out, _ = run(capsys, "review", project, "--list", "--reader", "Bob", "--json")
    cases = json.loads(out)["cases"]
    assert [case["state"] for case in cases] == ["needs second reader", "approved"]
    assert cases[0]["review"] is None
    assert cases[1]["review"]["reader"] == "Ada"
    names = [case["case"] for case in cases]
    narrowed = ("--state", cases[1]["state"], "--order", "name", "--count", "1", "--json")
    status, out, _ = run(capsys, "review", project, *narrowed)
    assert [case["case"] for case in json.loads(out)["cases"]] == [names[1]]
    status, _, err = run(capsys, "review", project, "--order", "age")
    assert (status, "age" in err) == (1, True)
    assert run(capsys, "review", project, "--set", "one=approved", "--reader", "Bob")[0] == 0
    status, out, _ = run(capsys, "review", project, "--agreement", "--json")
    assert json.loads(out)["agreement"] == [
        {"case": "one", "readers": ["Ada", "Bob"], "dice": {"a": None, "b": None}}
    ]
    table = tmp_path / "log.csv"
    assert run(capsys, "review", project, "--export", table)[0] == 0
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert [(row["name"], row["state"], row["reader"]) for row in rows] == [
        ("one", "needs second reader", "Ada"),
        ("two", "approved", "Ada"),
        ("one", "approved", "Bob"),
    ]
    assert "Did you mean 'approved'" in run(capsys, "review", project, "--set", "one=aproved")[2]
    assert "is no decision" in run(capsys, "review", project, "--set", "approved")[2]
