from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.core.case import CaseState, ImageRef
from engine.core.label_set import LabelClass, LabelSet
from engine.errors import DamagedProject, ReadError, UnknownName, WriteError
from engine.project import schema
from engine.project.case_filter import CaseFilter
from engine.project.lock import Hold
from engine.project.store import Project
from engine.workflow.project import describe_project, with_states

CLASSES = LabelSet(
    (
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(1, "Gehirn ü", (12, 34, 56)),
        LabelClass(2, "it's", (255, 0, 128)),
    )
)


def make(tmp_path: Path, *images: str) -> tuple[Project, tuple[str, ...]]:
    project = Project.create(tmp_path / "study.sulcus", CLASSES)
    cases = project.add([ImageRef(tmp_path / name) for name in images])
    return project, tuple(case.id for case in cases)


def run_sql(project: Project, sql: str) -> None:
    with closing(sqlite3.connect(project.folder / "project.db")) as database, database:
        database.executescript(sql)


def test_a_new_project_is_opened_again_with_its_classes(tmp_path: Path) -> None:
    project, _ = make(tmp_path)
    again = Project(tmp_path / "study.sulcus")
    assert again.label_set == CLASSES
    assert again.cases() == ()
    assert [path.name for path in project.folder.iterdir()] == ["project.db"]


def test_a_project_is_not_made_where_one_is(tmp_path: Path) -> None:
    project, _ = make(tmp_path, "a.png")
    with pytest.raises(WriteError, match="is a project already"):
        Project.create(project.folder, LabelSet.named(["a", "b"]))
    assert project.label_set == CLASSES
    assert len(project.cases()) == 1


def test_a_project_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"kept")
    with pytest.raises(WriteError, match="cannot be written"):
        Project.create(tmp_path / "file" / "study.sulcus", CLASSES)
    assert (tmp_path / "file").read_bytes() == b"kept"


def test_a_project_that_cannot_be_finished_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "study.sulcus"
    monkeypatch.setattr(schema, "CREATE", schema.CREATE + "INSERT INTO nowhere VALUES (1);")
    with pytest.raises(WriteError, match="cannot be made") as caught:
        Project.create(folder, CLASSES)
    assert str(folder) in caught.value.what
    assert list(folder.iterdir()) == []
    monkeypatch.undo()
    assert Project.create(folder, CLASSES).cases() == ()


def test_cases_keep_the_order_they_were_added_in(tmp_path: Path) -> None:
    project, _ = make(tmp_path, "b.nii.gz", "a.png")
    project.add([ImageRef(tmp_path / "c.png")])
    assert [case.name for case in project.cases()] == ["b", "a", "c"]
    assert {case.state for case in project.cases()} == {CaseState.NEW}
    assert [case.image_path for case in project.cases()] == [
        tmp_path / name for name in ("b.nii.gz", "a.png", "c.png")
    ]


def test_an_image_that_is_there_already_is_not_added_again(tmp_path: Path) -> None:
    project, _ = make(tmp_path, "a.png")
    added = project.add([ImageRef(tmp_path / name) for name in ("a.png", "b.png", "x/../b.png")])
    assert [case.name for case in added] == ["b"]
    assert [case.name for case in project.cases()] == ["a", "b"]


def test_ids_say_nothing_about_the_file(tmp_path: Path) -> None:
    _, ids = make(tmp_path, "doe_jane.png", "doe_john.png")
    assert len(set(ids)) == 2
    assert all("doe" not in one and len(one) == 16 for one in ids)


def test_images_inside_the_project_move_with_it(tmp_path: Path) -> None:
    project, _ = make(tmp_path, "study.sulcus/images/Bild 1 ü.png", "outside.png")
    shutil.move(project.folder, tmp_path / "elsewhere.sulcus")
    inside, outside = Project(tmp_path / "elsewhere.sulcus").cases()
    assert inside.image_path == tmp_path / "elsewhere.sulcus" / "images" / "Bild 1 ü.png"
    assert outside.image_path == tmp_path / "outside.png"


def test_a_relative_path_is_kept_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    project = Project.create(Path("study.sulcus"), CLASSES)
    project.add([ImageRef(Path("a.png"))])
    monkeypatch.chdir("/")
    assert project.cases()[0].image_path == tmp_path / "a.png"


def test_a_state_is_kept(tmp_path: Path) -> None:
    project, (one, two) = make(tmp_path, "a.png", "b.png")
    for state in CaseState:
        project.set_state(one, state)
        assert Project(project.folder).case(one).state is state
    assert project.case(two).state is CaseState.NEW


def test_a_case_that_is_not_there_has_no_name(tmp_path: Path) -> None:
    project, _ = make(tmp_path, "a.png")
    with pytest.raises(UnknownName, match="has no case 'zz'"):
        project.case("zz")


