"""Every row of the table of pitfalls, and what peers do with the same files."""

from __future__ import annotations

import ast
import functools
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from pitfalls.matrix import ROWS, Outcome, run
from pitfalls.row import Answer, Peer, Row

TESTS = Path(__file__).parents[2]
SCRIPT = TESTS.parent / "benchmarks" / "pitfalls_matrix.py"
LAST = 39


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pitfalls_matrix", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def outcome_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Row], Outcome]:
    """A function that runs a row, once."""
    return functools.cache(lambda row: run(row, tmp_path_factory.mktemp(f"row{row.number}")))


def test_every_row_of_the_table_has_a_check() -> None:
    assert [row.number for row in ROWS] == list(range(1, LAST + 1))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number} {row.pitfall}")
def test_what_must_happen_does_and_peers_do_what_the_table_says(
    outcome_of: Callable[[Row], Outcome], row: Row
) -> None:
    outcome = outcome_of(row)
    assert outcome.fault == ""
    assert outcome.changed == ()
    assert outcome.seen


@pytest.mark.parametrize("guard", sorted({guard for row in ROWS for guard in row.guards}))
def test_every_guard_is_a_test(guard: str) -> None:
    path, name = guard.split("::")
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    assert name in [one.name for one in tree.body if isinstance(one, ast.FunctionDef)]


def test_a_row_that_does_not_hold_fails_and_a_peer_that_changed_is_told(
    tmp_path: Path, script: ModuleType
) -> None:
    def wrong(folder: Path) -> str:
        assert folder.name == "elsewhere", "it is not elsewhere"
        return "unseen"

    peers = (
        Peer("nibabel", lambda folder: Answer("is right", is_right=True), "was wrong"),
        Peer("numpy", lambda folder: Answer("is wrong", is_right=False)),
        Peer("no_such_module", lambda folder: Answer("never asked", is_right=True)),
    )
    outcome = run(Row(1, "a pitfall", wrong, (), peers), tmp_path)
    assert "it is not elsewhere" in outcome.fault
    assert outcome.changed == ("nibabel: is right", "numpy: is wrong")
    printed = "\n".join(script.lines_of(outcome))
    assert "FAILED" in printed
    assert "mend the table" in printed
    assert "never asked" not in printed


def test_the_page_of_pitfalls_is_the_one_that_this_run_gives(
    outcome_of: Callable[[Row], Outcome], script: ModuleType
) -> None:
    written = script.PAGE.read_text(encoding="utf-8")
    remedy = "run 'make docs-pitfalls'"
    for row in ROWS:
        assert f"| {row.number} | {row.pitfall} | " in written, remedy
        assert all(peer.wrong in written for peer in row.peers), remedy
    if sys.platform == "linux" and all(peer.is_here for row in ROWS for peer in row.peers):
        outcomes = [outcome_of(row) for row in ROWS]
        # Versions stand in the head; a later one that does the same is no reason to write it anew.
        assert script.page(outcomes).partition("| # |")[2] == written.partition("| # |")[2], remedy
