"""How the surfaces are seen: the camera, the pictures that are drawn, and what is clicked."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.job import About, Job, Listed
from app.jobs import JobRunner, Lane
from app.presenters.case import CasePresenter
from app.presenters.editing import EditingPresenter
from app.presenters.surface import SurfacePresenter
from app.surface.camera import Camera, Side
from app.surface.look import Look, Picture
from engine.core.arrays import Doubles
from engine.errors import MissingSystem
from engine.progress import Progress
from engine.workflow.surface import millimetres, missing_vtk, point_under, voxel_at

REST_MS = 180
"""Every triangle is drawn once the picture has rested this long."""


class Drawing(Protocol):
    """What draws; see `app.surface.scene`."""

    def draw(self, look: Look) -> Picture: ...


class ScenePresenter(QObject):
    """Asks for pictures one at a time, always of the newest view.

    Attributes:
        camera: From where the surfaces are to be seen.
        picture: What was drawn last; its own camera may be a moment behind.
        faintness: Opacity of all classes but the one in hand, up to 1.
    """

    drawn = Signal()
    faded = Signal()
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        editing: EditingPresenter,
        surface: SurfacePresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._editing = editing
        self._surface = surface
        self._shape = (0, 0)
        self._drawing: Drawing | None = None  # of the thread that draws
        self._job: Job | None = None
        self._is_due = False
        self._is_moving = False
        self._is_aimed = False
        self.camera = Camera()
        self.picture: Picture | None = None
        self.faintness = 1.0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._refine)
        surface.built.connect(self._follow)
        surface.seen_changed.connect(self._draw)
        editing.label_changed.connect(self._follow_class)
        case.cursor_changed.connect(self.drawn)

    @property
    def matrix(self) -> Doubles | None:
        """float64 (4, 4): from voxels to millimetres; None where there is no volume."""
        case = self._case.case
        return millimetres(case.image.geometry) if case and self._surface.is_possible else None

    @property
    def has_sides(self) -> bool:
        """Whether the volume says where the patient's sides are."""
        case = self._case.case
        return case is not None and case.image.geometry.affine is not None

    def resize(self, shape: tuple[int, int]) -> None:
        """The picture has (height, width) pixels of the device."""
        self._shape = shape
        self._move()

    def turn(self, right: float, down: float) -> None:
        """Drag the surface around by radians."""
        self._look(self.camera.turned(right, down))

    def move(self, right: float, down: float) -> None:
        """Drag it along by parts of the picture's height."""
        self._look(self.camera.moved(right, down))

    def zoom(self, factor: float, at: tuple[float, float] = (0.0, 0.0)) -> None:
        """Larger or smaller; see `Camera.zoomed`."""
        self._look(self.camera.zoomed(factor, at))

    def see_from(self, side: Side) -> None:
        """From a side of the patient."""
        self._look(self.camera.seen_from(side))

    def reset(self) -> None:
        """All of it, from where it was seen at first."""
        self._look(self._aimed(self.camera.askew()))

    def fade(self, opacity: float) -> None:
        """How opaque the classes are that are not in hand, from 0.1 to 1."""
        self.faintness = min(max(opacity, 0.1), 1.0)
        self.faded.emit()
        self._draw()

    def press(self, x: float, y: float) -> None:
        """Let the planes cross at what is seen at a pixel of the picture."""
        picture, shapes, case = self.picture, self._surface.shapes, self._case.case
        if picture is None or shapes is None or case is None:
            return
        origin, towards = picture.camera.sight(x, y, picture.pixels.shape[:2])
        seen = [shapes.surfaces[label] for label in self._colours()]
        geometry = case.image.geometry

        def find(_: Progress) -> tuple[int, ...] | None:
            point = point_under(seen, origin, towards)
            return None if point is None else voxel_at(geometry, point, towards)

        self._runner.run(
            "Finding what was clicked",
            find,
            lane=Lane.SHAPE,
            about=About(listed=Listed.NEVER),
            on_success=self._cross,
            on_failure=self.failed.emit,
        )

    def _cross(self, voxel: tuple[int, ...] | None) -> None:
        if voxel is not None and self._case.case is not None:
            self._case.put_cursor(voxel)

    @Slot()
    def _follow(self) -> None:
        if self._surface.shapes is None:
            self._is_aimed = False
            self.picture = None
            self.drawn.emit()
        else:
            self._draw()

    @Slot(int)
    def _follow_class(self, _label: int) -> None:
        if self.faintness < 1:
            self._draw()

    def _look(self, camera: Camera) -> None:
        self.camera = camera
        self._is_aimed = True
        self._move()

    def _move(self) -> None:
        """Draw quickly, and finely once nothing moves any more."""
        self._is_moving = True
        self._rest.start()
        self._draw()

    @Slot()
    def _refine(self) -> None:
        self._is_moving = False
        if self.picture is not None and not self.picture.is_fine:
            self._draw()

    @Slot()
    def _draw(self) -> None:
        """Ask for a picture of what is wanted now, or once the one under way is there."""
        shapes = self._surface.shapes
        if shapes is None or min(self._shape) < 2 or not self._surface.is_drawn:
            return
        if self._job is not None:
            self._is_due = True
            return
        if not self._is_aimed and shapes.surfaces:
            self._is_aimed = True
            self.camera = self._aimed(self.camera.askew())
        self._is_due = False
        colours = self._colours()
        in_hand = self._editing.label
        solid = {label: 1.0 if label == in_hand else self.faintness for label in colours}
        look = Look(shapes, colours, solid, self.camera, self._shape, self._is_moving)
        self._job = self._runner.run(
            "Drawing surfaces",
            lambda _: self._work(look),
            lane=Lane.SCENE,
            about=About(listed=Listed.NEVER),
            on_success=self._take,
            on_failure=self._fail,
        )

    def _work(self, look: Look) -> Picture:
        """In the thread that draws."""
        if self._drawing is None:
            try:
                scene = import_module("app.surface.scene")
            except ImportError as error:
                raise missing_vtk(error) from error
            self._drawing = cast(Drawing, scene.Scene())
        return self._drawing.draw(look)

    def _take(self, picture: Picture) -> None:
        self._job = None
        if self._surface.shapes is None:
            return
        self.picture = picture
        self.drawn.emit()
        is_rough = not picture.is_fine and not self._is_moving
        if self._is_due or is_rough:
            self._draw()

    def _fail(self, error: Exception) -> None:
        self._job = None
        if isinstance(error, MissingSystem):
            self._surface.tell_why_not(error)
        else:
            self.failed.emit(error)

    def _colours(self) -> dict[int, tuple[int, int, int]]:
        """Of the classes that are seen and have a surface."""
        project, shapes = self._case.project, self._surface.shapes
        if project is None or shapes is None:
            return {}
        return {
            label: project.label_set[label].colour
            for label in self._surface.visible
            if label in shapes.surfaces
        }

    def _aimed(self, camera: Camera) -> Camera:
        """With all surfaces in the picture."""
        shapes = self._surface.shapes
        if shapes is None or not shapes.thin:
            return camera
        points = np.concatenate([surface.vertices for surface in shapes.thin.values()])
        low, high = points.min(axis=0), points.max(axis=0)
        centre = ((low + high) / 2).astype(np.float64)
        radius = float(np.linalg.norm(points - centre, axis=1).max())
        return camera.around(centre, radius, self._shape)
