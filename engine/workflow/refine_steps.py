"""Writing what a CRF believes after each iteration, to look into how it comes to its mask."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.core.planes import Plane, slice_count, slice_view
from engine.errors import ParameterError
from engine.progress import Progress
from engine.workflow.refine import make_refiner
from engine.workflow.refine_many import RefineOptions, believed_of


def write_steps(
    image_path: Path,
    options: RefineOptions,
    folder: Path,
    *,
    probabilities: Path | None,
    mask: Path | None,
    number: int | None,
    progress: Progress,
) -> tuple[Path, ...]:
    """Write the beliefs before the first and after each iteration, a file each.

    The files are called 'NAME_step_00.npy' and so on, (classes, rows, columns) float16 of the
    slice as the window shows it.

    Args:
        image_path: The image.
        options: Parameters, device and CRF.
        folder: Where the files go; made if it is not there.
        probabilities: A .npy file (K, *shape); or
        mask: a mask on the image's grid.
        number: Which axial slice of a volume, from 1; the middle one if left out.
        progress: Told of each iteration.

    Raises:
        ReadError, GeometryError, ParameterError: if an input is refused; then nothing is written.
        WriteError: if a file cannot be written.
    """
    from engine.files import replacing, stem_of
    from engine.io.opening import open_image

    image = open_image(image_path)
    believed = believed_of(image, probabilities, mask)
    count = slice_count(image.geometry, Plane.AXIAL)
    index = count // 2 if number is None else number - 1
    if not 0 <= index < count:
        raise ParameterError(
            f"'{image_path}' has no slice {number}.", remedy=f"Choose one from 1 to {count}."
        )
    view = slice_view(image.geometry, Plane.AXIAL, index)
    refiner = make_refiner(image, believed.label_set, believed, options.device, options.crf)
    steps = refiner.steps(view, options.parameters, progress=progress)
    written: list[Path] = []
    for done, beliefs in enumerate(steps):
        path = folder / f"{stem_of(image_path)}_step_{done:02}.npy"
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.save(file, np.ascontiguousarray(beliefs))
        written.append(path)
    return tuple(written)
