from __future__ import annotations

import subprocess
import sys

import pytest

from engine.errors import MissingSystem
from engine.models import vision


def run_fresh(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_torchvision_loads_whatever_build_of_torch_is_here():
    out = run_fresh(
        "from engine.models.vision import torchvision, timm\n"
        "import torch\n"
        "network = torchvision().resnet18().eval()\n"
        "print(network(torch.zeros(1, 3, 32, 32)).shape[1], timm().is_model('resnet18'))\n"
    )
    assert out.split() == ["1000", "True"]


def test_neither_library_is_imported_before_it_is_used():
    run_fresh(
        "import sys\n"
        "import engine.models.vision, engine.models.encoders.library, engine.models.pretrained\n"
        "from engine.models.encoder import make_encoder\n"
        "make_encoder('resnet18')\n"
        "assert not {'torchvision', 'timm'} & set(sys.modules)\n"
    )


def test_operators_are_declared_only_where_they_do_not_load(monkeypatch):
    vision._declare_operators.cache_clear()
    monkeypatch.setattr(vision, "_operators_load", lambda: True)
    assert vision._declare_operators() is None
    vision._declare_operators.cache_clear()


def test_declared_operators_stay_when_the_library_is_already_there():
    """A second declaration would fail: torch holds the first as long as it is kept."""
    out = run_fresh(
        "from engine.models import vision\n"
        "vision.torchvision()\n"
        "import gc; gc.collect()\n"
        "import torch\n"
        "print(torch.ops.torchvision.nms is not None, vision._declare_operators() is\n"
        "      vision._declare_operators())\n"
    )
    assert out.split() == ["True", "True"]


def test_a_library_that_is_not_there_is_named_with_the_command_that_installs_it():
    with pytest.raises(MissingSystem, match="pip install --upgrade nothing") as caught:
        vision._imported("no_such_module", "nothing")
    assert "nothing cannot be imported" in caught.value.what
