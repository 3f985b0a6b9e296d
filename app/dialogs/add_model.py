"""Adding a model of one's own: one page, a trial on an image, and plain words when it does not fit.

The file is looked at as soon as it is chosen, and fills in what it says of itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.presenters.models import ModelsPresenter
from engine.core.arrays import Labels
from engine.errors import SulcusError
from engine.models.table import MODELS
from engine.workflow.own_models import CHECKPOINT, NORMALISATIONS, STATE_DICT

_CHANNELS = {1: ["grey"], 3: ["red", "green", "blue"]}
_PICTURE = 220


class AddModelDialog(QDialog):
    """Nothing is kept before 'Add', which tries it again."""

    def __init__(
        self, presenter: ModelsPresenter, image: Path | None = None, parent: QWidget | None = None
    ) -> None:
        """Ask for a model; it is tried on `image`, or a sample if there is none."""
        super().__init__(parent)
        self.setObjectName("add-model")
        self.setWindowTitle(self.tr("Add my own model"))
        self.resize(640, 640)
        self._presenter = presenter
        self._image = image
        self._kind = ""
        self._arguments: dict[str, Any] = {}
        layout = QVBoxLayout(self)
        layout.addLayout(self._form())
        layout.addLayout(self._trial(), 1)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._try = QPushButton(self.tr("Try on this image") if image else self.tr("Try"))
        self._try.setToolTip(self.tr("Predict one image with it; nothing is kept"))
        self._add = QPushButton(self.tr("Add"))
        self._add.setToolTip(self.tr("Keep it among the models"))
        self._buttons.addButton(self._try, QDialogButtonBox.ButtonRole.ActionRole)
        self._buttons.addButton(self._add, QDialogButtonBox.ButtonRole.AcceptRole)
        layout.addWidget(self._buttons)
        self._try.clicked.connect(self._start_trial)
        self._buttons.accepted.connect(self._start_adding)
        self._buttons.rejected.connect(self.reject)
        self.finished.connect(presenter.stop_working)
        presenter.inspected.connect(self._show_facts)
        presenter.tried.connect(self._show_trial)
        presenter.added.connect(self.accept)
        presenter.refused.connect(self._show_refusal)
        presenter.working_changed.connect(self._show_working)
        self._show_working()

    def open_file(self, path: str) -> None:
        """Take a file and look at it."""
        self._file.setText(path)
        if not self._name.text():
            self._name.setText(Path(path).stem)
        self._told.setPlainText(self.tr("Looking at the file..."))
        self._presenter.inspect(path)

    @property
    def said(self) -> dict[str, Any]:
        """What was filled in, as the presenter wants it."""
        own = self._kind in ("", STATE_DICT)
        colours = self._channels.currentData()
        return {
            "file": self._file.text(),
            "architecture": self._architecture.currentText().strip() if own else "",
            "classes": [one.strip() for one in self._classes.text().split(",") if one.strip()],
            "channels": [] if self._kind == CHECKPOINT else colours,
            "normalisation": self._normalisation.currentData(),
            "arguments": self._arguments if own else {},
            "name": self._name.text().strip(),
            "title": self._title.text().strip(),
            "image": str(self._image or ""),
        }

    def _form(self) -> QFormLayout:
        self._file, self._name = QLineEdit(), QLineEdit()
        self._title, self._classes = QLineEdit(), QLineEdit()
        self._file.setReadOnly(True)
        browse = QPushButton(self.tr("Choose..."))
        browse.setToolTip(self.tr("A .pth, .pt, .safetensors or .onnx file"))
        browse.clicked.connect(self._browse)
        file = QHBoxLayout()
        file.addWidget(self._file, 1)
        file.addWidget(browse)
        self._architecture = QComboBox()
        self._architecture.setEditable(True)
        self._architecture.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._architecture.addItems([row.name for row in MODELS])
        self._architecture.setCurrentText("")
        completer = QCompleter([row.name for row in MODELS], self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._architecture.setCompleter(completer)
        self._architecture.textActivated.connect(self._forget_arguments)
        self._channels = QComboBox()
        self._channels.addItem(self.tr("Grey"), _CHANNELS[1])
        self._channels.addItem(self.tr("Red, green, blue"), _CHANNELS[3])
        self._normalisation = QComboBox()
        for one in NORMALISATIONS:
            title = QCoreApplication.translate("models", one.title)
            self._normalisation.addItem(title, one.name)
        self._classes.setPlaceholderText(self.tr("background, cell, ..."))
        form = QFormLayout()
        form.addRow(self.tr("File"), file)
        for title, part in (
            (self.tr("Network"), self._architecture),
            (self.tr("Classes, the background first"), self._classes),
            (self.tr("Channels"), self._channels),
            (self.tr("Normalisation"), self._normalisation),
            (self.tr("Name"), self._name),
            (self.tr("Title"), self._title),
        ):
            part.setAccessibleName(title)
            form.addRow(title, part)
        self._file.setAccessibleName(self.tr("File"))
        return form

    def _trial(self) -> QHBoxLayout:
        self._told = QPlainTextEdit()
        self._told.setTabChangesFocus(True)
        self._told.setReadOnly(True)
        self._told.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self._told.setAccessibleName(self.tr("What was found"))
        self._told.setPlainText(
            self.tr("Choose a file of weights. Nothing of it is run but the network you name.")
        )
        self._picture = QLabel()
        self._picture.setFixedWidth(_PICTURE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setAccessibleName(self.tr("The image with the mask of the model"))
        self._picture.hide()
        row = QHBoxLayout()
        row.addWidget(self._told, 1)
        row.addWidget(self._picture)
        return row

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose a model"), "",
            self.tr("Models (*.pth *.pt *.safetensors *.onnx);;All files (*)"),
        )  # fmt: skip
        if path:
            self.open_file(path)

    def _forget_arguments(self) -> None:
        """What the file showed belongs to the network that was suggested."""
        self._arguments = {}

    def _start_trial(self) -> None:
        self._told.setPlainText(self.tr("Trying it on an image..."))
        self._presenter.try_model(self.said)

    def _start_adding(self) -> None:
        self._told.setPlainText(self.tr("Trying it on an image, then adding it..."))
        self._presenter.add(self.said)

    def _show_facts(self, facts: dict[str, Any]) -> None:
        self._kind = facts["kind"]
        self._architecture.setEnabled(self._kind == STATE_DICT)
        for part in (self._channels, self._normalisation):
            part.setEnabled(self._kind != CHECKPOINT)
        if facts["in_channels"] in _CHANNELS:
            self._channels.setCurrentIndex(self._channels.findData(_CHANNELS[facts["in_channels"]]))
        count = facts["classes"]
        names = facts["names"] or ["background", *(f"class {n}" for n in range(1, count))]
        if count > 1 or facts["names"]:
            self._classes.setText(", ".join(names))
        lines = [self.tr("The file holds: {}.").format(self._kind)]
        if count:
            lines.append(self.tr("Its last layer gives {} classes.").format(count))
        fits = self.tr("{:.0%} of it fits the network '{}'.")
        lines += [fits.format(one["share"], one["architecture"]) for one in facts["suggestions"]]
        if facts["suggestions"]:
            first = facts["suggestions"][0]
            self._architecture.setCurrentText(first["architecture"])
            self._arguments = dict(first["arguments"])
        elif self._kind == STATE_DICT:
            lines.append(self.tr("It fits no network as it is made here: choose one to see why."))
        self._told.setPlainText("\n".join(lines))
        self._show_working()

    def _show_trial(self, found: dict[str, Any]) -> None:
        shares = ", ".join(f"{name} {share:.1%}" for name, share in found["shares"].items())
        said = self.tr("'{}' took {:.1f} s: {}.").format(found["image"], found["seconds"], shares)
        self._told.setPlainText("\n".join([said, *found["notes"], *found["lines"]]))
        self._picture.setPixmap(_pixmap(found["picture"]))
        self._picture.show()

    def _show_refusal(self, error: Exception) -> None:
        self._picture.hide()
        what = f"{error.what}\n{error.remedy}" if isinstance(error, SulcusError) else str(error)
        self._told.setPlainText(what)

    def _show_working(self) -> None:
        ready = bool(self._file.text()) and not self._presenter.is_working
        self._try.setEnabled(ready)
        self._add.setEnabled(ready)


def _pixmap(picture: Labels) -> QPixmap:
    """(rows, columns, 3) uint8, as wide as there is room."""
    rows, columns, _ = picture.shape
    data = np.ascontiguousarray(picture)
    image = QImage(data.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
    return QPixmap.fromImage(image).scaled(
        _PICTURE, 2 * _PICTURE, Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )  # fmt: skip
