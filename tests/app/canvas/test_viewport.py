from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.canvas.viewport import Viewport

views = st.builds(
    Viewport,
    sides=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    aspect=st.tuples(st.floats(1, 3), st.floats(1, 3)),
    size=st.tuples(st.integers(1, 400), st.integers(1, 400)),
    scale=st.floats(0.05, 60),
    centre=st.tuples(st.floats(0, 300), st.floats(0, 300)),
)
points = st.tuples(st.floats(0, 400), st.floats(0, 400))


@given(views, points, st.floats(0.2, 5))
def test_zooming_leaves_what_is_under_the_pointer_there(view, at, factor):
    zoomed = view.zoomed(factor, at)
    assert zoomed.to_picture(at) == pytest.approx(view.to_picture(at), abs=1e-6, rel=1e-9)


@given(views)
@example(Viewport((300, 300), aspect=(3.0, 3.0), size=(1, 1)))
def test_a_fitted_picture_touches_the_canvas_and_does_not_leave_it(view):
    fitted = view.fitted()
    shown = [side * step for side, step in zip(fitted.sides, fitted.steps, strict=True)]
    assert all(s <= size * (1 + 1e-9) + 4 for s, size in zip(shown, fitted.size, strict=True))


@given(views)
def test_each_device_pixel_shows_the_pixel_its_centre_lies_in(view):
    rows, columns, row_of, column_of = view.indices()
    for part, which, axis in ((rows, row_of, 0), (columns, column_of, 1)):
        assert part.stop - part.start == len(which)
        for device, pixel in list(zip(range(part.start, part.stop), which, strict=True))[::37]:
            at = [0.0, 0.0]
            at[axis] = device + 0.5
            assert view.to_picture((at[0], at[1]))[axis] // 1 == pixel
        assert (np.diff(which) >= 0).all()


@given(views, st.tuples(st.floats(-9999, 9999), st.floats(-9999, 9999)))
def test_a_picture_cannot_be_moved_out_of_sight(view, by):
    moved = view.moved(by)
    assert all(0 <= c <= side for c, side in zip(moved.centre, moved.sides, strict=True))
