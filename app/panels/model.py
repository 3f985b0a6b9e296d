"""The model in hand, and predicting with it: this image, or many."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.job import Outcome
from app.presenters.bundle import Presenters
from app.presenters.jobs import outcome_text
from app.presenters.models import RANDOM
from app.presenters.predicting_all import Batch, Which
from app.widgets.tip import tell


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
        self._selection = presenters.selection
        self._jobs = presenters.jobs
        self._case = presenters.case
        self._project = presenters.project
        self._choice = QComboBox()
        self._choice.setAccessibleName(self.tr("Model"))
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._predict = QPushButton(icon("predict"), self.tr("Predict this image"))
        tell(self._predict, self.tr("Predict the image on screen"), "mask.predict")
        self._predict.clicked.connect(self._start_or_stop)
        self._predict_many = QPushButton(self.tr("Predict many"))
        self._predict_many.clicked.connect(self._stop_or_go_on)
        self._many = QMenu(self)
        self._selected = self._entry(self._start_selected)
        self._entry(self._start_new, self.tr("Images without a mask"))
        self._entry(self._start_unreviewed, self.tr("Unreviewed images"))
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
        buttons.addWidget(self._predict_many, 1)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.addLayout(row)
        layout.addWidget(self._note)
        layout.addLayout(buttons)
        layout.addWidget(self._how_far)
        layout.addStretch(1)
        self.setWidget(inner)
        self._connect()
        self._fill()
        self._show_use()
        self._show_running()
        self._show_batch(self._all.batch)
        self._show_selected()

    def _connect(self) -> None:
        self._presenter.models_changed.connect(self._fill)
        self._presenter.running_changed.connect(self._show_running)
        self._all.changed.connect(self._show_batch)
        self._selection.changed.connect(self._show_selected)
        self._choice.activated.connect(self._choose)
        for signal in (self._case.opened, self._case.closed, self._project.opened):
            signal.connect(self._show_use)

    def _entry(self, run: Callable[[], None], text: str = "") -> QAction:
        action = self._many.addAction(text)
        action.triggered.connect(run)
        return action

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

    @Slot()
    def _show_use(self) -> None:
        """Where there is nothing to predict, there is nothing to press."""
        self._predict.setEnabled(self._case.case is not None)
        self._predict_many.setEnabled(bool(self._project.cases))

    def _show_running(self) -> None:
        running = self._presenter.is_running
        self._predict.setText(self.tr("Cancel") if running else self.tr("Predict this image"))
        self._predict.setIcon(icon("cancel" if running else "predict"))

    def _show_batch(self, batch: Batch) -> None:
        """How far the run over many images is, or what came of it."""
        left = batch.left
        if batch.is_running:
            self._predict_many.setText(self.tr("Cancel"))
            self._predict_many.setToolTip(self.tr("Stop; what was predicted stays"))
            number = min(batch.total, batch.total - left + 1)
            self._how_far.setText(self.tr("Batch {}/{}").format(number, batch.total))
        else:
            go_on = self.tr("Go on with {} left").format(left)
            self._predict_many.setText(go_on if left else self.tr("Predict many"))
            self._predict_many.setToolTip(
                self.tr("Predict the selected images, those without a mask, or the unreviewed")
            )
            outcome = batch.outcome
            self._how_far.setText(outcome_text(outcome) if outcome != Outcome() else "")
        is_asking = not batch.is_running and not left
        self._predict_many.setMenu(self._many if is_asking else None)  # type: ignore[arg-type] - None takes it away
        self._how_far.setToolTip("\n".join(self._jobs.failure_text(one) for one in batch.failed))
        self._how_far.setVisible(bool(self._how_far.text()))

    def _show_selected(self) -> None:
        count = len(self._selection.ids)
        self._selected.setText(self.tr("Selected images ({})").format(count))
        self._selected.setEnabled(count > 0)

    def _start_or_stop(self) -> None:
        if self._presenter.is_running:
            self._presenter.cancel()
        else:
            self._presenter.predict()

    def _stop_or_go_on(self) -> None:
        if self._all.is_running:
            self._all.cancel()
        elif self._all.batch.left:
            self._all.start(Which.REST)

    def _start_selected(self) -> None:
        self._all.start_chosen(self._selection.cases)

    def _start_new(self) -> None:
        self._all.start(Which.NEW)

    def _start_unreviewed(self) -> None:
        self._all.start(Which.UNREVIEWED)


def _shown(model: str) -> str:
    """What is not in the list, as it is shown: a network, or a file."""
    return model if model.startswith(RANDOM) else Path(model).name
