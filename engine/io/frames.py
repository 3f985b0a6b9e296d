"""Several volumes in one file: frames over time, components of vectors; one is read at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.core.image import Notice
from engine.errors import ReadError
from engine.io.image_format import Part, check_size

_MOST = 32767
"""Parts that a list may hold; a NIfTI-1 header cannot name more of one kind."""


@dataclass(frozen=True, slots=True)
class Frames:
    """How many volumes of one shape a file holds.

    Attributes:
        shape: The sides of one, 2 or 3.
        frames: Along time, or in a list.
        components: Numbers in each voxel that stand for no colour.
    """

    shape: tuple[int, ...]
    frames: int = 1
    components: int = 1

    @property
    def count(self) -> int:
        """Numbers in all."""
        count = self.frames * self.components
        for side in self.shape:
            count *= side
        return count

    def parts(self) -> tuple[Part, ...]:
        """A row for each volume, none where there is one."""
        if self.frames * self.components == 1:
            return ()
        return tuple(
            Part(self._key(frame, component), self._title(frame, component), self.shape)
            for frame in range(self.frames)
            for component in range(self.components)
        )

    def find(self, part: str) -> tuple[int, int]:
        """The frame and component that a key stands for, counted from 0; the first for ''.

        Raises:
            ValueError: if there is no such part.
        """
        if not part:
            return 0, 0
        words = part.split("-")
        numbers = {
            word: int(number)
            for word, number in zip(words[::2], words[1::2], strict=True)
            if number.isdecimal()
        }
        frame, component = numbers.get("frame", 1) - 1, numbers.get("component", 1) - 1
        is_there = 0 <= frame < self.frames and 0 <= component < self.components
        if not is_there or part != self._key(frame, component):
            raise ValueError(f"there is no part '{part}'")
        return frame, component

    def notices(self, part: str) -> tuple[Notice, ...]:
        """What to say where the first of several was read since none was named."""
        if part or self.frames * self.components == 1:
            return ()
        if self.components == 1:
            text = f"{self.frames} frames: reviewing frame 1."
        elif self.frames == 1:
            text = f"{self.components} components: reviewing component 1."
        else:
            text = (
                f"{self.frames} frames of {self.components} components: reviewing component 1 "
                "of frame 1."
            )
        return (Notice("several-frames", text),)

    def _key(self, frame: int, component: int) -> str:
        keys = [f"frame-{frame + 1}"] if self.frames > 1 else []
        keys += [f"component-{component + 1}"] if self.components > 1 else []
        return "-".join(keys)

    def _title(self, frame: int, component: int) -> str:
        words = [f"Frame {frame + 1} of {self.frames}"] if self.frames > 1 else []
        words += [f"Component {component + 1} of {self.components}"] if self.components > 1 else []
        return ", ".join(words)


def frames_of(path: Path, sides: tuple[int, ...], frames: int = 1, components: int = 1) -> Frames:
    """What a header says, once it is found to be possible; a last side of one is left out.

    Args:
        path: For the message.
        sides: Up to three along space.
        frames: Volumes over time.
        components: Numbers in a voxel.

    Raises:
        ReadError: if there are no pixels, more than any real file has, or only one axis.
    """
    check_size(path, (*sides, *(count for count in (frames, components) if count != 1)))
    if len(sides) == 3 and sides[2] == 1:
        sides = sides[:2]
    if len(sides) < 2:
        raise ReadError(
            f"'{path}' holds a row of {sides[0] if sides else 0} numbers, not an image.",
            remedy="Choose an image or a volume.",
        )
    if frames * components > _MOST:
        raise ReadError(
            f"'{path}' holds {frames * components} volumes; Sulcus lists {_MOST} at most.",
            remedy="Split it into several files.",
        )
    return Frames(sides, frames, components)
