from __future__ import annotations

import json

import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton

from engine.core.planes import Plane

MIDDLE_BUTTON = Qt.MouseButton.MiddleButton


@pytest.fixture
def volume(make_volume):
    """A bright block in a dark volume, oblique, off the origin."""
    values = np.full((24, 20, 12), 30, np.int16)
    values[6:18, 5:15, 3:9] = 200
    return make_volume("head.nii.gz", values)


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in (1, 2, 10):
        picture = np.full((40, 60, 3), 60 + number, np.uint8)
        picture[10:30, 20:45] = (220, 120, 60)
        Image.fromarray(picture).save(folder / f"photo {number}.png")
    return folder


def test_a_volume_is_predicted_refined_corrected_undone_saved_and_exported(
    person, volume, tiny_weights, tmp_path, enter, qtbot
):
    original = volume.read_bytes()
    person.open(volume)
    case, history = person.presenters.case, person.presenters.case.history
    assert case.index == 6
    assert not history.labels.any()

    person.presenters.prediction.choose(str(tiny_weights))
    person.key(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert person.presenters.prediction.is_running
    person.wait(lambda: not person.presenters.prediction.is_running)
    predicted = history.labels.copy()
    assert history.can_undo
    assert not history.touched.any()

    # live refinement: the overlay follows, nothing is kept until asked for
    refinement = person.presenters.refinement
    refinement.turn(on=True)
    person.wait(lambda: refinement.has_preview)
    assert np.array_equal(history.labels, predicted)
    for weight in (1.0, 4.0, 9.0, 14.0):
        refinement.set("smoothness_weight", weight)
    person.rest()
    shown = case.shown_labels.copy()
    person.key(Qt.Key.Key_Return)
    assert np.array_equal(case.view.read(history.labels), shown)
    refinement.turn(on=False)

    # a stroke with the mouse, then erase with the right button
    before = history.labels.copy()
    rarest = min(range(4), key=lambda label: (before == label).sum())
    person.key(Qt.Key(Qt.Key.Key_0 + rarest))
    assert person.presenters.editing.label == rarest
    person.drag(person.middle - QPoint(80, 0), person.middle + QPoint(80, 40))
    painted = history.labels.copy()
    assert (painted[history.touched] == rarest).all()
    assert history.touched.any()
    assert (painted != before).any(axis=(0, 1)).nonzero()[0].tolist() == [case.view.index]
    person.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(history.labels, before)
    person.key(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(history.labels, painted)

    # predicting again leaves what the person drew
    person.presenters.prediction.predict()
    person.wait(lambda: not person.presenters.prediction.is_running)
    assert history.touched.any()
    assert (history.labels[history.touched] == rarest).all()

    # save, export, and the source is as it was
    final = history.labels.copy()
    person.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    person.rest()
    assert not case.is_dirty
    person.presenters.exporting.plan("natural")
    with qtbot.waitSignal(person.presenters.exporting.planned, timeout=20000) as planned:
        pass
    with qtbot.waitSignal(person.presenters.exporting.exported, timeout=20000) as exported:
        person.presenters.exporting.write(planned.args[0], tmp_path / "out")
    mask_path, _, labels_path = exported.args[0].written
    assert exported.args[0].masks == (mask_path,)
    mask, image = nib.load(mask_path), nib.load(volume)
    assert np.array_equal(np.asarray(mask.dataobj), final)
    assert mask.affine.tobytes() == image.affine.tobytes()
    assert len(json.loads(labels_path.read_text())["classes"]) == 4
    assert volume.read_bytes() == original

    # closed and opened again: the mask and what was touched are there
    touched = history.touched.copy()
    person.window.close()
    again = enter()
    again.open(volume)
    assert np.array_equal(again.presenters.case.history.labels, final)
    assert np.array_equal(again.presenters.case.history.touched, touched)
    again.window.close()


def test_a_folder_of_photos_is_worked_through_by_keyboard(person, photos):
    person.open(photos)
    project, case = person.presenters.project, person.presenters.case
    assert [one.name for one in project.cases] == ["photo 1", "photo 2", "photo 10"]
    person.drag(person.middle, person.middle + QPoint(30, 30))
    drawn = case.history.labels.copy()
    assert drawn.any()
    first = case.case
    person.key(Qt.Key.Key_D)
    person.wait(lambda: case.case not in (None, first))
    assert case.case.case.name == "photo 2"
    assert not case.history.labels.any()
    person.key(Qt.Key.Key_A)
    person.wait(lambda: case.case is not None and case.case.case.name == "photo 1")
    assert np.array_equal(case.history.labels, drawn), "leaving a case saves it"
    person.rest()
    assert project.cases[0].state.value == "in review"


def test_escape_takes_back_the_stroke_under_way(person, photos):
    person.open(photos)
    canvas, history = person.window.canvas, person.presenters.case.history
    person.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=person.middle)
    assert history.labels.any()
    person.key(Qt.Key.Key_Escape)
    assert not history.labels.any()
    person.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=person.middle)
    assert not history.labels.any()


