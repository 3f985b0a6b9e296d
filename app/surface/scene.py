"""Draws surfaces off the screen, into an array; imported when the first one is drawn.

Everything here belongs to the one thread that draws. On Linux the picture is drawn through EGL,
which needs no display and no connection to one.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vtkmodules import vtkRenderingOpenGL2
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkLogger, vtkObject, vtkUnsignedCharArray
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkLight,
    vtkPolyDataMapper,
    vtkRenderer,
    vtkRenderWindow,
)

from app.surface.look import Look, Picture
from engine.core.arrays import Labels
from engine.core.label_set import Colour
from engine.errors import MissingSystem
from engine.surfaces.meshing import polydata_of
from engine.surfaces.surface import Surface

TOP, BOTTOM = (44, 50, 60), (12, 14, 18)
"""Colours behind the surfaces, at the upper and the lower edge."""

QUICK_S = 0.05
"""Where all triangles are drawn within this, fewer are not needed while the picture moves."""
_FEW = 120_000
"""Triangles that are drawn while it moves as long as nothing has been timed."""
_EGL = "libEGL.so.1"
_OSMESA = ("libOSMesa.so.8", "libOSMesa.so.6", "libOSMesa.so")
_LIGHTS = (((-0.5, 0.7, 1.0), 0.85), ((0.9, -0.25, 0.6), 0.22), ((0.0, 0.0, 1.0), 0.2))
"""Where lights stand around the eye, and how bright: from the upper left, a little beside."""


@dataclass(slots=True, eq=False)
class _Body:
    """A class in the scene; the arrays of its surface live as long as its actor."""

    surface: Surface
    actor: vtkActor


class Scene:
    """One render window without a screen."""

    def __init__(self) -> None:
        """Open it.

        Raises:
            MissingSystem: if there is no OpenGL that can draw into memory.
        """
        vtkObject.GlobalWarningDisplayOff()
        vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)  # what is amiss is said in the pane
        self._window = _window()
        self._renderer = vtkRenderer()
        self._renderer.SetGradientBackground(True)
        self._renderer.SetBackground(*_parts(BOTTOM))
        self._renderer.SetBackground2(*_parts(TOP))
        self._renderer.AutomaticLightCreationOff()
        for place, strength in _LIGHTS:
            light = vtkLight()
            light.SetLightTypeToCameraLight()
            light.SetPosition(*place)
            light.SetFocalPoint(0, 0, 0)
            light.SetIntensity(strength)
            self._renderer.AddLight(light)
        self._renderer.GetActiveCamera().SetParallelProjection(1)
        self._window.AddRenderer(self._renderer)
        self._bodies: dict[tuple[int, bool], _Body] = {}
        self._slowness: float | None = None  # seconds for a triangle, when all were drawn last
        self._size = (0, 0)

    def draw(self, look: Look) -> Picture:
        """Draw a picture; `is_moving` draws thinned surfaces where all triangles take too long."""
        is_fine = not look.is_moving or self._is_quick(look)
        self._place(look, is_fine=is_fine)
        self._aim(look)
        self._renderer.SetUseFXAA(is_fine)
        begun = time.perf_counter()
        self._window.Render()
        pixels = self._read(look.shape)
        if is_fine:
            count = sum(len(look.shapes.surfaces[label].triangles) for label in look.colours)
            self._slowness = (time.perf_counter() - begun) / max(count, 1)
        return Picture(pixels, look.camera, is_fine)

    def close(self) -> None:
        """Give back what the graphics system holds; in the thread that drew."""
        self._bodies.clear()
        self._renderer.RemoveAllViewProps()
        self._window.Finalize()

    def _is_quick(self, look: Look) -> bool:
        count = sum(len(look.shapes.surfaces[label].triangles) for label in look.colours)
        return count <= _FEW if self._slowness is None else count * self._slowness <= QUICK_S

    def _place(self, look: Look, *, is_fine: bool) -> None:
        """Have the actors of the classes that are drawn in the scene, and no others."""
        surfaces = look.shapes.surfaces if is_fine else look.shapes.thin
        for key, body in list(self._bodies.items()):
            label, fine = key
            known = look.shapes.surfaces if fine else look.shapes.thin
            if known.get(label) is not body.surface:
                self._renderer.RemoveActor(body.actor)
                del self._bodies[key]
            else:
                body.actor.SetVisibility(fine is is_fine and label in look.colours)
        for label, colour in look.colours.items():
            key = (label, is_fine)
            if key not in self._bodies:
                self._bodies[key] = _body(surfaces[label])
                self._renderer.AddActor(self._bodies[key].actor)
            drawn = self._bodies[key].actor.GetProperty()
            drawn.SetColor(*_parts(colour))
            drawn.SetOpacity(look.opacities[label])

    def _aim(self, look: Look) -> None:
        camera, eye = self._renderer.GetActiveCamera(), look.camera
        camera.SetFocalPoint(*eye.centre)
        camera.SetPosition(*(eye.centre + max(eye.height, 1.0) * 4 * eye.basis[2]))
        camera.SetViewUp(*eye.basis[1])
        camera.SetParallelScale(eye.height / 2)
        self._renderer.ResetCameraClippingRange()
        if look.shape != self._size:
            rows, columns = self._size = look.shape
            self._window.SetSize(columns, rows)

    def _read(self, shape: tuple[int, int]) -> Labels:
        rows, columns = shape
        found = vtkUnsignedCharArray()
        read: Any = self._window.GetRGBACharPixelData  # VTK's stub knows one of its two forms
        read(0, 0, columns - 1, rows - 1, 0, found)
        pixels = vtk_to_numpy(found).reshape(rows, columns, 4)[::-1].copy()
        pixels[..., 3] = 255
        return pixels


def _window() -> vtkRenderWindow:
    for window in _windows():
        connect = getattr(window, "SetConnectContextToNSView", None)
        if connect is not None:  # macOS makes windows in its main thread only: none at all, then
            connect(False)
        window.SetOffScreenRendering(1)
        window.SetMultiSamples(0)
        window.SetSize(16, 16)
        if window.SupportsOpenGL():
            return window
        window.Finalize()
    raise MissingSystem(
        "Surfaces cannot be drawn, since this system has no OpenGL 3.2 that draws into memory.",
        remedy="Install the graphics driver, or Mesa (libegl1, libgl1-mesa-dri).",
    )


def _windows() -> Iterator[vtkRenderWindow]:
    """Those that may be asked what they can do: VTK ends the process where a library is missing."""
    without_display = getattr(vtkRenderingOpenGL2, "vtkEGLRenderWindow", None)  # on Linux
    if without_display is not None and _is_there(_EGL):
        yield without_display()
    window = vtkRenderWindow()
    if not window.IsA("vtkOSOpenGLRenderWindow") or _is_there(*_OSMESA):
        yield window


def _is_there(*names: str) -> bool:
    """Whether the system has one of these libraries."""
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def _body(surface: Surface) -> _Body:
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(polydata_of(surface))
    mapper.ScalarVisibilityOff()
    mapper.StaticOn()
    actor = vtkActor()
    actor.SetMapper(mapper)
    drawn = actor.GetProperty()
    drawn.SetInterpolationToPhong()
    drawn.BackfaceCullingOn()  # a closed surface shows only what faces the eye
    drawn.SetAmbient(0.12)
    drawn.SetDiffuse(0.88)
    drawn.SetSpecular(0.18)
    drawn.SetSpecularPower(24)
    return _Body(surface, actor)


def _parts(colour: Colour | tuple[int, int, int]) -> tuple[float, float, float]:
    red, green, blue = colour
    return red / 255, green / 255, blue / 255
