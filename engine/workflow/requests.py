"""What the window asks of the process that computes, and how both write it down.

A request is one JSON object; arrays go beside it as .npy files in a folder both know, so that only
names cross the pipe.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Labels
from engine.core.planes import Plane
from engine.crf.parameters import CrfParameters

ScalarT = TypeVar("ScalarT", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Warm:
    """Import what the first real request would wait for."""


@dataclass(frozen=True, slots=True)
class Predict:
    """Predict a case with a model."""

    folder: Path
    case_id: str
    model: str


@dataclass(frozen=True, slots=True, eq=False)
class RefineSlice:
    """Refine one slice.

    Attributes:
        folder: The project.
        case_id: Which case.
        plane: Which slices, and
        index: which of them.
        parameters: What to solve with.
        pinned: (rows, columns) uint8 as the slice is shown, IGNORE where free; None: all free.
        mask: (rows, columns) uint8, believed instead of a prediction; None: the prediction.
    """

    folder: Path
    case_id: str
    plane: Plane
    index: int
    parameters: CrfParameters
    pinned: Labels | None
    mask: Labels | None


@dataclass(frozen=True, slots=True, eq=False)
class RefineAll:
    """Refine a whole image; `pinned` and `mask` as in `RefineSlice`, but (*shape)."""

    folder: Path
    case_id: str
    parameters: CrfParameters
    pinned: Labels | None
    mask: Labels | None


@dataclass(frozen=True, slots=True)
class Fit:
    """Learn the parameters of the CRF from a project's corrections, beginning with some."""

    folder: Path
    parameters: CrfParameters


Request: TypeAlias = "Warm | Predict | RefineSlice | RefineAll | Fit"


class Exchange:
    """The folder in which both processes leave arrays for each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, array: npt.NDArray[ScalarT]) -> str:
        """Leave `array`; returns what `take` wants."""
        file = f"{name}.npy"
        np.save(self.folder / file, array, allow_pickle=False)
        return file

    def take(self, file: str) -> npt.NDArray[Any]:
        """Fetch an array and remove it."""
        path = self.folder / Path(file).name
        array = np.load(path, allow_pickle=False)
        path.unlink()
        return array


def encode(request: Request, job: int, exchange: Exchange) -> dict[str, Any]:
    """A request as a JSON object, its arrays left in the exchange."""
    fields: dict[str, Any] = {"job": job, "verb": type(request).__name__}
    if not isinstance(request, Warm):
        fields["folder"] = str(request.folder)
    if isinstance(request, (Predict, RefineSlice, RefineAll)):
        fields["case_id"] = request.case_id
    if isinstance(request, Predict):
        fields["model"] = request.model
    if isinstance(request, RefineSlice):
        fields |= {"plane": request.plane.value, "index": request.index}
    if isinstance(request, (RefineSlice, RefineAll, Fit)):
        fields["parameters"] = asdict(request.parameters)
    if isinstance(request, (RefineSlice, RefineAll)):
        for name, array in (("pinned", request.pinned), ("mask", request.mask)):
            if array is not None:
                fields[name] = exchange.put(f"{name}-{job}", array)
    return fields


def decode(fields: dict[str, Any], exchange: Exchange) -> Request:
    """The request that `encode` wrote.

    Raises:
        KeyError, ValueError: if it is none.
    """
    verb = fields["verb"]
    if verb == "Warm":
        return Warm()
    folder, case_id = Path(fields["folder"]), str(fields.get("case_id", ""))
    if verb == "Predict":
        return Predict(folder, case_id, str(fields["model"]))
    parameters = CrfParameters(**fields["parameters"])
    if verb == "Fit":
        return Fit(folder, parameters)
    pinned, mask = (
        exchange.take(fields[name]) if name in fields else None for name in ("pinned", "mask")
    )
    if verb == "RefineAll":
        return RefineAll(folder, case_id, parameters, pinned, mask)
    if verb == "RefineSlice":
        plane, index = Plane(fields["plane"]), int(fields["index"])
        return RefineSlice(folder, case_id, plane, index, parameters, pinned, mask)
    raise ValueError(f"there is no verb {verb!r}")
