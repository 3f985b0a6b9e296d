"""What the window asks about models, and networks that nobody trained."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image as Pillow

from engine.core.case import CaseState
from engine.core.label_set import LabelSet
from engine.core.sources import Origin, PixelSource
from engine.errors import WeightsError
from engine.models.encoder import ENCODERS
from engine.models.table import MODELS
from engine.models.weights import FOLDER_VARIABLE, find_weights
from engine.progress import Progress
from engine.workflow.checkpoint import hold_project
from engine.workflow.model_requests import ADD, INSPECT, PUBLISHED, answer
from engine.workflow.open_case import open_case
from engine.workflow.predict import load_segmenter
from engine.workflow.predict_many import PredictOptions, keep_prediction, predict_project
from engine.workflow.project import create_project, describe_project
from engine.workflow.requests import AboutModels, Exchange, decode, encode
from engine.workflow.untrained import LIMITS


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "models"))
    monkeypatch.setenv("SULCUS_PRETRAINED", str(tmp_path / "pretrained"))


@pytest.fixture
def project(tmp_path):
    paths = []
    for name in ("a", "b"):
        values = np.random.default_rng(0).integers(0, 255, (24, 32, 3)).astype(np.uint8)
        paths.append(tmp_path / f"{name}.png")
        Pillow.fromarray(values).save(paths[-1])
    label_set = LabelSet.named(["ground", "leaf", "stem"])
    return create_project(tmp_path / "p.sulcus", label_set, paths)


@pytest.mark.parametrize("name", [row.name for row in MODELS])
def test_every_network_without_weights_says_that_it_must_be_trained(name):
    with pytest.raises(WeightsError, match="must be trained first") as caught:
        find_weights(name)
    assert f"'random:{name}'" in caught.value.remedy


def test_a_network_with_random_weights_predicts_the_classes_of_the_project(project, tmp_path):
    label_set = LabelSet.named(["a", "b", "c"])
    segmenter = load_segmenter("random:segnet-basic", "cpu", label_set=label_set)
    assert segmenter.card.label_set == label_set
    assert segmenter.card.training.limits == LIMITS
    report = predict_project(
        project.folder, PredictOptions("random:segnet-basic", "cpu"), Progress()
    )
    assert report.count("done") == 2
    assert {one.state for one in describe_project(project.folder).cases} == {CaseState.PREDICTED}


def test_a_predicted_mask_is_kept_in_a_case_that_is_not_on_screen(project):
    case = project.cases[1]
    labels = np.zeros((24, 32), np.uint8)
    labels[3:9, 4:7] = 2
    with hold_project(project.folder) as hold:
        origin = Origin(PixelSource.MODEL, "m")
        keep_prediction(project.folder, case.id, labels, origin, hold, "batch")
    opened = open_case(project.folder, case.id, Progress())
    assert np.array_equal(opened.label_map.labels, labels)
    other = open_case(project.folder, project.cases[0].id, Progress())
    assert not other.label_map.labels.any()


@pytest.mark.parametrize(
    "name", ["unet", "pspnet", "lenet", "resnet18", "torchvision-fcn-resnet50"]
)
def test_the_size_and_the_weights_of_a_line_are_told(name):
    found = answer(PUBLISHED, {"name": name}, Progress())
    assert int(found["facts"]["Parameters"].replace(",", "")) > 1000
    assert bool(found["weights"]) == (name in ("resnet18", "torchvision-fcn-resnet50"))
    for one in found["weights"]:
        assert one["here"] == ""
        assert one["url"] in one["offline"]
    json.dumps(found)


def test_weights_of_whole_networks_are_published_for_the_rows_that_take_them():
    from engine.models.pretrained import SEGMENTING, pretrained_of

    assert set(SEGMENTING) <= {row.name for row in MODELS}
    assert not set(SEGMENTING) & {row.name for row in ENCODERS}
    for name in SEGMENTING:
        (one,) = pretrained_of(name)
        assert one.megabytes > 100
        assert "mean IoU" in one.measured
        assert one.mean == (0.485, 0.456, 0.406)


def test_a_file_is_inspected_and_tried_by_request(tiny_photo_weights, tmp_path):
    facts = answer(INSPECT, {"file": str(tiny_photo_weights)}, Progress())
    assert json.loads(json.dumps(facts))["names"] == ["background", "object"]
    said = {"file": str(tiny_photo_weights), "classes": [], "channels": [], "keep": False,
            "image": ""}  # fmt: skip
    found = answer(ADD, said, Progress())
    assert found.pop("picture").dtype == np.uint8
    assert json.loads(json.dumps(found))["path"] == ""
    assert not (tmp_path / "models").exists()


def test_a_question_about_models_crosses_the_pipe(tmp_path):
    request = AboutModels(ADD, {"file": "a.pth", "classes": ["a", "b"], "keep": True})
    sent = json.loads(json.dumps(encode(request, 3, Exchange(tmp_path))))
    assert decode(sent, Exchange(tmp_path)) == request
