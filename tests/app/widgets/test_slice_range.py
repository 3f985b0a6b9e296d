from __future__ import annotations

from PySide6.QtWidgets import QSpinBox

from app.widgets.slice_range import SliceRange


def test_the_other_end_gives_way(qapp):
    chooser = SliceRange()
    chooser.show_range(2, 5, 9)
    first, last = chooser.findChildren(QSpinBox)
    assert (first.value(), last.value()) == (3, 6)
    told = []
    chooser.changed.connect(lambda *ends: told.append(ends))
    first.setValue(8)
    last.setValue(4)
    assert told == [(7, 7), (3, 3)]
    chooser.show_range(0, 1, 2)
    assert len(told) == 2
    assert last.maximum() == 2
