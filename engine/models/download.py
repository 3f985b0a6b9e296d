"""One file from the network: resumed where it stopped, checked by its hash, whole or not at all."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from pathlib import Path
from typing import BinaryIO, cast

from engine.errors import MissingSystem, ParameterError, WeightsError
from engine.files import explained_write, make_folder, replacing, sha256_of
from engine.progress import Progress

_CHUNK = 1 << 20
_PATIENCE = 30.0
"""Seconds to wait for an answer."""
_ATTEMPTS = 4
_LATE = (OSError, http.client.HTTPException)
"""What a connection that breaks raises; urllib's errors are OSErrors."""


def download(url: str, path: Path, *, sha256_prefix: str, progress: Progress | None = None) -> Path:
    """Download a file to `path`.

    What has come lies beside `path` with the ending '.part' until it is whole; a later call goes on
    where it stopped, if the server can do that.

    Args:
        url: http or https.
        path: Where it goes; the folder is made.
        sha256_prefix: What its SHA-256 begins with; '' if that is not known, as for an unchecked
            file that no one published a hash of.
        progress: Told of the bytes; may cancel.

    Returns:
        `path`.

    Raises:
        MissingSystem: if there is no network, or the connection breaks again and again.
        WeightsError: if the file has another hash; it is removed.
        WriteError: if the folder cannot be written.
        Cancelled: if `progress` was asked to stop; what has come stays.
        ParameterError: if the address is none of the web.
    """
    if not url.startswith(("http://", "https://")):
        raise ParameterError(f"'{url}' is no address of the web.", remedy="Give an https address.")
    make_folder(path.parent)
    part = path.with_name(f"{path.name}.part")
    _fetch_all(url, part, progress or Progress())
    digest = sha256_of(part)
    if not digest.startswith(sha256_prefix):
        part.unlink()
        raise WeightsError(
            f"What came from {url} is not the published file: its SHA-256 is {digest[:16]}..., "
            f"not {sha256_prefix}...",
            remedy="Try again; if it happens again, something on the way changes the file.",
        )
    with replacing(path) as temporary:
        part.replace(temporary)
    return path


def _fetch_all(url: str, part: Path, progress: Progress) -> None:
    """Fetch what `part` still lacks, anew after each break."""
    reason = ""
    for _ in range(_ATTEMPTS):
        before = _size(part)
        try:
            if _fetch(url, part, progress):
                return
            reason = "the connection broke"
        except urllib.error.HTTPError as error:
            if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise _unreachable(url, f"the server answers '{error.code} {error.reason}'") from (
                    error
                )
            part.unlink(missing_ok=True)  # longer than the file: left of another one
        except _LATE as error:
            reason = str(getattr(error, "reason", error)).strip() or type(error).__name__
            if _size(part) == before:
                break  # nothing came: no use to knock again at once
    raise _unreachable(url, reason)


def _fetch(url: str, part: Path, progress: Progress) -> bool:
    """Fetch once from where `part` ends; whether it is whole now."""
    have = _size(part)
    request = urllib.request.Request(url, headers={"User-Agent": "sulcus"})  # noqa: S310 - checked
    if have:
        request.add_header("Range", f"bytes={have}-")
    with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310 - checked
        resumed = answer.status == http.HTTPStatus.PARTIAL_CONTENT
        done = have if resumed else 0
        length = answer.headers.get("Content-Length")
        total = done + int(length) if length else 0
        with explained_write(part), part.open("ab" if resumed else "wb") as file:
            done = _copy(cast(BinaryIO, answer), file, done, total, progress)
    return done == total if total else True


def _copy(source: BinaryIO, target: BinaryIO, done: int, total: int, progress: Progress) -> int:
    """Copy what comes until it ends or breaks; how much there is then."""
    progress.step(done, max(total, done), "downloading")
    while True:
        try:
            chunk = source.read(_CHUNK)
        except http.client.IncompleteRead as broken:
            target.write(broken.partial)
            return done + len(broken.partial)
        except (ConnectionError, TimeoutError):
            return done
        if not chunk:
            return done
        target.write(chunk)
        done += len(chunk)
        progress.step(done, max(total, done), "downloading")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _unreachable(url: str, reason: str) -> MissingSystem:
    return MissingSystem(
        f"{url} cannot be downloaded: {reason}.",
        remedy="Check the network and try again; what has come is kept.",
    )
