"""The model in hand, and predicting with it: this image, or all that have no mask yet."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.presenters.bundle import Presenters
from app.presenters.models import RANDOM
from app.presenters.predicting_all import Batch


class ModelPanel(QDockWidget):
    """Choose a model, read what it is, predict, cancel."""

    models_asked = Signal()

    def __init__(self, presenters: Presenters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Model"))
        self.setObjectName("model")
        presenter = presenters.prediction
        self._presenter = presenter
        self._all = presenters.predicting_all
        self._choice = QComboBox()
        self._choice.setAccessibleName(self.tr("Model"))
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._predict = QPushButton(icon("predict"), self.tr("Predict this image"))
        self._predict.setToolTip(self.tr("Predict the image on screen (Ctrl+R)"))
        self._predict.clicked.connect(self._start_or_stop)
        self._predict_all = QPushButton(self.tr("All without a mask"))
        self._predict_all.clicked.connect(self._start_or_stop_all)
        self._how_far = QLabel()
        self._how_far.setWordWrap(True)
        choose = QPushButton(self.tr("Choose..."))
        choose.setToolTip(self.tr("All models and networks, published weights, and your own"))
        choose.clicked.connect(self.models_asked)
        row = QHBoxLayout()
        row.addWidget(self._choice, 1)
        row.addWidget(choose)
        buttons = QHBoxLayout()
        buttons.addWidget(self._predict, 1)
        buttons.addWidget(self._predict_all, 1)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.addLayout(row)
        layout.addWidget(self._note)
        layout.addLayout(buttons)
        layout.addWidget(self._how_far)
        layout.addStretch(1)
        self.setWidget(inner)
        presenter.models_changed.connect(self._fill)
        presenter.running_changed.connect(self._show_running)
        self._all.changed.connect(self._show_batch)
        self._choice.activated.connect(self._choose)
        self._fill()
        self._show_running()
        self._show_batch(self._all.batch)

    def _choose(self) -> None:
        self._presenter.choose(self._choice.currentData())

    def _fill(self) -> None:
        chosen = self._presenter.model
        with QSignalBlocker(self._choice):
            self._choice.clear()
            for model in self._presenter.models:
                self._choice.addItem(model.title, model.name)
            if chosen and self._choice.findData(chosen) < 0:
                self._choice.addItem(_shown(chosen), chosen)
            self._choice.setCurrentIndex(self._choice.findData(chosen))
        notes = {model.name: model.note for model in self._presenter.models}
        self._choice.setToolTip(notes.get(chosen, chosen))
        names = {model.name: model.label_set.names for model in self._presenter.models}
        if chosen.startswith(RANDOM):
            self._note.setText(self.tr("Random weights, for trying only: its masks are noise."))
        else:
            self._note.setText(", ".join(names.get(chosen, ())))

    def _show_running(self) -> None:
        running = self._presenter.is_running
        self._predict.setText(self.tr("Cancel") if running else self.tr("Predict this image"))
        self._predict.setIcon(icon("cancel" if running else "predict"))

    def _show_batch(self, batch: Batch) -> None:
        """How far the run over all images is, or what came of it."""
        if batch.is_running:
            self._predict_all.setText(self.tr("Cancel"))
            self._predict_all.setToolTip(self.tr("Stop; what was predicted stays"))
            number = min(batch.total, batch.total - batch.left + 1)
            self._how_far.setText(self.tr("Batch {}/{}").format(number, batch.total))
        else:
            left = batch.left
            self._predict_all.setText(
                self.tr("Go on with {} left").format(left)
                if left
                else self.tr("All without a mask")
            )
            self._predict_all.setToolTip(
                self.tr("Predict all images that have no mask yet (Ctrl+Shift+R)")
            )
            said = self.tr("done {}, skipped {} (human), failed {}")
            counts = (batch.done, batch.skipped, len(batch.failed))
            self._how_far.setText(said.format(*counts) if any(counts) else "")
        self._how_far.setToolTip("\n".join(f"{name}: {why}" for name, why in batch.failed))
        self._how_far.setVisible(bool(self._how_far.text()))

    def _start_or_stop(self) -> None:
        if self._presenter.is_running:
            self._presenter.cancel()
        else:
            self._presenter.predict()

    def _start_or_stop_all(self) -> None:
        if self._all.is_running:
            self._all.cancel()
        else:
            self._all.start()


def _shown(model: str) -> str:
    """What is not in the list, as it is shown: a network, or a file."""
    return model if model.startswith(RANDOM) else Path(model).name