def test_an_image_that_changed_is_noticed(tmp_path: Path) -> None:
    project, (one, two) = make(tmp_path, "a.png", "b.png")
    project.check_source(one, "2" * 64)  # who only looks notes nothing
    with Hold(project.folder, "Ada") as hold:
        project.check_source(one, "1" * 64, hold)
        project.check_source(one, "1" * 64, hold)
        project.check_source(two, "2" * 64, hold)
    with pytest.raises(ReadError, match="has changed since its mask was begun") as caught:
        project.check_source(one, "2" * 64)
    assert str(tmp_path / "a.png") in caught.value.what
    project.check_source(one, "1" * 64)


def test_a_folder_that_is_no_project_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent.sulcus"):
        with pytest.raises(ReadError, match="is no Sulcus project") as caught:
            Project(folder)
        assert str(folder) in caught.value.what
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("version", [schema.VERSION + 1, 99])
def test_a_project_of_another_version_is_refused_and_left_alone(
    tmp_path: Path, version: int
) -> None:
    project, _ = make(tmp_path)
    run_sql(project, f"PRAGMA user_version = {version}")
    before = (project.folder / "project.db").read_bytes()
    known = f"has version {version}; this Sulcus knows {schema.VERSION}"
    with pytest.raises(ReadError, match=known):
        Project(project.folder)
    assert (project.folder / "project.db").read_bytes() == before


def test_a_project_without_a_version_is_damaged_and_left_alone(tmp_path: Path) -> None:
    project, _ = make(tmp_path)
    for data in (b"", None):
        if data is None:
            project.folder.joinpath("project.db").unlink()
            project = Project.create(project.folder, CLASSES)
            run_sql(project, "PRAGMA user_version = 0")
        else:
            project.folder.joinpath("project.db").write_bytes(data)
        before = (project.folder / "project.db").read_bytes()
        with pytest.raises(DamagedProject, match="what stands at its beginning is gone"):
            Project(project.folder)
        assert (project.folder / "project.db").read_bytes() == before


@pytest.mark.parametrize(
    "data", [b"this is no database, but it is long enough " * 40, b"\xff" * 9000]
)
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, data: bytes) -> None:
    project, _ = make(tmp_path)
    (project.folder / "project.db").write_bytes(data)
    with pytest.raises(ReadError, match="is damaged") as caught:
        Project(project.folder)
    assert str(project.folder) in caught.value.what
    assert (project.folder / "project.db").read_bytes() == data


def test_a_database_with_overwritten_pages_is_refused(tmp_path: Path) -> None:
    project, _ = make(tmp_path, *(f"{number}.png" for number in range(200)))
    path = project.folder / "project.db"
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(ReadError, match="is damaged"):
        Project(project.folder).cases()


def test_a_database_without_its_tables_is_damaged(tmp_path: Path) -> None:
    project, _ = make(tmp_path)
    run_sql(project, 'DROP TABLE "case"')
    with pytest.raises(ReadError, match="is damaged"):
        project.cases()


def test_a_database_that_another_program_holds_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, (one,) = make(tmp_path, "a.png")
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **_: connect(path, timeout=0))
    with closing(connect(project.folder / "project.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WriteError, match="locked"):
            project.set_state(one, CaseState.APPROVED)
    assert project.case(one).state is CaseState.NEW


def test_cases_are_added_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, _ = make(tmp_path, "a.png")
    monkeypatch.setattr("secrets.token_hex", lambda _: "always the same")
    with pytest.raises(ReadError, match="UNIQUE"):
        project.add([ImageRef(tmp_path / "b.png"), ImageRef(tmp_path / "c.png")])
    assert [case.name for case in project.cases()] == ["a"]


def test_a_list_of_cases_is_filtered_sorted_and_cut(tmp_path: Path) -> None:
    names = ("b_1.png", "a%.png", "B_2.png", "c.png", "d1.png")
    project, ids = make(tmp_path, *names)
    project.set_state(ids[1], CaseState.APPROVED)
    project.set_state(ids[3], CaseState.REJECTED)

    def found(*arguments: Any, **options: Any) -> list[str]:
        rows = project.find(CaseFilter(*arguments, **options))
        assert all(project.case(case_id).state is state for case_id, _, state in rows)
        return [name for _, name, _ in rows]

    assert found() == ["b_1", "a%", "B_2", "c", "d1"]
    assert found("B_") == ["b_1", "B_2"], "'_' is a sign of the name"
    assert found("%") == ["a%"]
    assert found("", (CaseState.APPROVED, CaseState.REJECTED)) == ["a%", "c"]
    assert found(order="name", is_descending=True) == ["d1", "c", "B_2", "b_1", "a%"]
    assert found(order="name", first=1, count=2) == ["b_1", "B_2"]
    assert found("zz") == []
    with pytest.raises(UnknownName):
        found(order="path; DROP TABLE")


def test_only_states_that_changed_make_a_new_list(tmp_path: Path) -> None:
    project, ids = make(tmp_path, "a.png", "b.png")
    info = describe_project(project.folder)
    assert with_states(info) is info
    project.set_state(ids[1], CaseState.APPROVED)
    again = with_states(info)
    assert [case.state for case in again.cases] == [CaseState.NEW, CaseState.APPROVED]
    assert again.cases[0] is info.cases[0]
    project.add([ImageRef(tmp_path / "c.png")])
    assert len(with_states(again).cases) == 3
