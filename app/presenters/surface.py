"""The classes of a volume's mask as surfaces: when they are built, and which are seen."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from app.job import About, Job, Listed
from app.jobs import JobRunner, Lane
from app.presenters.case import CasePresenter
from app.presenters.layers import LayersPresenter
from app.settings import Settings
from engine.core.label_map import LabelMap
from engine.errors import MissingSystem
from engine.progress import Progress
from engine.workflow.surface import Shapes, export_surfaces, shapes_of

BUILD_AFTER_MS = 300
"""Building waits until strokes have paused this long."""

LARGEST = 400**3
"""Voxels up to which surfaces are built without being asked to."""


class SurfacePresenter(QObject):
    """Builds surfaces in the background while they are shown; only of what changed.

    Attributes:
        shapes: What was built last of the case on screen, or None.
        is_stale: Whether the mask has changed since.
        why_not: Why nothing can be built: what and how to mend it; or ''.
    """

    changed = Signal()  # shown or not, building or not, stale or not, or why nothing can be
    built = Signal()  # other surfaces
    seen_changed = Signal()  # other classes, or other colours
    said = Signal(str)
    failed = Signal(object)  # Exception

    def __init__(
        self,
        runner: JobRunner,
        case: CasePresenter,
        layers: LayersPresenter,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._case = case
        self._layers = layers
        self._settings = settings
        self._job: Job | None = None
        self.shapes: Shapes | None = None
        self.is_stale = False
        self.why_not = ""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(BUILD_AFTER_MS)
        self._later.timeout.connect(self._build_if_due)
        case.opened.connect(self._begin)
        case.closed.connect(self._end)
        case.history_changed.connect(self._wait)
        layers.redrawn.connect(self._follow_eyes)
        settings.changed.connect(self._choose)

    @property
    def is_possible(self) -> bool:
        """Whether there is a volume."""
        case = self._case.case
        return case is not None and case.image.geometry.is_volume

    @property
    def is_shown(self) -> bool:
        """Whether the pane is on screen."""
        return self.is_possible and self._settings.is_on("surface.shown")

    @property
    def is_drawn(self) -> bool:
        """Whether pictures are wanted, and can be drawn."""
        return self.is_shown and not self.why_not

    @property
    def is_automatic(self) -> bool:
        """Whether surfaces follow the mask without being asked to."""
        return self._settings.is_on("surface.automatic") and not self.is_large

    @property
    def is_large(self) -> bool:
        """Whether the volume is so large that it waits to be asked."""
        history = self._case.history
        return history is not None and history.labels.size > LARGEST

    @property
    def is_building(self) -> bool:
        """Whether surfaces are on their way."""
        return self._job is not None

    @property
    def visible(self) -> tuple[int, ...]:
        """The classes whose eye is open."""
        project = self._case.project
        count = len(project.label_set) if project else 0
        return tuple(label for label in range(1, count) if label not in self._layers.hidden)

    @Slot()
    def toggle(self) -> None:
        """Show or hide the pane."""
        self._settings.flip("surface.shown")

    @Slot()
    def toggle_automatic(self) -> None:
        """Let surfaces follow the mask, or wait until they are told to."""
        self._settings.flip("surface.automatic")

    @Slot()
    def build(self) -> None:
        """Build what is seen, of the mask as it is now."""
        mask = self._mask()
        if mask is None:
            return
        if self._job is not None:
            self._job.cancel()
        self.is_stale = False
        self._job = self._runner.run(
            "Building surfaces",
            functools.partial(_build, mask, self.visible, self.shapes),
            lane=Lane.SHAPE,
            about=About(listed=Listed.NEVER, on_stop=self.stop),
            on_success=self._take,
            on_failure=self._fail,
        )
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Leave it; what was built before stays, and is told to be old."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.is_stale = True
            self.changed.emit()

    def export(self, path: Path) -> None:
        """Write the surfaces of the classes that are seen."""
        mask = self._mask()
        if mask is None:
            return
        self._runner.run(
            "Exporting surfaces",
            functools.partial(export_surfaces, path, mask, self.visible),
            lane=Lane.EXPORT,
            about=About(listed=Listed.ALWAYS),
            must_finish=True,
            on_success=self._tell_written,
            on_failure=self.failed.emit,
        )

    def _tell_written(self, paths: tuple[Path, ...]) -> None:
        told = QCoreApplication.translate("SurfacePresenter", "Surfaces written to {}: {}")
        names = ", ".join(path.name for path in paths)
        self.said.emit(told.format(paths[0].parent, names))

    def _mask(self) -> LabelMap | None:
        """A copy of the mask of the volume on screen."""
        history = self._case.history
        if history is None or not self.is_possible:
            return None
        mask = history.label_map
        return LabelMap(mask.labels.copy(), mask.geometry, mask.label_set)

    def _take(self, shapes: Shapes) -> None:
        """A case that was closed meanwhile has cancelled this."""
        self._job = None
        self.shapes = shapes
        self.why_not = ""
        self.built.emit()
        self.changed.emit()
        self._follow_eyes()

    def _fail(self, error: Exception) -> None:
        """What is missing is said where the surface would be, all else as any fault."""
        self._job = None
        if isinstance(error, MissingSystem):
            self.why_not = str(error)
        else:
            self.failed.emit(error)
        self.changed.emit()

    def tell_why_not(self, error: MissingSystem) -> None:
        """Say that surfaces can be built, but not drawn."""
        self.why_not = str(error)
        self.changed.emit()

    @Slot()
    def _begin(self) -> None:
        self._end()
        if self.is_shown and self.is_automatic:
            self.build()
        else:
            self.is_stale = self.is_possible
            self.changed.emit()

    @Slot()
    def _end(self) -> None:
        self._later.stop()
        if self._job is not None:
            self._job.cancel()
        self._job = None
        self.shapes = None
        self.is_stale = False
        self.built.emit()
        self.changed.emit()

    @Slot()
    def _wait(self) -> None:
        """The mask may have changed; it is looked at once strokes pause."""
        if self.is_possible and (self.shapes is not None or self._job is not None):
            self.is_stale = True
            self._later.start()
            self.changed.emit()

    @Slot()
    def _build_if_due(self) -> None:
        history = self._case.history
        if not (self.is_stale and self.is_shown and self.is_automatic) or self.why_not:
            return
        if history is not None and history.is_painting:
            self._later.start()
        else:
            self.build()

    @Slot()
    def _follow_eyes(self) -> None:
        """Another class is seen: what was not built yet is built, if nothing else is under way."""
        self.seen_changed.emit()
        shapes = self.shapes
        if shapes is None or self._job is not None or not self.is_shown or not self.is_automatic:
            return
        if not shapes.built.issuperset(self.visible):
            self.build()

    @Slot(str)
    def _choose(self, setting: str) -> None:
        if not setting.startswith("surface."):
            return
        if self.is_shown and self.is_automatic and (self.is_stale or self.shapes is None):
            self.build()
        self.changed.emit()


def _build(
    mask: LabelMap, classes: tuple[int, ...], before: Shapes | None, progress: Progress
) -> Shapes:
    return shapes_of(mask, classes, before, progress)
