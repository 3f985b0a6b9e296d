"""The kernels for graphics processors, held against the torch module.

Without a GPU they run in Triton's interpreter. It must be asked for before Triton is imported, so
this file is run as a program of its own (`python test_cuda.py`), which prints what it found.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.crf import backend
from engine.crf.convcrf import ConvCRF
from engine.crf.parameters import CrfParameters

needs_triton = pytest.mark.skipif(
    importlib.util.find_spec("triton") is None, reason="Triton is not installed (extra 'cuda')"
)
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")

COSTS = ((0, 1, 2, 1), (3, 0, 1, 2), (1, 1, 0, 0), (2, 0, 1, 1))
OPEN = {"normalisation": "none"}
RELEASED = {"convention": "released", "window": "square"}


@dataclass(frozen=True)
class Case:
    name: str
    sides: tuple[int, ...]
    classes: int
    changed: dict[str, Any]
    channels: int = 1
    images: int = 1
    pins: bool = False
    spacing: tuple[float, ...] | None = None
    learns: bool = True
    filter_size: int = 3

    def parameters(self) -> CrfParameters:
        return CrfParameters(
            filter_size=self.filter_size,
            iterations=2,
            smoothness_position=1.3,
            **{
                "appearance_colour": 60.0,
                "appearance_position": 9.0,
                "appearance_weight": 0.8,
                **self.changed,
            },
        )


CASES = [
    Case("paper", (5, 4), 4, {}, 3, 2, pins=True, spacing=(0.7, 1.4), filter_size=5),
    Case("paper, square, open", (5, 4), 3, {**OPEN, "window": "square", "temperature": 1.3}),
    Case("paper, costs", (5, 4), 4, {"compatibility": COSTS}, pins=True, learns=False),
    Case("paper, any distance", (4, 5), 2, {"appearance_position": math.inf, "window": "square"}),
    Case("released, one class, wide", (2, 34), 1, {**RELEASED, **OPEN}, 2),
    Case("released, diamond", (5, 3), 5, {"convention": "released"}, pins=True),
    Case("released, 21 classes", (3, 3), 21, {**RELEASED, **OPEN}, 3),
    Case("one pixel", (1, 1), 3, {}, learns=False),
    Case("paper, blur 2", (5, 6), 3, {**OPEN, "blur": 2}, pins=True, spacing=(0.7, 1.4)),
    Case("released, blur 4", (6, 5), 5, {**RELEASED, **OPEN, "blur": 4}, 3, pins=True),
    Case("released, blur 2", (5, 3), 2, {**RELEASED, "blur": 2}, learns=False),
    Case("paper, blur 4, costs", (6, 9), 4, {"blur": 4, "compatibility": COSTS}, learns=False),
    Case("volume", (2, 3, 2), 2, {}, pins=True, spacing=(2.0, 0.7, 1.4)),
    Case("volume, released", (3, 2, 3), 3, {**RELEASED, **OPEN}, learns=False),
]


@dataclass
class Outcome:
    """The result of a module and every slope that it has."""

    found: dict[str, torch.Tensor] = field(default_factory=dict)


def outcome(crf: ConvCRF, case: Case, device: str) -> Outcome:
    made = torch.Generator().manual_seed(len(case.name))

    def random(*shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=made)

    crf = crf.to(device).requires_grad_(case.learns)
    scores = 5 * random(case.images, case.classes, *case.sides)
    colours = 255 * random(case.images, case.channels, *case.sides)
    pinned = None
    if case.pins:
        pinned = torch.where(random(case.images, *case.sides) < 0.2, 1, -1).to(device)
    trend = random(*scores.shape).to(device)
    scores = scores.to(device).requires_grad_(case.learns)
    found = crf(scores, colours.to(device), case.spacing, pinned)
    result = {"result": found.detach()}
    if case.learns:
        (found * trend).sum().backward()
        slopes = {"scores": scores.grad, **{n: p.grad for n, p in crf.named_parameters()}}
        result |= {f"slope of {n}": slope for n, slope in slopes.items() if slope is not None}
    return Outcome({name: value.cpu().double() for name, value in result.items()})


def differences(case: Case, device: str) -> dict[str, float]:
    """Of each result and slope, relative to its largest, from torch in double precision."""
    from engine.crf.cuda import CudaCRF

    class Exact(ConvCRF):
        def forward(self, scores, colours, spacing=None, pinned=None):
            return super().forward(scores.double(), colours.double(), spacing, pinned)

    kernels, p = CudaCRF(case.parameters()), case.parameters()
    truth = outcome(Exact(p).double(), case, device).found
    single = outcome(ConvCRF(p), case, device).found
    example = torch.zeros(1, case.classes, *case.sides, device=device)
    kernels.requires_grad_(case.learns)
    assert kernels.is_fast(example, example[:, :1]), "torch would answer"
    found = outcome(kernels, case, device).found
    assert found.keys() == truth.keys()
    # a slope may be next to nothing beside what it is summed from; torch then errs as much
    return {
        name: float(
            (found[name] - wanted).abs().max()
            / torch.maximum(wanted.abs().max(), 1e5 * (single[name] - wanted).abs().max())
            .clamp(min=1e-9)
        )
        for name, wanted in truth.items()
    }  # fmt: skip


def run_apart(tmp_path: Path, *arguments: str, **environment: str) -> str:
    places = {"PYTHONPATH": str(Path(__file__).parents[3]), "TRITON_CACHE_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-W", "error", __file__, *arguments],
        env={**os.environ, **places, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not run.returncode, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def interpreted(tmp_path_factory) -> dict[str, dict[str, float]]:
    printed = run_apart(tmp_path_factory.mktemp("triton"), "differences", TRITON_INTERPRET="1")
    return json.loads(printed)


@needs_triton
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_kernels_equal_the_torch_module_forth_and_back(interpreted, case):
    apart = interpreted[case.name]
    assert "slope of scores" in apart or not case.learns
    assert max(apart.values()) < 3e-5, apart


@needs_triton
@needs_gpu
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_on_a_gpu_they_are_the_same(case):
    apart = differences(case, "cuda")
    assert max(apart.values()) < 3e-5, apart


@needs_triton
def test_every_kernel_compiles_for_a_gpu_that_is_not_there(tmp_path):
    compiled = json.loads(run_apart(tmp_path, "compiled"))
    assert set(compiled) == {"step", "message", "settle", "retreat", "ease", "collect"}
    # classes lie in registers, and a column is a thread's: sums over neighbours share no memory
    for name in ("step", "message", "retreat"):
        assert "ex2.approx" in compiled[name], name
        assert ".shared." not in compiled[name], name


@needs_triton
def test_what_the_kernels_do_not_solve_torch_does():
    from engine.crf.cuda import CudaCRF

    p = CrfParameters(filter_size=3)
    scores, colours = torch.rand(1, 2, 4, 4), 255 * torch.rand(1, 1, 4, 4)
    assert not CudaCRF(p).is_fast(scores, colours)  # on the processor
    assert torch.equal(CudaCRF(p)(scores, colours), ConvCRF(p)(scores, colours))


def test_the_processor_has_the_torch_module():
    assert backend.module_for(torch.device("cpu")) is ConvCRF
    made = backend.mean_field(CrfParameters(iterations=3), torch.device("cpu"))
    assert made.settings.iterations == 3


def test_a_gpu_without_triton_has_the_torch_module(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert backend.module_for(torch.device("cuda")) is ConvCRF


@needs_triton
def test_a_gpu_has_the_kernels_if_one_can_be_compiled(monkeypatch):
    import engine.crf.cuda as kernels

    monkeypatch.setattr(kernels, "is_ready", lambda device: False)
    assert backend.module_for(torch.device("cuda")) is ConvCRF
    monkeypatch.setattr(kernels, "is_ready", lambda device: True)
    assert backend.module_for(torch.device("cuda")) is kernels.CudaCRF


@needs_triton
@needs_gpu
def test_the_first_solve_is_tried_and_found_to_work():
    from engine.crf.cuda import is_ready

    assert is_ready(torch.device("cuda"))


def compiled_kernels() -> dict[str, str]:
    """PTX for an H100 of every kernel that a solve and its way back launch; none is run."""
    from triton.backends.compiler import GPUTarget
    from triton.runtime import driver
    from triton.runtime.autotuner import Autotuner
    from triton.runtime.jit import JITFunction

    class NoGpu:
        def get_current_target(self):
            return GPUTarget("cuda", 90, 32)

        def get_current_device(self):
            return 0

        def get_current_stream(self, device):
            return 0

    found: dict[str, str] = {}

    def compiling(kernel, grid):
        def launch(*given, **named):
            if kernel.fn.__name__ not in found:
                made = kernel.warmup(*given, grid=(1,), **named)
                found[kernel.fn.__name__] = made.asm["ptx"]

        return launch

    driver.set_active(NoGpu())
    JITFunction.__getitem__ = compiling
    Autotuner.__getitem__ = lambda tuner, grid: (
        lambda *given, **named: tuner.fn[grid](*given, **named, **tuner.configs[0].all_kwargs())
    )
    import engine.crf.cuda as kernels

    kernels.interpreted = True  # tensors on the processor will do, since nothing runs
    for name in ("paper", "released, blur 4"):
        case = next(one for one in CASES if one.name == name)
        crf = kernels.CudaCRF(case.parameters())
        scores = torch.zeros(1, case.classes, 64, 64, requires_grad=True)
        crf(scores, torch.zeros(1, 3, 64, 64), None, torch.zeros(1, 64, 64)).sum().backward()
    return found


if __name__ == "__main__":
    if sys.argv[1] == "differences":
        found = {case.name: differences(case, "cpu") for case in CASES}
    else:
        found = compiled_kernels()
    sys.stdout.write(json.dumps(found))
