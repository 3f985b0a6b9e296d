from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication, QImage

from app.icons import icon
from app.theme import use_theme
from app.widgets.sign import Sign


@pytest.fixture
def themed(qapp):
    yield qapp
    use_theme(qapp, "dark")


def darkest(sign: Sign) -> int:
    image = sign.pixmap().toImage().convertToFormat(QImage.Format.Format_ARGB32)
    colours = [image.pixelColor(x, y) for x in range(16) for y in range(16)]
    return min(colour.lightness() for colour in colours if colour.alpha() > 200)


def test_an_icon_in_a_label_follows_the_theme(themed, qtbot):
    use_theme(themed, "dark")
    sign = Sign(16)
    qtbot.addWidget(sign)
    sign.show_icon(icon("approved"))
    assert darkest(sign) > 150
    use_theme(themed, "light")
    QGuiApplication.processEvents()
    assert darkest(sign) < 100
