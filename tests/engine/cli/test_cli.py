from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from PIL import Image as Pillow

import main
from engine.cli.run import STOPPED
from engine.cli.table import COMMANDS
from engine.core.case import CaseState, ImageRef
from engine.core.image import Image
from engine.core.label_set import LabelSet
from engine.core.probabilities import Probabilities
from engine.inference.method import Method
from engine.inference.segmenter import Segmenter
from engine.io.opening import open_image, read_labels
from engine.project.store import Project

Cli = Callable[..., "Result"]


class Result:
    """What one run of the program left."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Small tensors gain nothing from more; what has no --out is written where nobody minds."""
    monkeypatch.chdir(tmp_path)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Cli:
    """Run the program with arguments, as `python main.py` does."""

    def run(*arguments: object) -> Result:
        capfd.readouterr()
        try:
            status = main.main([str(one) for one in arguments])
        except SystemExit as stopped:  # argparse ends the program itself
            status = int(stopped.code or 0)
        return Result(status, *capfd.readouterr())

    return run


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A colour picture with a bright square."""
    values = np.full((20, 24, 3), 60, np.uint8)
    values[5:12, 8:17] = 220, 180, 40
    Pillow.fromarray(values).save(tmp_path / "photo ü.png")
    return tmp_path / "photo ü.png"


@pytest.fixture
def project(tmp_path: Path, make_volume: Callable[..., Path]) -> Path:
    """A project of one volume, with the four tissues."""
    folder = tmp_path / "study.sulcus"
    classes = LabelSet.named(["background", "CSF", "GM", "WM"])
    Project.create(folder, classes).add([ImageRef(make_volume("study.sulcus/brain.nii.gz"))])
    return folder


def everything_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def errors_of(result: Result) -> list[str]:
    """The lines on stderr, without those that tell of progress."""
    return [line for line in result.err.splitlines() if not line.endswith(" ...")]


def assert_refused(result: Result, *parts: object) -> None:
    """One sentence on stderr, its remedy, nothing else, exit status 1."""
    assert result.status == 1
    (line,) = errors_of(result)
    assert line.startswith("sulcus: ")
    assert line.endswith((".", "?"))
    for part in parts:
        assert str(part) in line
    assert "Traceback" not in result.err


def test_a_volume_is_predicted_into_a_mask_on_its_own_grid(
    cli: Cli, tmp_path: Path, make_volume: Callable[..., Path], tiny_weights: Path
) -> None:
    path = make_volume("brain one.nii.gz")
    result = cli("predict", path, "--weights", tiny_weights, "--device", "cpu", "--out", "masks")
    assert result.status == 0
    assert "done 1, skipped 0, failed 0" in result.out
    mask = nib.load(tmp_path / "masks" / "brain one_mask.nii.gz")
    assert_array_equal(mask.affine, nib.load(path).affine)
    assert mask.shape == (12, 10, 8)
    kept = json.loads((tmp_path / "masks" / "tiny-tissue_labels.json").read_text())
    assert [one["name"] for one in kept["classes"]] == ["background", "CSF", "GM", "WM"]
    assert len(list((tmp_path / "masks").iterdir())) == 2


def test_a_photo_is_predicted_with_its_probabilities(
    cli: Cli, tmp_path: Path, photo: Path, tiny_photo_weights: Path
) -> None:
    result = cli(
        *("predict", photo, "--weights", tiny_photo_weights, "--out", tmp_path / "o"),
        *("--device", "cpu", "--precision", "float32", "--probabilities", "--json"),
    )
    assert result.status == 0
    (line,) = result.json["files"]
    assert result.json["device"] == "cpu"
    assert line["state"] == "done"
    labels = read_labels(Path(line["mask"])).labels
    assert line["counts"] == {"background": int((labels == 0).sum()), "object": int(labels.sum())}
    values = np.load(tmp_path / "o" / "photo ü_probabilities.npy")
    assert values.shape == (2, 20, 24)
    assert_array_equal(values.argmax(axis=0), labels)


@pytest.mark.parametrize(
    ("options", "method"),
    [
        (("--scales", "0.5,1"), Method(scales=(0.5, 1.0))),
        (("--flips", "both"), Method(flips="both")),
        (
            ("--blending", "votes", "--window", "8", "--step", "4"),
            Method(blending="votes", window=8, step=4),
        ),
    ],
)
def test_a_picture_is_predicted_by_the_method_that_was_asked_for(
    cli: Cli, tmp_path: Path, photo: Path, tiny_photo_weights: Path,
    options: tuple[str, ...], method: Method,
) -> None:  # fmt: skip
    found = []
    for name, more in (("plain", ()), ("asked", options)):
        arguments = ("predict", photo, "--weights", tiny_photo_weights, "--out", tmp_path / name)
        cli(*arguments, "--precision", "float32", "--probabilities", *more)
        found.append(np.load(tmp_path / name / "photo ü_probabilities.npy"))
    model = Segmenter.load(tiny_photo_weights, "cpu", precision="float32", method=method)
    assert_array_equal(found[1], model.predict(open_image(photo)).values)
    assert not np.array_equal(*found)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--scales", "half", "cannot be fused"),
        ("--flips", "sideways", "no way to flip 'sideways'"),
        ("--blending", "magic", "no way to blend 'magic'"),
        ("--step", "600", "leave gaps"),
    ],
)
def test_a_method_that_is_not_there_is_refused(
    cli: Cli, photo: Path, tiny_photo_weights: Path, option: str, value: str, said: str
) -> None:
    assert_refused(cli("predict", photo, "--weights", tiny_photo_weights, option, value), said)


def test_a_run_that_is_stopped_keeps_what_is_done_and_the_next_one_goes_on(
    cli: Cli, tmp_path: Path, make_volume: Callable[..., Path], tiny_weights: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    paths = [make_volume(f"{name}.nii.gz") for name in "abc"]
    arguments = ("predict", *paths, "--weights", tiny_weights, "--out", tmp_path / "o")
    predict, seen = Segmenter.predict, []

    def interrupted(model: Segmenter, image: Image, *more: Any) -> Probabilities:
        seen.append(image.name)
        if len(seen) == 2:
            signal.raise_signal(signal.SIGINT)
        return predict(model, image, *more)

    monkeypatch.setattr(Segmenter, "predict", interrupted)
    before = signal.getsignal(signal.SIGINT)
    result = cli(*arguments)
    assert result.status == STOPPED
    assert "nothing half-written was left" in result.out
    assert signal.getsignal(signal.SIGINT) is before
    left = {path.name for path in everything_in(tmp_path / "o")}
    assert left == {"a_mask.nii.gz", "tiny-tissue_labels.json"}
    kept = (tmp_path / "o" / "a_mask.nii.gz").read_bytes()
    assert "done 2, skipped 1, failed 0" in cli(*arguments).out
    assert seen == ["a.nii.gz", "b.nii.gz", "b.nii.gz", "c.nii.gz"]
    assert (tmp_path / "o" / "a_mask.nii.gz").read_bytes() == kept


def test_a_project_that_is_stopped_goes_on_with_the_cases_that_are_new(
    cli: Cli, tmp_path: Path, make_volume: Callable[..., Path], tiny_weights: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder = tmp_path / "three.sulcus"
    classes = LabelSet.named(["background", "CSF", "GM", "WM"])
    Project.create(folder, classes).add([ImageRef(make_volume(f"{n}.nii.gz")) for n in "abc"])
    predict, seen = Segmenter.predict, []

    def interrupted(model: Segmenter, image: Image, *more: Any) -> Probabilities:
        seen.append(image.name)
        if len(seen) == 2:
            signal.raise_signal(signal.SIGINT)
        return predict(model, image, *more)

    monkeypatch.setattr(Segmenter, "predict", interrupted)
    assert cli("predict", folder, "--weights", tiny_weights).status == STOPPED
    states = [case.state for case in Project(folder).cases()]
    assert states == [CaseState.PREDICTED, CaseState.NEW, CaseState.NEW]
    assert "done 2, skipped 1, failed 0" in cli("predict", folder, "--weights", tiny_weights).out
    assert seen == ["a.nii.gz", "b.nii.gz", "b.nii.gz", "c.nii.gz"]


def test_a_second_run_leaves_what_is_there_unless_told_otherwise(
    cli: Cli, tmp_path: Path, photo: Path, tiny_photo_weights: Path
) -> None:
    arguments = ("predict", photo, "--weights", tiny_photo_weights, "--out", tmp_path / "o")
    cli(*arguments)
    mask = tmp_path / "o" / "photo ü_mask.png"
    mask.write_bytes(b"mine")
    assert "skipped 1" in cli(*arguments).out
    assert mask.read_bytes() == b"mine"
    assert "done 1" in cli(*arguments, "--overwrite").out
    assert read_labels(mask).labels.shape == (20, 24)


def test_images_of_one_name_from_two_folders_get_a_mask_each(
    cli: Cli, tmp_path: Path, make_volume: Callable[..., Path], tiny_weights: Path
) -> None:
    paths = [
        make_volume("a/scan.nii.gz"),
        make_volume("b/scan.nii.gz", np.zeros((4, 5, 6), np.int16)),
    ]
    arguments = ("predict", *paths, "--weights", tiny_weights, "--out", tmp_path / "o")
    assert "done 2, skipped 0, failed 0" in cli(*arguments).out
    shapes = [
        nib.load(tmp_path / "o" / name).shape for name in ("scan_mask.nii.gz", "scan_2_mask.nii.gz")
    ]
    assert shapes == [(12, 10, 8), (4, 5, 6)]
    assert "done 0, skipped 2, failed 0" in cli(*arguments).out


def test_a_bad_file_among_good_ones_does_not_stop_them(
    cli: Cli, tmp_path: Path, make_volume: Callable[..., Path], tiny_weights: Path
) -> None:
    folder = tmp_path / "in"
    make_volume("in/1.nii")
    make_volume("in/3.nii")
    (folder / "2.nii").write_bytes((folder / "1.nii").read_bytes()[:700])
    result = cli("predict", folder, "--weights", tiny_weights, "--out", tmp_path / "out")
    assert result.status == 1
    (error,) = errors_of(result)
    assert str(folder / "2.nii") in error
    assert "is damaged or incomplete" in error
    assert "done 2, skipped 0, failed 1" in result.out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"1_mask.nii.gz", "3_mask.nii.gz", "tiny-tissue_labels.json"}


def test_bad_files_are_told_in_the_json_object_and_nowhere_else(
    cli: Cli, tmp_path: Path, tiny_weights: Path
) -> None:
    (tmp_path / "notes.png").write_text("hello")
    result = cli("predict", "notes.png", "--weights", tiny_weights, "--json")
    assert result.status == 1
    assert result.json["files"][0]["state"] == "failed"
    assert "whatever its name says" in result.json["files"][0]["outcome"]
    assert errors_of(result) == []


def truncated_volume(folder: Path) -> Path:
    nib.Nifti1Image(np.ones((9, 9, 9), np.int16), np.eye(4)).to_filename(folder / "cut.nii.gz")
    path = folder / "cut.nii.gz"
    path.write_bytes(path.read_bytes()[:-20])
    return path


def text_as_png(folder: Path) -> Path:
    (folder / "text.png").write_text("hello")
    return folder / "text.png"


@pytest.mark.parametrize("make", [truncated_volume, text_as_png])
def test_an_image_that_cannot_be_read_writes_no_mask(
    cli: Cli, tmp_path: Path, tiny_weights: Path, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path)
    result = cli("predict", path, "--weights", tiny_weights, "--out", tmp_path / "out")
    assert result.status == 1
    (error,) = errors_of(result)
    assert str(path) in error
    assert "Traceback" not in result.err
    assert everything_in(tmp_path / "out") == set()


def test_an_image_that_is_not_there_is_refused(cli: Cli, tmp_path: Path) -> None:
    assert_refused(cli("predict", "absent.nii.gz"), "absent.nii.gz", "does not exist")
    assert everything_in(tmp_path) == set()


def test_an_empty_folder_is_refused(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert_refused(cli("predict", tmp_path / "empty"), tmp_path / "empty", "holds no image")
    assert everything_in(tmp_path) == set()


def pickled_weights(folder: Path) -> Path:
    torch.save({"weight": torch.zeros(3)}, folder / "weights.pt")
    return folder / "weights.pt"


def raw_pickle(folder: Path) -> Path:
    (folder / "weights.pkl").write_bytes(pickle.dumps({"weight": [0.0]}))
    return folder / "weights.pkl"


@pytest.mark.parametrize("make", [pickled_weights, raw_pickle])
def test_weights_that_are_a_pickle_are_refused_before_anything_is_written(
    cli: Cli, tmp_path: Path, photo: Path, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path)
    before = everything_in(tmp_path)
    assert_refused(
        cli("predict", photo, "--weights", path, "--out", tmp_path / "o"), path, "pickle"
    )
    assert everything_in(tmp_path) == before
    assert not (tmp_path / "o").exists()


def test_weights_that_do_not_fit_their_network_are_refused(
    cli: Cli, tmp_path: Path, photo: Path, tiny_weights: Path
) -> None:
    path = tmp_path / "misfit.safetensors"
    path.write_bytes(tiny_weights.read_bytes().replace(rb"\"base\": 2", rb"\"base\": 4"))
    assert path.read_bytes() != tiny_weights.read_bytes()
    before = everything_in(tmp_path)
    result = cli("predict", photo, "--weights", path, "--out", tmp_path / "o")
    assert_refused(result, path, "does not fit the network 'unet'")
    assert everything_in(tmp_path) == before


def test_a_model_that_is_not_there_is_answered_with_the_one_that_was_meant(
    cli: Cli, photo: Path
) -> None:
    assert_refused(cli("predict", photo, "--model", "unet-brian"), "Did you mean 'unet-brain'?")


def test_a_device_that_is_not_there_is_refused(cli: Cli, photo: Path, tiny_weights: Path) -> None:
    result = cli("predict", photo, "--weights", tiny_weights, "--device", "abacus")
    assert_refused(result, "There is no device 'abacus'")


def test_an_output_folder_that_cannot_be_written_is_refused(
    cli: Cli, tmp_path: Path, photo: Path, tiny_photo_weights: Path
) -> None:
    (tmp_path / "file").write_bytes(b"kept")
    before = everything_in(tmp_path)
    out = tmp_path / "file" / "masks"
    result = cli("predict", photo, "--weights", tiny_photo_weights, "--out", out)
    assert_refused(result, out, "cannot be written")
    assert everything_in(tmp_path) == before
    assert (tmp_path / "file").read_bytes() == b"kept"


def test_refusals_are_part_of_the_json_object(cli: Cli) -> None:
    result = cli("predict", "absent.png", "--json")
    assert result.status == 1
    assert result.json["error"]["what"] == "'absent.png' does not exist."
    assert result.json["error"]["remedy"]
    assert result.err == ""


def beliefs_of(mask: np.ndarray) -> np.ndarray:
    values = np.where(mask[None] == np.arange(2).reshape(2, 1, 1), 0.8, 0.2)
    return values.astype(np.float32)


def square(shape: tuple[int, int] = (20, 24)) -> np.ndarray:
    mask = np.zeros(shape, np.uint8)
    mask[5:12, 8:17] = 1
    return mask


def test_probabilities_are_refined_into_a_mask_and_beliefs(
    cli: Cli, tmp_path: Path, photo: Path
) -> None:
    noisy = square()
    noisy[2, 3] = 1
    np.save(tmp_path / "p.npy", beliefs_of(noisy))
    result = cli(
        *("refine", "--image", photo, "--probabilities", "p.npy", "--device", "cpu"),
        *("--out", "refined.png", "--beliefs", "b.npy", "--json"),
    )
    assert result.status == 0
    (refined,) = result.json["refined"]
    assert refined["written"] == ["refined.png", "b.npy"]
    assert refined["changed"] == 1
    beliefs = np.load(tmp_path / "b.npy")
    assert beliefs.dtype == np.float32
    np.testing.assert_allclose(beliefs.sum(axis=0), 1, atol=1e-4)
    labels = read_labels(tmp_path / "refined.png").labels
    assert_array_equal(labels, beliefs.argmax(axis=0))
    assert_array_equal(labels, square())


@pytest.mark.parametrize("out", ["refined.nii.gz", "refined.nii"])
def test_a_mask_is_refined_and_keeps_its_place(
    cli: Cli, tmp_path: Path, make_volume: Callable[..., Path], out: str
) -> None:
    image = make_volume("brain.nii.gz")
    labels = (open_image(image).pixels[0] > 400).astype(np.uint8)
    mask = make_volume("mask.nii.gz", labels)
    result = cli(
        "refine", "--image", image, "--mask", mask, "--out", out, "--param", "iterations=2"
    )
    assert result.status == 0
    refined = nib.load(tmp_path / out)
    assert_array_equal(refined.affine, nib.load(image).affine)
    assert np.asarray(refined.dataobj).shape == labels.shape


@pytest.mark.parametrize("crf", ["conv", "dense"])
def test_the_steps_of_a_refinement_are_written(
    cli: Cli, tmp_path: Path, photo: Path, crf: str
) -> None:
    noisy = square()
    noisy[2, 3] = 1
    np.save(tmp_path / "p.npy", beliefs_of(noisy))
    result = cli(
        *("refine", "--image", photo, "--probabilities", "p.npy", "--crf", crf, "--json"),
        *("--param", "iterations=3", "--steps", "steps", "--out", "m.png", "--beliefs", "b.npy"),
    )
    assert result.status == 0
    files = [f"photo ü_step_0{done}.npy" for done in range(4)]
    assert sorted(path.name for path in (tmp_path / "steps").iterdir()) == files
    assert result.json["steps"] == [str(Path("steps") / file) for file in files]
    steps = [np.load(tmp_path / "steps" / file) for file in files]
    assert steps[0].shape == (2, 20, 24)
    assert_array_equal(steps[0].argmax(axis=0), noisy)
    np.testing.assert_allclose(steps[3], np.load(tmp_path / "b.npy"), atol=1e-3)


def test_the_steps_of_a_slice_are_those_of_that_slice(
    cli: Cli, tmp_path: Path, make_volume: Callable[..., Path]
) -> None:
    image = make_volume("brain.nii.gz")
    labels = np.zeros((12, 10, 8), np.uint8)
    labels[:, :, 2] = 1
    mask = make_volume("mask.nii.gz", labels)
    arguments = ("refine", "--image", image, "--mask", mask, "--steps", "s")
    for number, is_there in ((3, True), (4, False)):
        assert cli(*arguments, "--slice", number).status == 0
        start = np.load(tmp_path / "s" / "brain_step_00.npy")
        assert start.shape == (2, 10, 12)
        assert (start[1] > 0.5).all() == is_there
    before = everything_in(tmp_path)
    assert_refused(cli(*arguments, "--slice", 9, "--out", "other.nii.gz"), "no slice 9", "1 to 8")
    assert everything_in(tmp_path) == before


def test_without_a_name_the_refined_mask_is_called_after_the_image(
    cli: Cli, tmp_path: Path, photo: Path
) -> None:
    Pillow.fromarray(square()).save(tmp_path / "mask.png")
    assert cli("refine", "--image", photo, "--mask", "mask.png").status == 0
    assert read_labels(tmp_path / "photo ü_refined.png").labels.shape == (20, 24)


def test_a_name_that_lies_about_the_format_is_refused(
    cli: Cli, tmp_path: Path, make_volume: Callable[..., Path]
) -> None:
    image = make_volume("brain.nii.gz")
    mask = make_volume("mask.nii.gz", np.ones((12, 10, 8), np.uint8))
    before = everything_in(tmp_path)
    result = cli("refine", "--image", image, "--mask", mask, "--out", "refined.png")
    assert_refused(result, "refined.png", "ends in .nii.gz")
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (np.full((2, 20, 24), 0.9, np.float32), "no probabilities"),
        (np.full((2, 24, 20), 0.5, np.float32), "has not the shape (classes, 20, 24)"),
        (np.zeros((2, 20, 24), np.int64), "has not the shape"),
        (np.full((2, 20, 24), np.nan, np.float32), "no probabilities"),
        (np.float32(1), "has not the shape"),
    ],
)
def test_numbers_that_are_no_probabilities_are_refused(
    cli: Cli, tmp_path: Path, photo: Path, values: np.ndarray, why: str
) -> None:
    np.save(tmp_path / "p.npy", values)
    before = everything_in(tmp_path)
    result = cli("refine", "--image", photo, "--probabilities", "p.npy", "--out", "m.png")
    assert_refused(result, "p.npy", why)
    assert everything_in(tmp_path) == before


def test_a_pickled_array_is_refused_and_not_run(cli: Cli, tmp_path: Path, photo: Path) -> None:
    np.save(tmp_path / "p.npy", np.array([{"a": 1}], object), allow_pickle=True)
    result = cli("refine", "--image", photo, "--probabilities", "p.npy")
    assert_refused(result, "p.npy", "is no .npy array")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "Nothing was named to refine"),
        (("--image", "photo ü.png"), "An image alone cannot be refined"),
        (("--image", "photo ü.png", "--param", "iteration=2"), "Did you mean 'iterations'"),
        (("--image", "photo ü.png", "--param", "iterations=900"), "iterations cannot be 900"),
        (("--image", "photo ü.png", "--param", "iterations"), "name=value"),
        (("--image", "photo ü.png", "--mask", "small.png"), "4 x 4"),
        (("--image", "photo ü.png", "--mask", "photo ü.png"), "is a colour picture"),
        (("--image", "absent.png", "--mask", "small.png"), "absent.png"),
        (("absent.sulcus",), "is no Sulcus project"),
        (("absent.sulcus", "--steps", "s"), "The steps of a whole project"),
    ],
)
def test_what_cannot_be_refined_is_refused(
    cli: Cli, tmp_path: Path, photo: Path, arguments: tuple[str, ...], why: str
) -> None:
    Pillow.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / "small.png")
    before = everything_in(tmp_path)
    result = cli("refine", *arguments)
    assert result.status == 1
    (line,) = errors_of(result)
    assert line.startswith("sulcus: ")
    assert why in line
    assert everything_in(tmp_path) == before


def test_a_project_goes_all_the_way(
    cli: Cli, tmp_path: Path, project: Path, tiny_weights: Path
) -> None:
    predicted = cli("predict", project, "--weights", tiny_weights, "--device", "cpu", "--json")
    assert predicted.status == 0
    assert predicted.json["files"][0]["outcome"].startswith("kept in the project")
    assert [case.state for case in Project(project).cases()] == [CaseState.PREDICTED]
    again = cli("predict", project, "--weights", tiny_weights)
    assert "brain: it is predicted already" in again.out
    refined = cli("refine", project, "--device", "cpu", "--json")
    assert refined.status == 0
    assert refined.json["refined"][0]["pixels"] == 960
    exported = cli("export", project, "--out", tmp_path / "out", "--json")
    assert exported.status == 0
    assert exported.json == {
        "written": [
            str(tmp_path / "out" / name) for name in ("brain.nii.gz", "labels.txt", "labels.json")
        ],
        "failed": {},
        "left_out": [],
    }
    mask = nib.load(tmp_path / "out" / "brain.nii.gz")
    assert_array_equal(mask.affine, nib.load(project / "brain.nii.gz").affine)


def test_a_model_of_other_classes_fails_on_a_project_and_changes_nothing(
    cli: Cli, project: Path, tiny_photo_weights: Path
) -> None:
    result = cli("predict", project, "--weights", tiny_photo_weights)
    assert result.status == 1
    (error,) = errors_of(result)
    assert "gives background, object; this project has background, CSF, GM, WM" in error
    assert [case.state for case in Project(project).cases()] == [CaseState.NEW]


def test_nothing_predicted_is_nothing_to_refine_or_export(
    cli: Cli, tmp_path: Path, project: Path
) -> None:
    assert_refused(cli("refine", project), "No case of this project is predicted")
    out = tmp_path / "out"
    assert_refused(cli("export", project, "--out", out), "No case of this project has a mask")
    assert not out.exists()


def test_an_export_that_would_lose_the_place_fails_for_that_case(
    cli: Cli, tmp_path: Path, project: Path, tiny_weights: Path
) -> None:
    cli("predict", project, "--weights", tiny_weights)
    result = cli("export", project, "--format", "png", "--out", tmp_path / "out")
    assert result.status == 1
    (error,) = errors_of(result)
    assert "cannot be written as png without losing its geometry" in error
    assert {path.name for path in everything_in(tmp_path / "out")} == {"labels.json"}


def test_an_unknown_export_format_and_an_unwritable_folder_are_refused(
    cli: Cli, tmp_path: Path, project: Path, tiny_weights: Path
) -> None:
    cli("predict", project, "--weights", tiny_weights)
    result = cli("export", project, "--format", "nifty", "--out", tmp_path / "o")
    assert result.status == 1
    assert "Did you mean 'nifti'?" in result.err
    (tmp_path / "file").touch()
    result = cli("export", project, "--out", tmp_path / "file" / "o")
    assert_refused(result, "cannot be written")


def test_exported_names_differ_even_where_case_does_not_count(
    cli: Cli, tmp_path: Path, make_volume: Callable[..., Path], tiny_weights: Path
) -> None:
    folder = tmp_path / "two.sulcus"
    classes = LabelSet.named(["background", "CSF", "GM", "WM"])
    images = [make_volume("a/Scan.nii"), make_volume("b/scan.nii")]
    Project.create(folder, classes).add(map(ImageRef, images))
    cli("predict", folder, "--weights", tiny_weights)
    written = cli("export", folder, "--out", tmp_path / "out", "--json").json["written"]
    names = [Path(path).name for path in written]
    assert names == ["Scan.nii.gz", "scan_2.nii.gz", "labels.txt", "labels.json"]


def test_only_approved_cases_leave_when_that_is_asked_for(
    cli: Cli, tmp_path: Path, project: Path, tiny_weights: Path
) -> None:
    cli("predict", project, "--weights", tiny_weights)
    arguments = ("export", project, "--out", tmp_path / "out", "--states", "approved")
    assert_refused(cli(*arguments), "No case of this project has a mask")
    (case,) = Project(project).cases()
    Project(project).set_state(case.id, CaseState.APPROVED)
    assert cli(*arguments).status == 0


def test_an_image_that_changed_since_its_mask_is_not_exported(
    cli: Cli, tmp_path: Path, project: Path, tiny_weights: Path, make_volume: Callable[..., Path]
) -> None:
    cli("predict", project, "--weights", tiny_weights)
    make_volume("study.sulcus/brain.nii.gz", np.ones((12, 10, 8), np.int16))
    result = cli("export", project, "--out", tmp_path / "out")
    assert result.status == 1
    assert "has changed since its mask was begun" in result.err
    assert not list((tmp_path / "out").glob("*.nii.gz"))


def test_the_doctor_answers_with_one_object_and_a_status_that_agrees(
    cli: Cli, tmp_path: Path, photo: Path
) -> None:
    result = cli("doctor", "--json", "--parts", "--open", photo)
    findings = result.json["findings"]
    assert result.status == (0 if all(one["is_good"] for one in findings) else 1)
    found = {one["what"]: one for one in findings}
    assert found["Opening photo ü.png"]["value"] == "20 x 24, 3 x uint8"
    assert found["engine.io.formats.nifti:Nifti"]["value"] == "loads"
    assert all(one["remedy"] for one in findings if not one["is_good"])
    assert result.err == ""


def test_the_doctor_says_what_is_wrong_with_an_image(cli: Cli, tmp_path: Path) -> None:
    path = truncated_volume(tmp_path)
    result = cli("doctor", "--open", path)
    assert result.status == 1
    assert f"'{path}' is damaged or incomplete" in result.out
    assert "Ask for a new copy" in result.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("predict",),
        ("export", "x.sulcus"),
        ("predict", "a.png", "--no-such-option"),
        ("export", "x", "--out", "o", "--states", "lost"),
        ("refine", "--image", "a", "--mask", "b", "--probabilities", "c"),
        ("--no-such-option",),
    ],
)
def test_wrong_usage_is_status_2(cli: Cli, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = cli(*arguments)
    assert result.status == 2
    assert result.out == ""
    assert "usage: sulcus" in result.err
    assert everything_in(tmp_path) == set()


@pytest.mark.parametrize("row", list(COMMANDS), ids=lambda row: row.name)
def test_every_command_explains_itself(cli: Cli, row: Any) -> None:
    result = cli(row.name, "--help")
    assert result.status == 0
    assert "--json" in result.out
    assert row.name in cli("--help").out


def test_the_version_is_told(cli: Cli) -> None:
    result = cli("--version")
    assert result.status == 0
    assert result.out.startswith("sulcus ")


NO_QT = """
import sys, main
status = main.main(sys.argv[1:])
loaded = [name for name in sys.modules if name.split(".")[0] in ("PySide6", "shiboken6", "app")]
assert not loaded, loaded
sys.exit(status)
"""


def test_no_subcommand_imports_qt_or_needs_a_display(
    tmp_path: Path, project: Path, photo: Path, tiny_weights: Path
) -> None:
    root = Path(main.__file__).parent
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {k: v for k, v in os.environ.items() if k not in hidden}
    environment |= {"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
    Pillow.fromarray(square()).save(tmp_path / "mask.png")
    for arguments in (
        ("predict", project, "--weights", tiny_weights, "--json"),
        ("refine", "--image", photo, "--mask", tmp_path / "mask.png", "--json"),
        ("export", project, "--out", tmp_path / "out", "--json"),
        ("doctor", "--parts", "--json"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", NO_QT, *map(str, arguments)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "AssertionError" not in done.stderr, done.stderr
        assert done.returncode == 0 or arguments[0] == "doctor", done.stderr
        assert isinstance(json.loads(done.stdout), dict)


def test_a_shipped_preset_needs_no_project(cli: Cli, photo: Path, tmp_path: Path) -> None:
    mask = tmp_path / "mask.png"
    Pillow.fromarray((np.arange(480).reshape(20, 24) % 2).astype(np.uint8)).save(mask)
    out = tmp_path / "better.png"
    given = ("refine", "--image", photo, "--mask", mask, "--out", out, "--device", "cpu")
    assert cli(*given, "--preset", "Rough mask of a picture").status == 0
    assert out.exists()
    refused = cli(*given, "--preset", "Rough mask of a pictur")
    assert_refused(refused, "Rough mask of a picture")


def test_models_are_listed_and_measured(cli: Cli) -> None:
    listed = cli("models")
    assert listed.status == 0
    assert "U-Net (padded)" in listed.out
    assert "ResNet-101" in listed.out
    measured = cli("models", "lenet", "unet", "--table", "--json").json["models"]
    assert [one["name"] for one in measured] == ["unet", "lenet"]
    assert measured[1]["measured"]["receptive_field"] == 16
    table = cli("models", "lenet", "--table").out
    assert "Parameters 60,000" in table
    assert "62,006" in table
    page = cli("models", "lenet", "--table", "--markdown").out.splitlines()
    assert page[1] == "|" + " --- |" * 11
    assert page[2].startswith("| `lenet` | LeNet-5; LeCun")
    assert all(line.count("|") == 12 for line in page[:3])


def test_published_weights_are_listed_with_their_size_and_terms(cli: Cli) -> None:
    listed = cli("models", "resnet18", "--weights")
    assert "resnet18:IMAGENET1K_V1" in listed.out
    assert "45 MB" in listed.out
    assert "research only" in listed.out
    assert cli("models", "resnet18", "--weights", "--json").json["weights"][0]["megabytes"] > 44


def test_weights_that_cannot_be_fetched_say_where_to_put_them(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("no route to the network")

    monkeypatch.setattr("urllib.request.urlopen", unreachable)
    monkeypatch.setenv("SULCUS_PRETRAINED", str(tmp_path / "weights"))
    refused = cli("models", "--fetch", "mobilenet_v2")
    assert refused.status == 1
    assert "no route to the network" in refused.err
    assert f"put it into '{tmp_path / 'weights'}'" in refused.err
    assert cli("models", "--fetch", "mobilenet_v5").status == 1
