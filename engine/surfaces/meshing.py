"""Surfaces of masks by VTK: a surface net, smoothed so that what it encloses stays.

The net has one vertex for each cell that the boundary passes (Gibson, 'Constrained elastic surface
nets', MICCAI 1998). It is smoothed by a low-pass filter, which does not shrink it as relaxing
towards the neighbours does (Taubin, Zhang and Golub, 'Optimal surface smoothing as filter design',
ECCV 1996), and no vertex leaves its cell, so that the smallest object is still there.
"""

from __future__ import annotations

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkImageData, vtkPolyData
from vtkmodules.vtkFiltersCore import (
    vtkBinnedDecimation,
    vtkSurfaceNets3D,
    vtkWindowedSincPolyDataFilter,
)

from engine.core.arrays import Doubles, Floats, Labels, Mask
from engine.surfaces.surface import Surface, Triangles, faced_outwards

_ROUNDS = 20
_PASS_BAND = 0.03
"""Of the filter, 0 to 2: stairs of voxels are gone, and a ball of three voxels keeps 98 %."""
_REACH = 0.35
"""Of a voxel that a vertex may move along each axis."""


def surface_of(labels: Labels, label: int, matrix: Doubles) -> Surface | None:
    """The boundary of a class; closed, also where the class touches the end of the grid.

    Args:
        labels: (I, J, K) uint8.
        label: The class.
        matrix: float64 (4, 4), voxel indices to millimetres.

    Returns:
        None if no voxel has the class.
    """
    box = _box_around(labels == label)
    if box is None:
        return None
    inside = np.zeros([of.stop - of.start + 2 for of in box], np.uint8)
    np.equal(labels[box], label, out=inside[1:-1, 1:-1, 1:-1].view(bool))
    places, triangles = _net(inside)
    places += np.array([of.start - 1 for of in box], np.float32)
    vertices = places @ matrix[:3, :3].T.astype(np.float32) + matrix[:3, 3].astype(np.float32)
    return faced_outwards(label, np.ascontiguousarray(vertices), triangles)


def thinned(surface: Surface, triangles: int) -> Surface:
    """The surface with about so many triangles, to be turned quickly; itself if it has fewer.

    Vertices that share a box of a grid become one in their middle.
    """
    if len(surface.triangles) <= triangles:
        return surface
    low, high = surface.bounds
    side = np.sqrt(2.0 * surface.area_mm2 / triangles)  # two triangles for each box on the way
    counts = np.clip(np.ceil((high - low) / side), 2, 512).astype(int)
    thinning = vtkBinnedDecimation()
    thinning.SetInputData(polydata_of(surface))
    thinning.AutoAdjustNumberOfDivisionsOff()
    thinning.SetNumberOfDivisions(*(int(count) for count in counts))
    thinning.SetPointGenerationModeToBinAverages()
    thinning.Update()
    vertices, corners = _arrays(thinning.GetOutput())
    return faced_outwards(surface.label, vertices, corners)


def polydata_of(surface: Surface) -> vtkPolyData:
    """The surface as VTK draws it; it shares the arrays, which must outlive it."""
    points = vtkPoints()
    points.SetData(numpy_to_vtk(surface.vertices))
    count = len(surface.triangles)
    cells = vtkCellArray()
    cells.SetData(
        numpy_to_vtkIdTypeArray(np.arange(0, 3 * count + 1, 3, dtype=np.int64), deep=True),
        numpy_to_vtkIdTypeArray(surface.triangles.astype(np.int64).reshape(-1), deep=True),
    )
    made = vtkPolyData()
    made.SetPoints(points)
    made.SetPolys(cells)
    made.GetPointData().SetNormals(numpy_to_vtk(surface.normals))
    return made


def _net(inside: Labels) -> tuple[Floats, Triangles]:
    """Vertices in voxel indices, and triangles, around the ones of a grid whose rim is zero."""
    image = vtkImageData()
    image.SetDimensions(*reversed(inside.shape))  # VTK's first axis is the one that runs fastest
    image.GetPointData().SetScalars(numpy_to_vtk(inside.reshape(-1)))
    net = vtkSurfaceNets3D()
    net.SetInputData(image)
    net.GenerateLabels(1, 1.0, 1.0)
    net.SetOutputMeshTypeToTriangles()
    net.SmoothingOff()
    smoothing = vtkWindowedSincPolyDataFilter()
    smoothing.SetInputConnection(net.GetOutputPort())
    smoothing.SetNumberOfIterations(_ROUNDS)
    smoothing.SetPassBand(_PASS_BAND)
    smoothing.NormalizeCoordinatesOn()
    smoothing.FeatureEdgeSmoothingOff()
    smoothing.BoundarySmoothingOff()
    smoothing.NonManifoldSmoothingOn()
    smoothing.Update()
    smooth, triangles = _arrays(smoothing.GetOutput())
    rough, _ = _arrays(net.GetOutput())
    vertices: Floats = rough + np.clip(smooth - rough, -_REACH, _REACH).astype(np.float32)
    return np.ascontiguousarray(vertices[:, ::-1]), triangles


def _arrays(mesh: vtkPolyData) -> tuple[Floats, Triangles]:
    vertices = vtk_to_numpy(mesh.GetPoints().GetData()).astype(np.float32)
    corners = vtk_to_numpy(mesh.GetPolys().GetConnectivityArray())
    return vertices, corners.astype(np.int32).reshape(-1, 3)


def _box_around(inside: Mask) -> tuple[slice, ...] | None:
    """The smallest box that holds every voxel that is set."""
    box: list[slice] = []
    for axis in range(inside.ndim):
        others = tuple(other for other in range(inside.ndim) if other != axis)
        found = np.flatnonzero(inside.any(axis=others))
        if not found.size:
            return None
        box.append(slice(int(found[0]), int(found[-1]) + 1))
    return tuple(box)
