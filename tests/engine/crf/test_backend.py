from __future__ import annotations

import os
import threading
import time

import pytest
import torch

from engine.crf import backend
from engine.crf.parameters import CrfParameters

CPU = torch.device("cpu")


class Kernels:
    """Kernels that leave a compiled file on the disk before they are all there."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.seen_while_compiling: list[bool] = []

    def warm_up(self) -> None:
        (self.folder / "first.nbi").write_bytes(b"")
        self.seen_while_compiling.append(backend.is_fast(CrfParameters(), 1, 2, CPU))

    def supports(self, *_) -> bool:
        return True


@pytest.fixture
def kernels(tmp_path, monkeypatch):
    import engine.crf.jit  # noqa: F401 - sets the folder that is replaced here

    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(backend, "_ready", threading.Event())
    made = Kernels(tmp_path)
    monkeypatch.setattr(backend, "_kernels", lambda: made)
    return made


def test_nobody_waits_for_kernels_that_are_still_being_compiled(kernels):
    assert not backend.is_fast(CrfParameters(), 1, 2, CPU)
    backend.prepare()
    assert kernels.seen_while_compiling == [False]
    assert backend.is_fast(CrfParameters(), 1, 2, CPU)


def test_the_next_process_finds_the_kernels_complete(kernels, monkeypatch):
    backend.prepare()
    monkeypatch.setattr(backend, "_ready", threading.Event())
    assert backend.is_fast(CrfParameters(), 1, 2, CPU)


def test_a_folder_that_cannot_be_written_costs_only_the_next_start(kernels, monkeypatch, caplog):
    monkeypatch.setattr(backend, "_mark", lambda: kernels.folder / "first.nbi" / "complete")
    backend.prepare()
    assert "cannot be kept" in caplog.text
    assert backend.is_fast(CrfParameters(), 1, 2, CPU)


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Eight folders of kernels, the last used first; the first is the program's own."""
    import engine.crf.jit

    made = [tmp_path / f"{number:012x}" for number in range(8)]
    for age, folder in enumerate(made):
        folder.mkdir()
        (folder / "complete").touch()
        then = time.time() - 3600 * 20 * age
        os.utime(folder / "complete", (then, then))
    monkeypatch.setattr(engine.crf.jit, "cache_folder", lambda: made[0])
    return made


def left(folders) -> list[int]:
    return [number for number, folder in enumerate(folders) if folder.exists()]


def test_kernels_of_older_sources_are_removed_but_for_the_last_few(folders, kernels, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(folders[0]))
    other = folders[0].parent / "notes"
    other.mkdir()
    backend.prepare()
    assert left(folders) == [0, 1, 2]
    assert other.exists()


def test_kernels_that_somebody_may_be_compiling_stay(folders, kernels, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(folders[0]))
    for folder in folders[4:6]:
        (folder / "complete").unlink()
    backend.prepare()
    assert left(folders) == [0, 1, 4, 5]


def test_beside_a_folder_that_the_person_chose_nothing_is_removed(folders, kernels, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(folders[7]))
    backend.prepare()
    assert left(folders) == list(range(8))


def test_another_device_keeps_to_torch(kernels):
    backend.prepare()
    assert not backend.is_fast(CrfParameters(), 1, 2, torch.device("meta"))
