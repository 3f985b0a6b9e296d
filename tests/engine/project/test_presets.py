from __future__ import annotations

import math

import pytest

from engine.crf.parameters import RELEASED, CrfParameters
from engine.errors import ReadError
from engine.project.presets import load_presets, save_preset


def test_presets_come_back_as_they_were_saved(tmp_path):
    mine = CrfParameters(appearance_position=math.inf, iterations=9)
    save_preset(tmp_path, "mine", mine)
    save_preset(tmp_path, "released", RELEASED)
    assert load_presets(tmp_path) == {"mine": mine, "released": RELEASED}
    save_preset(tmp_path, "mine", CrfParameters())
    assert load_presets(tmp_path)["mine"] == CrfParameters()


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 5}', '{"a": {"iterations": 0}}'])
def test_a_damaged_file_is_refused_and_left_alone(tmp_path, text):
    path = tmp_path / "presets.json"
    path.write_text(text)
    with pytest.raises(ReadError, match="damaged"):
        load_presets(tmp_path)
    with pytest.raises(ReadError, match="damaged"):
        save_preset(tmp_path, "mine", CrfParameters())
    assert path.read_text() == text
