"""When surfaces are built, and what is clicked; jobs end when the test says so."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from app.job import Job
from app.jobs import Lane
from app.presenters import surface as surfaces
from app.presenters.case import CasePresenter
from app.presenters.editing import EditingPresenter
from app.presenters.layers import LayersPresenter
from app.presenters.notices import NoticesPresenter
from app.presenters.scene import ScenePresenter
from app.presenters.surface import SurfacePresenter
from app.presenters.tool_options import Lasting, ToolOptions
from app.settings import Settings
from app.surface.camera import Side
from engine.core.edit import Edit
from engine.errors import SulcusError
from engine.progress import Progress
from tests.app.conftest import HeldRunner
from tests.app.volumes import open_volume

SHAPE = (20, 24, 12)
AFFINE = np.diag([-1.0, 1.0, 2.0, 1.0])


class Runner(HeldRunner):
    """Files are read at once; surfaces are built and drawn at once, and told in `settle`."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = []

    def run(self, title, work, *, on_success, on_failure, lane=None, **_):
        job = Job(title, 0, Progress())
        try:
            answer, result = on_success, work(job.progress)
        except SulcusError as error:
            answer, result = on_failure, error
        if lane in (Lane.SHAPE, Lane.SCENE):
            self.waiting.append((job, answer, result))
        else:
            answer(result)
        return job

    def settle(self) -> None:
        while self.waiting:
            job, answer, result = self.waiting.pop(0)
            if not job.is_cancelled:
                answer(result)


@pytest.fixture
def runner(qapp):
    return Runner()


@pytest.fixture
def desk(runner, tmp_path, monkeypatch):
    """A volume with a block of class 1, shown as surfaces once that is asked for."""
    pytest.importorskip("vtkmodules")
    monkeypatch.setattr("app.presenters.presets.list_presets", lambda _: {})
    settings = Settings(tmp_path / "settings.toml", runner)
    p = _made(runner, settings)
    open_volume(p.case, monkeypatch, tmp_path, SHAPE, AFFINE)
    paint(p, (slice(4, 12), slice(6, 18), slice(3, 9)), 1)
    return p


def _made(runner, settings):
    case = CasePresenter(runner)
    layers = LayersPresenter(settings, runner)
    notices = NoticesPresenter(runner, case, runner)
    editing = EditingPresenter(runner, case, notices, ToolOptions(Lasting(), runner), runner)
    surface = SurfacePresenter(runner, case, layers, settings, runner)
    scene = ScenePresenter(runner, case, editing, surface, runner)
    return SimpleNamespace(
        case=case,
        layers=layers,
        editing=editing,
        surface=surface,
        scene=scene,
        settle=runner.settle,
    )


def paint(p, box, label) -> None:
    history = p.case.history
    before = history.labels[box].copy()
    with history.stroke() as put:
        put(Edit(box, before, np.full_like(before, label)))
    p.case.changed(None)


def test_nothing_is_built_until_the_pane_is_wanted(desk):
    assert desk.surface.shapes is None
    assert not desk.surface.is_shown

    desk.surface.toggle()
    desk.settle()

    assert desk.surface.is_shown
    assert set(desk.surface.shapes.surfaces) == {1}
    assert not desk.surface.is_stale


def test_the_surface_follows_strokes_once_they_pause(desk, qtbot):
    desk.surface.toggle()
    desk.settle()
    before = desk.surface.shapes

    paint(desk, (slice(4, 12), slice(6, 18), slice(9, 11)), 1)

    assert desk.surface.shapes is before, "it waits for the next stroke"
    assert desk.surface.is_stale
    qtbot.waitUntil(lambda: desk.surface.is_building)
    assert desk.surface.shapes is before
    desk.settle()
    assert not desk.surface.is_stale
    grown = desk.surface.shapes.surfaces[1].volume_ml / before.surfaces[1].volume_ml
    assert grown == pytest.approx(8 / 6, rel=0.02)


def test_what_was_built_is_of_the_mask_as_it_was_then(desk):
    desk.surface.toggle()
    desk.settle()
    labels = desk.surface.shapes.labels

    paint(desk, (slice(0, 2), slice(0, 2), slice(0, 2)), 2)

    assert labels[0, 0, 0] == 0


def test_with_the_switch_off_it_waits_to_be_told(desk, qtbot):
    desk.surface.toggle_automatic()
    desk.settle()
    desk.surface.toggle()
    desk.settle()
    assert desk.surface.shapes is None
    desk.surface.build()
    desk.settle()
    before = desk.surface.shapes

    paint(desk, (slice(0, 3), slice(0, 3), slice(0, 3)), 2)
    qtbot.wait(surfaces.BUILD_AFTER_MS + 100)
    desk.settle()

    assert desk.surface.shapes is before
    assert desk.surface.is_stale
    desk.surface.toggle_automatic()
    desk.settle()
    assert set(desk.surface.shapes.surfaces) == {1, 2}


def test_a_very_large_volume_waits_to_be_told(desk, monkeypatch):
    monkeypatch.setattr(surfaces, "LARGEST", 1000)

    desk.surface.toggle()
    desk.settle()

    assert desk.surface.shapes is None
    assert desk.surface.is_large
    assert not desk.surface.is_automatic
    desk.surface.build()
    desk.settle()
    assert set(desk.surface.shapes.surfaces) == {1}


