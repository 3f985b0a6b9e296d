"""Make the samples that ship with Sulcus from what nilearn and scikit-image bundle.

Run as ``python packaging/make_samples.py --out resources/samples``; two runs give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import logging
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
from nibabel import nifti1
from scipy import ndimage

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]

TISSUES = ("background", "CSF", "GM", "WM")
PHOTOS = ("coins.png", "coffee.png")
_KERNEL = np.array([0.25, 0.5, 0.25])

MNI_NOTICE = """\
Copyright (C) 1993-2009 Louis Collins, McConnell Brain Imaging Centre, Montreal Neurological
Institute, McGill University. Permission to use, copy, modify, and distribute this software and its
documentation for any purpose and without fee is hereby granted, provided that the above copyright
notice appear in all copies. The authors and McGill University make no representations about the
suitability of this software for any purpose. It is provided "as is" without express or implied
warranty. The authors are not responsible for any data loss, equipment damage, property loss, or
injury to subjects or patients resulting from the use or misuse of this software package.
"""

_NOTICE = """\
# The samples of Sulcus

Made by `packaging/make_samples.py` from nilearn {nilearn} and scikit-image {skimage}.

## brain/mni152_t1.nii.gz, brain/mni152_tissues.nii.gz

The ICBM 152 template of 2009 (nonlinear, symmetric, version a; T1, grey matter and white matter) as
nilearn bundles it at 1 mm and without the skull. Changed for Sulcus: smoothed with (1, 2, 1) / 4
along each axis and reduced to 2 mm. In `mni152_tissues` each voxel has its most probable class:
0 background, 1 CSF, 2 grey matter (GM), 3 white matter (WM); CSF is what the brain's mask holds
beside grey and white matter. An average of 152 people, no single person's brain.

{mni}
Cite: Fonov, Evans, Botteron, Almli, McKinstry and Collins, NeuroImage 54, 2011,
doi 10.1016/j.neuroimage.2010.07.033; Fonov, Evans, McKinstry, Almli and Collins, NeuroImage 47,
2009, doi 10.1016/S1053-8119(09)70884-5.

## photos/coins.png

Greek coins from Pompeii; Brooklyn Museum Collection,
https://www.brooklynmuseum.org/opencollection/archives/image/51611. "No known copyright
restrictions" (documentation of `skimage.data.coins`). Unchanged.

## photos/coffee.png

Coffee cup; by Rachel Michetti, courtesy of Pikolo Espresso Bar. "No copyright restrictions. CC0 by
the photographer" (documentation of `skimage.data.coffee`). Unchanged.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """The MNI152 template on one grid.

    Attributes:
        t1: (X, Y, Z) float32 in [0, 255]; 0 outside the brain.
        tissues: (4, X, Y, Z) float32 in [0, 1], in the order of `TISSUES`; they sum to 1.
        affine: float64 (4, 4), voxel index to millimetres in RAS+ MNI space.
    """

    t1: Floats
    tissues: Floats
    affine: npt.NDArray[np.float64]

    def labels(self) -> npt.NDArray[np.uint8]:
        """The most probable tissue of each voxel, (X, Y, Z) uint8."""
        return self.tissues.argmax(axis=0).astype(np.uint8)


def template_files() -> list[Path]:
    """The template's T1 image and its maps of grey and white matter."""
    folder = _folder_of("nilearn") / "datasets" / "data"
    return [
        folder / f"mni_icbm152_{kind}_tal_nlin_sym_09a_converted.nii.gz"
        for kind in ("t1", "gm", "wm")
    ]


def read_template() -> Template:
    """The template at 1 mm, as nilearn bundles it."""
    maps = [nifti1.load(path) for path in template_files()]
    t1, grey, white = (image.get_fdata(dtype=np.float32) for image in maps)
    brain = np.asarray(ndimage.binary_fill_holes(t1 > 0), np.bool_)
    grey, white = (np.where(brain, values / 255.0, 0.0) for values in (grey, white))
    fluid = np.clip(brain - grey - white, 0.0, 1.0)
    tissues = np.stack([~brain, fluid, grey, white]).astype(np.float32)
    return Template(t1, tissues, np.array(maps[0].affine, np.float64))


def reduce_template(template: Template) -> Template:
    """The template at 2 mm on the usual grid of 91 x 109 x 91 voxels."""
    to_index = np.linalg.inv(template.affine)
    first = np.rint(to_index @ (-90.0, -126.0, -72.0, 1.0))[:3].astype(int)
    grid = tuple(slice(a, a + 2 * n - 1, 2) for a, n in zip(first, (91, 109, 91), strict=True))
    affine = template.affine @ np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = (-90.0, -126.0, -72.0)
    tissues = np.stack([_smooth(tissue)[grid] for tissue in template.tissues])
    return Template(_smooth(template.t1)[grid], tissues, affine)


def _smooth(values: Floats) -> Floats:
    """(1, 2, 1) / 4 along each axis: what half the samples can carry remains."""
    for axis in range(3):
        values = np.asarray(ndimage.correlate1d(values, _KERNEL, axis, mode="nearest"), np.float32)
    return values


def _folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is needed to make the samples: pip install {package}")
    return Path(spec.origin).parent


def _nifti(voxels: npt.NDArray[np.uint8], affine: npt.NDArray[np.float64]) -> bytes:
    """A .nii.gz in MNI space whose bytes depend on nothing but its content."""
    image = nifti1.Nifti1Image(voxels, affine)
    image.set_sform(affine, code=4)
    image.set_qform(affine, code=4)
    image.header.set_xyzt_units("mm")
    image.header["descrip"] = b"ICBM 152 2009a symmetric, 2 mm"
    return gzip.compress(image.to_bytes(), compresslevel=9, mtime=0)


def make_samples(out: Path) -> None:
    """Write the samples and their notice below the folder `out`."""
    template = reduce_template(read_template())
    t1 = np.rint(np.clip(template.t1, 0, 255)).astype(np.uint8)
    contents = {
        "brain/mni152_t1.nii.gz": _nifti(t1, template.affine),
        "brain/mni152_tissues.nii.gz": _nifti(template.labels(), template.affine),
        "NOTICE.md": _NOTICE.format(
            nilearn=version("nilearn"), skimage=version("scikit-image"), mni=MNI_NOTICE
        ).encode(),
    }
    for photo in PHOTOS:
        contents[f"photos/{photo}"] = (_folder_of("skimage") / "data" / photo).read_bytes()
    for name, data in contents.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        log.info("%s: %d bytes", name, len(data))


def main() -> None:
    """Read the command line and make the samples."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("resources/samples"))
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    make_samples(arguments.out)


if __name__ == "__main__":
    main()
