"""On a screen of 1.5 device pixels to a pixel of Qt, what is painted lands where it is painted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.journeys.pictures import FOLDER

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform != "linux", reason="its home is set by variables of Linux")
@pytest.mark.parametrize("ratio", ["1.5"])
def test_labels_land_to_the_pixel_and_texts_are_whole(tmp_path, ratio):
    homes = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    environment = {
        **os.environ,
        **{name: str(tmp_path / name.lower()) for name in homes},
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "QT_SCALE_FACTOR": ratio,
    }
    done = subprocess.run(  # noqa: PLW1510 - what it wrote is told
        [sys.executable, "-m", "tests.journeys.at_scale", tmp_path, ratio],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "xdg_data_home").rglob("project.db")), "the home was its own"
    album = Path(os.environ.get(FOLDER) or tmp_path)
    for name in ("1-sample", "2-painted"):
        image = QImage(str(album / f"scale-{ratio}-{name}.png"))
        assert (image.width(), image.height()) == (1800, 1200)
