"""Keeping the mask of a case."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.core.arrays import Mask
from engine.core.case import CaseState
from engine.core.label_map import LabelMap
from engine.progress import Progress


def checkpoint_case(
    folder: Path,
    case_id: str,
    label_map: LabelMap,
    touched: Mask | None = None,
    progress: Progress | None = None,
) -> None:
    """Write the mask of a case into the project; atomic.

    Args:
        folder: The project.
        case_id: Which case.
        label_map: Its mask.
        touched: (*shape) bool, the pixels a person changed; none if left out.
        progress: Told when it begins.

    Raises:
        WriteError: if it cannot be written; the mask kept before stays.
    """
    from engine.project.snapshots import save_labels
    from engine.project.store import Project

    if progress:
        progress.step(0, 1, "Saving")
    project = Project(folder)
    hand = np.zeros(label_map.labels.shape, bool) if touched is None else touched
    save_labels(project.folder, case_id, label_map, hand)
    state = project.case(case_id).state
    if state in (CaseState.NEW, CaseState.PREDICTED) and hand.any():
        project.set_state(case_id, CaseState.IN_REVIEW)
