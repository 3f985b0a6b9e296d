"""What lies over the image, and how: the mask, doubt, pins, the grid."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.settings import Settings


class LayersPresenter(QObject):
    """How the layers are seen; none of it changes a mask.

    Attributes:
        opacity: Of the filled mask, from 0 to 1.
        shows_mask: Whether it is there.
        is_peeking: Whether all layers are hidden while a key is held.
        is_outline: Whether only the edges of classes are drawn.
        hidden: Classes that are not drawn.
    """

    repainted = Signal()  # the layers are as they were, but seen otherwise
    redrawn = Signal()  # the layers must be drawn anew
    resampled = Signal()  # the image must be drawn anew

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.opacity = settings.number("look.opacity")
        self.shows_mask = True
        self.is_peeking = False
        self.is_outline = False
        self.hidden: frozenset[int] = frozenset()
        settings.changed.connect(self._choose)

    @property
    def shows_pins(self) -> bool:
        """Whether pixels that a person owns are hatched."""
        return self._settings.is_on("layers.pins")

    @property
    def shows_grid(self) -> bool:
        """Whether large pixels have lines between them."""
        return self._settings.is_on("layers.grid")

    @property
    def shows_minimap(self) -> bool:
        """Whether the whole picture stands in a corner while a part of it is seen."""
        return self._settings.is_on("layers.minimap")

    @property
    def is_smooth(self) -> bool:
        """Whether the image is interpolated where it is larger than its pixels."""
        return self._settings.is_on("layers.smooth")

    def set_opacity(self, opacity: float) -> None:
        """From 0 to 1; beyond, the nearer of them."""
        self.opacity = min(max(opacity, 0.0), 1.0)
        self.repainted.emit()

    @Slot()
    def toggle_mask(self) -> None:
        """Show or hide the mask."""
        self.shows_mask = not self.shows_mask
        self.repainted.emit()

    def peek(self, *, held: bool) -> None:
        """See the image alone while a key is held."""
        self.is_peeking = held
        self.repainted.emit()

    @Slot()
    def toggle_outline(self) -> None:
        """Fill the classes, or draw their edges."""
        self.is_outline = not self.is_outline
        self.redrawn.emit()

    @Slot()
    def toggle_pins(self) -> None:
        """Hatch the pixels that a person owns, or not."""
        self._settings.flip("layers.pins")

    @Slot()
    def toggle_grid(self) -> None:
        """Lines between large pixels, or none."""
        self._settings.flip("layers.grid")

    @Slot()
    def toggle_minimap(self) -> None:
        """The whole picture in a corner, or not."""
        self._settings.flip("layers.minimap")

    @Slot()
    def toggle_smooth(self) -> None:
        """Interpolate the image where it is enlarged, or show its pixels."""
        self._settings.flip("layers.smooth")

    def hide(self, index: int, *, hidden: bool) -> None:
        """Leave a class out of the drawing, or draw it again."""
        others = self.hidden - {index}
        self.hidden = others | {index} if hidden else others
        self.redrawn.emit()

    @Slot(str)
    def _choose(self, setting: str) -> None:
        match setting:
            case "look.opacity":
                self.set_opacity(self._settings.number(setting))
            case "layers.pins":
                self.redrawn.emit()
            case "layers.grid" | "layers.minimap":
                self.repainted.emit()
            case "layers.smooth":
                self.resampled.emit()
            case _:
                pass
