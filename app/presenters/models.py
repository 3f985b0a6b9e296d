"""The models, networks and encoders there are; published weights; a person's own models."""

from __future__ import annotations

import functools
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QObject, Signal, Slot

from app.job import About, Listed
from app.jobs import Job, JobRunner, Lane
from app.presenters.prediction import PredictionPresenter
from engine.progress import Progress, Step
from engine.workflow.add_model import remove_model
from engine.workflow.catalogue import Entry, catalogue, fetch_published
from engine.workflow.model_requests import ADD, INSPECT, PUBLISHED
from engine.workflow.own_models import VOC
from engine.workflow.requests import AboutModels

RANDOM = "random:"


class ModelsPresenter(QObject):
    """Lists are read when they are asked for; one download and one trial at a time."""

    changed = Signal()
    published = Signal(str, object, object)  # name of the entry, its facts, list of weights
    fetching = Signal(object)  # Step, or None when it has ended
    fetched = Signal(str)  # name of the weights
    inspected = Signal(object)  # dict[str, Any], what a file is
    tried = Signal(object)  # dict[str, Any], what became of a file
    added = Signal(str)  # name of the model
    refused = Signal(object)  # Exception, of a file that was inspected, tried or added
    working_changed = Signal()
    failed = Signal(object)  # Exception

    def __init__(
        self, runner: JobRunner, prediction: PredictionPresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._prediction = prediction
        self._entries: tuple[Entry, ...] = ()
        self._asked: Job | None = None
        self._fetch: Job | None = None
        self._work: Job | None = None
        runner.progressed.connect(self._progressed)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All there are, the models that are here first."""
        if not self._entries:
            self._entries = catalogue()
        return self._entries

    @property
    def is_fetching(self) -> bool:
        return self._fetch is not None

    @property
    def is_working(self) -> bool:
        """Whether a file is being looked at, tried or added."""
        return self._work is not None

    def use(self, name: str) -> None:
        """Predict with a model from now on."""
        self._prediction.choose(name)

    def use_untrained(self, name: str) -> None:
        """Predict with a network's random weights, for trying only."""
        self._prediction.choose(f"{RANDOM}{name}")

    def ask_published(self, name: str) -> None:
        """Ask which published weights a network or an encoder has; `published` tells."""
        if self._asked is not None:
            self._asked.cancel()

        def tell(answer: dict[str, Any]) -> None:
            self._asked = None
            self.published.emit(name, answer["facts"], answer["weights"])

        self._asked = self._runner.ask(
            "Looking for weights",
            AboutModels(PUBLISHED, {"name": name}),
            on_success=tell,
            on_failure=self._not_asked,
        )

    def fetch(self, weights: dict[str, Any]) -> None:
        """Download published weights; what came of an earlier try is not fetched again."""
        if self._fetch is not None:
            return
        self._fetch = self._runner.run(
            "Downloading weights",
            functools.partial(_fetched, weights),
            lane=Lane.NETWORK,
            about=About(listed=Listed.ALWAYS, on_stop=self.stop_fetching),
            on_success=functools.partial(self._keep, weights),
            on_failure=self._not_fetched,
        )
        self.fetching.emit(Step(0, 0, "Downloading weights"))

    @Slot()
    def stop_fetching(self) -> None:
        """Stop the download; what has come stays for the next try."""
        if self._fetch is not None:
            self._fetch.cancel()
            self._fetch = None
            self.fetching.emit(None)

    def inspect(self, file: str) -> None:
        """Look at a file; `inspected` tells what it is, `refused` why not."""
        self._begin(
            str(QT_TRANSLATE_NOOP("jobs", "Looking at the file")),
            INSPECT,
            {"file": file},
            self._tell_inspected,
        )

    def try_model(self, said: dict[str, Any]) -> None:
        """Try a file on an image without keeping it; `tried` tells."""
        self._begin(
            str(QT_TRANSLATE_NOOP("jobs", "Trying the model")),
            ADD,
            {**said, "keep": False},
            self._tell_tried,
        )

    def add(self, said: dict[str, Any]) -> None:
        """Try a file and keep it; `added` tells."""
        self._begin(
            str(QT_TRANSLATE_NOOP("jobs", "Adding the model")),
            ADD,
            {**said, "keep": True},
            self._tell_added,
        )

    @Slot()
    def stop_working(self) -> None:
        if self._work is not None:
            self._work.cancel()
            self._end()

    def remove(self, name: str) -> None:
        """Remove a model that a person added."""
        self._runner.run(
            "Removing the model",
            lambda _: remove_model(name),
            on_success=lambda _: self._refresh(),
            on_failure=self.failed.emit,
        )

    def _begin(self, title: str, verb: str, arguments: dict[str, Any], done: Any) -> None:
        if self._work is not None:
            return
        self._work = self._runner.ask(
            title,
            AboutModels(verb, arguments),
            about=About(
                listed=Listed.ALWAYS if verb == ADD else Listed.IF_FAILED, on_stop=self.stop_working
            ),
            on_success=done,
            on_failure=self._refuse,
        )
        self.working_changed.emit()

    def _end(self) -> None:
        self._work = None
        self.working_changed.emit()

    def _tell_inspected(self, answer: dict[str, Any]) -> None:
        self._end()
        self.inspected.emit(answer)

    def _tell_tried(self, answer: dict[str, Any]) -> None:
        self._end()
        self.tried.emit(answer)

    def _tell_added(self, answer: dict[str, Any]) -> None:
        self._end()
        self._refresh()
        self.use(answer["name"])
        self.added.emit(answer["name"])

    def _refuse(self, error: Exception) -> None:
        self._end()
        self.refused.emit(error)

    def _refresh(self) -> None:
        self._entries = catalogue()
        self._prediction.refresh()
        self.changed.emit()

    def _not_asked(self, error: Exception) -> None:
        self._asked = None
        self.failed.emit(error)

    def _keep(self, weights: dict[str, Any], path: str) -> None:
        """Weights of a whole network become a model at once."""
        self._fetch = None
        self.fetching.emit(None)
        self.fetched.emit(weights["name"])
        if weights["encoder"].startswith("torchvision-"):
            self.add(
                {
                    "file": path,
                    "architecture": weights["encoder"],
                    "classes": list(VOC),
                    "channels": ["red", "green", "blue"],
                    "normalisation": "imagenet",
                    "name": weights["encoder"],
                    "title": weights["name"],
                    "licence": weights["licence"],
                }
            )

    def _not_fetched(self, error: Exception) -> None:
        self._fetch = None
        self.fetching.emit(None)
        self.failed.emit(error)

    def _progressed(self, job: Job, step: Step) -> None:
        if job is self._fetch:
            self.fetching.emit(step)


def _fetched(weights: dict[str, Any], progress: Progress) -> str:
    return str(fetch_published(weights, progress))
