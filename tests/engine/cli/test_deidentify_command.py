from __future__ import annotations

import json
from pathlib import Path

import pytest
from dicom_series import SECRETS, write

import main


def test_a_folder_is_copied_without_the_patient(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "in", count=3)
    assert main.main(["deidentify", str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 0
    told = capfd.readouterr()
    assert "3 files without the patient" in told.out
    assert "A face can be drawn from a MR volume of a head" in told.out
    assert not any(secret in told.out + told.err for secret in SECRETS)
    again = ["deidentify", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--json"]
    assert main.main(again) == 1
    error = json.loads(capfd.readouterr().out)["error"]
    assert "holds something already" in error["what"]
