from __future__ import annotations

import json

import nibabel as nib
import pytest

import main
from engine.workflow.sample import BRAIN_IMAGE, sample_file


def test_the_demonstration_walks_the_whole_way_and_measures_it(tmp_path, capsys):
    assert main.main(["demo", "--json", "--device", "cpu", "--out", str(tmp_path / "out")]) == 0
    report = json.loads(capsys.readouterr().out)
    brain, *photos = report["cases"]
    assert brain["name"] == "mni152_t1"
    assert len(photos) == 2
    for step in ("predicted", "refined", "corrected"):
        assert set(brain["dice"][step]) == {"CSF", "GM", "WM"}
    # the shipped model on the anatomy it was trained on: far from chance, or it does not work
    assert brain["dice"]["predicted"]["GM"] > 0.8
    assert brain["dice"]["predicted"]["WM"] > 0.8
    mean = {step: sum(scores.values()) for step, scores in brain["dice"].items()}
    assert mean["corrected"] > mean["refined"], "a person's strokes make it better"
    assert brain["changed"] > 0
    assert report["geometry_equal"] is True
    mask = next(path for path in report["masks"] if path.endswith(".nii.gz"))
    image = nib.load(sample_file(BRAIN_IMAGE))
    assert nib.load(mask).affine.tobytes() == image.affine.tobytes()
    html = (tmp_path / "out" / "report.html").read_text()
    assert html.count("<figure>") >= 9
    assert "not a medical device" in html
    # the project can be opened again, and a second run starts anew
    assert main.main(["export", report["projects"][0], "--out", str(tmp_path / "masks")]) == 0


def test_a_folder_that_cannot_be_written_is_refused(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main.main(["demo", "--out", str(tmp_path / "file" / "out")]) == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("extra", [[], ["--json"]])
def test_doctor_tells_the_truth_about_this_machine(extra, capsys):
    import torch

    status = main.main(["doctor", "--parts", *extra])
    out = capsys.readouterr().out
    assert torch.__version__.partition("+")[0] in out
    assert "unet-brain" in out
    if extra:
        findings = json.loads(out)["findings"]
        assert status == (0 if all(f["is_good"] for f in findings) else 1)
        assert all(f["remedy"] for f in findings if not f["is_good"])
