"""How SimpleITK and others are asked about a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np


def by_itk(path: Path) -> Any:
    """The image as SimpleITK reads it, its warnings on the console left out."""
    import SimpleITK

    SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)
    return SimpleITK.ReadImage(str(path))


def write_by_itk(image: Any, path: Path) -> None:
    import SimpleITK

    SimpleITK.WriteImage(image, str(path))


def itk_series(folder: Path) -> Any:
    """The volume that SimpleITK makes of a DICOM folder."""
    import SimpleITK

    SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder)))
    return reader.Execute()


def itk_values(image: Any) -> np.ndarray:
    """(slices, rows, columns)."""
    import SimpleITK

    return SimpleITK.GetArrayFromImage(image)


def places_of(path: Path) -> tuple[tuple[float, ...], ...]:
    """Origin, spacing and direction as SimpleITK has them."""
    image = by_itk(path)
    return (image.GetOrigin(), image.GetSpacing(), image.GetDirection())


def itk_affine(path: Path) -> np.ndarray:
    """(4, 4): where SimpleITK puts voxels, in RAS."""
    image = by_itk(path)
    direction = np.array(image.GetDirection()).reshape(3, 3)
    affine = np.eye(4)
    affine[:3, :3] = direction * image.GetSpacing()
    affine[:3, 3] = image.GetOrigin()
    return np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine
