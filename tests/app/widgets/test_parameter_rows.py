from __future__ import annotations

from dataclasses import fields

from PySide6.QtWidgets import QComboBox, QPushButton, QSlider, QWidget

from app.widgets.parameter_rows import ParameterRows
from engine.crf.parameters import CrfParameters, range_of
from engine.workflow.refine import unused_by


def control(rows: ParameterRows, name: str) -> QWidget:
    title = range_of(name).title
    kinds = (QSlider, QComboBox, QPushButton)
    return next(
        one
        for one in rows.findChildren(QWidget)
        if isinstance(one, kinds) and one.accessibleName() == title
    )


def test_every_parameter_has_a_row(qapp):
    rows = ParameterRows()
    for one in fields(CrfParameters):
        assert control(rows, one.name)


def test_a_choice_and_a_slider_tell_typed_values(qapp):
    rows = ParameterRows()
    rows.show_parameters(CrfParameters())
    told = []
    rows.changed.connect(lambda name, value: told.append((name, value)))
    control(rows, "iterations").setValue(7)
    assert told == [("iterations", 8)]
    assert isinstance(told[0][1], int)
    asked = []
    rows.matrix_asked.connect(asked.append)
    control(rows, "compatibility").click()
    assert asked == ["compatibility"]


def test_the_table_says_what_it_is(qapp):
    rows = ParameterRows()
    rows.show_parameters(CrfParameters())
    assert "Potts" in control(rows, "compatibility").text()
    rows.show_parameters(CrfParameters(compatibility=((0, 1), (1, 0))))
    assert "2 classes" in control(rows, "compatibility").text()


def test_rows_that_mean_nothing_are_grey_and_say_why(qapp):
    rows = ParameterRows()
    rows.show_unused({"filter_size": "no window"})
    slider = control(rows, "filter_size")
    assert not slider.isEnabled()
    assert slider.parentWidget().toolTip() == "no window"
    rows.show_unused({})
    assert slider.isEnabled()
    assert slider.parentWidget().toolTip() == range_of("filter_size").note


def test_what_a_crf_does_not_use_changes_nothing_for_it():
    """Checked against the solvers themselves."""
    from engine.core.planes import Plane, slice_view
    from engine.crf.refiner import Refiner
    from tests.engine.crf.test_scope import CLASSES, SMALL, scene

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