def test_a_hidden_class_is_neither_built_nor_seen_until_its_eye_opens(desk):
    paint(desk, (slice(0, 3), slice(0, 3), slice(0, 3)), 2)
    desk.layers.hide(2, hidden=True)
    desk.settle()

    desk.surface.toggle()
    desk.settle()
    assert set(desk.surface.shapes.surfaces) == {1}

    desk.layers.hide(2, hidden=False)
    desk.settle()
    assert set(desk.surface.shapes.surfaces) == {1, 2}
    desk.layers.hide(1, hidden=True)
    desk.settle()
    assert desk.surface.visible == (2,)


def test_another_case_begins_without_a_surface(desk):
    desk.surface.toggle()
    desk.settle()

    desk.case.close()

    assert desk.surface.shapes is None
    assert not desk.surface.is_shown


def test_a_photo_has_no_surface(runner, tmp_path, monkeypatch):
    settings = Settings(tmp_path / "settings.toml", runner)
    p = _made(runner, settings)
    open_volume(p.case, monkeypatch, tmp_path, (20, 30))

    p.surface.toggle()
    p.settle()
    p.surface.build()
    p.settle()

    assert not p.surface.is_possible
    assert not p.surface.is_shown
    assert p.surface.shapes is None


def test_a_click_on_the_surface_moves_the_crosshair_there(desk):
    desk.surface.toggle()
    desk.settle()
    desk.scene.resize((200, 200))
    desk.settle()
    assert desk.scene.picture is not None
    desk.scene.see_from(Side.ANTERIOR)
    desk.settle()

    desk.scene.press(100, 100)
    desk.settle()

    assert desk.case.cursor[1] == 17, "the foremost voxel of the block, seen from the front"
    assert desk.case.history.labels[desk.case.cursor] == 1
    before = desk.case.cursor
    desk.scene.press(1, 1)
    desk.settle()
    assert desk.case.cursor == before, "beside the surface nothing is met"


def test_all_of_the_surface_is_seen_at_first_and_after_a_reset(desk):
    desk.surface.toggle()
    desk.settle()
    desk.scene.resize((200, 300))
    desk.settle()
    first = desk.scene.camera
    points = desk.surface.shapes.surfaces[1].vertices.astype(float)
    seen = first.to_picture(points, (200, 300))
    assert (seen[:, :2] > 0).all()
    assert (seen[:, :2] < [300, 200]).all()
    assert np.ptp(seen[:, 1]) > 80, "and it fills the picture"

    desk.scene.zoom(5)
    desk.settle()
    desk.scene.turn(1, 1)
    desk.settle()
    assert desk.scene.camera.height < first.height / 4
    desk.scene.reset()
    desk.settle()

    assert desk.scene.camera.height == pytest.approx(first.height)
    assert desk.scene.camera.basis == pytest.approx(first.basis)


def test_only_the_class_in_hand_stays_solid(desk):
    paint(desk, (slice(0, 3), slice(0, 3), slice(0, 3)), 2)
    desk.surface.toggle()
    desk.settle()
    desk.scene.resize((100, 100))
    desk.settle()
    looks = []
    desk.scene._drawing = SimpleNamespace(
        draw=lambda look: looks.append(look) or desk.scene.picture
    )

    desk.editing.choose_label(2)
    desk.settle()
    desk.scene.fade(0.4)
    desk.settle()

    assert looks[-1].opacities == {1: 0.4, 2: 1.0}
    desk.editing.choose_label(1)
    desk.settle()
    assert looks[-1].opacities == {1: 1.0, 2: 0.4}


def test_the_surfaces_that_are_seen_are_written(desk, tmp_path):
    paint(desk, (slice(0, 3), slice(0, 3), slice(0, 3)), 2)
    desk.layers.hide(1, hidden=True)
    desk.settle()
    told = []
    desk.surface.said.connect(told.append)

    desk.surface.export(tmp_path / "out" / "a.stl")

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.stl"]
    assert told == [f"Surfaces written to {tmp_path / 'out'}: a.stl"]


def test_without_the_library_the_pane_says_how_to_get_it(runner, tmp_path, monkeypatch):
    for name in [
        name
        for name in sys.modules
        if name.startswith(("vtkmodules", "engine.surfaces.meshing", "app.surface.scene"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "vtkmodules", None)
    p = _made(runner, Settings(tmp_path / "settings.toml", runner))
    failures = []
    p.surface.failed.connect(failures.append)
    open_volume(p.case, monkeypatch, tmp_path, SHAPE, AFFINE)

    p.surface.toggle()
    p.settle()

    assert p.surface.why_not.startswith("Surfaces need the library VTK, which is not installed.")
    assert 'pip install "sulcus[surface]"' in p.surface.why_not
    assert not failures, "a library that is missing is no fault"


def test_a_case_that_is_closed_meanwhile_gets_no_surface(desk):
    desk.surface.toggle_automatic()
    desk.surface.toggle()
    desk.surface.build()
    assert desk.surface.is_building

    desk.case.close()
    desk.settle()

    assert desk.surface.shapes is None
    assert not desk.surface.is_building


def test_building_can_be_stopped_and_begun_again(desk):
    desk.surface.toggle_automatic()
    desk.surface.toggle()
    desk.surface.build()

    desk.surface.stop()
    desk.settle()
    assert desk.surface.shapes is None
    assert desk.surface.is_stale
    assert not desk.surface.is_building

    desk.surface.build()
    desk.settle()
    assert set(desk.surface.shapes.surfaces) == {1}
