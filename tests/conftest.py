"""What tests of several floors share: the public data, tiny checkpoints, small volumes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from hypothesis import settings

from engine.core.label_set import LabelSet

settings.register_profile("sulcus", deadline=None)  # a busy machine is no failure
settings.load_profile("sulcus")

TISSUES = LabelSet.named(["background", "CSF", "GM", "WM"])
OBJECTS = LabelSet.named(["background", "object"])


@pytest.fixture(autouse=True)
def _numbers_as_they_are() -> Iterator[None]:
    """Torch may have been told to take the smallest numbers for zero, and numpy follows it."""
    yield
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_flush_denormal(False)


@pytest.fixture
def shared_data(request: pytest.FixtureRequest) -> Path:
    """The folder of public files that lies beside the repository; none of it ships."""
    folder = request.config.rootpath.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data is not here")
    return folder


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint for volumes: one channel, the four tissues, random weights from a seed."""
    path = tmp_path_factory.mktemp("weights") / "tiny-tissue.safetensors"
    return save_tiny(path, TISSUES, ("grey",))


@pytest.fixture(scope="session")
def tiny_photo_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint for photos: three channels, two classes, random weights from a seed."""
    path = tmp_path_factory.mktemp("weights") / "tiny-objects.safetensors"
    return save_tiny(path, OBJECTS, ("red", "green", "blue"))


@pytest.fixture
def make_volume(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a small oblique volume and returns its path.

    `make(name="volume.nii.gz", values=None, affine=None)`; values default to an asymmetric
    (12, 10, 8) int16 picture, the affine to an oblique one with three different spacings.
    """

    def make(
        name: str = "volume.nii.gz",
        values: np.ndarray | None = None,
        affine: np.ndarray | None = None,
    ) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        voxels = small_values() if values is None else values
        place = oblique_affine() if affine is None else affine
        nib.Nifti1Image(voxels, place).to_filename(path)
        return path

    return make


def small_values() -> np.ndarray:
    """(12, 10, 8) int16: a bright block off the middle on a ramp, so that no flip goes unseen."""
    i, j, k = np.indices((12, 10, 8))
    values = 100 + 7 * i + 3 * j + 5 * k
    values[2:7, 1:5, 3:7] += 400
    return values.astype(np.int16)


def oblique_affine() -> np.ndarray:
    """Turned about two axes, spacing 1.5 x 0.9 x 2.0 mm, off the origin."""
    a, b = np.deg2rad(17.0), np.deg2rad(-9.0)
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    affine = np.eye(4)
    affine[:3, :3] = about_z @ about_x @ np.diag([1.5, 0.9, 2.0])
    affine[:3, 3] = -31.0, 12.5, 40.25
    return affine


def save_tiny(path: Path, label_set: LabelSet, channels: tuple[str, ...]) -> Path:
    """A U-Net of two levels and two channels, with every field of its card filled in."""
    import torch

    from engine.models.model_card import InputCard, ModelCard, TrainingCard
    from engine.models.unet import UNet
    from engine.models.weights import save_checkpoint

    arguments = {"in_channels": len(channels), "classes": len(label_set), "base": 2, "depth": 2}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        network = UNet(**arguments)
    card = ModelCard(
        name=path.stem,
        title="Tiny, for tests",
        network="unet",
        arguments=arguments,
        label_set=label_set,
        input=InputCard(channels),
        training=TrainingCard(
            recipe="none: random weights",
            data="nothing",
            licence="Apache-2.0",
            seed=7,
            steps=0,
            metrics={"dice": 0.0},
            limits="Good for nothing but tests.",
        ),
    )
    save_checkpoint(network, card, path)
    return path
