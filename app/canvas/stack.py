"""The layers of one plane, from the image up: each a buffer as large as the canvas."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from app.canvas.grid import draw_grid
from app.canvas.layer import MaskLayer, blit
from app.canvas.rendering import Style, colour_table, draw_base
from app.canvas.shades import Argb, Shades, Window
from app.canvas.split import SplitLine
from app.canvas.viewport import Viewport
from app.presenters.bundle import Presenters
from engine.core.arrays import Pixels
from engine.core.planes import Plane, SliceView

BACKGROUND = 0xFF17191D

OUTLINE = 1.5
"""Thickness of an outline in pixels of Qt."""

HATCH = 7
"""Pixels of Qt from one line of the hatch to the next."""

_PIN = 0x8C8C8C8C  # white, premultiplied

Part = tuple[slice, slice]


class LayerStack:
    """Draws the layers of a plane, and puts them on top of each other.

    Attributes:
        base: The image; None until it was drawn.
    """

    def __init__(self, presenters: Presenters, plane: Plane) -> None:
        self._presenters = presenters
        self._case = presenters.case
        self._plane = plane
        self._shades: Shades | None = None
        self._mask = MaskLayer()
        self._other_side = MaskLayer()
        self._pins = MaskLayer()
        self._doubt = MaskLayer()
        self.base: Argb | None = None

    def draw_base(self, view: SliceView, viewport: Viewport) -> None:
        """Draw the image anew."""
        case, levels = self._case.case, self._presenters.levels
        if case is None:
            return
        window = Window(levels.low, levels.high, levels.is_inverted)
        dtype = case.image.pixels.dtype
        if self._shades is None or (self._shades.window, self._shades.dtype) != (window, dtype):
            self._shades = Shades(window, dtype)
        is_smooth = self._presenters.layers.is_smooth
        sizes = self._presenters.pyramid.image_sizes(self._picture(view))
        self.base = draw_base(sizes, self._shades, viewport, BACKGROUND, smooth=is_smooth)

    def _picture(self, view: SliceView) -> Pixels:
        """(C, rows, columns) of the slice without its alpha channel."""
        assert self._case.case is not None
        image = self._case.case.image
        colours = [i for i, name in enumerate(image.channels) if name != "alpha"]
        return view.read(image.pixels)[: len(colours)]

    def draw_masks(self, viewport: Viewport, part: Part | None, ratio: float) -> Part:
        """Draw the mask, or the (rows, columns) of it that changed.

        Returns:
            The rows and columns of the canvas that were drawn.
        """
        project = self._case.project
        assert project is not None
        layers = self._presenters.layers
        outline = max(1, round(OUTLINE * ratio)) if layers.is_outline else 0
        style = Style(colour_table(project.label_set, layers.hidden), outline)
        sides = self._presenters.comparison.sides if self._plane is self._case.plane else None
        shown = self._case.labels_in(self._plane) if sides is None else sides[0]
        sizes = [shown] if sides else self._presenters.pyramid.label_sizes(shown)
        drawn = self._mask.draw(sizes, style, viewport, part)
        if sides is not None:
            self._other_side.draw([sides[1]], style, viewport, part)
        return drawn

    def draw_doubt(self, viewport: Viewport) -> None:
        """Draw where the network is in doubt, as far as that is known."""
        doubt = self._presenters.doubt.shown_in(self._plane)
        if doubt is not None:
            self._doubt.draw([doubt], Style(_DOUBTS), viewport, None)

    def overview(self, view: SliceView, viewport: Viewport) -> Argb:
        """The image alone, as another viewport shows it."""
        case = self._case.case
        assert case is not None
        assert self._shades is not None
        sizes = self._presenters.pyramid.image_sizes(self._picture(view))
        return draw_base(sizes, self._shades, viewport, BACKGROUND)

    def draw_pins(self, viewport: Viewport, ratio: float) -> None:
        """Hatch what a person owns; who owns what is known at the end of a stroke."""
        history = self._case.history
        if history is not None and self._presenters.layers.shows_pins:
            owned = self._case.view_in(self._plane).read(history.touched.view(np.uint8))
            self._pins.draw([owned], Style(_PINS, 0, round(HATCH * ratio)), viewport, None)

    def paint(
        self, painter: QPainter, area: QRect, split: SplitLine, viewport: Viewport, width: int
    ) -> None:
        """Put an area of all layers on the canvas."""
        if self.base is None:
            return
        blit(painter, self.base, area)
        layers = self._presenters.layers
        if layers.shows_mask and not layers.is_peeking:
            painter.setOpacity(1.0 if layers.is_outline else layers.opacity)
            left, right = split.parts(area, width)
            blit(painter, self._mask.pixels, left)
            blit(painter, self._other_side.pixels, right)
            painter.setOpacity(1.0)
        if not layers.is_peeking and self._presenters.doubt.shown_in(self._plane) is not None:
            blit(painter, self._doubt.pixels, area)
        if layers.shows_pins and not layers.is_peeking:
            blit(painter, self._pins.pixels, area)
        if layers.shows_grid:
            draw_grid(painter, area, viewport)


def _pin_table() -> Argb:
    table = np.zeros(256, np.uint32)
    table[1] = _PIN
    return table


def _doubt_table() -> Argb:
    """From clear where the network is sure, over orange, to yellow where it has no idea."""
    share = np.arange(256) / 255.0
    alpha = np.clip(share * 1.5, 0.0, 0.9)
    channels = (
        alpha * 255.0,
        alpha * 255.0,
        alpha * (60.0 + 180.0 * share),
        alpha * (40.0 * share),
    )
    table = np.zeros(256, np.uint32)
    for values in channels:
        table = table << np.uint32(8) | np.rint(values).astype(np.uint32)
    return table


_PINS = _pin_table()
_DOUBTS = _doubt_table()
