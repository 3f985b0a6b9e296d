from __future__ import annotations

import numpy as np
import pytest

from app.presenters.refinement import Reach
from app.presenters.refining_all import RefiningAllPresenter
from engine.core.label_set import IGNORE
from engine.core.planes import Plane
from engine.core.sources import PAINTED, PixelSource
from engine.errors import ProjectHeld
from engine.workflow.requests import RefineAll, RefineSlice


@pytest.fixture
def all_of_it(runner, case, prediction, refinement):
    return RefiningAllPresenter(runner, case, prediction, refinement)


def test_a_range_of_slices_is_applied_as_one_step_and_counted(desk, all_of_it):
    runner, case, refinement = desk
    told = []
    all_of_it.applied.connect(told.append)
    case.history.labels[1, 2, 3] = 1
    case.history.touched[1, 2, 3] = True
    refinement.choose_reach(Reach.RANGE)
    refinement.slices = (1, 3)
    refinement.choose_crf("dense")
    all_of_it.apply()
    request = runner.asked[0][1]
    assert isinstance(request, RefineAll)
    assert request.scope.box == (slice(0, 8), slice(0, 9), slice(1, 4))
    assert request.crf == "dense"
    assert request.plane is Plane.AXIAL
    assert request.pinned[1, 2, 3] == 1
    assert (request.pinned == IGNORE).sum() == 8 * 9 * 5 - 1
    assert all_of_it.is_running
    runner.answer(0, np.ones((8, 9, 3), np.uint8))
    assert not all_of_it.is_running
    assert case.history.labels.sum() == 216
    assert (case.history.sources[..., 1:4] == PixelSource.CRF).sum() == 215 + 1
    assert told[0].gained == (0, 215)
    assert told[0].lost == (215, 0)
    case.undo()
    assert case.history.labels.sum() == 1


def test_what_a_person_drew_while_it_ran_stays_and_the_rest_is_the_crfs(desk, all_of_it):
    runner, case, refinement = desk
    refinement.choose_reach(Reach.RANGE)
    refinement.slices = (1, 3)
    all_of_it.apply()
    mine = (slice(2, 4), slice(3, 6), slice(2, 3))
    case.history.replace(mine, np.ones((2, 3, 1), np.uint8), PAINTED)
    runner.answer(0, np.zeros((8, 9, 3), np.uint8))
    assert (case.history.labels[mine] == 1).all()
    assert (case.history.sources[mine] == PixelSource.PAINTED).all()
    assert case.history.labels.sum() == 6


def test_the_right_to_look_only_refines_nothing(desk, all_of_it, monkeypatch):
    runner, case, _ = desk
    failed = []
    all_of_it.failed.connect(failed.append)
    monkeypatch.setattr(type(case), "is_read_only", True)
    all_of_it.apply_volume()
    assert runner.asked == []
    assert isinstance(failed[0], ProjectHeld)


def test_the_whole_volume_has_no_box(desk, all_of_it):
    runner, case, refinement = desk
    case.show_plane(Plane.CORONAL)
    refinement.choose_reach(Reach.VOLUME)
    all_of_it.apply()
    assert runner.asked[0][1].scope.box is None
    assert runner.asked[0][1].plane is Plane.CORONAL, "as the slices are previewed"
    all_of_it.apply()
    assert len(runner.asked) == 1, "one at a time"
    all_of_it.cancel()
    runner.answer(0, np.ones((8, 9, 5), np.uint8))
    assert not case.history.labels.any()


def test_a_range_follows_the_plane(desk, all_of_it):
    _, case, refinement = desk
    assert refinement.slices == (0, 4)
    refinement.slices = (1, 2)
    case.step(1)
    assert refinement.slices == (1, 2)
    case.show_plane(Plane.SAGITTAL)
    assert refinement.slices == (0, 7)


def test_keeping_needs_a_preview_and_leaving_stops_everything(desk, all_of_it):
    runner, case, refinement = desk
    refinement.choose_reach(Reach.VOLUME)
    all_of_it.keep()
    assert not runner.asked
    refinement.turn(on=True)
    all_of_it.keep()
    assert [type(request) for _, request, _, _ in runner.asked] == [RefineSlice, RefineAll]
    all_of_it.leave()
    assert not refinement.is_on
    runner.answer(1, np.ones((8, 9, 5), np.uint8))
    assert not case.history.can_undo


def test_a_slice_is_applied_without_another_job(desk, all_of_it):
    runner, case, refinement = desk
    refinement.turn(on=True)
    runner.answer(0, np.ones((9, 8), np.uint8))
    all_of_it.apply()
    assert case.history.labels.sum() == 72
