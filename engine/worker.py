"""The process that computes for the window: JSON lines in, JSON lines out, until its input ends.

A thread of its own reads the input, so that 'cancel' arrives while a job runs; jobs run one after
the other on the main thread. What a job prints goes to stderr, never between the lines.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TextIO

from engine.core.arrays import Box, Labels
from engine.errors import Cancelled, SulcusError
from engine.logs import set_up
from engine.progress import Progress, Step
from engine.workflow.model_requests import answer
from engine.workflow.requests import (
    AboutModels,
    Doubt,
    Exchange,
    Fit,
    Predict,
    RefineAll,
    RefineSlice,
    RefineSteps,
    Request,
    Warm,
    decode,
)
from engine.workflow.session import Session, prepare_refining, warm_up

log = logging.getLogger(__name__)

NICE = 5  # below the window, which must stay quick


def serve(exchange_folder: Path) -> int:
    """Answer requests until the input ends; returns the exit status."""
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    set_up(logging.INFO, file="worker")
    os.dup2(2, 1)  # a library that prints must not break the lines
    if hasattr(os, "nice"):
        os.nice(NICE)
    Worker(Exchange(exchange_folder), answers).run(sys.stdin)
    return 0


class Worker:
    """One session and the jobs that wait for it."""

    def __init__(self, exchange: Exchange, answers: TextIO) -> None:
        self._exchange = exchange
        self._answers = answers
        self._write = threading.Lock()
        self._queue: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._progress: dict[int, Progress] = {}
        self._session = Session()
        self._device = ""

    @property
    def is_busy(self) -> bool:
        """Whether a job runs or waits."""
        return bool(self._progress)

    def run(self, requests: TextIO) -> None:
        """Import torch, then work until `requests` ends; one core is left to the window."""
        threading.Thread(target=self._listen, args=(requests,), daemon=True).start()
        self._device = warm_up(spare=1)
        threading.Thread(target=prepare_refining, daemon=True).start()
        while (fields := self._queue.get()) is not None:
            self._work(fields)

    def _listen(self, requests: TextIO) -> None:
        for line in requests:
            fields = json.loads(line)
            if "cancel" in fields:
                progress = self._progress.get(fields["cancel"])
                if progress:
                    progress.cancel()
            else:
                job = int(fields["job"])
                self._progress[job] = Progress(self._reporter(job))
                self._queue.put(fields)
        for progress in list(self._progress.values()):
            progress.cancel()
        self._queue.put(None)

    def _work(self, fields: dict[str, Any]) -> None:
        """One job: exactly one of done, error and cancelled is answered."""
        job = int(fields["job"])
        progress = self._progress[job]
        try:
            progress.step(0, 1, "Starting")
            result = self._result(decode(fields, self._exchange), job, progress)
        except SulcusError as error:
            name = type(error).__name__
            self._say(job, error={"kind": name, "what": error.what, "remedy": error.remedy})
        except Cancelled:
            self._say(job, cancelled=True)
        except Exception as error:  # a fault in one job must not end the process
            log.exception("job %d", job)
            self._say(job, error={"kind": "", "what": f"{type(error).__name__}: {error}"})
        else:
            self._say(job, done=result)
        del self._progress[job]

    def _result(self, request: Request, job: int, progress: Progress) -> dict[str, Any]:
        session = self._session
        match request:
            case Warm():
                return {"device": self._device}
            case AboutModels(verb, arguments):
                found = answer(verb, arguments, progress)
                picture = found.pop("picture", None)
                if picture is not None:
                    found["picture"] = self._exchange.put(f"picture-{job}", picture)
                return found
            case Fit(folder, parameters, token):
                return {"fit": session.fit(folder, parameters, progress, token).as_json()}
            case Predict(folder, case_id, model, token, focus):
                tiler = self._tiler(job)
                labels = session.predict(folder, case_id, model, progress, tiler, token, focus)
            case Doubt():
                labels = session.doubt(request)
            case RefineAll():
                labels = session.refine(request, progress)
            case RefineSlice():
                labels = session.refine_slice(request, progress)
            case RefineSteps():
                beliefs = session.refine_steps(request, progress)
                return {"beliefs": self._exchange.put(f"beliefs-{job}", beliefs)}
        return {"labels": self._exchange.put(f"labels-{job}", labels)}

    def _reporter(self, job: int) -> Callable[[Step], None]:
        return lambda step: self._say(job, step=[step.done, step.total, step.what])

    def _tiler(self, job: int) -> Callable[[Box, Labels], None]:
        count = 0

        def tell(box: Box, labels: Labels) -> None:
            nonlocal count
            count += 1
            file = self._exchange.put(f"tile-{job}-{count}", labels)
            self._say(job, tile={"box": [[side.start, side.stop] for side in box], "labels": file})

        return tell

    def _say(self, job: int, **what: object) -> None:
        with self._write:
            self._answers.write(json.dumps({"job": job, **what}) + "\n")
