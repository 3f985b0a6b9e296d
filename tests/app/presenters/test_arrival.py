"""A case on its way: it is seen as it grows, and who gives it up has what was there before."""

from __future__ import annotations

import time

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from app.jobs import JobRunner
from app.presenters import case as module
from app.presenters.bundle import Presenters
from engine.core.survey import Glimpse
from engine.io import large

GLIMPSE = Glimpse(np.zeros((1, 4, 5), np.uint8), 2, (40, 50), (0.0, 255.0))


class Desk:
    """Two folders of pictures; those that are called slow are read until somebody says stop."""

    def __init__(self, qtbot, folder, monkeypatch) -> None:
        self.qtbot, self.folder = qtbot, folder
        self.runner = JobRunner()
        self.p = Presenters.make(self.runner, folder / "home", self.runner)
        self.jobs, self.errors = [], []
        self.runner.started.connect(self.jobs.append)
        self.p.project.failed.connect(self.errors.append)
        self.p.case.failed.connect(self.errors.append)
        usual = module.open_case

        def read(place, case_id, progress, *rest):
            found = usual(place, case_id, progress, *rest)
            if found.case.name.startswith("slow"):
                rest[-1](GLIMPSE)
                while True:
                    progress.check()
                    time.sleep(0.005)
            return found

        monkeypatch.setattr(module, "open_case", read)

    def made(self, *names):
        for name in names:
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            Pillow.fromarray(np.full((20, 30), 7, np.uint8)).save(path)
        return self.folder / names[0]

    def open(self, path) -> None:
        with self.qtbot.waitSignal(self.p.case.opened):
            self.p.project.open_paths([path])
        self.rest()

    def begin(self, act) -> None:
        """Do what opens a slow one, and wait until something of it is seen."""
        with self.qtbot.waitSignal(self.p.case.arrival.glimpsed):
            act()

    def cancel(self) -> None:
        """As the button of the status bar does."""
        next(job for job in reversed(self.jobs) if job.title == "Opening").cancel()

    def rest(self) -> None:
        self.qtbot.waitUntil(lambda: not self.runner.is_busy, timeout=20_000)


@pytest.fixture
def desk(qtbot, tmp_path, monkeypatch):
    made = Desk(qtbot, tmp_path, monkeypatch)
    yield made
    made.p.project.close()
    made.rest()
    made.runner.finish()
    made.runner.stop()
    assert made.errors == []


def test_what_is_read_already_is_seen_until_it_is_open_or_given_up(desk):
    desk.made("in/a.png", "in/slow.png")
    desk.open(desk.folder / "in")
    arrival = desk.p.case.arrival
    assert arrival.glimpse is None
    desk.begin(lambda: desk.p.project.choose(1))
    assert arrival.glimpse is GLIMPSE
    assert desk.p.case.case is None
    with desk.qtbot.waitSignal(arrival.glimpsed):
        desk.cancel()
    assert arrival.glimpse is None


def test_who_gives_up_a_case_has_the_one_before(desk):
    desk.made("in/a.png", "in/b.png", "in/slow.png")
    desk.open(desk.folder / "in")
    desk.p.project.choose(1)
    desk.rest()
    desk.begin(lambda: desk.p.project.choose(2))
    with desk.qtbot.waitSignal(desk.p.case.opened):
        desk.cancel()
    assert desk.p.case.case.case.name == "b"
    assert desk.p.project.position == 1
    assert not desk.p.case.is_opening


def test_who_gives_up_another_project_has_the_one_before(desk):
    one, other = desk.made("in/a.png"), desk.made("out/slow.png")
    desk.open(one)
    folder = desk.p.project.project.folder
    desk.begin(lambda: desk.p.project.open_paths([other]))
    assert desk.p.project.project.folder != folder
    with desk.qtbot.waitSignal(desk.p.case.opened):
        desk.cancel()
    desk.rest()
    assert desk.p.case.case.case.name == "a"
    assert desk.p.project.project.folder == folder
    assert not desk.p.case.is_read_only


def test_who_gives_up_the_first_one_has_nothing_and_may_choose_again(desk):
    desk.made("in/slow.png", "in/zebra.png")
    desk.begin(lambda: desk.p.project.open_paths([desk.folder / "in"]))
    with desk.qtbot.waitSignal(desk.p.case.arrival.given_up):
        desk.cancel()
    desk.rest()
    assert desk.p.case.case is None
    desk.begin(lambda: desk.p.project.choose(0))
    with desk.qtbot.waitSignal(desk.p.case.opened):
        desk.p.project.choose(1)
    assert desk.p.case.case.case.name == "zebra"


def test_what_is_on_its_way_does_not_come_once_the_project_is_closed(desk):
    desk.made("in/slow.png")
    desk.begin(lambda: desk.p.project.open_paths([desk.folder / "in"]))
    given_up = []
    desk.p.case.arrival.given_up.connect(lambda: given_up.append(1))
    desk.p.project.close()
    desk.rest()
    assert desk.p.case.case is None
    assert desk.p.case.arrival.glimpse is None
    assert given_up == []


def test_a_large_picture_opens_with_its_smaller_sizes_and_its_histogram(desk, monkeypatch):
    monkeypatch.setattr(large, "LARGE", 1)
    monkeypatch.setattr(large, "_PAUSE_S", 0.0)
    monkeypatch.setattr("app.presenters.pyramid.LARGE", 1)
    values = np.random.default_rng(0).integers(9, 200, (1100, 1300, 3)).astype(np.uint8)
    tifffile.imwrite(desk.folder / "a.tif", values, photometric="rgb", tile=(256, 256))
    seen = []
    arrival = desk.p.case.arrival
    arrival.glimpsed.connect(lambda: seen.append(arrival.glimpse))
    desk.open(desk.folder / "a.tif")
    assert seen[0].sides == (1100, 1300)
    assert seen[-1] is None
    pixels = desk.p.case.case.image.pixels
    assert np.array_equal(pixels, np.moveaxis(values, -1, 0))
    sizes = desk.p.pyramid.image_sizes(pixels)
    assert [one.shape[1:] for one in sizes] == [(1100, 1300), (550, 650), (275, 325)]
    assert "Preparing the picture" not in [job.title for job in desk.jobs]
    histogram = desk.p.levels.histogram
    assert (histogram.lowest, histogram.highest) == (values.min(), values.max())
    assert histogram.counts.sum() == desk.p.case.case.image.sample().size
