"""Where a stroke may paint: everywhere, over some classes only, within a range of intensities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.arrays import Pixels
from engine.core.edit import Edit


@dataclass(frozen=True, slots=True)
class PaintMode:
    """What limits a stroke; without any limit it overwrites.

    Attributes:
        only: The class that may be painted over, 0 for background alone; None for all.
        locked: Classes that are neither painted over nor painted with.
        intensities: The lowest and highest intensity of a pixel that may be painted; None for all.
    """

    only: int | None = None
    locked: frozenset[int] = frozenset()
    intensities: tuple[float, float] | None = None

    def limited(self, edit: Edit, pixels: Pixels | None) -> Edit:
        """What of an edit may be done.

        Args:
            edit: With a box in `pixels`.
            pixels: Intensities, of the shape that the edit's box lies in; needed where they count.
        """
        if self == OVERWRITE:
            return edit
        free = np.ones(edit.before.shape, bool)
        if self.only is not None:
            free &= edit.before == self.only
        if self.locked:
            fixed = np.zeros(256, bool)
            fixed[list(self.locked)] = True
            free &= ~(fixed[edit.before] | fixed[edit.after])
        if self.intensities is not None:
            assert pixels is not None
            low, high = self.intensities
            free &= (pixels[edit.box] >= low) & (pixels[edit.box] <= high)
        return Edit(edit.box, edit.before, np.where(free, edit.after, edit.before))


OVERWRITE = PaintMode()
"""No limit."""
