from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.crf import cpu_kernels
from engine.crf.convcrf import ConvCRF
from engine.crf.cpu import CpuCrf, supports
from engine.crf.parameters import RELEASED, CrfParameters
from engine.errors import Cancelled, ParameterError
from engine.progress import Progress

GOLDEN = Path(__file__).parents[4] / "shared" / "golden"


def scene(classes: int, sides: tuple[int, ...], channels: int = 3, seed: int = 0):
    """Log-probabilities (K, *S) and colours (F, *S) of stripes under noise."""
    rng = np.random.default_rng(seed)
    place = sum(np.indices(sides) * rng.uniform(0.05, 0.4, (len(sides),) + (1,) * len(sides)))
    label = (place % classes).astype(int)
    tints = rng.uniform(20, 235, (channels, classes))
    colours = tints[:, label] + rng.normal(scale=8, size=(channels, *sides))
    scores = rng.normal(size=(classes, *sides)) + 2 * (
        np.arange(classes).reshape(-1, *[1] * len(sides)) == label
    )
    return scores.astype(np.float32), np.clip(colours, 0, 255).astype(np.float32)


def by_torch(scores, colours, p: CrfParameters, spacing, pinned=None) -> np.ndarray:
    free = None
    if pinned is not None:
        free = torch.from_numpy(np.where(pinned == 255, -1, pinned.astype(int)))[None]
    with torch.inference_mode():
        crf = ConvCRF(p)
        return crf(torch.from_numpy(scores)[None], torch.from_numpy(colours)[None], spacing, free)[
            0
        ].numpy()


def assert_equal(found: np.ndarray, wanted: np.ndarray) -> None:
    assert found.shape == wanted.shape
    assert found.dtype == np.float32
    assert abs(found - wanted).max() <= 1e-4 * abs(wanted).max() + 1e-7
    best = np.sort(wanted, axis=0)
    clear = best[-1] - best[-2] > 1e-4 * abs(wanted).max() if len(best) > 1 else ...
    assert np.array_equal(found.argmax(0)[clear], wanted.argmax(0)[clear])


@pytest.mark.parametrize("sides", [(23, 37), (4, 9, 18)])
@pytest.mark.parametrize("blur", [1, 2, 4])
@pytest.mark.parametrize("window", ["manhattan", "square"])
@pytest.mark.parametrize("normalisation", ["none", "symmetric"])
@pytest.mark.parametrize("convention", ["paper", "released"])
@pytest.mark.parametrize("reach", [12.0, math.inf])
def test_it_equals_the_torch_module(sides, blur, window, normalisation, convention, reach):
    p = CrfParameters(
        filter_size=5,
        appearance_weight=3.0,
        appearance_position=reach,
        smoothness_position=1.7,
        unary_weight=0.8,
        temperature=1.3,
        blur=blur,
        window=window,
        normalisation=normalisation,
        convention=convention,
    )
    spacing = (2.0, 0.9, 1.1)[-len(sides) :]
    scores, colours = scene(5, sides)
    pinned = np.full(sides, 255, np.uint8)
    pinned[..., 2:4, 5:9] = 1
    for pins in (None, pinned):
        found = CpuCrf(colours, spacing).solve(scores, p, pins)
        assert_equal(found, by_torch(scores, colours, p, spacing, pins))


parameters = st.builds(
    CrfParameters,
    filter_size=st.sampled_from([3, 5, 7, 11, 21]),
    iterations=st.integers(1, 4),
    appearance_weight=st.sampled_from([0.0, 2.5, 6.0]),
    appearance_colour=st.sampled_from([5.0, 13.0, 60.0]),
    appearance_position=st.sampled_from([3.0, 80.0, math.inf]),
    smoothness_weight=st.sampled_from([0.0, 1.0, 3.0]),
    smoothness_position=st.sampled_from([0.5, 3.0, 30.0]),
    unary_weight=st.sampled_from([0.2, 1.0]),
    temperature=st.sampled_from([0.5, 1.0]),
    message_weight=st.sampled_from([0.0, 0.2, 1.0]),
    blur=st.sampled_from([1, 2, 4]),
    window=st.sampled_from(["manhattan", "square"]),
    normalisation=st.sampled_from(["symmetric", "none"]),
    convention=st.sampled_from(["paper", "released"]),
)
few_sides = st.one_of(
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    # torch pools no volume thinner than its blocks
    st.tuples(st.integers(4, 6), st.integers(4, 9), st.integers(4, 20)),
)


