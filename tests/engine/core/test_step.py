from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.core.sources import MODEL, Origin, PixelSource, owned
from engine.core.step import Step, make_step, unpack

shapes = st.sampled_from([(1, 1), (3, 5), (9, 8), (2, 3, 4), (4, 1, 7)])


@st.composite
def four_maps(draw: st.DrawFn) -> list[np.ndarray]:
    shape = draw(shapes)
    values = st.sampled_from([0, 1, 2, 255])
    return [draw(arrays(np.uint8, shape, elements=values)) for _ in range(4)]


@settings(deadline=None)
@given(four_maps())
def test_undoing_a_step_is_the_inverse_of_doing_it(maps: list[np.ndarray]) -> None:
    before, after, sources_before, sources_after = maps
    box = tuple(slice(1, side + 1) for side in before.shape)
    whole = tuple(side + 2 for side in before.shape)
    labels, sources = np.full(whole, 7, np.uint8), np.full(whole, 9, np.uint8)
    labels[box], sources[box] = before, sources_before
    step = make_step(box, (before, after), (sources_before, sources_after), MODEL)
    if step is None:
        assert np.array_equal(before, after)
        assert np.array_equal(sources_before, sources_after)
        return
    start = labels.copy(), sources.copy()
    step.apply(labels, sources)
    assert np.array_equal(labels[box], after)
    assert np.array_equal(sources[box], sources_after)
    labels_outside = labels.copy()
    labels_outside[box] = 7
    assert (labels_outside == 7).all()
    step.revert(labels, sources)
    assert np.array_equal(labels, start[0])
    assert np.array_equal(sources, start[1])


def test_a_step_keeps_no_more_than_what_changed() -> None:
    before = np.zeros((400, 300), np.uint8)
    after = before.copy()
    after[100:110, 50:90] = 3
    none = np.zeros_like(before)
    box = (slice(1000, 1400), slice(0, 300))
    step = make_step(box, (before, after), (none, after), MODEL)
    assert step is not None
    assert step.box == (slice(1100, 1110), slice(50, 90))
    assert len(step.packed) < 60


def test_noise_beside_a_stroke_costs_nothing() -> None:
    noise = np.random.default_rng(0).integers(0, 5, (200, 200)).astype(np.uint8)
    after = noise.copy()
    after[90:110, 20:180] = 5
    none = np.zeros_like(noise)
    box = (slice(0, 200), slice(0, 200))
    step = make_step(box, (noise, after), (none, none), MODEL)
    assert step is not None
    assert len(step.packed) < 20 * 160


@pytest.mark.parametrize("damage", [b"", b"nothing of zlib", zlib.compress(b"short")])
def test_a_damaged_step_is_refused_and_changes_nothing(damage: bytes) -> None:
    step = Step((slice(0, 9), slice(0, 9)), damage, MODEL)
    labels, sources = np.ones((9, 9), np.uint8), np.ones((9, 9), np.uint8)
    for change in (step.apply, step.revert):
        with pytest.raises(ValueError, match="the step"):
            change(labels, sources)
    assert (labels == 1).all()
    assert (sources == 1).all()


def test_a_step_of_another_box_is_refused() -> None:
    one = np.ones((4, 4), np.uint8)
    step = make_step((slice(0, 4), slice(0, 4)), (one, one * 2), (one, one), MODEL)
    assert step is not None
    with pytest.raises(ValueError, match="does not fit"):
        unpack(step.packed, (slice(0, 4), slice(0, 5)))


def test_only_what_people_gave_is_owned() -> None:
    every = np.array([*PixelSource], np.uint8)
    kept = {source for source, is_owned in zip(PixelSource, owned(every), strict=True) if is_owned}
    assert kept == {PixelSource.PAINTED, PixelSource.CONFIRMED}
    assert kept == {source for source in PixelSource if Origin(source).source.is_person}
