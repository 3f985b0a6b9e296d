"""The dock of jobs in a real window, and predicting several cases from the list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListView, QListWidget, QMessageBox, QPushButton, QToolButton

from app.job import About, Failure, Listed, Outcome
from app.panels.cases import CasesPanel
from app.panels.jobs import JobsPanel
from app.panels.model import ModelPanel
from engine.core.case import CaseState


@pytest.fixture
def panel(at_work, qtbot):
    p = at_work.presenters
    qtbot.waitUntil(lambda: not p.runner.is_busy, timeout=60_000)
    p.jobs.clear()
    found = at_work.window.findChild(JobsPanel)
    found.show()
    return found


def button(panel, name):
    return next(one for one in panel.findChildren(QToolButton) if one.accessibleName() == name)


def cancel(panel):
    return button(panel, "Cancel the chosen job")


def rows_of(panel):
    views = panel.findChildren(QListView)
    return next(one for one in views if not isinstance(one, QListWidget))


def shown(panel, row, role=Qt.ItemDataRole.AccessibleTextRole):
    return rows_of(panel).model().index(row, 0).data(role)


def test_a_running_job_is_told_and_cancelled(panel, at_work):
    p = at_work.presenters
    stopped = []
    about = About(cases=p.project.cases, listed=Listed.ALWAYS, on_stop=lambda: stopped.append(True))
    job = p.runner.begin("Predicting", about)
    assert shown(panel, 0).startswith("Predicting · 2 cases, running, from ")
    assert cancel(panel).isEnabled()
    cancel(panel).click()
    assert stopped == [True]
    assert ", cancelled, " in shown(panel, 0)
    assert not cancel(panel).isEnabled()
    p.runner.end(job, Outcome(1))
    assert "done 1" in shown(panel, 0)


def test_a_failure_leads_to_its_case(panel, at_work, qtbot):
    p = at_work.presenters
    one, two = p.project.cases
    job = p.runner.begin("Predicting", About(cases=(one, two), listed=Listed.ALWAYS))
    assert not button(panel, "Go to the case that failed, or say what went wrong").isEnabled()
    p.runner.end(job, Outcome(1, 0, (Failure("It is damaged.", two),)))
    failures = panel.findChild(QListWidget)
    assert failures.isVisible()
    assert failures.item(0).text() == f"{two.name}: It is damaged."
    rows_of(panel).setCurrentIndex(rows_of(panel).model().index(0, 0))
    button(panel, "Go to the case that failed, or say what went wrong").click()
    assert p.project.position == 1
    qtbot.waitUntil(lambda: p.case.case is not None and not p.runner.is_busy, timeout=60_000)


def test_a_failure_without_a_case_is_said_again(panel, at_work):
    p = at_work.presenters
    job = p.runner.begin("Exporting", About(listed=Listed.ALWAYS))
    p.runner.end(job, Outcome(0, 0, (Failure("The disk is full.", name="b.nii"),)))
    rows_of(panel).setCurrentIndex(rows_of(panel).model().index(0, 0))
    button(panel, "Go to the case that failed, or say what went wrong").click()
    boxes = at_work.window.findChildren(QMessageBox)
    assert [box.text() for box in boxes if box.isVisible()] == ["b.nii: The disk is full."]
    boxes[-1].close()


def test_clearing_takes_away_what_is_over(panel, at_work):
    p = at_work.presenters
    p.runner.end(p.runner.begin("Exporting", About(listed=Listed.ALWAYS)), Outcome(3))
    rows = rows_of(panel).model()
    assert rows.rowCount() == 1
    button(panel, "Clear what is over").click()
    assert rows.rowCount() == 0
    assert not button(panel, "Clear what is over").isEnabled()


def test_the_list_outlives_the_window_that_another_language_makes_anew(panel, at_work):
    p = at_work.presenters
    p.runner.end(p.runner.begin("Predicting", About(listed=Listed.ALWAYS)), Outcome(3))
    at_work.settings.set("look.language", "zh_CN")
    at_work.rebuild()
    anew = at_work.window.findChild(JobsPanel)
    assert anew is not panel
    assert not anew.isHidden()  # it was shown
    assert shown(anew, 0).startswith("预测, 完成, ")


def test_the_dock_is_hidden_until_it_is_asked_for_in_the_view_menu(at_work):
    window = at_work.window
    dock = window.findChild(JobsPanel)
    assert dock.isHidden()
    toggle = dock.toggleViewAction()
    menus = [one.menu() for one in window.menuBar().actions() if one.text() == "&View"]
    assert toggle in menus[0].actions()
    toggle.trigger()
    assert not dock.isHidden()


def test_selected_cases_are_asked_about_before_what_a_person_began_is_predicted(
    at_work, qtbot, monkeypatch
):
    p, window = at_work.presenters, at_work.window
    begun = []
    monkeypatch.setattr(p.predicting_all, "_begin", lambda cases, left: begun.append((cases, left)))
    states = [case.state for case in p.project.cases]
    assert states == [CaseState.IN_REVIEW, CaseState.NEW]
    window.findChild(CasesPanel).findChild(QListView).selectAll()
    (entry,) = [
        one for one in window.findChild(ModelPanel)._many.actions() if "Selected" in one.text()
    ]
    assert entry.text() == "Selected images (2)"
    entry.trigger()
    (box,) = [one for one in window.findChildren(QMessageBox) if one.isVisible()]
    assert box.defaultButton().text() == "Leave them alone"
    assert begun == []
    box.defaultButton().click()
    ((cases, left),) = begun
    assert [case.name for case in cases] == ["two"]
    assert left == 1


def test_the_button_for_many_asks_which_goes_on_or_cancels(at_work):
    p = at_work.presenters
    (many,) = [
        one
        for one in at_work.window.findChild(ModelPanel).findChildren(QPushButton)
        if one.text() == "Predict many"
    ]
    assert many.menu() is not None
    p.predicting_all.start()
    assert (many.text(), many.menu()) == ("Cancel", None)
    many.click()
    assert not p.predicting_all.is_running
    assert (many.text(), many.menu()) == ("Go on with 1 left", None)