@settings(max_examples=80, deadline=None)
@given(
    parameters,
    few_sides,
    st.sampled_from([1, 2, 3, 4, 5, 8, 21]),
    st.integers(1, 4),
    st.integers(0, 9),
)
def test_it_equals_the_torch_module_whatever_the_size(p, sides, classes, channels, seed):
    if len(sides) == 3:
        p = replace(p, filter_size=min(p.filter_size, 5))
    scores, colours = scene(classes, sides, channels, seed)
    spacing = (1.0,) * len(sides)
    found = CpuCrf(colours, spacing).solve(scores, p)
    assert_equal(found, by_torch(scores, colours, p, spacing))


def costs(classes: int, seed: int = 0) -> tuple[tuple[float, ...], ...]:
    """Neither symmetric nor zero for equal classes."""
    found = np.random.default_rng(seed).uniform(-1, 2, (classes, classes)).astype(np.float32)
    return tuple(map(tuple, found.tolist()))


@pytest.mark.parametrize("sides", [(23, 37), (4, 9, 18)])
@pytest.mark.parametrize("blur", [1, 2, 4])
@pytest.mark.parametrize("convention", ["paper", "released"])
@pytest.mark.parametrize("normalisation", ["none", "symmetric"])
@pytest.mark.parametrize("classes", [1, 5, 21])
def test_costs_between_classes_count_as_in_the_torch_module(
    sides, blur, convention, normalisation, classes
):
    p = CrfParameters(
        filter_size=5,
        smoothness_weight=0.2,
        appearance_weight=0.3,
        blur=blur,
        convention=convention,
        normalisation=normalisation,
        compatibility=costs(classes),
    )
    spacing = (2.0, 0.9, 1.1)[-len(sides) :]
    scores, colours = scene(classes, sides)
    pinned = np.full(sides, 255, np.uint8)
    pinned[..., 2:4, 5:9] = classes - 1
    for pins in (None, pinned):
        found = CpuCrf(colours, spacing).solve(scores, p, pins)
        assert_equal(found, by_torch(scores, colours, p, spacing, pins))


@pytest.mark.parametrize("blur", [1, 4])
def test_costs_of_one_for_any_two_classes_are_the_potts_model(blur):
    scores, colours = scene(4, (19, 35))
    crf = CpuCrf(colours, (1.0, 1.0))
    potts = tuple(map(tuple, (1.0 - np.eye(4)).tolist()))
    p = CrfParameters(blur=blur)
    found = crf.solve(scores, replace(p, compatibility=potts))
    assert abs(found - crf.solve(scores, p)).max() < 2e-5


def test_costs_for_another_number_of_classes_are_refused():
    scores, colours = scene(4, (9, 9))
    crf = CpuCrf(colours, (1.0, 1.0))
    with pytest.raises(ParameterError, match="3 classes, but there are 4") as raised:
        crf.solve(scores, CrfParameters(compatibility=costs(3)))
    assert "4 rows" in raised.value.remedy


@pytest.mark.parametrize("blur", [1, 2])
@pytest.mark.parametrize("convention", ["paper", "released"])
def test_each_iteration_tells_what_so_many_lead_to(blur, convention):
    p = CrfParameters(iterations=4, unary_weight=0.7, blur=blur, convention=convention)
    scores, colours = scene(3, (12, 17))
    pinned = np.full((12, 17), 255, np.uint8)
    pinned[3:6, 2:8] = 1
    told: list[tuple[int, np.ndarray]] = []
    crf = CpuCrf(colours, (1.0, 1.0))
    last = crf.solve(scores, p, pinned, on_step=lambda *step: told.append(step))
    assert np.array_equal(last, crf.solve(scores, p, pinned))
    assert [done for done, _ in told] == [0, 1, 2, 3, 4]
    trust = 1.0 if convention == "released" else p.unary_weight
    start = torch.from_numpy(trust * scores).softmax(0).numpy()
    free = pinned == 255
    assert abs(told[0][1] - start)[:, free].max() < 1e-5
    for done, beliefs in told[1:]:
        wanted = by_torch(scores, colours, replace(p, iterations=done), (1.0, 1.0), pinned)
        if convention == "released":
            wanted = torch.from_numpy(wanted).softmax(0).numpy()
        assert_equal(beliefs, wanted)
    assert all(abs(beliefs.sum(0) - 1).max() < 1e-5 for _, beliefs in told)


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("place", [(0, 0, 0), (2, 5, 17), (1, 11, 36)])
def test_what_is_no_number_is_refused(value, place):
    scores, colours = scene(3, (12, 37))
    crf = CpuCrf(colours, (1.0, 1.0))
    broken = scores.copy()
    broken[place] = value
    with pytest.raises(ParameterError, match="no numbers"):
        crf.solve(broken, CrfParameters())
    assert np.isfinite(crf.solve(scores, CrfParameters())).all()
    for sign in (1, -1):
        colours[place] = sign * value
        with pytest.raises(ParameterError, match="no numbers"):
            CpuCrf(colours, (1.0, 1.0))


