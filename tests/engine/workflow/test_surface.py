"""Surfaces of a mask, as files and for the pane."""

from __future__ import annotations

import struct
import sys

import numpy as np
import pytest

from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelClass, LabelSet
from engine.errors import Cancelled, MissingSystem, ParameterError, WriteError
from engine.progress import Progress
from engine.workflow.surface import (
    export_surfaces,
    millimetres,
    point_under,
    shapes_of,
    surfaces_of,
    voxel_at,
)

CLASSES = LabelSet(
    (
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(1, "liver", (200, 20, 20)),
        LabelClass(2, "left kidney", (20, 20, 200)),
    )
)


@pytest.fixture
def mask():
    labels = np.zeros((24, 20, 16), np.uint8)
    labels[3:10, 4:16, 3:12] = 1
    labels[14:20, 4:9, 4:9] = 2
    return LabelMap(labels, Geometry(labels.shape, np.diag([-1.0, 1.0, 2.0, 1.0])), CLASSES)


def test_each_class_that_has_voxels_is_a_surface(mask):
    pytest.importorskip("vtkmodules")

    found = surfaces_of(mask, {2, 1}, Progress())

    assert [surface.label for surface in found] == [1, 2]
    sizes = [surface.volume_ml for surface in found]
    assert sizes == pytest.approx([1.512, 0.3], rel=0.1)
    assert surfaces_of(mask, {2}, Progress())[0].label == 2


def test_a_job_that_was_cancelled_builds_nothing(mask):
    pytest.importorskip("vtkmodules")
    progress = Progress()
    progress.cancel()

    with pytest.raises(Cancelled):
        surfaces_of(mask, {1}, progress)


def test_only_classes_that_changed_are_built_anew(mask):
    pytest.importorskip("vtkmodules")
    first = shapes_of(mask, {1}, None, Progress())
    assert set(first.surfaces) == {1}

    both = shapes_of(mask, {1, 2}, first, Progress())
    assert both.surfaces[1] is first.surfaces[1]
    assert set(both.surfaces) == set(both.thin) == {1, 2}

    labels = mask.labels.copy()
    labels[14:16] = 0
    after = shapes_of(LabelMap(labels, mask.geometry, CLASSES), {1, 2}, both, Progress())
    assert after.surfaces[1] is both.surfaces[1]
    assert after.surfaces[2].volume_ml < 0.8 * both.surfaces[2].volume_ml

    labels = labels.copy()
    labels[labels == 2] = 0
    gone = shapes_of(LabelMap(labels, mask.geometry, CLASSES), {1, 2}, after, Progress())
    assert set(gone.surfaces) == {1}
    assert gone.built == {1, 2}


def test_a_class_that_changed_while_it_was_hidden_is_built_once_it_is_shown(mask):
    pytest.importorskip("vtkmodules")
    before = shapes_of(mask, {1, 2}, None, Progress())
    labels = mask.labels.copy()
    labels[14:16] = 0

    hidden = shapes_of(LabelMap(labels, mask.geometry, CLASSES), {1}, before, Progress())
    assert set(hidden.surfaces) == {1}

    shown = shapes_of(LabelMap(labels, mask.geometry, CLASSES), {1, 2}, hidden, Progress())
    assert shown.surfaces[2].volume_ml < before.surfaces[2].volume_ml


def test_a_stack_without_a_place_is_not_mirrored():
    """Columns to the right, rows down and slices up, seen from above."""
    matrix = millimetres(Geometry((5, 6, 7), sizes=(3.0, 1.0, 1.0)))

    assert (matrix @ [0, 0, 1, 0])[:3].tolist() == [-1, 0, 0]
    assert (matrix @ [0, 1, 0, 0])[:3].tolist() == [0, -1, 0]
    assert (matrix @ [1, 0, 0, 0])[:3].tolist() == [0, 0, 3]


