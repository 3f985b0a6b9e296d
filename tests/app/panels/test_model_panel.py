from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from app.panels.model import ModelPanel


def enabled(window) -> list[bool]:
    """Whether one, and many, can be predicted."""
    buttons = window.findChild(ModelPanel).findChildren(QPushButton)
    return [
        next(one for one in buttons if one.text() == text).isEnabled()
        for text in ("Predict this image", "Predict many")
    ]


def test_predicting_is_offered_where_there_is_something_to_predict(program):
    assert enabled(program.window) == [False, False]


def test_what_is_open_can_be_predicted_until_it_is_closed(at_work):
    assert enabled(at_work.window) == [True, True]
    at_work.presenters.case.close()
    assert enabled(at_work.window) == [False, True]
