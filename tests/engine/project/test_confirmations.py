from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.errors import ReadError
from engine.project.confirmations import load_confirmed, save_confirmed


def test_what_was_confirmed_is_kept_for_its_case_with_its_time(tmp_path: Path) -> None:
    assert load_confirmed(tmp_path, "a") == frozenset()
    save_confirmed(tmp_path, "a", ["two-positions"])
    first = json.loads((tmp_path / "confirmed.json").read_text())["a"]["two-positions"]
    assert abs((datetime.now(UTC) - datetime.fromisoformat(first)).total_seconds()) < 60
    old = "2020-01-02T03:04:05+00:00"
    (tmp_path / "confirmed.json").write_text(json.dumps({"a": {"two-positions": old}}))
    save_confirmed(tmp_path, "a", ["no-side", "two-positions"])
    assert json.loads((tmp_path / "confirmed.json").read_text())["a"]["two-positions"] == old
    save_confirmed(tmp_path, "b", ["no-side"])
    assert load_confirmed(tmp_path, "a") == {"two-positions", "no-side"}
    assert load_confirmed(tmp_path, "b") == {"no-side"}


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', ""])
def test_a_damaged_file_is_told_and_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "confirmed.json").write_text(text)
    with pytest.raises(ReadError, match="is damaged"):
        load_confirmed(tmp_path, "a")
    with pytest.raises(ReadError):
        save_confirmed(tmp_path, "a", ["x"])
    assert (tmp_path / "confirmed.json").read_text() == text