def test_the_voxel_under_a_line_of_sight_belongs_to_the_class(mask):
    pytest.importorskip("vtkmodules")
    found = surfaces_of(mask, {1, 2}, Progress())
    middle = mask.geometry.affine @ [16.5, 6.0, 6.0, 1.0]

    for towards in np.vstack([np.eye(3), -np.eye(3), [[0.6, -0.6, 0.52]]]):
        point = point_under(found[1:], middle[:3], towards)
        assert point is not None
        assert mask.labels[voxel_at(mask.geometry, point, towards)] == 2


def test_an_stl_has_all_triangles_with_their_normals(mask, tmp_path):
    pytest.importorskip("vtkmodules")
    surface = surfaces_of(mask, {2}, Progress())[0]

    written = export_surfaces(tmp_path / "kidney.stl", mask, {2}, Progress())

    assert written == (tmp_path / "kidney.stl",)
    data = written[0].read_bytes()
    count = struct.unpack_from("<I", data, 80)[0]
    assert count == len(surface.triangles)
    assert len(data) == 84 + 50 * count
    numbers = np.array(struct.unpack_from("<12f", data, 84))
    normal, corners = numbers[:3], numbers[3:].reshape(3, 3)
    assert corners == pytest.approx(surface.vertices[surface.triangles[0]])
    across = np.cross(corners[1] - corners[0], corners[2] - corners[0])
    assert normal == pytest.approx(across / np.linalg.norm(across), abs=1e-5)


def test_several_classes_are_as_many_stl_files_with_their_names(mask, tmp_path):
    pytest.importorskip("vtkmodules")

    written = export_surfaces(tmp_path / "all.stl", mask, {1, 2}, Progress())

    assert [path.name for path in written] == ["all-liver.stl", "all-left_kidney.stl"]
    assert all(path.stat().st_size > 84 for path in written)


def test_vtk_reads_the_ply_back_with_places_and_colours(mask, tmp_path):
    pytest.importorskip("vtkmodules")
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkIOPLY import vtkPLYReader

    export_surfaces(tmp_path / "all.ply", mask, {1, 2}, Progress())

    reader = vtkPLYReader()
    reader.SetFileName(str(tmp_path / "all.ply"))
    reader.Update()
    read = reader.GetOutput()
    surfaces = surfaces_of(mask, {1, 2}, Progress())
    places = np.concatenate([one.vertices for one in surfaces])
    assert vtk_to_numpy(read.GetPoints().GetData()) == pytest.approx(places)
    corners = vtk_to_numpy(read.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    first = len(surfaces[0].vertices)
    triangles = [surfaces[0].triangles, surfaces[1].triangles + first]
    assert (corners == np.concatenate(triangles)).all()
    colours = vtk_to_numpy(read.GetPointData().GetScalars())[:, :3]
    assert (colours[:first] == [200, 20, 20]).all()
    assert (colours[first:] == [20, 20, 200]).all()


def test_nothing_to_export_and_other_endings_are_told(mask, tmp_path):
    pytest.importorskip("vtkmodules")
    empty = LabelMap.empty(mask.geometry, CLASSES)

    with pytest.raises(ParameterError, match="no voxel"):
        export_surfaces(tmp_path / "a.ply", empty, {1, 2}, Progress())
    with pytest.raises(ParameterError, match="neither"):
        export_surfaces(tmp_path / "a.obj", mask, {1}, Progress())
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError):
        export_surfaces(tmp_path / "file" / "a.ply", mask, {1}, Progress())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_without_the_library_one_sentence_says_how_to_get_it(mask, monkeypatch):
    monkeypatch.delitem(sys.modules, "engine.surfaces.meshing", raising=False)
    for name in [name for name in sys.modules if name.partition(".")[0] == "vtkmodules"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "vtkmodules", None)

    with pytest.raises(MissingSystem, match="not installed") as caught:
        surfaces_of(mask, {1}, Progress())

    assert 'pip install "sulcus[surface]"' in caught.value.remedy
