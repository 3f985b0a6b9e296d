from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
from dicom_series import write

from engine.core.label_set import LabelSet
from engine.core.sources import MODEL, PAINTED
from engine.progress import Progress
from engine.workflow.checkpoint import checkpoint_case, hold_project
from engine.workflow.export import plan_export, write_export
from engine.workflow.open_case import open_case
from engine.workflow.project import create_project


def test_a_segmentation_of_a_project_says_which_classes_people_painted(tmp_path: Path) -> None:
    classes = LabelSet.named(["background", "CSF", "GM"])
    series = write(tmp_path / "series")
    info = create_project(tmp_path / "study.sulcus", classes, [series])
    with hold_project(info.folder) as hold:
        case = open_case(info.folder, info.cases[0].id, Progress(), hold, "Ada")
        history = case.history()
        for row, label, origin in ((0, 1, MODEL), (4, 2, PAINTED)):
            box = (slice(2, 5), slice(row, row + 3), slice(0, 10))
            history.replace(box, np.full((3, 3, 10), label, np.uint8), origin)
        assert case.journal is not None
        checkpoint_case(
            info.folder, case.case.id, history.label_map, history.sources, case.journal.mark, hold
        )
        case.journal.close()
    report = write_export(plan_export(info.folder, "dicom-seg"), tmp_path / "out", Progress())
    assert report.failed == ()
    segments = pydicom.dcmread(report.masks[0]).SegmentSequence
    assert [(one.SegmentLabel, one.SegmentAlgorithmType) for one in segments] == [
        ("CSF", "SEMIAUTOMATIC"),
        ("GM", "MANUAL"),
    ]
