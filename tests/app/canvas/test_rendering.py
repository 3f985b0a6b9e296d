from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.canvas.rendering import Style, colour_table, draw_base, draw_labels
from app.canvas.shades import OPAQUE, Shades, Window
from app.canvas.viewport import Viewport
from app.presenters.pyramid import halve_labels
from engine.core.label_set import IGNORE, LabelSet
from engine.io.sizes import halve_image
from tests.app.canvas.test_viewport import views

CLASSES = LabelSet.named(["background", "a", "b"])
AS_IT_IS = Shades(Window(), np.dtype(np.uint8))


def sizes_of(labels, has_sizes):
    sizes = [labels]
    while has_sizes and max(sizes[-1].shape) > 1:
        sizes.append(halve_labels(sizes[-1]))
    return sizes


@settings(max_examples=150, deadline=None)
@given(
    views, st.sampled_from([0, 1, 2]), st.sampled_from([0, 5]), st.booleans(), st.booleans(),
    st.data(),
)  # fmt: skip
def test_drawing_the_part_that_changed_gives_what_drawing_all_gives(
    view, outline, hatch, mirrored, has_sizes, data
):
    rng = np.random.default_rng(0)
    view = view.turned(mirrored=mirrored)
    labels = rng.integers(0, 3, view.sides).astype(np.uint8)
    if data.draw(st.booleans()):  # one region, as masks are
        labels[:] = 0
        labels[: view.sides[0] // 2, : view.sides[1] // 2] = 1
    style = Style(colour_table(CLASSES), outline, hatch)
    canvas = np.zeros(view.size, np.uint32)
    draw_labels(sizes_of(labels, has_sizes), style, view, canvas)
    top, left = (data.draw(st.integers(0, side - 1)) for side in view.sides)
    bottom = data.draw(st.integers(top + 1, view.sides[0]))
    right = data.draw(st.integers(left + 1, view.sides[1]))
    part = (slice(top, bottom), slice(left, right))
    labels[part] = (labels[part] + 1) % 3
    before = canvas.copy()
    dirty = draw_labels(sizes_of(labels, has_sizes), style, view, canvas, part)
    whole = np.zeros(view.size, np.uint32)
    draw_labels(sizes_of(labels, has_sizes), style, view, whole)
    assert np.array_equal(canvas, whole)
    before[dirty] = canvas[dirty]
    assert np.array_equal(canvas, before)  # it drew where it says, and nowhere else


def test_background_and_hidden_classes_are_clear():
    table = colour_table(CLASSES, frozenset({2}))
    assert table[0] == 0
    assert table[2] == 0
    red, green, blue = CLASSES[1].colour
    assert table[1] == 0xFF000000 | red << 16 | green << 8 | blue
    assert table[IGNORE] != 0


def test_window_and_level_map_black_and_white():
    picture = np.array([[[100, 200, 300]]], np.int16)
    view = Viewport((1, 3), size=(1, 3), scale=1.0, centre=(0.5, 1.5))
    drawn = draw_base([picture], Shades(Window(100, 300), picture.dtype), view, 0)
    assert [int(v & 0xFF) for v in drawn[0]] == [0, 127, 255]
    assert (drawn & OPAQUE == OPAQUE).all()


def test_colours_keep_their_order():
    picture = np.array([1, 2, 3, 99], np.uint8).reshape(4, 1, 1)
    view = Viewport((1, 1), size=(1, 1), scale=1.0, centre=(0.5, 0.5))
    assert draw_base([picture], AS_IT_IS, view, 0)[0, 0] == 0xFF010203


def test_a_small_view_of_a_large_picture_averages_it():
    picture = np.zeros((1, 64, 64), np.uint8)
    picture[:, ::2] = 200
    view = Viewport((64, 64), size=(16, 16)).fitted()
    drawn = draw_base([picture], AS_IT_IS, view, 0) & 0xFF
    assert (abs(drawn.astype(int) - 100) <= 1).all()


def test_what_lies_beyond_the_picture_is_background():
    view = Viewport((2, 2), size=(6, 6), scale=1.0, centre=(1.0, 1.0))
    drawn = draw_base([np.full((1, 2, 2), 255, np.uint8)], AS_IT_IS, view, 0xFF123456)
    assert (drawn == 0xFF123456).sum() == 32


@settings(max_examples=60, deadline=None)
@given(st.integers(60, 90), st.integers(60, 90), st.integers(0, 19), st.floats(0.1, 0.9))
def test_a_stroke_one_pixel_wide_is_seen_from_afar(rows, columns, at, scale):
    labels = np.zeros((rows, columns), np.uint8)
    labels[at] = 1
    view = Viewport((rows, columns), size=(100, 100), scale=scale, centre=(rows / 2, columns / 2))
    into = np.zeros(view.size, np.uint32)
    draw_labels(sizes_of(labels, True), Style(colour_table(CLASSES)), view, into)
    assert into.any()


@settings(max_examples=40, deadline=None)
@given(st.booleans(), st.floats(1.0, 9.0), st.integers(0, 2))
def test_smooth_pixels_stand_where_they_are(mirrored, scale, halvings):
    """The brightest point of a lone bright pixel is its middle, whatever size is drawn from."""
    picture = np.zeros((1, 33, 41), np.float32)
    picture[0, 12, 20] = 255
    scale /= 2**halvings
    view = Viewport((33, 41), size=(400, 500), scale=scale, centre=(16.5, 20.5))
    view = view.turned(mirrored=mirrored)
    sizes = [picture]
    for _ in range(halvings):
        sizes.append(halve_image(sizes[-1]))
    shades = Shades(Window(0.0, 255.0 / 4**halvings), picture.dtype)
    drawn = (draw_base(sizes, shades, view, 0, smooth=True) & 0xFF).astype(float)
    weight = drawn.sum()
    y = (drawn.sum(1) * (np.arange(400) + 0.5)).sum() / weight
    x = (drawn.sum(0) * (np.arange(500) + 0.5)).sum() / weight
    row, column = view.to_picture((y, x))
    reach = 2**halvings
    assert abs(row - 12.5) <= 0.06 + (reach - 1) / 2 + 0.1
    assert abs(column - 20.5) <= 0.06 + (reach - 1) / 2 + 0.1


@pytest.mark.parametrize("outline", [1, 2, 3])
def test_an_outline_beside_what_changed_stays_whole(outline):
    labels = np.zeros((12, 12), np.uint8)
    labels[4:8, 3:9] = 1
    view = Viewport((12, 12), size=(60, 60), scale=5.0, centre=(6.0, 6.0))
    style = Style(colour_table(CLASSES), outline)
    whole = np.zeros(view.size, np.uint32)
    draw_labels([labels], style, view, whole)
    for row in range(12):
        for column in range(12):
            canvas = whole.copy()
            draw_labels(
                [labels], style, view, canvas, (slice(row, row + 1), slice(column, column + 1))
            )
            assert np.array_equal(canvas, whole)
