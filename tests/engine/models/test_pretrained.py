from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.errors import MissingSystem, UnknownName, WeightsError
from engine.models import published
from engine.models.encoder import ENCODERS, make_encoder
from engine.models.pretrained import (
    all_pretrained,
    fetch,
    find_file,
    find_pretrained,
    load_pretrained,
    pretrained_of,
)
from engine.models.published import FOLDER_VARIABLE, Pretrained
from engine.models.vision import torchvision


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test looks into a person's folders."""
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(published, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))


@pytest.fixture
def weights(tmp_path: Path) -> Pretrained:
    """A file of LeNet's weights at an address where no server is."""
    source = tmp_path / "source.pth"
    torch.save(make_encoder("lenet").state_dict(), source)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    return Pretrained(
        name="lenet:V1", encoder="lenet", options={}, url=f"http://127.0.0.1:1/l-{digest[:8]}.pth",
        file=f"l-{digest[:8]}.pth", sha256_prefix=digest[:8], megabytes=0.1, licence="none",
        mean=(0.5,), deviation=(0.5,),
    )  # fmt: skip


def test_every_published_file_has_a_name_an_address_a_size_and_terms():
    found = all_pretrained()
    assert len({weights.name for weights in found}) == len(found)
    rows = {row.name for row in ENCODERS}
    for weights in found:
        assert weights.encoder in rows
        assert weights.url.startswith("https://")
        assert weights.licence
        if "pytorch.org" in weights.url:
            assert len(weights.sha256_prefix) >= 8
            assert weights.megabytes
    named = {weights.encoder for weights in found}
    assert {"vgg16", "resnet50", "densenet121", "mobilenet_v2", "nasnet", "se_resnet50"} <= named


def test_the_best_weights_of_an_encoder_come_first():
    best = find_pretrained("resnet50")
    assert best == pretrained_of("resnet50")[0]
    assert best.name == "resnet50:IMAGENET1K_V2"
    assert best.measured == "ImageNet top-1 80.9 %"
    assert best.mean == (0.485, 0.456, 0.406)
    assert find_pretrained("googlenet").deviation == (0.5, 0.5, 0.5)
    assert find_pretrained("resnet50:IMAGENET1K_V1").file == "resnet50-0676ba61.pth"


def test_those_of_timm_are_found_by_its_names():
    found = pretrained_of("timm:resnet18")
    assert "timm:resnet18:a1_in1k" in {weights.name for weights in found}
    assert {weights.licence for weights in found} >= {"apache-2.0"}
    assert find_pretrained("timm:resnet18:a1_in1k").encoder == "timm:resnet18"


@pytest.mark.parametrize("name", ["resnet50:IMAGENET1K_V3", "lenet", "nothing", "timm:resnet1"])
def test_weights_that_nobody_published_are_not_found(name):
    with pytest.raises(UnknownName):
        find_pretrained(name)


@pytest.mark.parametrize("place", ["given", "named", "cache", "hub"])
def test_a_file_that_a_person_put_there_needs_no_network(weights, place, tmp_path, monkeypatch):
    folders = {
        "given": tmp_path / "mine",
        "named": tmp_path / "named",
        "cache": tmp_path / "cache" / "pretrained",
        "hub": tmp_path / "hub" / "checkpoints",
    }
    if place == "named":
        monkeypatch.setenv(FOLDER_VARIABLE, str(folders["named"]))
    target = folders[place] / weights.file
    target.parent.mkdir(parents=True)
    target.write_bytes((tmp_path / "source.pth").read_bytes())
    given = folders["given"] if place == "given" else None
    assert find_file(weights, given) == target
    assert fetch(weights, given) == target
    assert load_pretrained(make_encoder("lenet"), target).is_complete


def test_without_a_network_one_sentence_says_what_to_do(weights, tmp_path):
    assert find_file(weights) is None
    with pytest.raises(MissingSystem) as caught:
        fetch(weights, tmp_path / "mine")
    for part in (weights.url, str(tmp_path / "mine"), weights.file, FOLDER_VARIABLE):
        assert part in caught.value.remedy


def test_a_file_under_that_name_with_another_hash_is_not_used(weights, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / weights.file).write_bytes(b"something else")
    with pytest.raises(WeightsError, match="hash differs"):
        fetch(weights, tmp_path / "mine")


def test_a_file_whose_hash_nobody_published_is_taken_as_it_is(weights, tmp_path):
    free = replace(weights, sha256_prefix="")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / weights.file).write_bytes(b"something else")
    assert find_file(free, tmp_path / "mine") == tmp_path / "mine" / weights.file


def test_the_normalisation_of_googlenet_is_what_its_loader_does():
    """torchvision brings images that were normalised for ImageNet to another scale first."""
    network = torchvision().googlenet(aux_logits=False, init_weights=False, transform_input=True)
    image = torch.rand(1, 3, 8, 8)
    usual, ours = find_pretrained("resnet18"), find_pretrained("googlenet")
    torch.testing.assert_close(
        network._transform_input(normalised(image, usual)), normalised(image, ours)
    )


def normalised(image: torch.Tensor, weights: Pretrained) -> torch.Tensor:
    mean, deviation = (
        torch.tensor(values).reshape(1, 3, 1, 1) for values in (weights.mean, weights.deviation)
    )
    return (image - mean) / deviation
