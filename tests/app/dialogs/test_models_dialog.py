"""Every model and network is found, read, fetched and used in the window; a file is added in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QPushButton

from app.dialogs.add_model import AddModelDialog
from app.dialogs.models import ModelsDialog
from app.jobs import Job
from app.presenters.models import ModelsPresenter
from engine.errors import MissingSystem, WeightsError
from engine.models.encoder import ENCODERS
from engine.models.table import MODELS
from engine.models.weights import FOLDER_VARIABLE
from engine.progress import Progress, Step
from engine.workflow.catalogue import ENCODER, MODEL, NETWORK, catalogue
from engine.workflow.own_models import VOC

OFFER = {
    "name": "torchvision-fcn-resnet50:V1", "encoder": "torchvision-fcn-resnet50", "options": {},
    "url": "http://127.0.0.1:1/fcn.pth", "file": "fcn.pth", "sha256_prefix": "", "megabytes": 135.0,
    "licence": "BSD-3-Clause", "mean": [], "deviation": [], "measured": "mean IoU 60.5 %",
    "here": "", "offline": "Download it there and put it here.",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "models"))


@pytest.fixture
def models(runner, prediction):
    runner.progressed = prediction.failed  # any signal: this runner tells no steps
    runner.kept = []
    return ModelsPresenter(Waiting(runner), prediction)


class Waiting(QObject):
    """The held runner, which also holds what it runs in threads."""

    from PySide6.QtCore import Signal

    progressed = Signal(object, object)

    def __init__(self, runner):
        super().__init__()
        self.asked = runner.asked
        self.ask = runner.ask
        self.works = []

    def run(self, title, work, *, on_success, on_failure, **_):
        job = Job(title, len(self.works), Progress())
        self.works.append((job, work, on_success, on_failure))
        return job


def answer(models, **found):
    """Answer the last thing that was asked of the device process."""
    job, _, on_success, _ = models._runner.asked[-1]
    if not job.progress.is_cancelled:
        on_success(found)


def shown(dialog):
    items = (dialog._list.item(row) for row in range(dialog._list.count()))
    return [one.data(Qt.ItemDataRole.UserRole) for one in items if not one.isHidden()]


def test_every_network_and_encoder_and_the_shipped_models_are_listed(qtbot, models):
    dialog = ModelsDialog(models)
    qtbot.addWidget(dialog)
    entries = [one for one in shown(dialog) if one is not None]
    kinds = {
        kind: [e.name for e in entries if e.kind == kind] for kind in (MODEL, NETWORK, ENCODER)
    }
    assert kinds[MODEL] == ["unet-brain", "unet-objects"]
    assert kinds[NETWORK] == [row.name for row in MODELS]
    assert kinds[ENCODER] == [row.name for row in ENCODERS]


def test_a_search_leaves_the_lines_with_all_its_words_and_their_headings(qtbot, models):
    dialog = ModelsDialog(models)
    qtbot.addWidget(dialog)
    dialog.look_for("alexnet fcn")
    found = shown(dialog)
    assert found[0] is None  # the heading
    assert [one.name for one in found[1:]] == [
        "fcn-32s-alexnet", "fcn-16s-alexnet", "fcn-8s-alexnet"
    ]  # fmt: skip
    dialog.look_for("no such thing")
    assert shown(dialog) == []
    assert dialog._none.isVisibleTo(dialog)


def test_a_model_shows_its_card_and_is_used(qtbot, models, prediction):
    dialog = ModelsDialog(models)
    qtbot.addWidget(dialog)
    dialog.choose("unet-brain")
    text = dialog._card.toPlainText()
    for part in ("background, CSF, GM, WM", "resampled to 1 mm", "MNI152", "McConnell", "grey"):
        assert part in text
    dialog._use.click()
    assert prediction.model == "unet-brain"


def test_a_network_without_weights_says_so_and_is_tried_with_random_ones(qtbot, models, prediction):
    dialog = ModelsDialog(models)
    qtbot.addWidget(dialog)
    dialog.choose("fcn-8s-vgg16")
    answer(models, facts={"Parameters": "134,362,751"}, weights=[])
    text = dialog._card.toPlainText()
    assert "it must be trained first" in text
    assert "134,362,751" in text
    assert not dialog._use.isVisibleTo(dialog)
    dialog._random.click()
    assert prediction.model == "random:fcn-8s-vgg16"


def test_published_weights_are_offered_with_size_licence_and_what_to_do_offline(qtbot, models):
    dialog = ModelsDialog(models)
    qtbot.addWidget(dialog)
    dialog.choose("torchvision-fcn-resnet50")
    answer(models, facts={}, weights=[OFFER])
    for part in ("135 MB", "BSD-3-Clause", "Without a network: Download it there"):
        assert part in dialog._offer.text()
    assert "fetch them below" in dialog._card.toPlainText()


def test_an_answer_for_another_line_is_dropped(qtbot, models):
    dialog = ModelsDialog(models)
    qtbot.addWidget(dialog)
    dialog.choose("torchvision-fcn-resnet50")
    late = models._runner.asked[-1]
    dialog.choose("unet")
    assert late[0].progress.is_cancelled
    dialog._show_published("torchvision-fcn-resnet50", {}, [OFFER])
    assert dialog._offered == []


def test_a_download_shows_its_progress_and_is_stopped(qtbot, models):
    dialog = ModelsDialog(models)
    qtbot.addWidget(dialog)
    dialog.choose("torchvision-fcn-resnet50")
    answer(models, facts={}, weights=[OFFER])
    dialog._fetch.click()
    job = models._runner.works[-1][0]
    assert models.is_fetching
    models._runner.progressed.emit(job, Step(27_000_000, 135_000_000, "downloading"))
    assert dialog._bar.value() == 200
    assert "27.0 / 135.0 MB" in dialog._bar.text()
    dialog._fetch.click()
    assert job.progress.is_cancelled
    assert not models.is_fetching
    assert not dialog._bar.isVisibleTo(dialog)


def test_without_a_network_a_sentence_says_what_to_do(models, monkeypatch, tmp_path):
    monkeypatch.setenv("SULCUS_PRETRAINED", str(tmp_path))
    models.fetch(OFFER)
    _, work, _, on_failure = models._runner.works[-1]
    told = []
    models.failed.connect(told.append)
    with pytest.raises(MissingSystem) as caught:
        work(Progress())
    on_failure(caught.value)
    assert f"put it into '{tmp_path}' as 'fcn.pth'" in told[0].remedy
    assert not models.is_fetching


def test_weights_of_a_whole_network_become_a_model(models, tmp_path):
    models.fetch(OFFER)
    _, _, on_success, _ = models._runner.works[-1]
    on_success(str(tmp_path / "fcn.pth"))
    request = models._runner.asked[-1][1]
    assert request.verb == "add"
    assert request.arguments["classes"] == list(VOC)
    assert request.arguments["architecture"] == "torchvision-fcn-resnet50"
    assert request.arguments["keep"] is True


def test_a_file_fills_in_what_it_says_of_itself(qtbot, models):
    dialog = AddModelDialog(models, Path("a.png"))
    qtbot.addWidget(dialog)
    assert not dialog._add.isEnabled()
    dialog.open_file("/there/cells.pth")
    answer(
        models, kind="weights", in_channels=3, classes=3, names=[],
        suggestions=[{"architecture": "unet", "arguments": {"base": 12}, "share": 1.0}],
    )  # fmt: skip
    assert dialog.said == {
        "file": "/there/cells.pth", "architecture": "unet",
        "classes": ["background", "class 1", "class 2"], "channels": ["red", "green", "blue"],
        "normalisation": "percentiles", "arguments": {"base": 12}, "name": "cells", "title": "",
        "image": "a.png",
    }  # fmt: skip
    assert "100% of it fits the network 'unet'" in dialog._told.toPlainText()


def test_a_trial_shows_the_picture_and_what_is_wrong_in_plain_words(qtbot, models):
    dialog = AddModelDialog(models)
    qtbot.addWidget(dialog)
    dialog.open_file("/there/cells.pth")
    answer(models, kind="weights", in_channels=1, classes=2, names=[], suggestions=[])
    dialog._try.click()
    assert models._runner.asked[-1][1].arguments["keep"] is False
    assert not dialog._try.isEnabled()
    answer(
        models, name="cells", path="", lines=["All fits."], image="a.png", seconds=0.5,
        shares={"background": 1.0, "cell": 0.0}, notes=["All of 'a.png' became 'background'."],
        picture=np.zeros((4, 6, 3), np.uint8),
    )  # fmt: skip
    told = dialog._told.toPlainText()
    assert "background 100.0%" in told
    assert "All of 'a.png' became" in told
    assert dialog._picture.isVisibleTo(dialog)
    dialog._try.click()
    _, _, _, on_failure = models._runner.asked[-1]
    on_failure(WeightsError("Its last layer gives 21 classes.", remedy="Name them."))
    assert dialog._told.toPlainText() == "Its last layer gives 21 classes.\nName them."
    assert dialog._try.isEnabled()


def test_a_model_that_was_added_is_in_hand_and_the_dialog_closes(qtbot, models, prediction):
    dialog = AddModelDialog(models)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.open_file("/there/cells.pth")
    answer(models, kind="ONNX", in_channels=1, classes=2, names=[], suggestions=[])
    assert dialog.said["architecture"] == ""
    dialog._add.click()
    answer(models, name="cells", path="/kept", lines=[], image="", seconds=0, shares={}, notes=[],
           picture=np.zeros((4, 6, 3), np.uint8))  # fmt: skip
    assert prediction.model == "cells"
    assert not dialog.isVisible()


def test_closing_the_dialog_stops_the_trial(qtbot, models):
    dialog = AddModelDialog(models)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.open_file("/there/cells.pth")
    dialog.reject()
    assert models._runner.asked[-1][0].progress.is_cancelled
    assert not models.is_working


def test_the_list_is_read_without_torch():
    import subprocess
    import sys

    code = (
        "import sys; from engine.workflow.catalogue import catalogue; "
        "assert len(catalogue()) > 70; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert len({one.name for one in catalogue()}) == len(catalogue())


def test_the_button_of_the_model_dock_opens_the_list(qtbot, tmp_path):

    from app.panels.model import ModelPanel
    from app.start import open_window

    window = open_window(tmp_path)
    qtbot.addWidget(window)
    panel = window.findChild(ModelPanel)
    (choose,) = [one for one in panel.findChildren(QPushButton) if one.text() == "Choose..."]
    choose.click()
    assert window.findChild(ModelsDialog).isVisible()
    window.close()
