from __future__ import annotations

import itertools

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.label_set import LabelSet
from engine.errors import WriteError
from engine.export import label_bands
from engine.export.label_bands import write_bands
from engine.io.opening import open_image, read_labels

CLASSES = LabelSet.named(["background", "object", "border"])


def cut(labels, heights):
    top = 0
    for height in itertools.cycle(heights):
        if top >= len(labels):
            return
        yield labels[top : top + height]
        top += height


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.integers(1, 700), st.integers(1, 600)),
    st.lists(st.integers(1, 400), min_size=1, max_size=4),
)
def test_a_mask_in_bands_reads_back_equal(tmp_path_factory, sides, heights):
    labels = np.random.default_rng(0).integers(0, 3, sides).astype(np.uint8)
    path = tmp_path_factory.mktemp("bands") / "mask.tif"
    write_bands(cut(labels, heights), sides, CLASSES, path)
    assert np.array_equal(read_labels(path).labels, labels)


def test_the_file_is_tiled_and_coloured(tmp_path):
    labels = np.zeros((300, 520), np.uint8)
    labels[10:20, 300:] = 1
    write_bands([labels], labels.shape, CLASSES, tmp_path / "mask.tif")
    with tifffile.TiffFile(tmp_path / "mask.tif") as file:
        assert file.pages.first.is_tiled
        assert file.pages.first.tilewidth == 256
    colours = open_image(tmp_path / "mask.tif").pixels
    assert tuple(colours[:, 15, 400]) == CLASSES.classes[1].colour


def test_rows_that_are_missing_are_a_bug_and_leave_no_file(tmp_path):
    with pytest.raises(ValueError, match="5 rows for a mask of 6"):
        write_bands([np.zeros((5, 4), np.uint8)], (6, 4), CLASSES, tmp_path / "mask.tif")
    assert list(tmp_path.iterdir()) == []


def test_what_reads_back_otherwise_does_not_take_the_old_files_place(tmp_path, monkeypatch):
    path = tmp_path / "mask.tif"
    write_bands([np.ones((5, 4), np.uint8)], (5, 4), CLASSES, path)
    rows = label_bands._rows_of
    monkeypatch.setattr(label_bands, "_rows_of", lambda *given: (band + 1 for band in rows(*given)))
    with pytest.raises(WriteError, match="the old file was kept"):
        write_bands([np.zeros((5, 4), np.uint8)], (5, 4), CLASSES, path)
    assert (read_labels(path).labels == 1).all()
    assert list(tmp_path.iterdir()) == [path]
