from __future__ import annotations

import re

import numpy as np
import pytest

from app.presenters.paint_modes import Over
from app.presenters.readout import Saved
from app.presenters.seen import missed, runs_of
from engine.core.geometry import Geometry
from engine.core.planes import Plane, slice_count
from engine.core.probabilities import Probabilities
from engine.core.sources import Origin, PixelSource
from engine.project.snapshots import save_probabilities


def point_at(desk, voxel: tuple[int, int, int]) -> None:
    """Point at a voxel on the axial plane, and let the journal be asked."""
    desk.p.case.put_cursor(voxel)
    view = desk.p.case.view
    places = ((r, c) for r in range(view.sides[0]) for c in range(view.sides[1]))
    desk.p.pointing.point(next(place for place in places if view.voxel(*place) == voxel))
    desk.qtbot.wait(200)
    desk.rest()


def put(desk, voxel, label, origin) -> None:
    box = tuple(slice(at, at + 1) for at in voxel)
    desk.p.case.replace(np.full((1, 1, 1), label, np.uint8), box, origin)
    desk.rest()


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        (Origin(PixelSource.MODEL, "/somewhere/tissue-3.safetensors"), r"model tissue-3, \S+.*"),
        (Origin(PixelSource.CRF, "conv"), r"CRF, \S+.*"),
        (Origin(PixelSource.PAINTED, "brush", 2), r"painted by you, \S+.*"),
        (Origin(PixelSource.IMPORTED, "mask file", detail="a.nii"), r"imported a.nii, \S+.*"),
    ],
)
def test_the_owner_of_a_pixel_is_told_with_name_and_time(at_work, origin, told):
    put(at_work, (3, 4, 2), 2, origin)
    point_at(at_work, (3, 4, 2))
    readout = at_work.p.readout
    assert re.fullmatch(told, readout.owner)
    assert readout.class_text == "GM"
    assert readout.value == str(3 * 80 + 4 * 8 + 2)
    assert readout.place == "(3, 4, 2)  3.0 4.0 4.0 mm"
    point_at(at_work, (5, 4, 2))
    assert readout.owner in ("untouched", "model", "CRF")
    assert readout.class_text == "background"


def test_another_person_is_called_by_name(at_work):
    put(at_work, (3, 4, 2), 2, Origin(PixelSource.PAINTED, "brush", 2))
    at_work.p.review.set_reader("Bob")
    at_work.rest()
    point_at(at_work, (3, 4, 2))
    assert at_work.p.readout.owner.startswith("painted by Ada, ")


def test_a_confirmed_pixel_says_by_whom(at_work):
    put(at_work, (3, 4, 2), 2, Origin(PixelSource.MODEL, "unet"))
    history = at_work.history
    at_work.p.case.change(lambda: history.confirm((slice(3, 4), slice(4, 5), slice(2, 3))))
    at_work.rest()
    point_at(at_work, (3, 4, 2))
    assert at_work.p.readout.owner.startswith("confirmed by you, ")


def test_the_belief_of_the_network_stands_beside_the_class(at_work):
    case = at_work.p.case
    geometry = case.case.image.geometry
    values = np.full((4, *geometry.shape), 0.04, np.float16)
    values[2, 3, 4, 2] = 0.87
    values[0, 3, 4, 2] = 0.05
    beliefs = Probabilities(values, geometry, case.project.label_set)
    save_probabilities(case.project.folder, case.case.case.id, beliefs)
    put(at_work, (3, 4, 2), 2, Origin(PixelSource.MODEL, "unet"))
    point_at(at_work, (3, 4, 2))
    assert at_work.p.readout.class_text == "GM 87 %".replace(" %", "%")
    point_at(at_work, (3, 4, 3))
    assert at_work.p.readout.class_text == "background 4%"


def test_away_from_the_picture_nothing_is_said(at_work):
    point_at(at_work, (3, 4, 2))
    at_work.p.pointing.point(None)
    readout = at_work.p.readout
    assert (readout.place, readout.value, readout.class_text, readout.owner) == ("", "", "", "")


