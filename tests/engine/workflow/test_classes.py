from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image as Pillow

from engine.core.label_map import LabelMap
from engine.core.label_set import IGNORE, PALETTE, LabelSet
from engine.core.planes import Plane
from engine.core.sources import Origin, PixelSource
from engine.crf.parameters import CrfParameters
from engine.errors import ParameterError
from engine.inference.segmenter import Segmenter
from engine.models.model_card import InputCard, ModelCard, TrainingCard
from engine.models.unet import UNet
from engine.progress import Progress
from engine.project.snapshots import load_probabilities
from engine.project.store import Project
from engine.workflow.checkpoint import hold_project, keep_mask
from engine.workflow.classes import add_class
from engine.workflow.export import plan_export, write_export
from engine.workflow.open_case import open_case
from engine.workflow.predict import predict_case
from engine.workflow.project import create_project
from engine.workflow.refine import keep_preset, list_presets
from engine.workflow.requests import RefineSlice
from engine.workflow.session import Session

CLASSES = LabelSet.named(["Background", "leaf"])
SIDES = (20, 24)


@pytest.fixture
def info(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, SIDES).astype(np.uint8)
    (tmp_path / "in").mkdir()
    for name in ("one", "two"):
        Pillow.fromarray(pixels).save(tmp_path / "in" / f"{name}.png")
    return create_project(tmp_path / "p.sulcus", CLASSES, [tmp_path / "in"])


def segmenter(*names):
    torch.manual_seed(0)
    card = ModelCard(
        "tiny", "Tiny", "unet", {}, LabelSet.named(names),
        InputCard(("grey",), 0, 100), TrainingCard("none", "none", "none", 0, 0),
    )  # fmt: skip
    network = UNet(in_channels=1, classes=len(names), base=2, depth=2).eval()
    return Segmenter(network, card, torch.device("cpu"), precision="float32")


def opened(info):
    return open_case(info.folder, info.cases[0].id, Progress())


def predict(info, model, on_tile=None):
    with hold_project(info.folder) as hold:
        case, image = info.cases[0].id, opened(info).image
        return predict_case(info.folder, case, image, model, None, on_tile, right=hold)


def test_a_class_is_added_after_the_others_in_a_colour_that_none_has(info):
    found = add_class(info.folder, " stem ")
    assert found == Project(info.folder).label_set
    assert found.names == ("Background", "leaf", "stem")
    assert found.classes[:2] == CLASSES.classes
    assert found[2].colour == PALETTE[1]
    assert add_class(info.folder, "root", (1, 2, 3))[3].colour == (1, 2, 3)


def test_a_project_has_as_many_classes_as_a_label_map_can_hold(info):
    many = LabelSet.named([f"class {index}" for index in range(IGNORE - 1)])
    with hold_project(info.folder):
        Project(info.folder).set_classes(many)
    assert len(add_class(info.folder, "the last")) == IGNORE
    with pytest.raises(ParameterError, match="255 classes at most"):
        add_class(info.folder, "one more")
    assert len(Project(info.folder).label_set) == IGNORE


@pytest.mark.parametrize("name", ["leaf", "", "  "])
def test_a_name_that_is_taken_or_empty_is_refused(info, name):
    with pytest.raises(ParameterError, match="differ"):
        add_class(info.folder, name)
    assert Project(info.folder).label_set == CLASSES


def test_masks_and_their_history_stay_as_they_are(info):
    case = info.cases[0].id
    with hold_project(info.folder) as hold:
        mask = LabelMap(np.eye(*SIDES, dtype=np.uint8), opened(info).image.geometry, CLASSES)
        keep_mask(info.folder, case, mask, Origin(PixelSource.PAINTED, "brush"), hold)
    before = opened(info).history().stacks
    add_class(info.folder, "stem")
    after = opened(info)
    assert np.array_equal(after.label_map.labels, np.eye(*SIDES))
    assert after.label_map.label_set.names == ("Background", "leaf", "stem")
    assert after.history().stacks == before
    with hold_project(info.folder) as hold:
        history = open_case(info.folder, case, Progress(), hold).history()
        assert history.undo() is not None
        assert not history.labels.any()


def test_a_model_of_the_first_classes_still_predicts_after_one_was_added(info):
    before = predict(info, segmenter("background", "Leaf"))
    add_class(info.folder, "stem")
    kept = load_probabilities(
        info.folder, info.cases[0].id, before.geometry, Project(info.folder).label_set
    )
    assert np.array_equal(kept.values[:2], before.values)
    assert not kept.values[2].any()
    again = predict(info, segmenter("background", "Leaf"))
    assert np.array_equal(again.values, kept.values)
    assert again.label_set.names == ("Background", "leaf", "stem")


def test_classes_of_a_model_are_found_by_name_wherever_the_project_has_them(info):
    add_class(info.folder, "stem")
    tiles = []
    found = predict(info, segmenter("STEM", "background"), lambda _, part: tiles.append(part))
    alone = predict(info, segmenter("background", "leaf")).values  # the same network
    assert np.array_equal(found.values[2], alone[0])
    assert np.array_equal(found.values[0], alone[1])
    assert not found.values[1].any()
    assert set(np.unique(found.argmax())) <= {0, 2}
    assert {len(part) for part in tiles} == {3}
    assert np.array_equal(tiles[0], found.values)


def test_a_model_with_a_class_that_the_project_lacks_is_refused(info):
    with pytest.raises(ParameterError, match=r"tiny.*background, petal.*Background, leaf"):
        predict(info, segmenter("background", "petal"))
    with pytest.raises(ParameterError, match="leaf, Leaf"):
        predict(info, segmenter("leaf", "Leaf"))


def test_what_refines_a_case_sees_a_class_that_was_added_meanwhile(info):
    predict(info, segmenter("background", "leaf"))
    session, pinned = Session("cpu"), np.full(SIDES, IGNORE, np.uint8)
    request = RefineSlice(
        info.folder, info.cases[0].id, Plane.AXIAL, 0, CrfParameters(), pinned, None
    )
    assert session.refine_slice(request, Progress()).max() <= 1
    add_class(info.folder, "stem")
    pinned[3:9, 4:9] = 2
    refined = session.refine_slice(replace(request, pinned=pinned), Progress())
    assert (refined[3:9, 4:9] == 2).all()


def test_costs_that_a_preset_states_go_on_with_1_for_the_new_class(info):
    stated = CrfParameters(compatibility=((0.0, 2.0), (3.0, 0.0)))
    plain = CrfParameters(iterations=7)
    keep_preset(info.folder, "stated", stated)
    keep_preset(info.folder, "plain", plain)
    add_class(info.folder, "stem")
    presets = list_presets(info.folder)
    assert presets["plain"] == plain
    assert presets["stated"].compatibility == ((0, 2, 1), (3, 0, 1), (1, 1, 0))


def test_the_new_class_stands_in_the_list_beside_exported_masks(info, tmp_path):
    predict(info, segmenter("background", "leaf"))
    add_class(info.folder, "stem")
    report = write_export(plan_export(info.folder), tmp_path / "out", Progress())
    assert [path.name for path in report.masks] == ["one.png"]
    listed = json.loads((tmp_path / "out" / "labels.json").read_text())["classes"]
    assert [one["name"] for one in listed] == ["Background", "leaf", "stem"]
