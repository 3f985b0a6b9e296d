from __future__ import annotations

from engine.core.planes import Plane, slice_view
from engine.crf.refiner import Refiner
from engine.workflow.refine import unused_by
from tests.engine.crf.test_scope import CLASSES, SMALL, scene


def test_what_a_crf_does_not_use_changes_nothing_for_it():
    other = {
        "filter_size": 3, "window": "square", "blur": 2, "message_weight": 0.7,
        "convention": "released", "iterations": 3, "appearance_weight": 1.0,
        "appearance_colour": 30.0, "appearance_position": 5.0, "smoothness_weight": 0.3,
        "smoothness_position": 6.0, "unary_weight": 0.5, "temperature": 2.0,
        "normalisation": "none",
    }  # fmt: skip
    start = SMALL.changed({"filter_size": 5})
    image, noisy, _ = scene((24, 26))
    view = slice_view(image.geometry, Plane.AXIAL, 0)
    for crf in ("conv", "dense"):
        refiner = Refiner(image, CLASSES, noisy, crf=crf)
        before = refiner.slice_beliefs(view, start)
        unused = unused_by(crf, start)
        for name, value in other.items():
            after = refiner.slice_beliefs(view, start.changed({name: value}))
            assert (abs(after - before).max() < 1e-6) == (name in unused), (crf, name)
