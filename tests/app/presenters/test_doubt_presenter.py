from __future__ import annotations

import numpy as np
import pytest

from app.presenters.doubt import DoubtPresenter
from app.presenters.planes import PlanesPresenter
from app.settings import Settings
from engine.core.planes import Plane
from engine.errors import ParameterError
from tests.app.volumes import open_volume


@pytest.fixture
def doubt(runner, case, prediction, monkeypatch, tmp_path):
    planes = PlanesPresenter(case, Settings(tmp_path / "settings.toml"))
    made = DoubtPresenter(runner, case, planes, prediction)
    open_volume(case, monkeypatch, tmp_path, (8, 9, 5), np.eye(4))
    prediction.has_prediction = True
    return made


def asked(runner):
    return [(request.plane, request.index) for _, request, *_ in runner.asked]


def answer(runner, case, number):
    view = case.view_in(runner.asked[number][1].plane)
    runner.answer(number, np.full(view.sides, number, np.uint8))


def test_the_planes_on_screen_are_asked_for_the_active_one_first(runner, case, doubt):
    case.show_plane(Plane.CORONAL)
    doubt.toggle()
    assert asked(runner) == [(Plane.CORONAL, 4)]
    for number in range(3):
        answer(runner, case, number)
    assert [plane for plane, _ in asked(runner)] == [Plane.CORONAL, Plane.AXIAL, Plane.SAGITTAL]
    for plane in Plane:
        assert doubt.shown_in(plane).shape == case.view_in(plane).sides


def test_another_slice_is_asked_for_and_the_old_doubt_is_not_shown_over_it(runner, case, doubt):
    doubt.toggle()
    for number in range(3):
        answer(runner, case, number)
    case.step(1)
    assert doubt.shown_in(Plane.AXIAL) is None
    assert doubt.shown_in(Plane.CORONAL) is not None
    assert asked(runner)[-1] == (Plane.AXIAL, 3)
    answer(runner, case, 3)
    assert (doubt.shown_in(Plane.AXIAL) == 3).all()


def test_an_answer_that_comes_late_is_for_the_slice_that_was_asked(runner, case, doubt):
    doubt.toggle()
    case.step(1)
    answer(runner, case, 0)
    assert doubt.shown_in(Plane.AXIAL) is None
    assert asked(runner)[-1] == (Plane.AXIAL, 3)


def test_without_a_prediction_a_person_is_told(doubt, prediction, qtbot):
    prediction.has_prediction = False
    with qtbot.waitSignal(doubt.failed) as told:
        doubt.toggle()
    assert isinstance(told.args[0], ParameterError)
    assert not doubt.is_on


def test_a_cancelled_question_does_not_stop_the_next(runner, case, doubt):
    doubt.toggle()
    job = runner.asked[0][0]
    job.cancel()
    runner.finished.emit(job)
    case.step(1)
    assert asked(runner)[-1] == (Plane.AXIAL, 3)


def test_hidden_doubt_asks_for_nothing(runner, case, doubt):
    doubt.toggle()
    doubt.toggle()
    before = len(runner.asked)
    case.step(1)
    assert len(runner.asked) == before
    assert doubt.shown_in(Plane.AXIAL) is None


def test_a_new_prediction_makes_old_doubt_void(runner, case, doubt, prediction):
    doubt.toggle()
    for number in range(3):
        answer(runner, case, number)
    prediction.predicted.emit()
    assert doubt.shown_in(Plane.AXIAL) is None
    assert len(runner.asked) == 4
