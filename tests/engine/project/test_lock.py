from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import ProjectHeld, WriteError
from engine.project.lock import Hold

HOLDER = """
import sys, time
from pathlib import Path
from engine.project.lock import Hold
hold = Hold(Path(sys.argv[1]), "Ada")
print("held", flush=True)
time.sleep(600)
"""


def test_a_second_writer_is_told_who_has_the_project(tmp_path: Path) -> None:
    with Hold(tmp_path, "Ada"):
        with pytest.raises(ProjectHeld, match=f"Ada, process {os.getpid()} on ") as caught:
            Hold(tmp_path, "Bob")
        assert str(tmp_path) in caught.value.what
    with Hold(tmp_path, "Bob") as hold:
        hold.require()


def test_what_was_let_go_gives_no_right_any_more(tmp_path: Path) -> None:
    hold = Hold(tmp_path, "Ada")
    hold.require()
    hold.release()
    hold.release()
    with pytest.raises(WriteError, match="taken over"):
        hold.require()


def test_who_was_taken_over_cannot_write_any_more(tmp_path: Path) -> None:
    first = Hold(tmp_path, "Ada")
    second = Hold(tmp_path, "Bob", take_over=True)
    second.require()
    with pytest.raises(WriteError, match="taken over by another Sulcus"):
        first.require()
    with pytest.raises(ProjectHeld, match="Bob"):
        Hold(tmp_path, "Cy")
    second.release()
    first.release()


def test_taking_over_what_nobody_has_is_just_taking_it(tmp_path: Path) -> None:
    with Hold(tmp_path, "Ada", take_over=True) as hold:
        hold.require()


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_a_crash_lets_the_project_go(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path],
        stdout=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(ProjectHeld, match=f"process {child.pid} on "):
            Hold(tmp_path, "Bob")
        child.send_signal(signal.SIGKILL)
        child.wait()
    with Hold(tmp_path, "Bob") as hold:
        hold.require()


def test_a_lock_that_says_nothing_of_its_holder_still_holds(tmp_path: Path) -> None:
    with Hold(tmp_path, "Ada"):
        (tmp_path / "project.lock").write_bytes(b"\xff not JSON")
        with pytest.raises(ProjectHeld, match=r"another Sulcus\."):
            Hold(tmp_path, "Bob")


def test_a_folder_that_cannot_be_written_is_a_write_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WriteError, match="cannot be written"):
        Hold(tmp_path / "file", "Ada")
