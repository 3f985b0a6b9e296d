"""Images that were found among paths and may become cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from engine.core.case import ImageRef


@dataclass(frozen=True, slots=True)
class FoundCase:
    """An image that may become a case, and the mask that seems to be its own.

    Attributes:
        image: Where the image is.
        mask: The mask, None if there seems to be none.
        others: Further files that look like masks of it, which are left alone.
    """

    image: ImageRef
    mask: Path | None = None
    others: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found among paths.

    Attributes:
        cases: The images in natural order, with their masks.
        notes: What was left aside and why, a sentence each.
        refused: What cannot be read and why, a sentence each.
    """

    cases: tuple[FoundCase, ...]
    notes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def has_parts(self) -> bool:
        """Whether a file or folder among them holds several images."""
        counts = Counter(case.image.path for case in self.cases)
        return any(count > 1 for count in counts.values())

    def only(self, images: Collection[ImageRef]) -> Found:
        """Without the images that a person left out."""
        chosen = set(images)
        return replace(self, cases=tuple(one for one in self.cases if one.image in chosen))
