from __future__ import annotations

from dataclasses import fields

from PySide6.QtWidgets import QComboBox, QPushButton, QSlider, QWidget

from app.widgets.parameter_rows import ParameterRows
from engine.crf.parameters import CrfParameters, range_of


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