@pytest.mark.parametrize("blur", [1, 2])
def test_a_probability_of_zero_stays_possible(blur):
    scores, colours = scene(3, (6, 7))
    scores[1, 2, 3] = -math.inf
    p = CrfParameters(blur=blur)
    found = CpuCrf(colours, (1.0, 1.0)).solve(scores, p)
    assert_equal(found, by_torch(scores.clip(-1e4), colours, p, (1.0, 1.0)))
    scores[:, 2, 3] = -math.inf
    assert np.isfinite(CpuCrf(colours, (1.0, 1.0)).solve(scores, p)).all()
    assert np.isfinite(CpuCrf(colours, (1.0, 1.0)).solve(scores, RELEASED)).all()


@cache
def held() -> tuple[CpuCrf, np.ndarray, np.ndarray]:
    scores, colours = scene(4, (19, 35))
    return CpuCrf(colours, (1.0, 1.0)), scores, colours


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(parameters, st.booleans(), st.booleans()), min_size=2, max_size=5))
def test_solving_again_after_any_change_equals_a_fresh_solve(changes):
    crf, first, colours = held()
    frozen = first.copy()
    frozen.flags.writeable = False
    for p, other, again in changes:
        scores = first[::-1].copy() if other else frozen
        pinned = np.where(first[0] > 1.5, 2, 255).astype(np.uint8) if again else None
        fresh = CpuCrf(colours, (1.0, 1.0)).solve(scores, p, pinned)
        assert np.array_equal(crf.solve(scores, p, pinned), fresh)
        heavier = replace(p, appearance_weight=7.5, smoothness_weight=0.3)
        fresh = CpuCrf(colours, (1.0, 1.0)).solve(scores, heavier, pinned)
        assert np.array_equal(crf.solve(scores, heavier, pinned), fresh)


def test_a_log_probability_written_over_is_seen():
    scores, colours = scene(3, (12, 12))
    crf = CpuCrf(colours, (1.0, 1.0))
    before = crf.solve(scores, CrfParameters())
    scores[:] = scores[::-1].copy()
    assert np.allclose(crf.solve(scores, CrfParameters()), before[::-1], atol=1e-5)


def test_a_result_is_not_written_over_by_the_next():
    scores, colours = scene(3, (12, 12))
    crf = CpuCrf(colours, (1.0, 1.0))
    first = crf.solve(scores, CrfParameters())
    kept = first.copy()
    crf.solve(scores[::-1].copy(), CrfParameters())
    assert np.array_equal(first, kept)


@pytest.mark.parametrize("p", [CrfParameters(), RELEASED, CrfParameters(blur=2)])
def test_a_kernel_made_anew_for_each_message_gives_the_same(p, monkeypatch):
    scores, colours = scene(3, (3, 8, 21))
    p = replace(p, filter_size=3, blur=1 if p is RELEASED else p.blur)
    wanted = CpuCrf(colours, (1.0,) * 3).solve(scores, p)
    monkeypatch.setattr(cpu_kernels, "_TABLE_LIMIT", 0)
    assert np.array_equal(CpuCrf(colours, (1.0,) * 3).solve(scores, p), wanted)


@pytest.mark.parametrize("blur", [1, 4])
def test_pinned_pixels_keep_their_class(blur):
    scores, colours = scene(3, (17, 22))
    pinned = np.full((17, 22), 255, np.uint8)
    pinned[3:9, 4:15] = 2
    found = CpuCrf(colours, (1.0, 1.0)).solve(scores, CrfParameters(blur=blur), pinned)
    assert (found[2, 3:9, 4:15] == 1).all()
    assert (found[:2, 3:9, 4:15] == 0).all()


def test_it_stops_between_iterations_and_starts_afresh():
    scores, colours = scene(3, (12, 14))
    progress = Progress(lambda step: progress.cancel() if step.done == 2 else None)
    crf = CpuCrf(colours, (1.0, 1.0))
    with pytest.raises(Cancelled):
        crf.solve(scores, CrfParameters(), progress=progress)
    wanted = CpuCrf(colours, (1.0, 1.0)).solve(scores, CrfParameters())
    assert np.array_equal(crf.solve(scores, CrfParameters()), wanted)


