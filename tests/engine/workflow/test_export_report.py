from __future__ import annotations

import numpy as np

from engine.core.case import CaseState, ImageRef
from engine.core.label_set import LabelSet
from engine.progress import Progress
from engine.project.store import Project
from engine.workflow.export import plan_export, write_export


def test_masks_are_told_apart_from_the_names_that_are_written_beside_them(tmp_path, make_volume):
    folder = tmp_path / "a.sulcus"
    refs = [ImageRef(make_volume(f"{name}.nii.gz", np.zeros((4, 5, 6), np.int16))) for name in "ab"]
    project = Project.create(folder, LabelSet.named(["background", "object"]))
    project.add(refs)
    for case in project.cases():
        project.set_state(case.id, CaseState.PREDICTED)
    report = write_export(plan_export(folder), tmp_path / "out", Progress())
    assert {path.name for path in report.masks} == {"a.nii.gz", "b.nii.gz"}
    assert {path.name for path in report.written} > {path.name for path in report.masks}
    assert {path.suffix for path in report.written} == {".gz", ".json", ".txt"}
