"""What the process that computes holds between two requests: a model, a case, its refiner.

The window asks for a case by its place and gets masks back; probabilities never leave here.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.core.arrays import Box, Float16s, Labels
from engine.core.image import Image
from engine.core.label_set import LabelSet
from engine.core.planes import slice_view
from engine.core.probabilities import Probabilities, entropy_of
from engine.crf.parameters import CrfParameters
from engine.errors import ParameterError
from engine.progress import Progress
from engine.project.lock import Lent
from engine.workflow.requests import Doubt, RefineAll, RefineSlice, RefineSteps

FIT_STEPS = 60

TILE_MEMORY = 250e6
"""Bytes that a tile may take in the window: small tiles, so that the mask grows and stops soon."""

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.crf.refiner import Refiner
    from engine.inference.segmenter import Segmenter
    from engine.workflow.fit_crf import FitReport


@dataclass(slots=True, eq=False)
class _Held:
    """The case at hand."""

    folder: Path
    case_id: str
    image: Image
    label_set: LabelSet
    probabilities: Probabilities | None
    refiners: dict[str, Refiner] = field(default_factory=dict[str, "Refiner"])


def warm_up(*, spare: int) -> str:
    """Import torch and what predicts, so that the first request does not wait for them.

    Args:
        spare: Cores to leave to the window.

    Returns:
        The device that will compute.
    """
    from engine.inference.device import choose_device, use_cores

    use_cores(spare=spare)
    for module in ("engine.inference.segmenter", "engine.io.windows"):
        importlib.import_module(module)
    return str(choose_device())


def prepare_refining() -> None:
    """Compile or load the kernels of the live ConvCRF; refining works before, but slower."""
    from engine.crf.backend import prepare

    prepare()


class Session:
    """One model and one case, kept until another is asked for."""

    def __init__(self, device: str = "auto") -> None:
        self._device = device
        self._model = ""
        self._segmenter: Segmenter | None = None
        self._held: _Held | None = None

    def predict(
        self,
        folder: Path,
        case_id: str,
        model: str,
        progress: Progress,
        on_tile: Callable[[Box, Labels], None],
        token: str,
        focus: tuple[int, ...] | None = None,
    ) -> Labels:
        """Predict a case; the project keeps the probabilities.

        A picture of hundreds of megapixels is read by window, so that the first tile need not wait
        until all of it is decoded.

        Args:
            folder: The project.
            case_id: Which case.
            model: As `load_segmenter` takes it.
            progress: Told of each tile.
            on_tile: Called with each finished box and its most probable classes.
            token: That of the window's hold on the project.
            focus: The voxel that a person looks at; what is near it comes first.

        Returns:
            (*shape) uint8, the most probable class of each pixel.
        """
        from engine.models.weights import RANDOM
        from engine.workflow.predict import large_case, load_segmenter, predict_case
        from engine.workflow.project import describe_project

        if model != self._model or self._segmenter is None or model.startswith(RANDOM):
            self._segmenter = load_segmenter(
                model, self._device, memory=TILE_MEMORY,
                label_set=describe_project(folder).label_set,
            )  # fmt: skip
            self._model = model
        image = large_case(folder, case_id) or self._case(folder, case_id).image

        def report(box: Box, values: Float16s) -> None:
            on_tile(box, values.argmax(axis=0).astype(np.uint8))

        found = predict_case(
            folder, case_id, image, self._segmenter, progress, report, focus,
            right=Lent(folder, token),
        )  # fmt: skip
        held = self._held
        if held is not None and (held.folder, held.case_id) == (folder, case_id):
            held.probabilities, held.label_set = found, found.label_set
            held.refiners.clear()
        return found.argmax()

    def refine_slice(self, request: RefineSlice, progress: Progress) -> Labels:
        """Refine one slice or a box of it: (rows, columns) uint8 as the slice is shown."""
        held = self._case(request.folder, request.case_id)
        return self._refiner(held, request.crf).refine_slice(
            slice_view(held.image.geometry, request.plane, request.index),
            request.parameters,
            request.pinned,
            mask=request.mask,
            scope=request.scope,
            coarse=request.coarse,
            progress=progress,
        )

    def refine_steps(self, request: RefineSteps, progress: Progress) -> Float16s:
        """Beliefs of one slice after each iteration: (iterations + 1, K, rows, columns)."""
        held = self._case(request.folder, request.case_id)
        return self._refiner(held, request.crf).steps(
            slice_view(held.image.geometry, request.plane, request.index),
            request.parameters,
            request.pinned,
            mask=request.mask,
            progress=progress,
        )

    def doubt(self, request: Doubt) -> Labels:
        """The doubt of the prediction in one slice: (rows, columns) uint8, 255 for no idea at all.

        Raises:
            ParameterError: if there is no prediction.
        """
        held = self._case(request.folder, request.case_id)
        if held.probabilities is None:
            raise ParameterError(
                "There is no prediction of this image to be in doubt of.",
                remedy="Predict it first.",
            )
        view = slice_view(held.image.geometry, request.plane, request.index)
        return np.rint(entropy_of(view.read(held.probabilities.values)) * 255).astype(np.uint8)

    def refine(self, request: RefineAll, progress: Progress) -> Labels:
        """Refine the whole image or a box of it: uint8."""
        held = self._case(request.folder, request.case_id)
        refined = self._refiner(held, request.crf).refine(
            request.parameters,
            request.pinned,
            progress,
            mask=request.mask,
            scope=request.scope,
            plane=request.plane,
        )
        return refined.labels

    def fit(self, folder: Path, start: CrfParameters, progress: Progress, token: str) -> FitReport:
        """Learn the parameters of the CRF from a project's corrections, by gradient."""
        from engine.workflow.fit_crf import fit_project

        return fit_project(
            folder,
            start,
            references=None,
            methods=("gradient",),
            steps=FIT_STEPS,
            progress=progress,
            right=Lent(folder, token),
        )

    def _case(self, folder: Path, case_id: str) -> _Held:
        from engine.project.snapshots import load_probabilities
        from engine.workflow.open_case import open_case

        held = self._held
        if held is None or (held.folder, held.case_id) != (folder, case_id):
            opened = open_case(folder, case_id, Progress())
            found = load_probabilities(
                folder, case_id, opened.image.geometry, opened.label_map.label_set
            )
            held = _Held(folder, case_id, opened.image, opened.label_map.label_set, found)
            self._held = held
        return held

    def _refiner(self, held: _Held, crf: str) -> Refiner:
        """The case in one of the CRFs; both stay ready until another case is asked for."""
        from engine.project.store import Project
        from engine.workflow.refine import make_refiner

        label_set, known = Project(held.folder).label_set, len(held.label_set)
        if len(label_set) != known:  # a class was added since the case was read
            held.label_set = label_set
            if held.probabilities is not None:
                held.probabilities = held.probabilities.placed(label_set, tuple(range(known)))
            held.refiners.clear()
        if crf not in held.refiners:
            held.refiners[crf] = make_refiner(
                held.image, held.label_set, held.probabilities, self._device, crf
            )
        return held.refiners[crf]
