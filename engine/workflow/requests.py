"""What the window asks of the process that computes, and how both write it down.

A request is one JSON object; arrays go beside it as .npy files in a folder both know, so that only
names cross the pipe.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Labels
from engine.core.planes import Plane
from engine.core.scope import EVERYWHERE, Scope
from engine.crf.parameters import CrfParameters

ScalarT = TypeVar("ScalarT", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Warm:
    """Import what the first real request would wait for."""


@dataclass(frozen=True, slots=True)
class Predict:
    """Predict a case with a model.

    Attributes:
        folder: The project.
        case_id: Which case.
        model: A shipped model's name, or the path of a weight file.
        token: That of the asker's hold on the project, without which nothing is kept.
        focus: The voxel that is looked at; the mask grows from there. The middle if None.
    """

    folder: Path
    case_id: str
    model: str
    token: str = ""
    focus: tuple[int, ...] | None = None


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
        crf: 'conv', or 'dense' for the fully connected CRF.
        scope: What may change, in (rows, columns) as the slice is shown.
        coarse: Whether a smaller picture may be solved instead.
    """

    folder: Path
    case_id: str
    plane: Plane
    index: int
    parameters: CrfParameters
    pinned: Labels | None
    mask: Labels | None
    crf: str = "conv"
    scope: Scope = EVERYWHERE
    coarse: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RefineSteps:
    """The beliefs of one slice after each iteration; the attributes are those of `RefineSlice`."""

    folder: Path
    case_id: str
    plane: Plane
    index: int
    parameters: CrfParameters
    pinned: Labels | None
    mask: Labels | None
    crf: str = "conv"


@dataclass(frozen=True, slots=True, eq=False)
class RefineAll:
    """Refine a whole image or a box of it; arrays and scope as in `RefineSlice`, but (*shape).

    Attributes:
        plane: The slices that a volume is solved by, unless it is solved through all three axes.
    """

    folder: Path
    case_id: str
    parameters: CrfParameters
    pinned: Labels | None
    mask: Labels | None
    crf: str = "conv"
    scope: Scope = EVERYWHERE
    plane: Plane = Plane.AXIAL


@dataclass(frozen=True, slots=True)
class Doubt:
    """Say where in one slice the network's prediction is in doubt.

    Attributes:
        folder: The project.
        case_id: Which case.
        plane: Which slices, and
        index: which of them.
    """

    folder: Path
    case_id: str
    plane: Plane
    index: int


@dataclass(frozen=True, slots=True)
class Fit:
    """Learn the parameters of the CRF from a project's corrections, beginning with some.

    Attributes:
        folder: The project.
        parameters: What to begin with.
        token: As in `Predict`.
    """

    folder: Path
    parameters: CrfParameters
    token: str = ""


@dataclass(frozen=True, slots=True)
class AboutModels:
    """Something about models that needs torch; see `engine.workflow.model_requests`.

    Attributes:
        verb: What.
        arguments: Of JSON's types.
    """

    verb: str
    arguments: dict[str, Any]


Refining: TypeAlias = "RefineSlice | RefineSteps | RefineAll"
Request: TypeAlias = "Warm | Predict | Refining | Fit | Doubt | AboutModels"


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


_PLAIN = ("case_id", "index", "crf", "coarse")
"""The fields of a refining request that JSON knows."""


def encode(request: Request, job: int, exchange: Exchange) -> dict[str, Any]:
    """A request as a JSON object, its arrays left in the exchange."""
    found: dict[str, Any] = {"job": job, "verb": type(request).__name__}
    match request:
        case Warm():
            return found
        case AboutModels():
            return {**found, "about": request.verb, "arguments": request.arguments}
        case Predict():
            more = {
                "case_id": request.case_id, "model": request.model, "token": request.token,
                "focus": request.focus,
            }  # fmt: skip
        case Doubt():
            plane = request.plane.value
            more = {"case_id": request.case_id, "plane": plane, "index": request.index}
        case Fit():
            more = {"parameters": asdict(request.parameters), "token": request.token}
        case _:
            more = _encode_refining(request, job, exchange)
    return {**found, "folder": str(request.folder), **more}


def decode(sent: dict[str, Any], exchange: Exchange) -> Request:
    """The request that `encode` wrote.

    Raises:
        KeyError, ValueError: if it is none.
    """
    verb = sent["verb"]
    if verb == "Warm":
        return Warm()
    if verb == "AboutModels":
        return AboutModels(str(sent["about"]), dict(sent["arguments"]))
    folder = Path(sent["folder"])
    if verb == "Predict":
        focus = sent["focus"] and tuple(sent["focus"])
        return Predict(folder, str(sent["case_id"]), str(sent["model"]), str(sent["token"]), focus)
    if verb == "Doubt":
        plane, index = Plane(sent["plane"]), int(sent["index"])
        return Doubt(folder, str(sent["case_id"]), plane, index)
    if verb == "Fit":
        return Fit(folder, CrfParameters(**sent["parameters"]), str(sent["token"]))
    kinds = {kind.__name__: kind for kind in (RefineSlice, RefineSteps, RefineAll)}
    if verb not in kinds:
        raise ValueError(f"there is no verb {verb!r}")
    return kinds[verb](folder=folder, **_decode_refining(sent, exchange))


def _encode_refining(request: Refining, job: int, exchange: Exchange) -> dict[str, Any]:
    found: dict[str, Any] = {
        one.name: getattr(request, one.name) for one in fields(request) if one.name in _PLAIN
    }
    arrays = {"pinned": request.pinned, "mask": request.mask}
    found["plane"] = request.plane.value
    found["parameters"] = asdict(request.parameters)
    if not isinstance(request, RefineSteps):
        scope = request.scope
        found["box"] = scope.box and [(of.start, of.stop) for of in scope.box]
        arrays |= {"within": scope.within, "current": scope.current}
    for name, array in arrays.items():
        found[name] = None if array is None else exchange.put(f"{name}-{job}", array)
    return found


def _decode_refining(sent: dict[str, Any], exchange: Exchange) -> dict[str, Any]:
    """What the dataclass of a refining request is made of, without the folder."""

    def take(name: str) -> npt.NDArray[Any] | None:
        return None if sent[name] is None else exchange.take(sent[name])

    found: dict[str, Any] = {name: sent[name] for name in _PLAIN if name in sent}
    found["plane"] = Plane(sent["plane"])
    found["parameters"] = CrfParameters(**sent["parameters"])
    found |= {name: take(name) for name in ("pinned", "mask")}
    if "box" in sent:
        box = sent["box"] and tuple(slice(start, stop) for start, stop in sent["box"])
        found["scope"] = Scope(box, take("within"), take("current"))
    return found
