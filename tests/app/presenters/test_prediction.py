from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.presenters import prediction as module
from engine.core.planes import Plane


def test_the_middle_of_what_is_on_screen_is_asked_for_first(runner, desk, case, prediction):
    prediction.predict()
    assert runner.asked[-1][1].focus is None, "nothing is drawn yet"
    prediction.cancel()
    prediction.see((slice(2, 9), slice(4, 8)))
    prediction.predict()
    focus = runner.asked[-1][1].focus
    assert focus == case.view.voxel(5, 5)


def test_what_was_seen_of_another_plane_leads_to_no_place_outside(runner, desk, case, prediction):
    prediction.see((slice(7, 9), slice(6, 8)))
    case.show_plane(Plane.CORONAL)
    prediction.predict()
    focus = runner.asked[-1][1].focus
    shape = case.case.image.geometry.shape
    assert all(0 <= at < side for at, side in zip(focus, shape, strict=True))


def test_the_model_that_a_person_chose_stays_in_hand_in_this_project(
    runner, desk, case, prediction, tmp_path, monkeypatch
):
    own = case.project
    suited = prediction.model
    assert suited, "one that suits is taken unasked"
    prediction.choose("my-weights.safetensors")
    case.open(own, "abc")
    assert prediction.model == "my-weights.safetensors"
    case.open(replace(own, folder=tmp_path / "other"), "abc")
    assert prediction.model == suited


def test_parts_that_come_before_a_large_mask_is_copied_are_shown_with_it(
    runner, desk, case, prediction, monkeypatch
):
    monkeypatch.setattr(module, "AT_ONCE", 0)
    held = []
    monkeypatch.setattr(
        runner, "run", lambda _, work, on_success, **__: held.append((work, on_success))
    )
    shown = []
    monkeypatch.setattr(case, "show_overlay", shown.append)
    case.go_to(2)
    case.history.labels[0, 0, 2] = 1
    box = (slice(3, 5), slice(3, 5), slice(2, 3))
    prediction.predict()
    prediction._grow(box, np.ones((2, 2, 1), np.uint8))
    assert not shown
    work, arrived = held.pop()
    arrived(work(None))
    assert shown[-1].sum() == 5
    prediction.cancel()
    prediction._grow(box, np.ones((2, 2, 1), np.uint8))
    prediction.predict()
    shown.clear()
    work, arrived = held.pop()
    arrived(work(None))
    assert not shown, "a part that came too late belongs to nothing"
