from __future__ import annotations

import io

import pytest

from engine.cli import output
from engine.cli.output import Output


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch):
    """Seconds that the test sets."""
    now = [0.0]
    monkeypatch.setattr(output.time, "monotonic", lambda: now[0])
    return now


def test_a_terminal_sees_how_long_it_will_go_on(clock):
    terminal = Terminal()
    told = Output(as_json=False, stdout=io.StringIO(), stderr=terminal)
    clock[0] = 100.0
    for second, done, said in (
        (100, 0, "  0% Predicting "),
        (101, 1, " 10% Predicting "),  # too early to say
        (104, 2, " 20% Predicting, 16 s left"),
        (200, 2, " 20% Predicting, 7 min left"),
        (205, 10, "100% Predicting "),
    ):
        clock[0] = float(second)
        terminal.truncate(0)
        terminal.seek(0)
        told.progress.step(done, 10, "Predicting")
        assert said in terminal.getvalue()
    assert "left" not in terminal.getvalue()
    told.close()
    assert terminal.getvalue().endswith("\r")


def test_a_file_gets_one_line_for_each_kind_of_step():
    file = io.StringIO()
    told = Output(as_json=False, stdout=io.StringIO(), stderr=file)
    for what in ("Reading", "Predicting", "Predicting"):
        told.progress.step(1, 2, what)
    assert file.getvalue() == "Reading ...\nPredicting ...\n"
