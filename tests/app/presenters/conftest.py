"""All presenters over a project of three small volumes, without a widget."""

from __future__ import annotations

import nibabel as nib
import numpy as np
import pytest
from PySide6.QtCore import QSettings

from app.jobs import JobRunner
from app.presenters.bundle import Presenters
from engine.core.sources import MODEL, Origin, PixelSource

SHAPE = (12, 10, 8)


class Desk:
    """Somebody at work: opens, paints, waits."""

    def __init__(self, qtbot, home, paths) -> None:
        self.qtbot = qtbot
        self._home = home
        self._paths = paths
        self.errors: list[Exception] = []
        self.said: list[str] = []
        self.start()

    def start(self) -> None:
        self.runner = JobRunner()
        self.p = Presenters.make(self.runner, self._home, self.runner)
        for presenter in self.p.which_fail():
            presenter.failed.connect(self.errors.append)
        self.p.review.said.connect(self.said.append)
        self.p.operations.said.connect(self.said.append)

    def stop(self) -> None:
        self.p.project.close()
        self.rest()
        self.runner.finish()
        self.runner.stop()

    def restart(self) -> None:
        self.stop()
        self.start()
        self.open()

    def open(self) -> None:
        with self.qtbot.waitSignal(self.p.case.opened):
            self.p.project.open_paths(self._paths)
        self.rest()

    def rest(self) -> None:
        self.qtbot.waitUntil(lambda: not self.runner.is_busy, timeout=20_000)

    def put(self, slices: slice, label: int, *, by_hand: bool = True) -> None:
        """Fill some axial slices with a class."""
        box = (slice(2, 8), slice(2, 7), slices)
        labels = np.full(self.history.labels[box].shape, label, np.uint8)
        origin = Origin(PixelSource.PAINTED, "brush", label) if by_hand else MODEL
        self.p.case.replace(labels, box, origin)
        self.rest()

    def look_at_all(self) -> None:
        for index in range(self.p.case.slices):
            self.p.case.go_to(index)

    def show(self, position: int) -> None:
        with self.qtbot.waitSignal(self.p.case.opened):
            self.p.project.choose(position)
        self.rest()

    @property
    def history(self):
        return self.p.case.history

    @property
    def name(self) -> str:
        return self.p.case.case.case.name

    @property
    def states(self) -> list[str]:
        return [case.state.value for case in self.p.project.cases]


@pytest.fixture
def at_work(qtbot, tmp_path, monkeypatch):
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path))
    QSettings().clear()
    folder = tmp_path / "in"
    folder.mkdir()
    values = np.arange(np.prod(SHAPE)).reshape(SHAPE).astype(np.int16)
    for number, name in enumerate(("one", "two", "three")):
        image = nib.Nifti1Image(values + number, np.diag([1.0, 1.0, 2.0, 1.0]))
        image.header.set_xyzt_units("mm", "sec")
        nib.save(image, folder / f"{number}-{name}.nii.gz")
    desk = Desk(qtbot, tmp_path / "home", [folder])
    desk.open()
    desk.p.review.set_reader("Ada")
    desk.rest()
    yield desk
    desk.stop()
    assert not desk.errors, desk.errors
