from __future__ import annotations

import numpy as np

from app.canvas.flash import ON_OFF_MS, TIMES, Flasher
from app.canvas.viewport import Viewport
from app.presenters.measuring import GAINED, LOST

VIEW = Viewport((8, 10), size=(80, 100)).fitted()


def changes():
    found = np.zeros((8, 10), np.uint8)
    found[2, 3:5] = GAINED
    found[4, 6] = LOST
    return found


def test_it_lights_up_a_few_times_and_ends_dark(qapp, qtbot):
    flasher = Flasher()
    lit = []
    flasher.changed.connect(lambda part: lit.append((flasher.is_lit, part)))
    flasher.start(changes(), VIEW)
    qtbot.waitUntil(lambda: len(lit) == 2 * TIMES)
    assert [state for state, _ in lit] == [True, False] * TIMES
    assert lit[0][1] == (slice(20, 50), slice(30, 70)), "only where something changed"
    qtbot.wait(2 * ON_OFF_MS)
    assert len(lit) == 2 * TIMES
    assert TIMES / (2 * TIMES * ON_OFF_MS / 1000) < 3, "flashes a second that no eye minds"


def test_stopping_makes_it_dark_at_once(qapp):
    flasher = Flasher()
    flasher.start(changes(), VIEW)
    assert flasher.is_lit
    flasher.stop()
    assert not flasher.is_lit


def test_where_nothing_changed_nothing_lights_up(qapp):
    flasher = Flasher()
    told = []
    flasher.changed.connect(told.append)
    flasher.start(changes() * 0, VIEW)
    flasher.start(changes(), Viewport((8, 10), size=(80, 100), scale=10.0, centre=(-200.0, 0.0)))
    assert not told
    assert not flasher.is_lit


def test_kinds_of_change_have_colours_of_their_own(qapp):
    flasher = Flasher()
    flasher.start(changes(), VIEW)
    colours = {int(flasher.layer.pixels[y, x]) for y, x in ((25, 35), (45, 65), (5, 5))}
    assert len(colours) == 3
    assert 0 in colours
