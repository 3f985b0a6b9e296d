"""A law over everything a person can do to masks: what the project keeps is what is on screen."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.core.case import ImageRef
from engine.core.geometry import Geometry
from engine.core.label_set import LabelSet
from engine.core.sources import Origin, PixelSource, owned
from engine.editing.history import History
from engine.project import database as db
from engine.project.journal import check_chain
from engine.project.replay import go_on, rebuild, stand
from engine.project.snapshots import save_labels
from engine.project.store import Project

CLASSES = LabelSet.named(["background", "a", "b", "c"])
GRID = Geometry((5, 6, 3), np.eye(4))
WHOLE = tuple(slice(0, side) for side in GRID.shape)

boxes = st.tuples(
    *(
        st.tuples(st.integers(0, side - 1), st.integers(1, side)).map(
            lambda pair: slice(pair[0], max(pair[0] + 1, pair[1]))
        )
        for side in GRID.shape
    )
)
sources = st.sampled_from([PixelSource.MODEL, PixelSource.CRF, PixelSource.IMPORTED])


class Working(RuleBasedStateMachine):
    """Two cases, one of them open; beside each a list of its states, with undo as an index."""

    @initialize()
    def begin(self) -> None:
        self.home = Path(tempfile.mkdtemp())
        project = Project.create(self.home / "a.sulcus", CLASSES)
        self.folder = project.folder
        added = project.add([ImageRef(self.home / name) for name in ("a.png", "b.png")])
        self.ids = [case.id for case in added]
        empty = (np.zeros(GRID.shape, np.uint8), np.zeros(GRID.shape, np.uint8))
        self.states = [[empty], [empty]]
        self.at = [0, 0]
        self.case = 0
        self.history = self._open()

    def _open(self) -> History:
        standing = stand(self.folder, self.ids[self.case], GRID, CLASSES)
        self.journal = go_on(self.folder, self.ids[self.case], standing, person="Ada")
        return History(
            standing.label_map, standing.sources,
            keep=self.journal, done=standing.done, undone=standing.undone,
        )  # fmt: skip

    def _done(self) -> None:
        """A step was made: what was undone before it is gone."""
        del self.states[self.case][self.at[self.case] + 1 :]
        self.states[self.case].append((self.history.labels.copy(), self.history.sources.copy()))
        self.at[self.case] += 1

    @rule(box=boxes, label=st.integers(0, 3))
    def paint(self, box: tuple[slice, ...], label: int) -> None:
        filled = np.full(self.history.labels[box].shape, label, np.uint8)
        if self.history.replace(box, filled, Origin(PixelSource.PAINTED, "brush", label)):
            assert (self.history.labels[box] == label).all()
            self._done()

    @rule(seed=st.integers(0, 9), source=sources)
    def compute(self, seed: int, source: PixelSource) -> None:
        mine = owned(self.history.sources)
        before = self.history.labels.copy()
        made = np.random.default_rng(seed).integers(0, 4, GRID.shape).astype(np.uint8)
        if self.history.replace(WHOLE, made, Origin(source)):
            self._done()
        assert np.array_equal(self.history.labels, np.where(mine, before, made))

    @rule(box=boxes)
    def confirm(self, box: tuple[slice, ...]) -> None:
        if self.history.confirm(box):
            self._done()
        assert self.history.touched[box].all()

    @rule()
    def undo(self) -> None:
        could = self.at[self.case] > 0
        assert (self.history.undo() is not None) == could
        self.at[self.case] -= could

    @rule()
    def redo(self) -> None:
        could = self.at[self.case] + 1 < len(self.states[self.case])
        assert (self.history.redo() is not None) == could
        self.at[self.case] += could

    @rule()
    def snapshot(self) -> None:
        save_labels(self.folder, self.ids[self.case], *self.history.settled(), self.journal.mark)

    @rule()
    def switch(self) -> None:
        self.journal.close()
        self.case = 1 - self.case
        self.history = self._open()

    @rule()
    def restart(self) -> None:
        self.history = self._open()

    @precondition(lambda self: (self.folder / "labels").is_dir())
    @rule()
    def lose_the_snapshots(self) -> None:
        shutil.rmtree(self.folder / "labels")

    @invariant()
    def what_is_kept_is_what_is_shown(self) -> None:
        labels, kept = self.states[self.case][self.at[self.case]]
        assert np.array_equal(self.history.labels, labels)
        assert np.array_equal(self.history.sources, kept)
        assert np.array_equal(self.history.touched, owned(kept))

    def teardown(self) -> None:
        for case, case_id in enumerate(self.ids):
            for found in (
                stand(self.folder, case_id, GRID, CLASSES),
                rebuild(self.folder, case_id, GRID, CLASSES),
            ):
                labels, kept = self.states[case][self.at[case]]
                assert np.array_equal(found.label_map.labels, labels)
                assert np.array_equal(found.sources, kept)
                assert len(found.done) == self.at[case]
                assert len(found.undone) == len(self.states[case]) - 1 - self.at[case]
        with db.connected(self.folder) as database:
            assert list(check_chain(database)) == []
        self.journal.close()
        shutil.rmtree(self.home)


Working.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestWorking = Working.TestCase
