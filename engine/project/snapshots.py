"""Label maps and probabilities as files beside the database."""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Labels
from engine.core.geometry import Geometry
from engine.core.label_set import LabelSet
from engine.core.probabilities import Probabilities, placed
from engine.core.sources import PixelSource, Sources
from engine.errors import ReadError
from engine.files import replacing
from engine.project.chain import START, Mark

_LABELS = "labels"
_PROBABILITIES = "probabilities"
_PIECE = 2**22  # bytes that are unpacked at once


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A mask as it was at one place of its journal.

    Attributes:
        labels: (*shape) uint8.
        sources: (*shape) uint8.
        mark: The last row of the journal that it holds; None if it is older than journals are.
    """

    labels: Labels
    sources: Sources
    mark: Mark | None

    @property
    def number(self) -> int:
        return self.mark.number if self.mark else 0


def save_labels(folder: Path, case_id: str, labels: Labels, sources: Sources, mark: Mark) -> None:
    """Keep the mask of a case, its source map and its place in the journal.

    Raises:
        WriteError: if it cannot be written; the one kept before stays.
    """
    place = _place(mark)
    check = _checksum(labels, sources, place)
    members = {"values": labels, "sources": sources, "place": place, "sha256": check}
    with (
        replacing(_path(folder, _LABELS, case_id)) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for name, array in members.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)


def load_labels(folder: Path, case_id: str, geometry: Geometry) -> Snapshot | None:
    """The mask of a case as it was kept last; None if none was.

    Raises:
        ReadError: if it is damaged or does not fit the image, rather than showing an empty one.
    """
    path = _path(folder, _LABELS, case_id)
    with _opened(path) as archive:
        if archive is None:
            return None
        labels = _sparse(archive, "values")
        if "sources" in archive:
            sources, mark = _sparse(archive, "sources"), _mark(archive["place"])
        else:  # of version 2, which knew only what a person had touched
            count = int(np.prod(geometry.shape))
            bits = np.unpackbits(archive["touched"], count=count).reshape(geometry.shape)
            sources, mark = bits * np.uint8(PixelSource.PAINTED), None
    for array in (labels, sources):
        _require(path, array, np.uint8, geometry.shape)
    return Snapshot(labels, sources, mark)


def kept_shape(folder: Path, case_id: str) -> tuple[int, ...] | None:
    """The shape of a case's mask as it was kept last; None if none was or it is damaged."""
    try:
        with _opened(_path(folder, _LABELS, case_id)) as archive:
            return None if archive is None else archive["values"].shape
    except ReadError:
        return None


def kept_mark(folder: Path, case_id: str) -> Mark | None:
    """The place in the journal of a case's mask as it was kept last; None if it has none.

    Raises:
        ReadError: if it is damaged.
    """
    with _opened(_path(folder, _LABELS, case_id)) as archive:
        return None if archive is None or "place" not in archive else _mark(archive["place"])


def check_labels(path: Path) -> None:
    """See that a kept mask has the checksum it was written with.

    Raises:
        ReadError: if it has not.
    """
    with _opened(path) as archive:
        if archive is None or "sha256" not in archive:
            return
        found = _checksum(archive["values"], archive["sources"], archive["place"])
        if not np.array_equal(found, archive["sha256"]):
            raise ValueError("its checksum is another")


def check_kept(folder: Path, case_id: str) -> list[tuple[Path, ReadError]]:
    """The files of a case that are damaged, and how."""
    wrong: list[tuple[Path, ReadError]] = []
    for kind, check in ((_LABELS, check_labels), (_PROBABILITIES, _check_probabilities)):
        path = _path(folder, kind, case_id)
        try:
            check(path)
        except ReadError as error:
            wrong.append((path, error))
    return wrong


def _check_probabilities(path: Path) -> None:
    """See that what is kept can be read to its end, which compares its checksum."""
    with _opened(path) as archive:
        if archive is not None:
            _ = archive["values"]


def save_probabilities(folder: Path, case_id: str, probabilities: Probabilities) -> None:
    """Keep what a network believes about a case; not compressed, since speed matters more.

    Raises:
        WriteError: if it cannot be written.
    """
    path = _path(folder, _PROBABILITIES, case_id)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, values=probabilities.values)


def load_probabilities(
    folder: Path, case_id: str, geometry: Geometry, label_set: LabelSet
) -> Probabilities | None:
    """What a network believes about a case; None if nothing was kept.

    Classes that the project got since have the probability 0.

    Raises:
        ReadError: if it is damaged or does not fit the image.
    """
    path = _path(folder, _PROBABILITIES, case_id)
    with _opened(path) as archive:
        if archive is None:
            return None
        values = archive["values"]
    known = min(len(values), len(label_set)) if values.ndim else 0
    _require(path, values, np.float16, (max(2, known), *geometry.shape))
    return Probabilities(placed(values, len(label_set), tuple(range(known))), geometry, label_set)


def has_probabilities(folder: Path, case_id: str) -> bool:
    """Whether a prediction of the case was kept."""
    return _path(folder, _PROBABILITIES, case_id).exists()


_DAMAGED = (OSError, ValueError, KeyError, EOFError, TypeError, SyntaxError, RuntimeError,
            MemoryError, struct.error, zlib.error, zipfile.BadZipFile)  # fmt: skip


def _path(folder: Path, kind: str, case_id: str) -> Path:
    return folder / kind / f"{case_id}.npz"


def _place(mark: Mark) -> npt.NDArray[np.int64]:
    """A mark as numbers: the row, then the bytes of its link."""
    return np.array([mark.number, *mark.link], np.int64)


def _mark(place: npt.NDArray[np.int64]) -> Mark:
    return Mark(int(place[0]), place[1:].astype(np.uint8).tobytes() if place[0] else START)


def _checksum(labels: Labels, sources: Sources, place: npt.NDArray[np.int64]) -> Labels:
    total = hashlib.sha256(repr(labels.shape).encode())
    for array in (labels, sources, place):
        total.update(np.ascontiguousarray(array).data)
    return np.frombuffer(total.digest(), np.uint8)


@contextmanager
def _opened(path: Path) -> Generator[Any]:
    """The arrays of a file by name; None if there is no file. What goes wrong is damage."""
    if not path.exists():
        yield None
        return
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            yield archive
    except _DAMAGED as error:
        raise ReadError(
            f"'{path}' is damaged ({error}).",
            remedy="Restore it from a backup, or delete it to begin this case anew.",
        ) from error


def _sparse(archive: Any, name: str) -> npt.NDArray[np.uint8]:
    """An array of bytes, read piece by piece; it takes no memory where all is 0."""
    with archive.zip.open(f"{name}.npy") as member:
        if np.lib.format.read_magic(member) == (1, 0):
            shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(member)
            if dtype == np.uint8 and not is_fortran:
                found = np.zeros(shape, np.uint8)
                _fill(found.reshape(-1), member)
                return found
    return archive[name]


def _fill(flat: npt.NDArray[np.uint8], member: IO[bytes]) -> None:
    start = 0
    while piece := member.read(_PIECE):
        values = np.frombuffer(piece, np.uint8)
        if values.any():
            flat[start : start + values.size] = values
        start += values.size
    if start != flat.size:
        raise ValueError("it holds another number of pixels than it says")


def _require(path: Path, values: Any, dtype: type[np.generic], shape: tuple[int, ...]) -> None:
    if values.dtype != dtype or values.shape != shape:
        raise ReadError(
            f"'{path}' does not fit its image: {values.dtype} {values.shape}.",
            remedy="Put the image back that it was made on.",
        )
