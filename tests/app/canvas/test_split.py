from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRect

from app.canvas.split import CAPTION, SplitLine

AREA = QRect(0, 0, 400, 300)


def shown() -> SplitLine:
    line = SplitLine()
    line.show(shown=True)
    return line


def test_without_a_line_all_is_left():
    part = QRect(10, 20, 300, 50)
    assert SplitLine().parts(part, 400) == (part, QRect())
    assert not SplitLine().takes(QPointF(200, 10), 400)


@pytest.mark.parametrize("left", range(150, 260, 7))
@pytest.mark.parametrize("width", [1, 30, 200])
def test_every_pixel_lies_on_one_side(left, width):
    part = QRect(left, 5, width, 40)
    one, other = shown().parts(part, 400)
    assert max(0, one.width()) + max(0, other.width()) == width
    assert one.isEmpty() or one.right() < 200
    assert other.isEmpty() or other.left() >= 200


def test_it_is_taken_near_and_stays_in_the_canvas():
    line = shown()
    assert line.takes(QPointF(204, 10), 400)
    assert not line.takes(QPointF(210, 10), 400)
    line.put(7.0, AREA)
    assert line.share == 1.0
    line.put(-1.0, AREA)
    assert line.takes(QPointF(0, 10), 400)


def test_only_the_strip_it_crossed_is_painted_again():
    line = shown()
    strip = line.put(0.55, AREA)
    assert strip.left() == 200 - CAPTION
    assert strip.right() == 220 + CAPTION
    assert strip.height() == 300


def test_hiding_it_lets_it_go():
    line = shown()
    line.is_held = True
    assert not line.show(shown=True)
    assert line.is_held
    assert line.show(shown=False)
    assert not line.is_held
