from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.core.label_set import IGNORE, LabelSet
from engine.core.planes import Plane
from engine.core.scope import Scope
from engine.crf.parameters import CrfParameters
from engine.worker import Worker
from engine.workflow.checkpoint import hold_project
from engine.workflow.project import create_project
from engine.workflow.requests import (
    Exchange,
    Predict,
    RefineAll,
    RefineSlice,
    RefineSteps,
    encode,
)

ROOT = Path(__file__).parents[2]
TISSUES = LabelSet.named(["background", "CSF", "GM", "WM"])


@pytest.fixture
def exchange(tmp_path):
    folder = tmp_path / "exchange"
    folder.mkdir()
    return Exchange(folder)


@pytest.fixture
def project(tmp_path, make_volume):
    return create_project(tmp_path / "a.sulcus", TISSUES, [make_volume()])


def answers(exchange: Exchange, *requests: dict) -> list[dict]:
    """What a worker says to these requests, its input then ending."""
    out = io.StringIO()
    worker = Worker(exchange, out)
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    worker.run(_EndsWhenIdle(lines, worker))
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture
def token(project):
    """That of the window which has the project."""
    with hold_project(project.folder) as hold:
        yield hold.lent.token


class _EndsWhenIdle(io.StringIO):
    """An input that ends only when all jobs are done; ending earlier would cancel them."""

    def __init__(self, text: str, worker: Worker) -> None:
        super().__init__(text)
        self._worker = worker

    def __next__(self) -> str:
        try:
            return super().__next__()
        except StopIteration:
            while self._worker.is_busy:
                pass
            raise


def test_it_predicts_and_refines_with_the_prediction_it_kept(
    exchange, project, token, tiny_weights
):
    case = project.cases[0].id
    predict = encode(Predict(project.folder, case, str(tiny_weights), token), 1, exchange)
    whole = encode(RefineAll(project.folder, case, CrfParameters(), None, None), 2, exchange)
    pinned = np.full((10, 12), IGNORE, np.uint8)
    pinned[3, 4] = 2
    part = RefineSlice(project.folder, case, Plane.AXIAL, 4, CrfParameters(), pinned, None)
    said = answers(exchange, predict, whole, encode(part, 3, exchange))
    done = {line["job"]: line["done"] for line in said if "done" in line}
    assert set(done) == {1, 2, 3}
    assert exchange.take(done[1]["labels"]).shape == (12, 10, 8)
    assert exchange.take(done[2]["labels"]).shape == (12, 10, 8)
    refined = exchange.take(done[3]["labels"])
    assert refined.shape == (10, 12)
    assert refined[3, 4] == 2
    tiles = [line["tile"] for line in said if "tile" in line]
    assert len(tiles) == 8
    steps = [line["step"] for line in said if line.get("job") == 1 and "step" in line]
    assert steps[-1][0] == steps[-1][1]


def test_the_mask_grows_from_the_voxel_that_is_looked_at(exchange, project, token, tiny_weights):
    case = project.cases[0].id
    predict = Predict(project.folder, case, str(tiny_weights), token, (3, 4, 6))
    said = answers(exchange, encode(predict, 1, exchange))
    slices = [line["tile"]["box"][2][0] for line in said if "tile" in line]
    assert slices[0] == 6
    assert {*slices[1:3]} == {5, 7}
    assert sorted(slices) == list(range(8))


def test_it_answers_with_both_crfs_a_part_and_the_steps(exchange, project, token, tiny_weights):
    case = project.cases[0].id
    place = (project.folder, case, Plane.AXIAL, 4, CrfParameters(iterations=3), None, None)
    scope = Scope((slice(2, 5), slice(1, 12)))
    requests = (
        Predict(project.folder, case, str(tiny_weights), token),
        RefineSlice(*place, "dense"),
        RefineSlice(*place, "dense", scope),
        RefineSlice(*place, "conv", scope, coarse=True),
        RefineSteps(*place, "conv"),
        RefineSteps(*place, "dense"),
        RefineAll(
            *(project.folder, case, CrfParameters(), None, None, "dense"),
            Scope((slice(0, 12), slice(0, 10), slice(3, 5))),
        ),
    )
    said = answers(exchange, *(encode(one, job, exchange) for job, one in enumerate(requests, 1)))
    done = {line["job"]: line["done"] for line in said if "done" in line}
    assert set(done) == set(range(1, 8)), said
    whole, part, coarse = (exchange.take(done[job]["labels"]) for job in (2, 3, 4))
    assert np.array_equal(whole[scope.box], part)
    assert coarse.shape == (3, 11)
    conv, dense = (exchange.take(done[job]["beliefs"]) for job in (5, 6))
    assert conv.shape == dense.shape == (4, 4, 10, 12)
    step = 2.0**-11  # of a float16 below 1, at most
    assert np.abs(conv[0].astype(float) - dense[0]).max() <= step, "both begin with the unary"
    assert np.array_equal(dense[3].argmax(axis=0), whole)
    assert not np.array_equal(conv[3], dense[3])
    assert exchange.take(done[7]["labels"]).shape == (12, 10, 2)


def test_a_refused_job_is_answered_and_the_next_one_is_done(
    exchange, project, token, tmp_path, tiny_weights
):
    case = project.cases[0].id
    bad = encode(Predict(tmp_path / "none.sulcus", case, str(tiny_weights), token), 1, exchange)
    good = encode(Predict(project.folder, case, str(tiny_weights), token), 2, exchange)
    broken = {"job": 3, "verb": "Dance"}
    said = answers(exchange, bad, broken, good)
    errors = {line["job"]: line["error"] for line in said if "error" in line}
    assert errors[1]["kind"] == "ReadError"
    assert errors[1]["remedy"]
    assert errors[3]["kind"] == ""
    assert any(line["job"] == 2 and "done" in line for line in said)


def test_nothing_is_predicted_for_who_does_not_have_the_project(
    exchange, project, token, tiny_weights
):
    case = project.cases[0].id
    taken = encode(Predict(project.folder, case, str(tiny_weights), token[::-1]), 1, exchange)
    said = answers(exchange, taken)
    assert said[-1]["error"]["kind"] == "ProjectTaken"
    assert not (project.folder / "probabilities").exists()


def test_a_cancelled_job_is_answered_as_cancelled_and_nothing_is_kept(
    exchange, project, token, tiny_weights
):
    case = project.cases[0].id
    predict = encode(Predict(project.folder, case, str(tiny_weights), token), 1, exchange)
    said = answers(exchange, predict, {"cancel": 1})
    assert said[-1] == {"job": 1, "cancelled": True}
    assert not (project.folder / "probabilities").exists()


def test_the_process_ends_when_its_input_ends(exchange):
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "--worker", str(exchange.folder)],
        input='{"job": 1, "verb": "Warm"}\n',
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        assert json.loads(line)["job"] == 1
