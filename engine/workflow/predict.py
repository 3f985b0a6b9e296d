"""Predicting: a network proposes a mask for an image."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.arrays import Box, Float16s
from engine.core.case import CaseState
from engine.core.geometry import Geometry
from engine.core.image import Image
from engine.core.label_set import LabelSet
from engine.core.probabilities import Probabilities, placed
from engine.errors import ParameterError
from engine.inference.method import ONCE, Method
from engine.progress import Progress

if TYPE_CHECKING:
    from engine.inference.segmenter import OnTile, Segmenter
    from engine.models.model_card import ModelCard
    from engine.project.lock import Right

BRAIN = "unet-brain"
OBJECTS = "unet-objects"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What the front ends know of a model.

    Attributes:
        name: As typed after --model.
        title: What the model dialog shows.
        label_set: Its classes.
        note: What it was trained on and what it is not good for.
    """

    name: str
    title: str
    label_set: LabelSet
    note: str


def list_models() -> tuple[ModelInfo, ...]:
    """The models that are installed, those that ship and a person's own; reads headers only."""
    from engine.models.weights import iterate_cards

    return tuple(_info(card) for card in iterate_cards())


def model_for(geometry: Geometry) -> str:
    """The shipped model that suits an image: tissue for what lies in space, objects for photos."""
    return BRAIN if geometry.affine is not None else OBJECTS


def load_segmenter(
    model: str, device: str = "auto", *, memory: float | None = None, precision: str = "auto",
    method: Method = ONCE, label_set: LabelSet | None = None,
) -> Segmenter:  # fmt: skip
    """A model, by name or by the path of its weight file, ready on a device.

    Args:
        model: An installed model's name, a path, or 'random:' and a network's name: that network
            with random weights, to see it work.
        device: As `choose_device` takes it.
        memory: Bytes that a tile may take; a share of the machine's if left out.
        precision: 'auto', 'float32' or 'bfloat16'.
        method: Which views are fused, and how windows are put together.
        label_set: The classes that a network with random weights shall have.

    Raises:
        UnknownName: if no model has that name.
        WeightsError: if the file is no checkpoint of Sulcus, or is damaged.
        DeviceError: if the machine does not have that device.
        ParameterError: if the network does not allow that method.
    """
    from engine.inference.device import choose_device
    from engine.inference.segmenter import Segmenter
    from engine.models.weights import RANDOM, find_weights

    if model.startswith(RANDOM):
        from engine.workflow.untrained import untrained

        network, card = untrained(model.removeprefix(RANDOM), label_set)
        chosen = choose_device(device)
        return Segmenter(network, card, chosen, memory=memory, precision=precision, method=method)
    return Segmenter.load(
        find_weights(model), device, memory=memory, precision=precision, method=method
    )


def predict_image(
    image: Image,
    segmenter: Segmenter,
    progress: Progress | None = None,
    on_tile: OnTile | None = None,
) -> Probabilities:
    """Class probabilities of an image that belongs to no project.

    Raises:
        Cancelled: if `progress` was asked to stop.
    """
    return segmenter.predict(image, progress, on_tile)


def large_case(folder: Path, case_id: str) -> Path | None:
    """The file of a case that is so large that it is predicted from disk; None of another.

    Raises:
        ReadError: if there is no such case.
    """
    from engine.io.windows import large_shape
    from engine.project.store import Project

    case = Project(folder).case(case_id)
    return case.image_path if not case.part and large_shape(case.image_path) else None


def predict_case(
    folder: Path,
    case_id: str,
    image: Image | Path,
    segmenter: Segmenter,
    progress: Progress | None = None,
    on_tile: OnTile | None = None,
    focus: tuple[int, ...] | None = None,
    *,
    right: Right,
) -> Probabilities:
    """Class probabilities of a case; the project keeps them.

    Args:
        folder: The project.
        case_id: Which case.
        image: Its image, or its file if it shall be read by window (see `large_case`).
        segmenter: What predicts it.
        progress: Told of each tile.
        on_tile: Told of each finished part.
        focus: A voxel; what lies near it comes first.
        right: To write; without it nothing is begun.

    Raises:
        ProjectTaken: if another process took the project over.
        ParameterError: if the model gives a class that the project lacks.
        ReadError: if the image is damaged.
        WriteError: if they cannot be kept.
        Cancelled: if `progress` was asked to stop; the project stays as it was.
    """
    from engine.project.snapshots import save_probabilities
    from engine.project.store import Project

    right.require()
    project = Project(folder)
    label_set = project.label_set
    places = places_of_classes(segmenter.card, label_set)

    def report(box: Box, values: Float16s) -> None:
        if on_tile:
            on_tile(box, placed(values, len(label_set), places))

    if isinstance(image, Path):
        found = _predict_from_disk(image, segmenter, progress, report, focus)
    else:
        found = segmenter.predict(image, progress, report, focus)
    kept = found.placed(label_set, places)
    right.require()
    save_probabilities(project.folder, case_id, kept)
    if project.case(case_id).state is CaseState.NEW:
        project.set_state(case_id, CaseState.PREDICTED)
    return kept


def _predict_from_disk(
    path: Path,
    segmenter: Segmenter,
    progress: Progress | None,
    on_tile: OnTile | None,
    focus: tuple[int, ...] | None,
) -> Probabilities:
    from engine.workflow.predict_large import large_picture

    with large_picture(path, segmenter.card.input) as picture:
        values = segmenter.predict_picture(picture, progress, on_tile, focus)
        return Probabilities(values, Geometry(picture.sides), segmenter.card.label_set)


def places_of_classes(card: ModelCard, label_set: LabelSet) -> tuple[int, ...]:
    """The index in a project of each class of a model, by name; the project may have more.

    Raises:
        ParameterError: if the project lacks one of them.
    """
    places = label_set.places_of(card.label_set.names)
    if places is None:
        raise ParameterError(
            f"The model '{card.name}' gives {', '.join(card.label_set.names)}; "
            f"this project has {', '.join(label_set.names)}.",
            remedy="Choose a model whose classes the project has, or add those it lacks.",
        )
    return places


def _info(card: ModelCard) -> ModelInfo:
    note = f"Trained on {card.training.data}. {card.training.limits}".strip()
    return ModelInfo(card.name, card.title, card.label_set, note)
