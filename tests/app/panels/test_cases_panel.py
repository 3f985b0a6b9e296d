"""The list of cases: found by name and state, drawn small, opened by a row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListView

from app.item_models.cases import CasesModel, Order
from app.panels.cases import CasesPanel
from app.presenters.selection import SelectionPresenter
from app.presenters.thumbnails import WAITING, ThumbnailsPresenter
from app.settings import Settings
from app.widgets.case_delegate import CaseRole
from engine.core.case import Case, CaseState
from engine.progress import Progress

NO_FILE = Path("there is none.toml")


class Project(QObject):
    """What the panel asks of the presenter."""

    opened = Signal()
    case_chosen = Signal(int)
    state_changed = Signal(int)
    access_changed = Signal()

    def __init__(self, names, states=()):
        super().__init__()
        states = states or [CaseState.NEW] * len(names)
        self.cases = tuple(
            Case(f"id{at}", name, Path(f"{name}.png"), state)
            for at, (name, state) in enumerate(zip(names, states, strict=True))
        )
        self.position = 0
        self.chosen = []

    def choose(self, position):
        self.position = position
        self.chosen.append(position)
        self.case_chosen.emit(position)


class Runner(QObject):
    """Keeps jobs until the test does them."""

    def __init__(self):
        super().__init__()
        self.jobs = []

    def run(self, title, work, *, on_success, on_failure, **_):
        self.jobs.append((work, on_success, on_failure))

    def do_all(self):
        while self.jobs:
            work, on_success, on_failure = self.jobs.pop()
            try:
                result = work(Progress())
            except OSError as error:
                on_failure(error)
            else:
                on_success(result)


@pytest.fixture
def runner(qapp):
    return Runner()


def model_of(project, runner):
    return CasesModel(project, ThumbnailsPresenter(runner, project), Settings(NO_FILE))


def panel_of(project, runner):
    thumbnails, settings = ThumbnailsPresenter(runner, project), Settings(NO_FILE)
    return CasesPanel(project, thumbnails, settings, SelectionPresenter(project))


def names_in(model):
    return [model.index(row).data() for row in range(model.rowCount())]


def test_words_and_states_are_looked_for_together(runner):
    names = ["Head one", "Head two", "Knee one"]
    states = [CaseState.NEW, CaseState.APPROVED, CaseState.NEW]
    model = model_of(Project(names, states), runner)
    model.look_for("ONE head", (), Order.ADDED)
    assert names_in(model) == ["Head one"]
    model.look_for("", {CaseState.NEW}, Order.ADDED)
    assert names_in(model) == ["Head one", "Knee one"]
    model.look_for("head", {CaseState.APPROVED}, Order.ADDED)
    assert names_in(model) == ["Head two"]
    assert (model.position(0), model.row(1), model.row(0)) == (1, 0, -1)


def test_names_follow_each_other_as_people_count(runner):
    model = model_of(Project(["slice10", "slice9", "a"]), runner)
    model.look_for("", (), Order.NAME)
    assert names_in(model) == ["a", "slice9", "slice10"]


def test_cases_are_ordered_by_how_far_they_have_come(runner):
    states = [CaseState.APPROVED, CaseState.NEW, CaseState.PREDICTED]
    model = model_of(Project(["a", "b", "c"], states), runner)
    model.look_for("", (), Order.STATE)
    assert names_in(model) == ["b", "c", "a"]


def test_a_list_of_fifty_thousand_draws_only_what_is_in_sight(runner, qtbot, tmp_path):
    project = Project([f"image {at}" for at in range(50_000)])
    panel = panel_of(project, runner)
    qtbot.addWidget(panel)
    panel.resize(260, 600)
    panel.show()
    qtbot.waitUntil(lambda: len(runner.jobs) == 1)
    assert len(panel.findChild(QListView).model()._thumbnails._waiting) < WAITING


def test_the_small_picture_shows_once_it_is_drawn(runner, qtbot, monkeypatch):
    project = Project(["a"])
    picture = np.full((40, 96, 3), 7, np.uint8)
    monkeypatch.setattr("app.presenters.thumbnails.draw_thumbnail", lambda *_: picture)
    model = model_of(project, runner)
    assert model.index(0).data(CaseRole.PICTURE) is None
    with qtbot.waitSignal(model.dataChanged):
        qtbot.waitUntil(lambda: bool(runner.jobs))
        runner.do_all()
    found = model.index(0).data(CaseRole.PICTURE)
    assert isinstance(found, QImage)
    assert (found.width(), found.height(), found.pixelColor(3, 3).red()) == (96, 40, 7)


def test_an_image_that_cannot_be_read_leaves_its_row_without_a_picture(runner, qtbot):
    project = Project(["missing"])
    model = model_of(project, runner)
    model.index(0).data(CaseRole.PICTURE)
    qtbot.waitUntil(lambda: bool(runner.jobs))
    on_failure = runner.jobs.pop()[2]
    on_failure(OSError("gone"))
    assert model.index(0).data(CaseRole.PICTURE) is None
    QTest.qWait(60)
    assert not runner.jobs  # it is not tried again and again


def test_rows_are_chosen_by_keys_from_the_search_field(runner, qtbot):
    project = Project(["a1", "b", "a2"])
    panel = panel_of(project, runner)
    qtbot.addWidget(panel)
    search = panel.findChild(QLineEdit)
    QTest.keyClicks(search, "a")
    assert project.chosen == []
    QTest.keyClick(search, Qt.Key.Key_Down)
    assert project.chosen == [2]
    QTest.keyClick(search, Qt.Key.Key_Up)
    assert project.chosen == [2, 0]


def test_what_is_not_looked_for_stays_open(runner, qtbot):
    project = Project(["a", "b"])
    panel = panel_of(project, runner)
    qtbot.addWidget(panel)
    QTest.keyClicks(panel.findChild(QLineEdit), "b")
    assert project.chosen == []
    project.choose(1)
    assert panel.findChild(QListView).currentIndex().row() == 0


def test_with_names_hidden_cases_are_numbers(qapp, runner, qtbot, tmp_path):
    project, settings = Project(["Doe^Jane", "Roe"]), Settings(tmp_path / "settings.toml")
    model = CasesModel(project, ThumbnailsPresenter(runner, project), settings)
    with qtbot.waitSignal(model.dataChanged):
        settings.set("look.hide-names", value=True)
    for row, name in enumerate(("Case 1", "Case 2")):
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            assert model.index(row).data(role).startswith(name)


def rows_of(panel):
    rows = panel.findChild(QListView)
    return rows, lambda row: rows.visualRect(rows.model().index(row)).center()


def test_several_cases_are_chosen_and_the_current_one_opens(runner, qtbot):
    project = Project(["a", "b", "c", "d"])
    panel = panel_of(project, runner)
    qtbot.addWidget(panel)
    panel.resize(300, 600)
    panel.show()
    rows, place = rows_of(panel)
    left, selection = Qt.MouseButton.LeftButton, panel._selection
    QTest.mouseClick(rows.viewport(), left, Qt.KeyboardModifier.NoModifier, place(1))
    QTest.mouseClick(rows.viewport(), left, Qt.KeyboardModifier.ShiftModifier, place(3))
    assert [case.name for case in selection.cases] == ["b", "c", "d"]
    assert project.chosen == [1, 3]
    QTest.mouseClick(rows.viewport(), left, Qt.KeyboardModifier.ControlModifier, place(2))
    assert [case.name for case in selection.cases] == ["b", "d"]
    QTest.keyClick(rows, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(selection.cases) == 4
    QTest.keyClick(rows, Qt.Key.Key_Up)
    assert [case.name for case in selection.cases] == ["b"]
    assert project.position == 1


def test_a_list_that_is_read_anew_keeps_what_was_chosen(runner, qtbot):
    project = Project(["a1", "a2", "b"])
    panel = panel_of(project, runner)
    qtbot.addWidget(panel)
    selection = panel._selection
    panel.findChild(QListView).selectAll()
    project.opened.emit()  # as after each prediction
    assert len(panel.findChild(QListView).selectionModel().selectedIndexes()) == 3
    QTest.keyClicks(panel.findChild(QLineEdit), "a")
    assert [case.name for case in selection.cases] == ["a1", "a2"]  # what is not seen is not chosen
    project.cases = project.cases[1:]
    project.opened.emit()
    assert [case.name for case in selection.cases] == ["a2"]
