"""What an export format must offer (Protocol)."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from engine.core.geometry import Geometry
from engine.core.image import Source
from engine.core.label_map import LabelMap
from engine.core.sources import Sources


class ExportFormat(Protocol):
    """One way to write masks; an object of it holds nothing."""

    def suits(self, geometry: Geometry, source: Source) -> bool:
        """Whether the mask of such an image can be written without losing where it lies."""
        ...

    def file_name(self, stem: str) -> str:
        """The name of the mask of an image whose name without ending is `stem`."""
        ...

    def write(
        self, mask: LabelMap, source: Source, path: Path, sources: Sources | None = None
    ) -> None:
        """Write `mask` to `path`, a temporary file that need not be atomic.

        A second file that the first one needs goes beside it, under the name it will keep.

        Args:
            mask: What to write.
            source: The image it belongs to, whose header it takes its geometry from.
            path: Where.
            sources: (*shape) uint8, who or what gave each pixel its class, for formats that can
                tell; None if that is not known.
        """
        ...
