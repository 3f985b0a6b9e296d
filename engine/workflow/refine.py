"""Refining: the ConvCRF snaps a mask to the edges of the image."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.core.arrays import Floats
from engine.core.geometry import Geometry
from engine.core.image import Image
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.core.probabilities import Probabilities, believed
from engine.crf.parameters import (
    DENSE_DEFAULT,
    RELEASED,
    ROUGH_PICTURE,
    ROUGH_SCAN,
    CrfParameters,
)
from engine.errors import ParameterError, ReadError

if TYPE_CHECKING:
    from engine.crf.refiner import Refiner
    from engine.project.lock import Right

SHIPPED = {
    "Default": CrfParameters(),
    "Rough mask of a picture": ROUGH_PICTURE,
    "Rough mask of a scan": ROUGH_SCAN,
    "Released code": RELEASED,
    "Fully connected (DeepLab)": DENSE_DEFAULT,
}
"""Presets that every project has."""

CRF_OF = {name: "dense" if name.startswith("Fully") else "conv" for name in SHIPPED}
"""The CRF that a shipped preset was made for; those of a project are for either."""


_CONV_ONLY = {"filter_size", "window", "blur", "message_weight", "convention"}


def unused_by(crf: str, parameters: CrfParameters) -> frozenset[str]:
    """The parameters that change nothing for a CRF, 'conv' or 'dense', with the others as given."""
    if crf == "dense":
        return frozenset(_CONV_ONLY)
    return frozenset() if parameters.convention == "released" else frozenset({"message_weight"})


def make_refiner(
    image: Image,
    label_set: LabelSet,
    probabilities: Probabilities | None,
    device: str = "auto",
    crf: str = "conv",
) -> Refiner:
    """An image held ready on a device; `refine` on it takes parameters and gives masks.

    Args:
        image: The image.
        label_set: The classes.
        probabilities: What a network believes; without them each call brings a mask.
        device: As `choose_device` takes it.
        crf: 'conv', or 'dense' for the fully connected CRF.

    Raises:
        GeometryError: if the probabilities lie on another grid.
        DeviceError: if the machine does not have that device.
    """
    from engine.crf.refiner import Refiner
    from engine.inference.device import choose_device

    return Refiner(image, label_set, probabilities, choose_device(device), crf=crf)


def find_preset(folder: Path | None, name: str) -> CrfParameters:
    """Parameters that were saved in a project under a name, or shipped under it.

    Args:
        folder: The project; None if there is none, and only those shipped count.
        name: As the panel shows it.

    Raises:
        UnknownName: if there are none of that name.
        ReadError: if the project or its presets are damaged.
    """
    from engine.registry import unknown

    presets = list_presets(folder) if folder else SHIPPED
    if name not in presets:
        raise unknown("preset", name, presets)
    return presets[name]


def list_presets(folder: Path) -> dict[str, CrfParameters]:
    """The shipped presets and those of a project, by name.

    Raises:
        ReadError: if the project or its presets are damaged.
    """
    from engine.project.presets import load_presets
    from engine.project.store import Project

    return {**SHIPPED, **load_presets(Project(folder).folder)}


def keep_preset(
    folder: Path, name: str, parameters: CrfParameters, right: Right | None = None
) -> dict[str, CrfParameters]:
    """Save parameters in a project under a name; returns all there are then.

    Args:
        folder: The project.
        name: What to call them.
        parameters: What to save.
        right: To write to the project; taken for as long as this lasts if left out.

    Raises:
        ProjectHeld: if the project is open for writing elsewhere.
        ParameterError: if the name is empty or that of a shipped preset.
        ReadError, WriteError: if the presets of the project are damaged or cannot be written.
    """
    from engine.project.presets import save_preset
    from engine.project.store import Project
    from engine.workflow.checkpoint import holding

    if not name.strip() or name in SHIPPED:
        raise ParameterError(
            f"A preset cannot be saved as '{name}'.", remedy="Give it a name of its own."
        )
    project = Project(folder)
    with holding(project.folder, right):
        save_preset(project.folder, name.strip(), parameters)
    return list_presets(folder)


def probabilities_of_mask(mask: LabelMap) -> Probabilities:
    """Probabilities that believe a mask."""
    values = believed(mask.labels, len(mask.label_set))
    return Probabilities(values, mask.geometry, mask.label_set)


def load_probabilities_array(path: Path, geometry: Geometry) -> Floats:
    """Probabilities (K, *shape) from a .npy file, on the grid of an image.

    Raises:
        ReadError: if it is no such array, has another shape, or does not sum to 1.
    """
    try:
        values = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise ReadError(
            f"'{path}' is no .npy array ({error}).", remedy="Write it with numpy.save."
        ) from error
    fits = isinstance(values, np.ndarray) and values.shape[1:] == geometry.shape
    if not fits or not 2 <= len(values) <= IGNORE or values.dtype.kind != "f":
        raise ReadError(
            f"'{path}' has not the shape (classes, {', '.join(map(str, geometry.shape))}).",
            remedy="Give the probabilities of this image, as floating-point numbers.",
        )
    total = values.sum(axis=0, dtype=np.float64)
    if not np.isfinite(total).all() or values.min() < 0 or np.abs(total - 1).max() > 1e-2:
        raise ReadError(
            f"'{path}' holds numbers that are no probabilities.",
            remedy="They must be at least 0 and sum to 1 over the first axis.",
        )
    return values.astype(np.float32)


def as_probabilities(
    values: Floats, geometry: Geometry, label_set: LabelSet | None
) -> Probabilities:
    """Wrap an array of probabilities (K, *shape) with its classes, named by number if unknown."""
    if label_set is None or len(label_set) != len(values):
        names = ["background", *(f"class {i}" for i in range(1, len(values)))]
        label_set = LabelSet.named(names)
    return Probabilities(values.astype(np.float16), geometry, label_set)
