from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal

from app.panels.recent import RecentMenu
from app.presenters.recent import MOST, RecentPresenter
from app.settings import Settings


class Project(QObject):
    opened = Signal()

    def __init__(self):
        super().__init__()
        self.project = None
        self.asked = []

    def show(self, folder):
        folder.mkdir(exist_ok=True)
        self.project = SimpleNamespace(folder=folder)
        self.opened.emit()

    def open_paths(self, paths):
        self.asked += paths


@pytest.fixture
def desk(qapp, tmp_path):
    project, settings = Project(), Settings(tmp_path / "settings.toml")
    return project, settings, RecentPresenter(tmp_path / "recent.json", project, settings)


def test_the_newest_comes_first_without_the_one_that_is_open_and_those_gone(desk, tmp_path):
    project, _, recent = desk
    for name in ("a", "b", "c", "a"):
        project.show(tmp_path / f"{name}.sulcus")
    assert [one.stem for one in recent.folders] == ["c", "b"]
    (tmp_path / "b.sulcus").rmdir()
    assert [one.stem for one in recent.folders] == ["c"]
    recent.open(recent.folders[0])
    assert project.asked == [tmp_path / "c.sulcus"]


def test_there_are_not_too_many(desk, tmp_path):
    project, _, recent = desk
    for number in range(MOST + 5):
        project.show(tmp_path / f"{number}.sulcus")
    assert len(recent.folders) == MOST - 1


@pytest.mark.parametrize(("setting", "value"), [("look.hide-names", True), ("look.recent", False)])
def test_with_names_hidden_or_unasked_nothing_is_on_the_disk(desk, tmp_path, setting, value):
    project, settings, recent = desk
    project.show(tmp_path / "Doe.sulcus")
    assert (tmp_path / "recent.json").exists()
    settings.set(setting, value)
    assert not (tmp_path / "recent.json").exists()
    project.show(tmp_path / "Roe.sulcus")
    assert not (tmp_path / "recent.json").exists()
    assert recent.folders == []


@pytest.mark.parametrize("text", ["{", "{}", "[1]", "\x00"])
def test_a_damaged_list_is_an_empty_one(desk, tmp_path, text):
    _, _, recent = desk
    (tmp_path / "recent.json").write_text(text)
    assert recent.folders == []


def test_only_folders_of_projects_are_kept(desk, tmp_path):
    project, _, _ = desk
    project.show(tmp_path / "a.sulcus")
    assert json.loads((tmp_path / "recent.json").read_text()) == [str(tmp_path / "a.sulcus")]


def test_the_menu_names_projects_opens_them_and_forgets_them(desk, tmp_path):
    project, _, recent = desk
    menu = RecentMenu(recent)
    assert not menu.actions()[0].isEnabled()
    project.show(tmp_path / "one & two-0123456789.sulcus")
    project.show(tmp_path / "study.sulcus")
    menu.fill()
    first = menu.actions()[0]
    assert first.text() == "one && two"
    first.trigger()
    assert project.asked == [tmp_path / "one & two-0123456789.sulcus"]
    menu.actions()[-1].trigger()
    assert not (tmp_path / "recent.json").exists()
