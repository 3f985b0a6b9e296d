from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.geometry import Geometry
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.planes import Plane, slice_view
from engine.editing.history import History
from engine.editing.painting import capsule_edit
from engine.editing.pointer import Phase, Pointer
from engine.editing.sheet import Sheet
from engine.editing.tools.table import TOOLS

places = st.tuples(st.floats(-10, 50), st.floats(-10, 50))


@given(places, places, st.floats(0.5, 12), st.tuples(st.floats(0.5, 2), st.floats(0.5, 2)))
def test_a_capsule_is_every_pixel_within_the_radius_of_the_line(start, stop, radius, spacing):
    labels = np.zeros((37, 41), np.uint8)
    edit = capsule_edit(labels, start, stop, radius, 3, spacing)
    if edit is not None:
        edit.apply(labels)
    unit = min(spacing)
    rows, columns = np.mgrid[:37, :41] + 0.5
    p = np.stack([rows * spacing[0], columns * spacing[1]]) / unit
    a, b = (np.array(x) * spacing / unit for x in (start, stop))
    along = b - a
    length = along @ along
    t = (
        np.clip(np.tensordot(along, p - a[:, None, None], 1) / length, 0, 1)
        if length > 1e-12
        else 0
    )
    distance = np.hypot(*(p - a[:, None, None] - along[:, None, None] * t))
    clear = abs(distance - radius) > 1e-3
    assert np.array_equal((labels == 3)[clear], (distance <= radius)[clear])


def test_the_smallest_brush_paints_the_pixel_it_is_on():
    labels = np.zeros((5, 5), np.uint8)
    edit = capsule_edit(labels, (2.5, 3.5), (2.5, 3.5), 0.5, 1)
    assert edit is not None
    edit.apply(labels)
    assert np.argwhere(labels).tolist() == [[2, 3]]


def test_a_brush_outside_the_image_does_nothing():
    assert capsule_edit(np.zeros((5, 5), np.uint8), (50, 50), (60, 60), 3, 1) is None


@pytest.mark.parametrize("row", list(TOOLS), ids=lambda row: row.name)
def test_every_tool_draws_and_takes_back(row):
    labels = LabelSet.named(["background", "a", "b"])
    mask = LabelMap(np.ones((30, 30), np.uint8), Geometry((30, 30)), labels)
    history = History(mask)
    sheet = Sheet(history, slice_view(mask.geometry, Plane.AXIAL, 0))
    gesture = TOOLS.load(row.name)()(sheet, Pointer((15, 15), Phase.PRESS), 2)
    next(gesture)
    assert (mask.labels != 1).any()
    gesture.close()
    assert (mask.labels == 1).all()
