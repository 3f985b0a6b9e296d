"""Small pictures for lists."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest
from PIL import Image

from engine.core.case import Case, CaseState
from engine.errors import ReadError
from engine.progress import Progress
from engine.workflow import thumbnail
from engine.workflow.thumbnail import SIDE, draw_thumbnail


def case(path):
    return Case("id", "name", path, CaseState.NEW)


def test_a_photo_keeps_its_colours_and_its_shape(tmp_path):
    Image.new("RGB", (400, 200), (250, 100, 10)).save(tmp_path / "a.png")
    found = draw_thumbnail(case(tmp_path / "a.png"), Progress())
    assert found.shape == (SIDE // 2, SIDE, 3)
    assert np.array_equal(np.unique(found.reshape(-1, 3), axis=0), [[250, 100, 10]])


def test_a_volume_shows_its_middle_slice_with_square_millimetres(tmp_path):
    values = np.zeros((40, 40, 9), np.int16)
    values[:, :, 4] = 1000
    values[:20, :, 4] = 500
    nibabel.save(nibabel.Nifti1Image(values, np.diag([1.0, 3.0, 1.0, 1.0])), tmp_path / "a.nii")
    found = draw_thumbnail(case(tmp_path / "a.nii"), Progress())
    assert found.shape == (SIDE, SIDE // 3, 3)
    assert found[SIDE // 2, 4, 0] != found[SIDE // 2, -4, 0]
    assert found.min() > 60


def test_a_file_too_large_for_that_is_not_read(tmp_path, monkeypatch):
    Image.new("L", (40, 40)).save(tmp_path / "a.png")
    monkeypatch.setattr(thumbnail, "LARGEST", 10)
    assert draw_thumbnail(case(tmp_path / "a.png"), Progress()) is None


def test_a_damaged_image_is_a_read_error(tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n but no more")
    with pytest.raises(ReadError):
        draw_thumbnail(case(tmp_path / "a.png"), Progress())
