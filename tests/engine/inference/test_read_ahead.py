from __future__ import annotations

import threading

import numpy as np
import pytest
import torch
from nets import small_unet
from test_segmenter import make

from engine.errors import ReadError
from engine.inference.picture import ArrayPicture
from engine.inference.read_ahead import ReadAhead


def windows(count):
    return [(slice(start, start + 4), slice(0, 4)) for start in range(0, 4 * count, 4)]


def test_what_follows_is_read_before_it_is_taken():
    first, second = windows(2)
    was_read = threading.Event()

    def read(window):
        if window == second:
            was_read.set()
        return torch.tensor(window[0].start)

    with ReadAhead(read) as ahead:
        assert ahead.take(first, second) == 0
        assert was_read.wait(timeout=30)
        assert ahead.take(second, None) == 4


def test_a_window_that_was_not_foreseen_is_read_and_never_two_at_once():
    reading = threading.Lock()
    asked = []

    def read(window):
        assert reading.acquire(blocking=False), "two windows are read at once"
        asked.append(window)
        reading.release()
        return torch.tensor(window[0].start)

    first, second, third = windows(3)
    with ReadAhead(read) as ahead:
        assert ahead.take(first, second) == 0
        assert ahead.take(third, None) == 8
        assert ahead.take(second, None) == 4
    assert asked == [first, second, third, second]


def test_a_window_that_cannot_be_read_is_told_when_its_turn_comes_and_no_thread_is_left():
    before = threading.active_count()

    class Torn(ArrayPicture):
        def read(self, part):
            if part[0].start > 0:
                raise ReadError("The picture is torn.", remedy="Mend it.")
            return super().read(part)

    segmenter = make(network=small_unet(), core=16)
    values = np.random.default_rng(0).random((1, 200, 16), np.float32)
    found = segmenter.stream(Torn(values))
    assert next(found)[0][0].start == 0
    with pytest.raises(ReadError, match="torn"):
        list(found)
    assert threading.active_count() == before
