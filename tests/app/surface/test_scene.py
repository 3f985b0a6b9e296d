"""What is drawn off the screen, without a display and without a graphics card."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("vtkmodules")

from app.surface import scene as scenes
from app.surface.camera import Camera, Side
from app.surface.look import Look
from app.surface.scene import Scene
from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.progress import Progress
from engine.workflow.surface import shapes_of

ROOT = Path(__file__).parents[3]
RED, BLUE = (220, 30, 30), (40, 60, 230)
SHAPE = (120, 160)
FRONT = Camera(centre=np.array([16.0, 16.0, 16.0]), height=40.0).seen_from(Side.ANTERIOR)


@pytest.fixture(scope="module")
def scene():
    made = Scene()
    yield made
    made.close()


@pytest.fixture(scope="module")
def shapes():
    """A block on the patient's right, and one on the left that is larger."""
    labels = np.zeros((33, 33, 33), np.uint8)
    labels[20:28, 12:20, 12:20] = 1
    labels[4:14, 10:22, 8:24] = 2
    mask = LabelMap(labels, Geometry(labels.shape, np.eye(4)), LabelSet.named(["0", "a", "b"]))
    return shapes_of(mask, {1, 2}, None, Progress())


def look(shapes, camera=FRONT, colours=None, solid=None, *, moving=False):
    colours = {1: RED, 2: BLUE} if colours is None else colours
    solid = dict.fromkeys(colours, 1.0) if solid is None else solid
    return Look(shapes, colours, solid, camera, SHAPE, moving)


def where(pixels: np.ndarray, channel: int) -> np.ndarray:
    """Where a picture is mostly of one of the primary colours."""
    others = [other for other in range(3) if other != channel]
    return pixels[..., channel].astype(int) > 1.8 * pixels[..., others].max(axis=-1) + 25


def test_classes_are_drawn_in_their_colours_the_patients_left_on_the_right(scene, shapes):
    pixels = scene.draw(look(shapes)).pixels

    assert pixels.shape == (*SHAPE, 4)
    red, blue = where(pixels, 0), where(pixels, 2)
    assert red.sum() > 300
    assert blue.sum() > red.sum()
    assert np.flatnonzero(red.any(axis=0)).max() < np.flatnonzero(blue.any(axis=0)).min()


def test_up_is_up_and_lengths_are_true(scene, shapes):
    labels = np.zeros((33, 33, 33), np.uint8)
    labels[12:20, 12:20, 22:30] = 1  # upwards of the middle
    mask = LabelMap(labels, Geometry(labels.shape, np.eye(4)), LabelSet.named(["0", "a", "b"]))
    raised = shapes_of(mask, {1}, None, Progress())

    rows = np.flatnonzero(where(scene.draw(look(raised, colours={1: RED})).pixels, 0).any(axis=1))

    per_mm = SHAPE[0] / FRONT.height
    assert rows.mean() < SHAPE[0] / 2
    assert len(rows) == pytest.approx(8 * per_mm, abs=2)
    assert rows.mean() + 0.5 == pytest.approx(SHAPE[0] / 2 - (25.5 - 16) * per_mm, abs=1)


def test_a_hidden_class_is_not_drawn_and_comes_back(scene, shapes):
    assert where(scene.draw(look(shapes)).pixels, 0).any()

    hidden = scene.draw(look(shapes, colours={2: BLUE})).pixels
    assert not where(hidden, 0).any()
    assert where(hidden, 2).any()

    assert where(scene.draw(look(shapes)).pixels, 0).any()


def test_another_colour_and_another_view_are_another_picture(scene, shapes):
    front = scene.draw(look(shapes)).pixels
    green = scene.draw(look(shapes, colours={1: (20, 200, 20), 2: BLUE})).pixels
    behind = scene.draw(look(shapes, FRONT.seen_from(Side.POSTERIOR))).pixels

    assert where(green, 1).any()
    assert not where(green, 0).any()
    assert np.flatnonzero(where(behind, 0).any(axis=0)).min() > SHAPE[1] / 2
    assert np.array_equal(scene.draw(look(shapes)).pixels, front)


def test_one_sees_through_a_faint_class(scene, shapes):
    from_left = FRONT.seen_from(Side.LEFT)  # the larger block hides the other one
    solid = scene.draw(look(shapes, from_left)).pixels
    faint = scene.draw(look(shapes, from_left, solid={1: 1.0, 2: 0.3})).pixels

    middle = (SHAPE[0] // 2, SHAPE[1] // 2)
    assert solid[middle][0] < 60
    assert faint[middle][0] > 110
    assert faint[middle][2] > faint[middle][1], "the block in front still tints it"


def test_few_triangles_are_drawn_while_it_moves_only_where_all_take_too_long(monkeypatch, shapes):
    one = Scene()
    try:
        monkeypatch.setattr(scenes, "_FEW", 100)
        assert not one.draw(look(shapes, moving=True)).is_fine
        assert one.draw(look(shapes)).is_fine
        monkeypatch.setattr(scenes, "QUICK_S", 1e6)
        assert one.draw(look(shapes, moving=True)).is_fine
        monkeypatch.setattr(scenes, "QUICK_S", 0.0)
        assert not one.draw(look(shapes, moving=True)).is_fine
    finally:
        one.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only there libraries of the system are asked")
def test_where_no_driver_is_the_process_goes_on_and_is_told(tmp_path):
    script = (
        "from app.surface.scene import Scene\n"
        "from engine.errors import MissingSystem\n"
        "try:\n    Scene()\n"
        "except MissingSystem as error:\n    print(error)\n"
        "else:\n    print('open')\n"
    )
    nowhere = {"__EGL_VENDOR_LIBRARY_FILENAMES": str(tmp_path / "none.json"), "DISPLAY": ""}

    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **nowhere}, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(("Surfaces cannot be drawn", "open"))
