"""How the planes of a volume are laid out and turned."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from app.presenters.case import CasePresenter, Change
from app.settings import Settings
from engine.core.planes import Plane, SliceView


class Layout(Enum):
    """Which planes are on screen, and how large."""

    ONE = "one"
    THREE = "three"
    LARGE = "large"  # the active one at first large, the others small


class PlanesPresenter(QObject):
    """Layout, convention and crosshair.

    Attributes:
        maximised: A plane that fills the window for a while, whatever the layout.
    """

    changed = Signal()

    def __init__(
        self, case: CasePresenter, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._case = case
        self._settings = settings
        self._active = case.plane
        self.maximised: Plane | None = None
        case.opened.connect(self.changed)
        case.slice_changed.connect(self._follow)
        case.closed.connect(self._restore)
        settings.changed.connect(self._choose)

    @property
    def layout(self) -> Layout:
        """As the person chose it."""
        return Layout(self._settings.choice("planes.layout"))

    @property
    def is_neurological(self) -> bool:
        """Whether the patient's left is on the left of the screen."""
        return self._settings.is_on("planes.neurological")

    @property
    def is_nose_right(self) -> bool:
        """Whether a sagittal slice has the nose on the right."""
        return self._settings.is_on("planes.nose-right")

    @property
    def shows_crosshair(self) -> bool:
        """Whether lines show where the planes cross."""
        return self._settings.is_on("planes.crosshair")

    @property
    def shown(self) -> tuple[Plane, ...]:
        """The planes on screen; a photo has one."""
        case = self._case.case
        if case is None or not case.image.geometry.is_volume:
            return (Plane.AXIAL,)
        if self.maximised is not None:
            return (self.maximised,)
        return (self._case.plane,) if self.layout is Layout.ONE else tuple(Plane)

    def is_mirrored(self, view: SliceView) -> bool:
        """Whether the columns of a slice run the other way than `SliceView` has them."""
        side = view.letters[0][:1]
        if side in ("R", "L"):
            return self.is_neurological
        return side in ("A", "P") and self.is_nose_right

    @property
    def convention(self) -> str:
        """A sentence for the status bar; '' where the image says nothing of a patient."""
        case = self._case.case
        if case is None or not any(self._case.view.letters):
            return ""
        if self.is_neurological:
            return QCoreApplication.translate(
                "PlanesPresenter", "Neurological: patient left is on the left"
            )
        return QCoreApplication.translate(
            "PlanesPresenter", "Radiological: patient left is on the right"
        )

    def arrange(self, layout: Layout) -> None:
        """Choose a layout."""
        self.maximised = None
        self._settings.set("planes.layout", layout.value)
        self.changed.emit()

    @Slot()
    def arrange_next(self) -> None:
        """The layout that comes after this one, round and round."""
        layouts = list(Layout)
        self.arrange(layouts[(layouts.index(self.layout) + 1) % len(layouts)])

    def maximise(self, plane: Plane | None = None) -> None:
        """Let a plane, or the active one, fill the window; once more, and all are back."""
        case = self._case.case
        if case is None or not case.image.geometry.is_volume:
            return
        plane = plane or self._case.plane
        self.maximised = plane if self.maximised is None else None
        self._case.show_plane(plane)
        self.changed.emit()

    @Slot()
    def toggle_convention(self) -> None:
        """Radiological or neurological."""
        self._settings.flip("planes.neurological")

    @Slot()
    def toggle_nose(self) -> None:
        """The nose of a sagittal slice on the left or on the right."""
        self._settings.flip("planes.nose-right")

    @Slot()
    def toggle_crosshair(self) -> None:
        """Show or hide where the planes cross."""
        self._settings.flip("planes.crosshair")

    def part_in(self, plane: Plane, change: Change) -> tuple[slice, slice] | None:
        """The (rows, columns) of a plane's slice that a change of the mask lies in, if any."""
        view = self._case.view_in(plane)
        if change is None:
            return slice(0, view.sides[0]), slice(0, view.sides[1])
        if len(change) == 2 and plane is self._case.plane:
            return change[0], change[1]
        box = self._case.view.box((change[0], change[1])) if len(change) == 2 else change
        return view.part(box)

    @Slot()
    def _follow(self) -> None:
        """Another active plane takes the place of one that fills the window."""
        if self.maximised is not None:
            self.maximised = self._case.plane
        if self._active is not self._case.plane:
            self._active = self._case.plane
            self.changed.emit()

    @Slot(str)
    def _choose(self, setting: str) -> None:
        if setting.startswith("planes."):
            self.changed.emit()

    @Slot()
    def _restore(self) -> None:
        self.maximised = None
