"""Whether an image's file says which side is left, so that a mask may say it too."""

from __future__ import annotations

from engine.core.image import Source

ANALYZE = "analyze"
_SECOND = 540  # bytes of a NIfTI-2 header


def says_left(source: Source) -> bool:
    """Whether programs agree on where the image lies.

    Each takes its own guess for Analyze files, and for NIfTI files whose codes are both 0. A mask
    in another format would lie where Sulcus guesses and not where the image is shown; only a mask
    that is as silent as its image is shown on it everywhere.
    """
    if source.format == ANALYZE:
        return False
    if source.format != "nifti":
        return True
    codes = slice(344, 352) if len(source.header) == _SECOND else slice(252, 256)
    return any(source.header[codes])
