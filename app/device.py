"""The DEVICE lane: one process that holds torch, asked by JSON lines, replaced when it dies."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

import engine
from engine.errors import DeviceError
from engine.workflow.requests import Exchange, Request, encode

CANCEL_MS = 1500
"""How long a job that was cancelled may go on before its process is ended."""


class DeviceProcess(QObject):
    """Sends requests and tells what came back; starts its process at the first request.

    Signals carry the job's number first.
    """

    stepped = Signal(int, int, int, str)  # done, total, what
    tiled = Signal(int, object, object)  # box, labels
    finished = Signal(int, object)  # the answer's fields
    failed = Signal(int, object)  # the error's fields, or a SulcusError
    cancelled = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.exchange = Exchange(Path(tempfile.mkdtemp(prefix="sulcus-")))
        self._process: QProcess | None = None
        self._pending: list[int] = []
        self._rest = b""

    def send(self, job: int, request: Request) -> None:
        """Queue a request; exactly one of finished, failed and cancelled follows."""
        self._pending.append(job)
        self._write(encode(request, job, self.exchange))

    def cancel(self, job: int) -> None:
        """Ask a job to stop; if it does not, its process is ended and the others fail."""
        if job not in self._pending:
            return
        self._write({"cancel": job})
        QTimer.singleShot(CANCEL_MS, self, lambda: self._end_if_deaf(job))

    @property
    def process(self) -> QProcess | None:
        """The process under way, if one was needed yet."""
        return self._process

    def stop(self) -> None:
        """End the process and remove the exchange; called once, when the window closes."""
        if self._process is not None:
            self._process.finished.disconnect(self._ended)
            self._process.closeWriteChannel()
            if not self._process.waitForFinished(300):
                self._process.kill()
                self._process.waitForFinished(2000)
        shutil.rmtree(self.exchange.folder, ignore_errors=True)

    def _write(self, fields: dict[str, Any]) -> None:
        if self._process is None:
            self._process = self._started()
        self._process.write(json.dumps(fields).encode() + b"\n")

    def _started(self) -> QProcess:
        process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._ended)
        command = _command()
        process.start(command[0], [*command[1:], "--worker", str(self.exchange.folder)])
        self._rest = b""
        return process

    @Slot()
    def _read(self) -> None:
        assert self._process is not None
        data = self._rest + bytes(self._process.readAllStandardOutput().data())
        *lines, self._rest = data.split(b"\n")
        for line in lines:
            self._deliver(json.loads(line))

    def _deliver(self, answer: dict[str, Any]) -> None:
        job = answer["job"]
        if job not in self._pending:
            return
        if "step" in answer:
            self.stepped.emit(job, *answer["step"])
        elif "tile" in answer:
            box = tuple(slice(start, stop) for start, stop in answer["tile"]["box"])
            self.tiled.emit(job, box, self.exchange.take(answer["tile"]["labels"]))
        else:
            self._pending.remove(job)
            if "done" in answer:
                self.finished.emit(job, answer["done"])
            elif "cancelled" in answer:
                self.cancelled.emit(job)
            else:
                self.failed.emit(job, answer["error"])

    def _end_if_deaf(self, job: int) -> None:
        if job in self._pending and self._process is not None:
            self._process.kill()

    @Slot()
    def _ended(self) -> None:
        """The process is gone: every job it had fails; the next request starts another."""
        self._process = None
        jobs, self._pending = self._pending, []
        for job in jobs:
            self.failed.emit(
                job,
                DeviceError(
                    "The process that computes has ended.",
                    remedy="Try again; if it happens again, choose a smaller image or the CPU.",
                ),
            )


def _command() -> list[str]:
    """The program that runs this process, able to be its own worker."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, str(Path(engine.__file__).parents[1] / "main.py")]
