from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.core.case import CaseState, ImageRef
from engine.errors import ReadError
from engine.project import migrations, schema
from engine.project.store import Project

OLD = Path(__file__).parent / "old"


def old_project(tmp_path: Path, version: int) -> Path:
    folder = tmp_path / "old.sulcus"
    folder.mkdir()
    shutil.copy(OLD / f"version-{version}.db", folder / "project.db")
    return folder


def tables(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Name, type, null, default and key of each column of each table."""
    with closing(sqlite3.connect(folder / "project.db")) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: database.execute(f'PRAGMA table_info("{name}")').fetchall() for (name,) in names
        }


@pytest.mark.parametrize("version", range(1, schema.VERSION))
def test_a_project_of_an_earlier_version_keeps_all_it_had(tmp_path: Path, version: int) -> None:
    project = Project(old_project(tmp_path, version))
    assert project.label_set.names == ("background", "nucleus", "membrane")
    assert [(case.name, case.part, case.state) for case in project.cases()] == [
        ("a", "", CaseState.NEW),
        ("b", "", CaseState.APPROVED),
    ]
    second = project.cases()[1]
    assert second.image_path == project.folder / "images" / "b.nii.gz"
    with pytest.raises(ReadError, match="has changed"):
        project.check_source(second.id, "2" * 64)


@pytest.mark.parametrize("version", range(1, schema.VERSION))
def test_a_migrated_project_has_the_tables_of_a_new_one(tmp_path: Path, version: int) -> None:
    old = Project(old_project(tmp_path, version))
    new = Project.create(tmp_path / "new.sulcus", old.label_set)
    assert tables(old.folder) == tables(new.folder)
    refs = [ImageRef(tmp_path / "c", "1"), ImageRef(tmp_path / "c", "2", "second echo")]
    assert [case.name for case in old.add(refs)] == ["c", "second echo"]
    assert [case.part for case in old.cases()[2:]] == ["1", "2"]


def test_a_migration_that_fails_leaves_the_project_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = old_project(tmp_path, 1)
    before = tables(folder)
    monkeypatch.setitem(migrations.STEPS, 1, migrations.STEPS[1] + "INSERT INTO absent VALUES (1);")
    with pytest.raises(ReadError, match="is damaged"):
        Project(folder)
    assert tables(folder) == before
    monkeypatch.undo()
    assert len(Project(folder).cases()) == 2
