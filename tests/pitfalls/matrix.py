"""The whole table of pitfalls, run: what Sulcus did, and what its peers did with the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pitfalls import contents, kinds, pixels, places, series, shown
from pitfalls.row import Answer, Peer, Row

ROWS: tuple[Row, ...] = tuple(
    sorted(
        (*places.ROWS, *contents.ROWS, *kinds.ROWS, *series.ROWS_OF_SERIES, *pixels.ROWS,
         *shown.ROWS),
        key=lambda row: row.number,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row came to.

    Attributes:
        row: The row.
        seen: What Sulcus did.
        fault: Why that is not what must happen; '' if it is.
        peers: Those that are installed, and what they did.
    """

    row: Row
    seen: str
    fault: str
    peers: tuple[tuple[Peer, Answer], ...]

    @property
    def changed(self) -> tuple[str, ...]:
        """Peers that are right where the table says they are wrong, or the other way round."""
        return tuple(
            f"{peer.name}: {answer.said}"
            for peer, answer in self.peers
            if answer.is_right == bool(peer.wrong)
        )


def run(row: Row, folder: Path) -> Outcome:
    """Run one row.

    Args:
        row: The row.
        folder: Where its files may go.
    """
    try:
        seen, fault = row.check(_new(folder / "sulcus")), ""
    except Exception as error:  # noqa: BLE001 - whatever it is, the row has failed
        seen, fault = "", f"{type(error).__name__}: {error}"
    peers = tuple(
        (peer, peer.ask(_new(folder / f"peer{number}")))
        for number, peer in enumerate(row.peers)
        if peer.is_here
    )
    return Outcome(row, seen, fault, peers)


def _new(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
