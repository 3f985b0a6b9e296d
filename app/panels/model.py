"""The model in hand, and predicting with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QComboBox,
    QDockWidget,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.presenters.prediction import PredictionPresenter


class ModelPanel(QDockWidget):
    """Choose a model, read what it is, predict, cancel."""

    def __init__(self, presenter: PredictionPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Model"))
        self.setObjectName("model")
        self._presenter = presenter
        self._choice = QComboBox()
        self._choice.setAccessibleName(self.tr("Model"))
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._predict = QPushButton(icon("predict"), self.tr("Predict this image"))
        self._predict.clicked.connect(self._start_or_stop)
        browse = QPushButton(self.tr("Weights..."))
        browse.setToolTip(self.tr("Choose a checkpoint of your own (.safetensors)"))
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self._predict, 1)
        row.addWidget(browse)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.addWidget(self._choice)
        layout.addWidget(self._note)
        layout.addLayout(row)
        layout.addStretch(1)
        self.setWidget(inner)
        presenter.models_changed.connect(self._fill)
        presenter.running_changed.connect(self._show_running)
        self._choice.activated.connect(lambda _: presenter.choose(self._choice.currentData()))
        self._fill()
        self._show_running()

    def _fill(self) -> None:
        chosen = self._presenter.model
        with QSignalBlocker(self._choice):
            self._choice.clear()
            for model in self._presenter.models:
                self._choice.addItem(model.title, model.name)
            if chosen and self._choice.findData(chosen) < 0:
                self._choice.addItem(Path(chosen).name, chosen)
            self._choice.setCurrentIndex(self._choice.findData(chosen))
        notes = {model.name: model.note for model in self._presenter.models}
        self._choice.setToolTip(notes.get(chosen, chosen))
        names = {model.name: model.label_set.names for model in self._presenter.models}
        self._note.setText(", ".join(names.get(chosen, ())))

    def _show_running(self) -> None:
        running = self._presenter.is_running
        self._predict.setText(self.tr("Cancel") if running else self.tr("Predict this image"))
        self._predict.setIcon(icon("cancel" if running else "predict"))

    def _start_or_stop(self) -> None:
        if self._presenter.is_running:
            self._presenter.cancel()
        else:
            self._presenter.predict()

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose a checkpoint"), "", self.tr("Checkpoints (*.safetensors)")
        )
        if path:
            self._presenter.choose(path)
