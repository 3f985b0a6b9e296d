from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.core.edit import Edit, merge
from engine.core.geometry import Geometry
from engine.core.image import Image, Source
from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, LabelSet
from engine.core.probabilities import Probabilities, believed, unary_of
from engine.errors import ParameterError

CLASSES = LabelSet.named(["background", "cell", "wall"])


def image_of(pixels: np.ndarray) -> Image:
    names = tuple(f"channel {i}" for i in range(len(pixels)))
    return Image(pixels, Geometry(pixels.shape[1:]), names, Source(Path("a.png"), "0" * 64))


def test_classes_count_from_the_background_and_have_distinct_colours():
    assert CLASSES.names == ("background", "cell", "wall")
    assert len({one.colour for one in CLASSES}) == 3


@pytest.mark.parametrize("names", [["only"], ["a", "a"], ["a", " "], [str(i) for i in range(256)]])
def test_a_label_set_that_makes_no_sense_is_refused(names):
    with pytest.raises(ParameterError):
        LabelSet.named(names)


def test_a_label_map_counts_pixels_and_millilitres():
    labels = np.zeros((10, 10, 10), np.uint8)
    labels[:5] = 1
    labels[0, 0, 0] = IGNORE
    mask = LabelMap(labels, Geometry((10, 10, 10), np.diag([2.0, 2, 2, 1])), CLASSES)
    assert mask.counts() == (500, 499, 0)
    assert mask.volumes_ml() == pytest.approx((4.0, 3.992, 0.0))


def test_a_label_map_that_does_not_fit_its_grid_is_a_bug():
    with pytest.raises(ValueError, match="do not fit"):
        LabelMap(np.zeros((3, 3), np.uint8), Geometry((3, 4)), CLASSES)


def test_pixels_of_an_image_cannot_be_written():
    image = image_of(np.zeros((1, 4, 4), np.uint8))
    with pytest.raises(ValueError, match="read-only"):
        image.pixels[0, 0, 0] = 1


@example(np.full((1, 1, 1), 2.0**127, np.float32))
@given(
    hnp.arrays(
        st.sampled_from([np.uint8, np.int16, np.uint16, np.float32]),
        hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9).map(lambda s: (1, *s)),
    )
)
def test_intensities_on_255_stay_in_range_whatever_the_image_holds(pixels):
    image = image_of(pixels)
    low, high = image.intensity_range()
    assert low < high
    shown = image.on_255()
    assert shown.dtype == np.float32
    assert ((shown >= 0) & (shown <= 255)).all()
    if pixels.dtype == np.uint8:
        assert np.array_equal(shown, pixels)


def test_argmax_entropy_and_unary_of_known_probabilities():
    values = np.array([[[1.0, 1 / 3]], [[0.0, 1 / 3]], [[0.0, 1 / 3]]], np.float16)
    found = Probabilities(values, Geometry((1, 2)), CLASSES)
    assert found.argmax().tolist() == [[0, 0]]
    assert found.entropy()[0] == pytest.approx([0, 1], abs=1e-3)
    assert found.unary()[:, 0, 0] == pytest.approx([0, -np.log(1e-6), -np.log(1e-6)], abs=1e-3)


@given(hnp.arrays(np.uint8, (4, 5), elements=st.sampled_from([0, 1, 2, IGNORE])))
def test_a_mask_that_is_believed_gives_itself_back(labels):
    values = believed(labels, 3)
    assert values.astype(np.float32).sum(axis=0) == pytest.approx(1, abs=1e-2)
    free = labels == IGNORE
    assert np.array_equal(values.argmax(axis=0)[~free], labels[~free])
    assert (np.ptp(values[:, free], axis=0) == 0).all()
    assert np.isfinite(unary_of(values)).all()


boxes = st.tuples(
    st.integers(0, 7), st.integers(1, 8), st.integers(0, 7), st.integers(1, 8)
).filter(lambda b: b[0] < b[1] and b[2] < b[3])


@given(st.lists(st.tuples(boxes, st.integers(0, 9)), min_size=1, max_size=6))
def test_merged_edits_do_and_undo_what_the_edits_did(steps):
    start = np.arange(64, dtype=np.uint8).reshape(8, 8)
    labels = start.copy()
    edits = []
    for (top, bottom, left, right), value in steps:
        box = (slice(top, bottom), slice(left, right))
        edit = Edit(box, labels[box].copy(), np.full_like(labels[box], value))
        edit.apply(labels)
        edits.append(edit)
    whole = merge(edits, labels)
    again = labels.copy()
    whole.revert(again)
    assert np.array_equal(again, start)
    whole.apply(again)
    assert np.array_equal(again, labels)


@given(st.integers(1, 5), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_counting_by_twos_counts_every_pixel(rows, columns, seed):
    labels = np.random.default_rng(seed).choice([0, 1, 2, 254, 255], (rows, columns))
    label_set = LabelSet.named([f"class {i}" for i in range(255)])
    mask = LabelMap(labels.astype(np.uint8), Geometry((rows, columns)), label_set)
    assert mask.counts() == tuple(int((labels == i).sum()) for i in range(255))
