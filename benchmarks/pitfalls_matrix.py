"""Run the table of pitfalls: what Sulcus does with each odd file, and what its peers do with it.

    python benchmarks/pitfalls_matrix.py [--rows 11 12] [--out docs/reference/pitfalls.md]

Nothing is taken from memory: every line says what happened in this run. The status is 1 if a row
fails, or if a peer is right where the table says it is wrong, or the other way round.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from pitfalls.matrix import ROWS, Outcome, run

from engine.files import write_text

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "pitfalls.md"
PEERS = ("nibabel", "SimpleITK", "pydicom", "highdicom", "dcmqi")

_HEAD = """# Pitfalls

Written by `benchmarks/pitfalls_matrix.py --out docs/reference/pitfalls.md`, which makes a file for
each pitfall and shows it to Sulcus and to other libraries; change the rows in `tests/pitfalls`, not
this page. Every row is also a test.

Peers: {peers}.

| # | pitfall | Sulcus | peers |
|---|---|---|---|
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rows", type=int, nargs="*", default=[row.number for row in ROWS])
    parser.add_argument("--out", type=Path, help="also write the page")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        outcomes = [
            run(row, Path(name) / str(row.number)) for row in ROWS if row.number in arguments.rows
        ]
    for outcome in outcomes:
        print("\n".join(lines_of(outcome)))
    passed = sum(not one.fault for one in outcomes)
    print(f"{passed} of {len(outcomes)} rows passed")
    if arguments.out:
        write_text(arguments.out, page(outcomes))
    return int(passed < len(outcomes) or any(one.changed for one in outcomes))


def lines_of(outcome: Outcome) -> list[str]:
    """A row as it is printed."""
    row = outcome.row
    lines = [
        f"{row.number:>2}  {'FAILED' if outcome.fault else 'passed'}  {row.pitfall}",
        f"      Sulcus: {outcome.fault or outcome.seen}",
    ]
    for peer, answer in outcome.peers:
        lines.append(f"      {peer.name}: {answer.said} [{_verdict(peer.wrong, answer.is_right)}]")
    return [*lines, *(f"      guarded by tests/{guard}" for guard in row.guards)]


def page(outcomes: Sequence[Outcome]) -> str:
    """The page of the table."""
    peers = ", ".join(f"{name} {version(name)}" for name in PEERS)
    return _HEAD.format(peers=peers) + "".join(
        f"| {one.row.number} | {one.row.pitfall} | "
        f"{'**failed**' if one.fault else one.seen} | {_peers(one)} |\n"
        for one in outcomes
    )


def _peers(outcome: Outcome) -> str:
    return "<br>".join(
        f"{peer.name}: {answer.said} ({_verdict(peer.wrong, answer.is_right)})"
        for peer, answer in outcome.peers
    )


def _verdict(wrong: str, is_right: bool) -> str:
    if is_right:
        return "agrees" if not wrong else "agrees now; mend the table"
    return f"wrong: {wrong}" if wrong else "does not agree; look into it"


if __name__ == "__main__":
    sys.exit(main())
