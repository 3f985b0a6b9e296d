from __future__ import annotations

import json
import pickle
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from engine.errors import UnknownName, WeightsError, WriteError
from engine.models.model_card import ModelCard
from engine.models.table import MODELS
from engine.models.unet import UNet
from engine.models.weights import (
    find_weights,
    iterate_cards,
    load_network,
    read_card,
    save_checkpoint,
    shipped_models,
)


def saved(path: Path, like: Path, **changes: Any) -> tuple[nn.Module, ModelCard]:
    """A checkpoint whose card is that of `like` but for some fields."""
    card = replace(read_card(like), **changes)
    torch.manual_seed(3)
    network = UNet(in_channels=1, classes=4, base=2, depth=2)
    return network, save_checkpoint(network, card, path)


def with_header(path: Path, source: Path, **card: Any) -> Path:
    """A copy of a checkpoint with entries of its card replaced, tensors untouched."""
    data = source.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    header["__metadata__"]["sulcus"] = json.dumps(
        json.loads(header["__metadata__"]["sulcus"]) | card
    )
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])
    return path


def assert_refused(path: Path, why: str) -> None:
    with pytest.raises(WeightsError) as caught:
        load_network(path)
    assert str(path) in caught.value.what
    assert why in caught.value.what
    assert ".safetensors" in caught.value.remedy


def test_weights_come_back_in_half_precision_and_statistics_in_full(
    tmp_path: Path, tiny_weights: Path
) -> None:
    network, card = saved(tmp_path / "a.safetensors", tiny_weights)
    found, kept = load_network(tmp_path / "a.safetensors")
    assert kept == card
    assert len(kept.tensors_sha256) == 64
    assert not found.training
    theirs = found.state_dict()
    for name, tensor in network.state_dict().items():
        expected = tensor if "running_" in name else tensor.half().to(tensor.dtype)
        assert torch.equal(theirs[name], expected), name
        assert theirs[name].dtype in (torch.float32, torch.int64)


def test_a_loaded_network_computes_what_the_saved_one_does(
    tmp_path: Path, tiny_weights: Path
) -> None:
    network, _ = saved(tmp_path / "a.safetensors", tiny_weights)
    found, _ = load_network(tmp_path / "a.safetensors")
    image = torch.rand(1, 1, 16, 16, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        torch.testing.assert_close(found(image), network.eval()(image), rtol=0.02, atol=0.02)


def test_every_field_of_the_card_comes_back(tmp_path: Path, tiny_weights: Path) -> None:
    before = read_card(tiny_weights)
    training = replace(before.training, data_sha256={"a.nii": "0f"}, parent="b.pth, SHA-256 f0")
    before = replace(before, training=training)
    _, after = saved(
        tmp_path / "a.safetensors", tiny_weights, title="Gehirn ü 脑", training=training
    )
    assert read_card(tmp_path / "a.safetensors") == after
    assert replace(after, title=before.title, tensors_sha256=before.tensors_sha256) == before


def test_the_same_weights_are_the_same_bytes(tmp_path: Path, tiny_weights: Path) -> None:
    for name in ("a", "b"):
        saved(tmp_path / f"{name}.safetensors", tiny_weights)
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


@pytest.mark.parametrize("pad", range(0, 264, 8))
def test_no_length_of_a_sound_header_is_taken_for_a_pickle(
    tmp_path: Path, tiny_weights: Path, pad: int
) -> None:
    _, card = saved(tmp_path / "a.safetensors", tiny_weights, title="x" * pad)
    assert read_card(tmp_path / "a.safetensors") == card


class Dangerous:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path("touched").touch, ())


def test_a_pickle_is_refused_and_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    paths = [tmp_path / f"p{protocol}.pkl" for protocol in (2, 3, 4, 5)]
    for protocol, path in enumerate(paths, start=2):
        path.write_bytes(pickle.dumps(Dangerous(), protocol))
    torch.save({"weight": torch.zeros(3), "more": Dangerous()}, tmp_path / "torch.pt")
    torch.save(
        {"weight": torch.zeros(3)}, tmp_path / "old.pth", _use_new_zipfile_serialization=False
    )
    for path in (*paths, tmp_path / "torch.pt", tmp_path / "old.pth"):
        assert_refused(path, "is a pickle, which could run code")
    assert not (tmp_path / "touched").exists()