@pytest.mark.parametrize("number", range(7))
@pytest.mark.skipif(not GOLDEN.exists(), reason="the golden arrays lie outside the project")
def test_released_convention_equals_the_authors_code(number):
    name = f"convcrf_{number:02d}.npz"
    entry = next(e for e in json.loads((GOLDEN / "index.json").read_text()) if e["file"] == name)
    config, arrays = entry["config"], np.load(GOLDEN / name)
    near, alike = config["pos_feats"], config["col_feats"]
    p = replace(
        RELEASED,
        filter_size=config["filter_size"],
        iterations=entry["iterations"],
        blur=config["blur"],
        normalisation="symmetric" if config["norm"] == "sym" else "none",
        unary_weight=config["unary_weight"],
        message_weight=config["weight_init"],
        smoothness_weight=near["compat"],
        smoothness_position=near["sdims"],
        appearance_weight=alike["compat"],
        appearance_colour=alike["schan"],
        appearance_position=alike["sdims"] if alike["use_bias"] else math.inf,
    )
    colours = np.ascontiguousarray(np.moveaxis(arrays["image"], -1, 0).astype(np.float32))
    found = CpuCrf(colours, (1.0, 1.0)).solve(np.log(arrays["probabilities"] + 1e-9), p)
    if config["final_softmax"]:
        found = torch.from_numpy(found).softmax(0).numpy()
    assert_equal(found, arrays["output"])
    assert np.array_equal(found.argmax(0), arrays["output"].argmax(0))


def test_after_the_warm_up_nothing_is_left_to_compile():
    """In a process of its own, in which no other test has compiled anything."""
    code = """if True:
        from itertools import product
        import numpy as np
        from engine.crf import cpu, cpu_cells, cpu_messages, cpu_tables
        from engine.crf.parameters import CrfParameters

        def compiled():
            modules = cpu_tables, cpu_messages, cpu_cells
            names = [(m, n) for m in modules for n in vars(m) if hasattr(vars(m)[n], "signatures")]
            return {f"{m.__name__}.{n}": list(vars(m)[n].signatures) for m, n in names}

        cpu.warm_up()
        before = compiled()
        options = product(
            ((7, 6), (4, 5, 6)), (1, 2, 4), ("none", "symmetric"), ("paper", "released"),
            ("manhattan", "square"), (False, True),
        )
        for sides, blur, normalisation, convention, window, is_sealed in options:
            scores, colours = np.zeros((3, *sides), np.float32), np.zeros((2, *sides), np.float32)
            pins = np.full(sides, 255, np.uint8)
            for array in (scores, colours, pins) if is_sealed else ():
                array.flags.writeable = False
            p = CrfParameters(
                filter_size=3, iterations=1, blur=blur, normalisation=normalisation,
                convention=convention, window=window,
                compatibility=((0, 1, 1), (1, 0, 1), (1, 1, 0)) if is_sealed else (),
            )
            crf = cpu.CpuCrf(colours, (1.0,) * len(sides))
            crf.solve(scores, p, pins if window == "square" else None)
        assert len(before) > 5
        assert compiled() == before, [n for n, them in compiled().items() if them != before[n]]
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_it_says_what_it_supports():
    assert supports(CrfParameters(filter_size=21), channels=3, classes=21)
    assert supports(CrfParameters(compatibility=costs(4)), channels=3, classes=4)
    assert not supports(CrfParameters(), channels=0, classes=21)


@pytest.mark.parametrize(
    ("scores", "colours", "spacing", "pinned"),
    [
        ((2, 5), (1, 5), (1.0,), None),
        ((2, 5, 5), (1, 5, 6), (1.0, 1.0), None),
        ((2, 5, 5), (1, 5, 5), (1.0,), None),
        ((2, 5, 5), (1, 5, 5), (1.0, 1.0), np.zeros((4, 5), np.uint8)),
        ((2, 5, 5), (1, 5, 5), (1.0, 1.0), np.full((5, 5), 2, np.uint8)),
    ],
)
def test_what_does_not_fit_is_named(scores, colours, spacing, pinned):
    def solve():
        crf = CpuCrf(np.zeros(colours, np.float32), spacing)
        crf.solve(np.zeros(scores, np.float32), CrfParameters(), pinned)

    with pytest.raises(ValueError, match=r"not fit|spacings for|2 or 3 axes|beyond the 2"):
        solve()