def test_cancelling_a_prediction_leaves_the_mask_as_it_was(person, make_volume, tiny_weights):
    values = np.random.default_rng(0).integers(0, 99, (256, 256, 60)).astype(np.int16)
    person.open(make_volume("large.nii", values, np.eye(4)))
    prediction, history = person.presenters.prediction, person.presenters.case.history
    person.drag(person.middle, person.middle + QPoint(20, 0))
    before = history.labels.copy()
    prediction.choose(str(tiny_weights))
    prediction.predict()
    person.wait(lambda: person.presenters.case.has_overlay)
    prediction.cancel()
    assert not prediction.is_running
    assert not person.presenters.case.has_overlay
    person.rest()
    assert np.array_equal(history.labels, before)
    assert len(history._done) == 1, "the stroke"
    project = person.presenters.project
    assert not list(project.project.folder.glob("probabilities/*"))
    assert not prediction.has_prediction
    person.presenters.case.show_plane(Plane.CORONAL)
    prediction.predict()
    person.wait(lambda: not prediction.is_running)
    assert (history.labels != before).any(), "the next prediction works"


def test_the_mask_grows_from_the_middle_of_what_is_on_screen(person, tmp_path, tiny_photo_weights):
    picture = np.random.default_rng(0).integers(0, 255, (600, 5000, 3)).astype(np.uint8)
    Image.fromarray(picture).save(tmp_path / "wide.png")
    person.open(tmp_path / "wide.png")
    canvas, prediction = person.window.canvas, person.presenters.prediction
    canvas.resize(900, 500)
    canvas.fit()
    for _ in range(12):
        canvas.zoom(1.2)
    for _ in range(3):
        person.drag(person.middle + QPoint(400, 0), person.middle - QPoint(400, 0), MIDDLE_BUTTON)
    row, column = canvas._viewport.to_picture(tuple(side / 2 for side in canvas._viewport.size))
    assert column > 3600, "the view is no longer in the middle of the picture"
    prediction.choose(str(tiny_photo_weights))
    boxes = []
    grow = prediction._grow
    prediction._grow = lambda box, labels: (boxes.append(box), grow(box, labels))
    prediction.predict()
    person.wait(lambda: not prediction.is_running)
    assert len(boxes) > 2
    for side, place in zip(boxes[0], (row, column), strict=True):
        assert side.start <= place < side.stop


def test_a_result_that_comes_after_another_case_was_opened_is_dropped(
    person, photos, tiny_photo_weights
):
    person.open(photos)
    person.presenters.prediction.choose(str(tiny_photo_weights))
    person.presenters.prediction.predict()
    first = person.presenters.case.case
    person.presenters.project.step(1)
    person.wait(lambda: person.presenters.case.case not in (None, first))
    person.rest()
    assert not person.presenters.case.history.labels.any()
    assert not person.presenters.prediction.is_running


@pytest.mark.parametrize("kind", ["text", "truncated", "empty folder", "missing", "folder file"])
def test_what_cannot_be_opened_is_said_in_one_box_and_the_window_stays(
    person, photos, volume, tmp_path, kind
):
    person.open(photos)
    bad = tmp_path / "bad.png"
    if kind == "text":
        bad.write_text("not a picture")
    elif kind == "truncated":
        bad = tmp_path / "cut.nii.gz"
        bad.write_bytes(volume.read_bytes()[:200])
    elif kind == "empty folder":
        bad = tmp_path / "nothing"
        bad.mkdir()
    elif kind == "folder file":
        bad = photos / "photo 1.png" / "inside.png"
    person.window.open_paths([bad])
    box = person.message()
    assert str(bad.name) in box.text()
    assert box.informativeText()
    box.close()
    assert person.presenters.case.case is not None, "what was open stays open"


def test_weights_that_are_a_pickle_are_refused_in_a_box(person, photos, tmp_path):
    import torch

    pickled = tmp_path / "weights.safetensors"
    torch.save({"a": torch.zeros(3)}, pickled)
    person.open(photos)
    person.presenters.prediction.choose(str(pickled))
    person.presenters.prediction.predict()
    box = person.message()
    assert "pickle" in box.text()
    box.close()
    assert not person.presenters.prediction.is_running


def test_an_exception_in_a_slot_is_shown_and_the_window_lives(person, photos, qtbot):
    person.open(photos)
    button = QPushButton(person.window)
    button.clicked.connect(lambda: 1 / 0)
    with qtbot.captureExceptions():
        button.click()
    person.drag(person.middle, person.middle + QPoint(30, 30))
    assert person.presenters.case.history.labels.any()