def test_a_pickle_of_plain_text_is_no_checkpoint_either(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(pickle.dumps(Dangerous(), 0))
    assert_refused(tmp_path / "a.safetensors", "is no safetensors file")


@pytest.mark.parametrize("length", [0, 5, 8, 100])
def test_a_header_cut_short_is_refused(tmp_path: Path, tiny_weights: Path, length: int) -> None:
    (tmp_path / "a.safetensors").write_bytes(tiny_weights.read_bytes()[:length])
    assert_refused(tmp_path / "a.safetensors", "is cut short")


def test_tensors_cut_short_are_refused(tmp_path: Path, tiny_weights: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(tiny_weights.read_bytes()[:-2])
    assert_refused(tmp_path / "a.safetensors", "was changed after it was saved")


def test_one_changed_byte_of_a_tensor_is_noticed(tmp_path: Path, tiny_weights: Path) -> None:
    data = bytearray(tiny_weights.read_bytes())
    data[-1] ^= 1
    (tmp_path / "a.safetensors").write_bytes(data)
    assert_refused(tmp_path / "a.safetensors", "was changed after it was saved")


@pytest.mark.parametrize(
    ("card", "why"),
    [
        ({"arguments": {"in_channels": 3, "classes": 4, "base": 2, "depth": 2}}, "does not fit"),
        ({"arguments": {"in_channels": 1, "classes": 4, "base": 2, "depth": 3}}, "does not fit"),
        ({"arguments": {"no_such": 1}}, "does not fit"),
        ({"arguments": {"base": "many"}}, "does not fit"),
        ({"network": "no-such-net"}, "'no-such-net'"),
        ({"format": "other"}, "has the format other"),
        ({"version": 2}, "version 2"),
        ({"label_set": {"classes": []}}, "has no model card"),
        ({"label_set": None}, "has no model card"),
        ({"input": {"channels": ["grey"], "gamma": 1}}, "has no model card"),
        ({"input": {}}, "has no model card"),
        ({"training": {}}, "has no model card"),
        ({"arguments": 5}, "has no model card"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(
    tmp_path: Path, tiny_weights: Path, card: dict[str, Any], why: str
) -> None:
    assert_refused(with_header(tmp_path / "a.safetensors", tiny_weights, **card), why)


@pytest.mark.parametrize("text", [b"[]", b"{}", b"not json", b'{"__metadata__": 3}', b"[" * 20_000])
def test_a_header_of_something_else_is_refused(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text)
    assert_refused(path, str(path))


def test_a_header_that_claims_an_absurd_size_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(struct.pack("<Q", 2**60) + b"{}")
    assert_refused(path, "is no safetensors file")


def test_a_checkpoint_of_another_program_is_refused(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    save_file({"weight": torch.zeros(3)}, tmp_path / "a.safetensors", metadata={"format": "pt"})
    assert_refused(tmp_path / "a.safetensors", "has no model card of Sulcus")


@pytest.mark.parametrize("name", ["absent.safetensors", "folder"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    assert_refused(tmp_path / name, "cannot be read: ")


def test_a_checkpoint_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, tiny_weights: Path
) -> None:
    (tmp_path / "file").write_bytes(b"kept")
    with pytest.raises(WriteError, match="cannot be written"):
        saved(tmp_path / "file" / "a.safetensors", tiny_weights)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_card_is_read_without_torch(tiny_weights: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from engine.models.weights import read_card\n"
        "assert read_card(Path(sys.argv[1])).name == 'tiny-tissue'\n"
        "assert 'torch' not in sys.modules and 'safetensors' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(tiny_weights)], check=True)


def test_a_shipped_model_is_found_by_its_name_and_a_file_by_its_path(tiny_weights: Path) -> None:
    for name, path in shipped_models().items():
        assert find_weights(name) == path
    assert find_weights(str(tiny_weights)) == tiny_weights


def test_a_near_miss_of_a_model_is_answered_with_the_one_that_was_meant() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'unet-brain'") as caught:
        find_weights("unet-brian")
    assert caught.value.what == "There is no model 'unet-brian'."


def test_shipped_cards_are_whole_and_name_a_network_there_is() -> None:
    cards = list(iterate_cards())
    assert {card.name for card in cards} == set(shipped_models())
    for card in cards:
        assert card.network in {row.name for row in MODELS}
        assert card.training.data
        assert all(len(sha) == 64 for sha in card.training.data_sha256.values())
        assert card.training.data_sha256
        assert card.training.licence
        assert card.arguments["classes"] == len(card.label_set)
        assert card.arguments["in_channels"] == len(card.input.channels)


def test_shipped_weights_load() -> None:
    for path in shipped_models().values():
        network, card = load_network(path)
        assert card.tensors_sha256
        assert not network.training
