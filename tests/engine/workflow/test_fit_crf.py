from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

import main
from engine.core.geometry import Geometry
from engine.core.label_set import LabelSet
from engine.core.probabilities import Probabilities
from engine.crf.parameters import parse_parameters, potts
from engine.project.presets import load_presets
from engine.project.snapshots import save_probabilities
from engine.workflow.checkpoint import editing_mask, hold_project
from engine.workflow.project import create_project

CLASSES = LabelSet.named(["background", "object"])


@pytest.fixture
def project(tmp_path):
    """Two photos with doubtful predictions; a person painted the right classes in part of them."""
    paths, truths = [], []
    for number in range(2):
        rng = np.random.default_rng(number)
        truth = np.zeros((32, 36), np.uint8)
        truth[8:24, 6 + number : 26] = 1
        picture = (truth[..., None] * 90 + 70 + rng.normal(0, 5, (32, 36, 3))).astype(np.uint8)
        path = tmp_path / f"photo{number}.png"
        Image.fromarray(picture).save(path)
        Image.fromarray(truth).save(tmp_path / f"photo{number}_mask.png")
        paths.append(path)
        truths.append(truth)
    info = create_project(tmp_path / "a.sulcus", CLASSES, paths)
    for number, (case, truth) in enumerate(zip(info.cases, truths, strict=True)):
        rng = np.random.default_rng(10 + number)
        p = np.clip(np.where(truth == 1, 0.65, 0.35) + rng.normal(0, 0.25, truth.shape), 0.02, 0.98)
        geometry = Geometry(truth.shape)
        values = np.stack([1 - p, p]).astype(np.float16)
        save_probabilities(info.folder, case.id, Probabilities(values, geometry, CLASSES))
        with (
            hold_project(info.folder) as hold,
            editing_mask(info.folder, case.id, geometry, CLASSES, hold) as history,
        ):
            history.replace((slice(0, 32), slice(0, 36)), truth)
            for column in range(0, 36, 3):
                history.confirm((slice(4, 28), slice(column, column + 1)))
    return info.folder


@pytest.mark.parametrize("with_references", [False, True])
def test_what_is_learnt_is_measured_on_what_was_held_out(
    project, tmp_path, capsys, with_references
):
    poor = ["--param", "appearance_weight=0.1", "--param", "smoothness_weight=0.1"]
    masks = tmp_path / "masks"
    masks.mkdir()
    for path in tmp_path.glob("*_mask.png"):
        path.rename(masks / path.name)
    extra = ["--references", str(masks)] if with_references else []
    assert main.main(["fit-crf", str(project), "--json", "--steps", "40", *poor, *extra]) == 0
    fit = json.loads(capsys.readouterr().out)["fit"]
    assert fit["samples"] == [1, 1]
    assert fit["scores"]["gradient"] > fit["before"] >= fit["unary"] - 0.02
    assert fit["chosen"] == "gradient"
    (kept,) = load_presets(project).values()
    assert kept.appearance_weight == pytest.approx(fit["parameters"]["appearance_weight"])


POOR = ["--param", "appearance_weight=0.1", "--param", "smoothness_weight=0.1", "--steps", "30"]


def strict(text: str) -> dict[str, Any]:
    """JSON without the numbers that JSON does not have."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse)


def test_a_matrix_is_learnt_kept_and_reported(project, capsys):
    assert main.main(["fit-crf", str(project), "--json", "--compatibility", *POOR]) == 0
    fit = strict(capsys.readouterr().out)["fit"]
    assert fit["chosen"] == "gradient"
    (kept,) = load_presets(project).values()
    assert len(kept.compatibility) == 2
    assert kept.compatibility != potts(2)
    assert fit["parameters"]["compatibility"] == [list(row) for row in kept.compatibility]


def test_a_matrix_is_printed_as_it_can_be_read_again(project, tmp_path, capsys):
    assert main.main(["fit-crf", str(project), "--compatibility", *POOR]) == 0
    lines = capsys.readouterr().out.splitlines()
    (title,) = [number for number, line in enumerate(lines) if "compatibility" in line]
    path = tmp_path / "costs.txt"
    path.write_text("\n".join(lines[title + 1 : title + 3]))
    (kept,) = load_presets(project).values()
    read = parse_parameters([f"compatibility={path}"])["compatibility"]
    assert np.allclose(read, kept.compatibility, rtol=1e-3)
    assert any(line.strip().startswith("appearance_weight=") for line in lines)


def test_a_matrix_from_a_file_is_where_learning_begins(project, tmp_path, capsys):
    path = tmp_path / "costs.txt"
    path.write_text("0 3\n2 0\n")
    given = ["--param", f"compatibility={path}", "--param", "appearance_position=none"]
    assert main.main(["fit-crf", str(project), "--json", *POOR, *given]) == 0
    parameters = strict(capsys.readouterr().out)["fit"]["parameters"]
    assert parameters["appearance_position"] is None
    assert parameters["compatibility"] != [[0, 3], [2, 0]]
    assert np.allclose(parameters["compatibility"], [[0, 3], [2, 0]], atol=2.0)


def test_nothing_to_learn_from_is_refused(tmp_path, capsys):
    path = tmp_path / "photo.png"
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(path)
    info = create_project(tmp_path / "b.sulcus", CLASSES, [path])
    assert main.main(["fit-crf", str(info.folder)]) == 1
    assert "nothing to learn from" in capsys.readouterr().err
    assert not load_presets(info.folder)
