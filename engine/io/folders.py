"""Finding the images of a folder, in the order people expect."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from natsort import natsort_keygen, ns

from engine.errors import ReadError
from engine.io.table import IMAGE_FORMATS

_order = natsort_keygen(key=str, alg=ns.PATH | ns.IGNORECASE)


def find_images(paths: Iterable[Path]) -> list[Path]:
    """The image files among `paths` and directly in the folders among them, in natural order.

    A file that is named is taken whatever it is called; in folders, files count by their ending,
    hidden ones and folders are left out, and none is opened.

    Raises:
        ReadError: if a path does not exist, or a folder has no image.
    """
    found: list[Path] = []
    for path in paths:
        try:
            if path.is_dir():
                found += _images_in(path)
            else:
                path.stat()
                found.append(path)
        except FileNotFoundError as error:
            raise ReadError(f"'{path}' does not exist.", remedy="Check the path.") from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ReadError(
                f"'{path}' cannot be read: {reason}.", remedy="Check the path and its permissions."
            ) from error
    return list(dict.fromkeys(found))


def _images_in(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        names = [
            entry.name for entry in entries if not (entry.name.startswith(".") or entry.is_dir())
        ]
    suffixes = tuple(suffix for row in IMAGE_FORMATS for suffix in row.suffixes)
    images = [folder / name for name in names if name.lower().endswith(suffixes)]
    if not images:
        raise ReadError(
            f"The folder '{folder}' holds no image Sulcus can read.",
            remedy=f"Choose a folder with {', '.join(suffixes)} files.",
        )
    return sorted(images, key=_order)
