from __future__ import annotations

import threading

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


def test_another_device_keeps_to_torch(kernels):
    backend.prepare()
    assert not backend.is_fast(CrfParameters(), 1, 2, torch.device("meta"))
