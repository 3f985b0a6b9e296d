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
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.core.planes import Plane, slice_view
from engine.core.sources import Origin, PixelSource, owned
from engine.editing.history import History
from engine.editing.operate import operate
from engine.editing.operations.table import OPERATIONS
from engine.project import database as db
from engine.project.compaction import compact
from engine.project.journal import check_chain, steps_of_batch
from engine.project.replay import Standing, go_on, rebuild, stand
from engine.project.snapshots import save_labels
from engine.project.store import Project
from engine.workflow.checkpoint import editing_mask, hold_project, keep_mask

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
operations = st.sampled_from([row.name for row in OPERATIONS if row.name != "boolean"])
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
        self.hold = hold_project(self.folder)
        self.batches: list[dict[int, int]] = []  # of each batch, the step that it made in a case
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
        self._note(self.case, self.history.labels, self.history.sources)

    def _note(self, case: int, labels: np.ndarray, sources: np.ndarray) -> None:
        del self.states[case][self.at[case] + 1 :]
        self.states[case].append((labels.copy(), sources.copy()))
        self.at[case] += 1

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

    @rule(name=operations, slice_index=st.none() | st.integers(0, 2))
    def operate(self, name: str, slice_index: int | None) -> None:
        view = None if slice_index is None else slice_view(GRID, Plane.AXIAL, slice_index)
        if operate(self.history, OPERATIONS.load(name)(), name, view=view):
            self._done()

    @rule(seed=st.integers(0, 9))
    def predict_all(self, seed: int) -> None:
        """A batch: one step in each case, what people own left alone."""
        self.journal.close()
        made = np.random.default_rng(seed).integers(0, 4, GRID.shape).astype(np.uint8)
        steps: dict[int, int] = {}
        for case, case_id in enumerate(self.ids):
            before = self._kept(case)
            mask = LabelMap(made, GRID, CLASSES)
            keep_mask(
                self.folder, case_id, mask, Origin(PixelSource.MODEL), self.hold,
                batch=f"b{len(self.batches)}",
            )  # fmt: skip
            after = self._kept(case)
            mine = owned(before.sources)
            expected = np.where(mine, before.label_map.labels, made)
            assert np.array_equal(after.label_map.labels, expected)
            if after.done != before.done:
                self._note(case, after.label_map.labels, after.sources)
                steps[case] = after.done[-1]
        self.batches.append(steps)
        self.history = self._open()

    @precondition(lambda self: any(self.batches))
    @rule(data=st.data())
    def undo_the_batch(self, data: st.DataObject) -> None:
        """Taken back where it is the last that was done, left alone elsewhere."""
        batch = data.draw(st.sampled_from([n for n, one in enumerate(self.batches) if one]))
        steps = steps_of_batch(self.folder, f"b{batch}")
        assert steps == {self.ids[case]: step for case, step in self.batches[batch].items()}
        self.journal.close()
        for case, step in self.batches[batch].items():
            with editing_mask(self.folder, self.ids[case], GRID, CLASSES, self.hold) as history:
                if history.stacks[0][-1:] == (step,):
                    history.undo()
                    self.at[case] -= 1
        self.history = self._open()

    @rule(keep=st.integers(0, 4))
    def compact(self, keep: int) -> None:
        """Steps that are folded cannot be undone any more; all else stays."""
        before = self._kept(self.case)
        compact(self.folder, self.ids[self.case], GRID, CLASSES, keep=keep)
        after = self._kept(self.case)
        folded = len(before.done) - len(after.done)
        assert after.done == before.done[folded:]
        assert len(after.done) >= min(keep, len(before.done))
        assert after.undone == before.undone
        del self.states[self.case][:folded]
        self.at[self.case] -= folded
        self.history = self._open()

    def _kept(self, case: int) -> Standing:
        return stand(self.folder, self.ids[case], GRID, CLASSES)

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
        save_labels(
            self.folder, self.ids[self.case], *self.history.copying().take(), self.journal.mark
        )

    @rule()
    def switch(self) -> None:
        self.journal.close()
        self.case = 1 - self.case
        self.history = self._open()

    @rule()
    def restart(self) -> None:
        """As after a crash: the hold is let go by the system, the journal is not closed."""
        self.hold.release()
        self.hold = hold_project(self.folder)
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
        self.hold.release()
        shutil.rmtree(self.home)


Working.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestWorking = Working.TestCase
