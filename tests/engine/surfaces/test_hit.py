from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.surfaces.hit import first_hit
from engine.surfaces.surface import Surface, faced_outwards


def box(low: float, high: float, label: int = 1) -> Surface:
    """A cube of two triangles a side."""
    corners = np.array(
        [[x, y, z] for x in (low, high) for y in (low, high) for z in (low, high)], np.float32
    )
    sides = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    triangles = [one for a, b, c, d in sides for one in ((a, b, c), (a, c, d))]
    return faced_outwards(label, corners, np.array(triangles, np.int32))


def test_a_box_encloses_what_it_should():
    assert box(-2.0, 3.0).volume_ml == pytest.approx(0.125)
    assert box(-2.0, 3.0).area_mm2 == pytest.approx(150.0)


def test_a_line_meets_the_side_that_faces_it():
    found = first_hit([box(-1, 1)], np.array([0.3, 50.0, -0.2]), np.array([0.0, -2.0, 0.0]))

    assert found == pytest.approx([0.3, 1.0, -0.2])


def test_the_nearer_of_two_surfaces_is_met():
    far, near = box(-1, 1), box(-4, 4)

    found = first_hit([far, near], np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.0, 1.0]))

    assert found == pytest.approx([0.5, 0.5, -4.0])


def test_a_line_that_passes_by_meets_nothing():
    assert first_hit([box(-1, 1)], np.array([1.2, 5.0, 0.0]), np.array([0.0, -1.0, 0.0])) is None
    assert first_hit([], np.zeros(3), np.array([0.0, 1.0, 0.0])) is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-0.9, 0.9), min_size=3, max_size=3),
    st.lists(st.floats(-1, 1), min_size=3, max_size=3).filter(lambda v: np.linalg.norm(v) > 0.2),
)
def test_from_any_side_a_line_through_a_box_enters_it_on_its_boundary(inside, towards):
    inside, towards = np.array(inside), np.array(towards)

    found = first_hit([box(-1, 1)], inside, towards)

    assert found is not None
    assert np.abs(found).max() == pytest.approx(1.0, abs=1e-4)
    assert (found - inside) @ towards < 0, "it enters before it is inside"