def test_a_stroke_is_saving_until_it_is_saved_and_a_dropped_one_was_nothing(at_work):
    readout, editing = at_work.p.readout, at_work.p.editing
    told = []
    readout.saved_changed.connect(lambda: told.append(readout.saved))
    assert readout.saved is Saved.NOTHING
    editing.choose_tool("brush")
    editing.press((4.0, 4.0))
    editing.cancel()
    assert told == [Saved.SAVING, Saved.NOTHING]
    told.clear()
    editing.press((4.0, 4.0))
    editing.release((4.0, 6.0))
    assert told[0] is Saved.SAVING
    assert told[-1] is Saved.SAVED
    assert re.fullmatch(r"\d\d:\d\d:\d\d", readout.saved_at)


def test_the_mode_names_the_tool_its_size_and_what_limits_it(at_work):
    p = at_work.p
    p.editing.choose_tool("brush")
    p.editing.set_radius(12.5)
    assert p.readout.mode == "BRUSH 25 px"
    p.modes.paint_over(Over.BACKGROUND)
    p.modes.limit(on=True)
    p.modes.set_limits(40, 90)
    p.modes.lock(1, locked=True)
    assert p.readout.mode == "BRUSH 25 px · on background · 40 to 90 · 1 locked"
    p.modes.paint_over(Over.CLASS, 2)
    assert p.readout.mode == "BRUSH 25 px · on GM · 40 to 90 · 1 locked"


def test_slices_are_missed_in_the_plane_where_the_fewest_are(at_work):
    case = at_work.p.case
    labels = np.zeros((12, 10, 8), np.uint8)
    labels[2:6, 3, 1:4] = 1
    seen = {plane: np.zeros(slice_count(case.case.image.geometry, plane), bool) for plane in Plane}
    assert missed(labels, seen, case) == 1, "one coronal slice has all of the mask"
    seen[Plane.AXIAL][:] = True
    assert missed(labels, seen, case) == 0
    seen[Plane.AXIAL][:] = False
    seen[Plane.CORONAL][3] = True
    assert missed(labels, seen, case) == 0
    assert missed(np.zeros_like(labels), seen, case) == 8, "no object is seen in all slices"


def test_slices_are_counted_as_the_planes_count_them_whichever_way_the_file_runs(at_work):
    from engine.core.planes import slice_view

    case = at_work.p.case
    geometry = Geometry((12, 10, 8), np.diag([-1.0, -1.0, -2.0, 1.0]))
    image = case.case.image
    object.__setattr__(image, "geometry", geometry)
    for plane in Plane:
        for index in range(slice_count(geometry, plane)):
            labels = np.zeros(geometry.shape, np.uint8)
            slice_view(geometry, plane, index).read(labels)[:] = 1
            seen = {plane: np.zeros(slice_count(geometry, plane), bool)}
            seen[plane][index] = True
            assert missed(labels, seen, case) == 0


def test_runs_are_told_by_their_ends():
    assert runs_of(np.array([1, 1, 0, 1, 0, 0, 1], bool)) == ((0, 1), (3, 3), (6, 6))
    assert runs_of(np.zeros(3, bool)) == ()


def test_what_was_cancelled_is_asked_for_again(at_work):
    """The button of the status bar stops whatever runs."""
    at_work.p.runner.started.connect(lambda job: job.cancel())
    at_work.put(slice(2, 4), 1)
    at_work.qtbot.wait(200)
    point_at(at_work, (3, 4, 2))
    assert at_work.p.volumes.pixels == ()
    assert at_work.p.history.steps == ()
    at_work.p.runner.started.disconnect()
    at_work.put(slice(2, 4), 2)
    point_at(at_work, (3, 4, 3))
    at_work.qtbot.waitUntil(lambda: at_work.p.volumes.pixels != ())
    assert len(at_work.p.history.steps) == 2
    assert at_work.p.readout.owner.startswith("painted by you")


def test_what_was_measured_is_told_until_it_is_taken_away(at_work):
    editing, readout = at_work.p.editing, at_work.p.readout
    at_work.p.case.show_plane(Plane.AXIAL)
    editing.choose_tool("measure")
    assert readout.measured == ""
    editing.press((1.0, 1.0))
    editing.move((1.0, 6.0))
    assert readout.measured == "5.0 mm"
    editing.release((1.0, 6.0))
    assert readout.measured == "5.0 mm"
    editing.leave()
    assert readout.measured == ""
