"""Balls of known size on grids that are anything but straight."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("vtkmodules")

from engine.surfaces.meshing import surface_of, thinned

CENTRE = np.array([12.0, -31.0, 7.0])


def turned(angles: tuple[float, float], spacing: tuple[float, float, float], side: float = 1.0):
    """An affine: voxels of a size, mirrored along x by `side` -1, turned about z and about x."""
    (a, b) = angles
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    affine = np.eye(4)
    affine[:3, :3] = about_x @ about_z @ np.diag([side, 1, 1]) @ np.diag(spacing)
    return affine


def ball(shape: tuple[int, int, int], affine: np.ndarray, radius: float):
    """Labels with a ball of class 2 around CENTRE, and the affine that puts it there."""
    placed = affine.copy()
    placed[:3, 3] = CENTRE - affine[:3, :3] @ ((np.array(shape) - 1) / 2)
    grid = np.stack(np.meshgrid(*(np.arange(side) for side in shape), indexing="ij"), axis=-1)
    places = grid @ placed[:3, :3].T + placed[:3, 3]
    return np.where(np.linalg.norm(places - CENTRE, axis=-1) <= radius, 2, 0).astype(
        np.uint8
    ), placed


@settings(max_examples=12, deadline=None)
@given(
    angles=st.tuples(st.floats(-1.2, 1.2), st.floats(-1.2, 1.2)),
    side=st.sampled_from([1.0, -1.0]),
    spacing=st.sampled_from([(1.0, 1.0, 1.0), (0.8, 1.1, 2.5), (3.0, 0.9, 0.9)]),
)
def test_a_ball_has_its_size_place_and_outside_however_the_grid_lies(angles, side, spacing):
    radius = 18.0
    shape = tuple(int(2 * radius / step) + 6 for step in spacing)
    labels, affine = ball(shape, turned(angles, spacing, side), radius)

    surface = surface_of(labels, 2, affine)

    assert surface is not None
    assert surface.volume_ml == pytest.approx(4 / 3 * np.pi * radius**3 / 1000, rel=0.03)
    low, high = surface.bounds
    assert np.allclose((low + high) / 2, CENTRE, atol=0.05)
    away = surface.vertices - CENTRE
    assert np.allclose(np.linalg.norm(away, axis=1), radius, atol=0.75 * max(spacing))
    assert (np.einsum("ij,ij->i", surface.normals, away) > 0).all()
    assert surface.vertices.dtype == np.float32
    assert surface.triangles.dtype == np.int32


def test_left_stays_left():
    labels = np.zeros((20, 12, 12), np.uint8)
    labels[2:6, 4:8, 4:8] = 1  # low i: the patient's left where i runs to the right
    to_the_left = np.diag([-1.0, 1.0, 1.0, 1.0])

    right = surface_of(labels, 1, np.eye(4))
    left = surface_of(labels, 1, to_the_left)

    assert right is not None
    assert left is not None
    assert right.vertices[:, 0].min() > 0 > left.vertices[:, 0].max()
    assert left.volume_ml == pytest.approx(right.volume_ml)


def test_a_class_that_touches_the_end_of_the_grid_is_closed():
    surface = surface_of(np.full((6, 7, 8), 3, np.uint8), 3, np.eye(4))

    assert surface is not None
    triangles = surface.triangles
    edges = np.sort(np.concatenate([triangles[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))]), 1)
    _, counts = np.unique(edges, axis=0, return_counts=True)
    assert set(counts) == {2}
    assert surface.volume_ml == pytest.approx(6 * 7 * 8 / 1000, rel=0.08)


def test_a_single_voxel_is_still_there():
    labels = np.zeros((5, 5, 5), np.uint8)
    labels[2, 2, 2] = 1

    surface = surface_of(labels, 1, np.eye(4))

    assert surface is not None
    assert surface.volume_ml > 2e-5, "a third of a voxel along each axis"
    assert np.allclose(surface.vertices.mean(axis=0), 2.0, atol=0.01)


def test_a_class_that_no_voxel_has_is_no_surface():
    assert surface_of(np.zeros((4, 4, 4), np.uint8), 1, np.eye(4)) is None


def test_the_stairs_of_voxels_are_smoothed():
    labels, affine = ball((40, 40, 40), np.eye(4), 16.0)

    surface = surface_of(labels, 2, affine)

    assert surface is not None
    away = surface.vertices - CENTRE
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    angles = np.degrees(np.arccos(np.clip(np.einsum("ij,ij->i", away, surface.normals), -1, 1)))
    assert angles.mean() < 7  # stairs have 18 degrees and more


def test_a_thinned_surface_has_fewer_triangles_and_about_the_same_size():
    labels, affine = ball((60, 60, 60), np.eye(4), 26.0)
    surface = surface_of(labels, 2, affine)
    assert surface is not None

    thin = thinned(surface, 2000)

    assert len(thin.triangles) < 4000 < len(surface.triangles)
    assert thin.volume_ml == pytest.approx(surface.volume_ml, rel=0.05)
    assert thinned(thin, 5000) is thin
