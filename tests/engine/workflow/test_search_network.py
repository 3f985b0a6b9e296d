"""Searching a network on drawn shapes and on a folder, from the data to a mask."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image as Pillow

import main
from engine.core.label_set import IGNORE, LabelSet
from engine.errors import ParameterError, ReadError
from engine.inference.segmenter import Segmenter
from engine.learning.search import arguments_of
from engine.learning.train import TrainSettings, train
from engine.models.searched import BATCH, GROUP, NONE
from engine.models.weights import load_network, read_card, save_checkpoint
from engine.progress import Progress
from engine.workflow.search import (
    BEST,
    JOURNAL,
    SearchOptions,
    _network,
    _trained,
    mean_dice,
    search_network,
)
from engine.workflow.search_data import SAMPLE, SHAPES, load_data

TINY = {"children": 3, "steps": 4, "final_steps": 6, "side": 32, "seconds": 60.0}


@pytest.fixture
def folder(tmp_path):
    """Six photos of a bright square with their masks beside them."""
    rng = np.random.default_rng(0)
    place = tmp_path / "data"
    place.mkdir()
    for number in range(6):
        image = rng.integers(0, 90, (40, 48, 3)).astype(np.uint8)
        mask = np.zeros((40, 48), np.uint8)
        top, left = rng.integers(4, 20, 2)
        mask[top : top + 12, left : left + 14] = 1
        image[mask > 0] += 130
        Pillow.fromarray(image).save(place / f"{number}.png")
        Pillow.fromarray(mask).save(place / f"{number}_mask.png")
    return place


def test_a_tiny_search_writes_a_network_that_predicts(tmp_path):
    report = search_network(SearchOptions(SHAPES, tmp_path, **TINY))
    assert len(report.children) == 3
    card = read_card(report.path)
    assert card.network == "searched"
    for name, value in arguments_of(report.best.choices).items():
        assert card.arguments[name] == value
    assert report.best.reward == max(child.reward for child in report.children)
    network, _ = load_network(report.path)
    assert mean_dice(network, load_data(SHAPES, None, 0)) == pytest.approx(report.dice, abs=0.02)
    assert Segmenter.load(report.path, "cpu").card.label_set.names[1:] == ("disc", "square")


@pytest.mark.parametrize("norm", [None, BATCH, GROUP, NONE])
def test_a_searched_checkpoint_learns_on_from_corrected_pixels_alone(tmp_path, norm):
    """That of a search as it was written, and others of its space in its place."""
    data = load_data(SHAPES, None, 0)
    found = search_network(SearchOptions(SHAPES, tmp_path, **{**TINY, "children": 1})).path
    if norm is not None:
        card = read_card(found)
        cells = "residual3,plain3,separable5"
        arguments = card.arguments | {"base": 8, "depth": 2, "cells": cells, "norm": norm}
        save_checkpoint(_network(arguments, data, 0), replace(card, arguments=arguments), found)
    network, card = load_network(found)
    before = {name: value.clone() for name, value in network.state_dict().items()}

    def corrections(rng):
        """Labels on the left half of each crop; what nobody touched is left out."""
        images, labels = data.batches(32)(rng)
        labels[:, :, 16:] = IGNORE
        return images, labels

    settings = TrainSettings(steps=60, learning_rate=4e-3, warm_up=5, average=0.9, settle=4)
    start = mean_dice(network, data)
    train(network, corrections, settings, Progress())
    assert not [n for n, value in network.named_parameters() if torch.equal(value, before[n])]
    assert mean_dice(network, data) > start + 0.05
    parent = f"{found.name}, SHA-256 {card.tensors_sha256}"
    learned = replace(card, training=replace(card.training, parent=parent))
    save_checkpoint(network, learned, tmp_path / "learned.safetensors")
    again, read = load_network(tmp_path / "learned.safetensors")
    assert mean_dice(again, data) == pytest.approx(mean_dice(network, data), abs=0.02)
    assert (read.network, read.training.parent) == ("searched", parent)


def test_a_search_is_the_same_twice_and_goes_on_where_it_stopped(tmp_path):
    first = search_network(SearchOptions(SHAPES, tmp_path / "a", **TINY))
    search_network(SearchOptions(SHAPES, tmp_path / "b", **{**TINY, "children": 2}))
    again = search_network(SearchOptions(SHAPES, tmp_path / "b", **TINY))
    assert [one.choices for one in again.children] == [one.choices for one in first.children]
    for one, other in zip(again.children, first.children, strict=True):
        assert one.reward == pytest.approx(other.reward, abs=1e-3)
    with pytest.raises(ParameterError, match="other settings"):
        search_network(SearchOptions(SHAPES, tmp_path / "b", **{**TINY, "steps": 5}))


def test_a_child_that_is_too_slow_earns_nothing(tmp_path):
    report = search_network(SearchOptions(SHAPES, tmp_path, **{**TINY, "seconds": 1e-9}))
    assert [child.reward for child in report.children] == [0.0] * 3
    assert [child.facts["steps"] for child in report.children] == [0] * 3


def test_training_for_longer_learns_shapes():
    data = load_data(SHAPES, None, 0)
    options = SearchOptions(SHAPES, side=32)
    scores: list[float] = []
    for steps in (2, 60):
        arguments = {"base": 8, "depth": 2, "cells": "plain3", "norm": "batch"}
        network = _network(arguments, data, seed=0)
        _trained(network, data, options, steps, Progress())
        scores.append(mean_dice(network, data))
    assert scores[1] > scores[0] + 0.2


def test_a_folder_of_images_with_masks_is_searched_by_command(folder, tmp_path, capfd):
    out = tmp_path / "out"
    found = main.main(
        ["search", str(folder), "--classes", "ground,square", "--out", str(out), "--json",
         "--children", "2", "--steps", "4", "--final-steps", "5", "--side", "32"]
    )  # fmt: skip
    said, error = capfd.readouterr()
    assert found == 0, error
    assert json.loads(said)["path"] == str(out / BEST)
    assert len((out / JOURNAL).read_text().splitlines()) == 3
    (sha256,) = read_card(out / BEST).training.data_sha256.values()
    assert len(sha256) == 64
    assert read_card(out / BEST).input.channels == ("red", "green", "blue")
    masks = tmp_path / "masks"
    assert main.main(
        ["predict", str(folder / "0.png"), "--weights", str(out / BEST), "--out", str(masks),
         "--device", "cpu"]
    ) == 0  # fmt: skip
    assert (masks / "0_mask.png").is_file()


def test_other_images_judge_than_those_that_teach(folder):
    data = load_data(str(folder), LabelSet.named(["ground", "square"]), 0)
    assert (len(data.training), len(data.held_out)) == (4, 2)
    for one in data.held_out:
        assert not any(np.array_equal(one.image, other.image) for other in data.training)


def test_the_sample_gives_slices_of_a_brain():
    data = load_data(SAMPLE, None, 0)
    assert data.label_set.names == ("background", "CSF", "GM", "WM")
    assert len(data.training) > 2 * len(data.held_out) > 10
    assert set(np.unique(data.training[len(data.training) // 2].labels)) == {0, 1, 2, 3}


def test_a_folder_without_masks_or_classes_is_refused(folder, tmp_path):
    with pytest.raises(ReadError, match="Nothing names the classes"):
        load_data(str(folder), None, 0)
    for mask in folder.glob("*_mask.png"):
        mask.unlink()
    with pytest.raises(ReadError, match="has no images with masks"):
        load_data(str(folder), LabelSet.named(["a", "b"]), 0)
