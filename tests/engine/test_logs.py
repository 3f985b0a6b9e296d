from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import logs
from engine.errors import ReadError
from engine.logs import PrivateFormatter, private, pseudonym, scrub, set_up


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test with a list of its own, and logging as it was before."""
    monkeypatch.setattr(logs, "_private", set())
    monkeypatch.setattr(logs, "_pattern", None)
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in root.handlers:
        if handler not in before:
            handler.close()
    root.handlers[:] = before
    root.setLevel(level)
    for name in ("app", "engine", "engine.test"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize(
    "text",
    [
        "opened /data/XYZZY/scan.nii.gz",
        "opened '/data/Anna XYZZY/scan one.nii.gz' at last",
        "opened '/data/Anna XYZZY Maria/scan.nii'",
        'opened "C:\\Users\\XYZZY\\scan.nii"',
        r"opened \\server\XYZZY\scan.nii",
        "opened PosixPath('/data/my XYZZY/scan.nii')",
        "opened relative/XYZZY/scan.nii",
        "opened ~/XYZZY",
        "path=/data/XYZZY, next",
        "'/data/O'Brien XYZZY/a.png' cannot be read: no such file",
        "'/data/two\nXYZZY/a.png' is empty",
        "[Errno 2] No such file or directory: '/data/XYZZY x/a.png'",
        "file:///data/XYZZY/a.png",
        "/data/" + "x" * 300 + "/XYZZY",
    ],
)
def test_a_path_is_not_written_down(text: str) -> None:
    assert "XYZZY" not in scrub(text)
    assert "<path " in scrub(text)


def test_a_path_has_one_pseudonym_and_another_path_another() -> None:
    assert scrub("see '/a/b.png'") == f"see '{pseudonym('/a/b.png')}'"
    assert scrub("/a/b.png") == scrub("/a/b.png") != scrub("/a/c.png")


@pytest.mark.parametrize(
    "text",
    ["12 of 40 slices", "loss 0.31, 3/4 done", "took 3 s / image", "can't", "it's 'fine'", ""],
)
def test_what_is_no_path_stays(text: str) -> None:
    assert scrub(text) == text


def test_a_private_text_is_taken_out_with_its_words_whatever_their_capitals() -> None:
    private("XYZZY^Anna Maria")
    private("Al")  # too short to be told from other words
    assert scrub("of xyzzy, Anna and Maria, all") == "of <private>, <private> and <private>, all"
    assert scrub("XYZZY^Anna Maria!") == "<private>!"


def test_words_that_only_hold_a_private_one_stay() -> None:
    private("Not a.png")
    private("/data/my scan.png", whole=True)
    text = "FileNotFoundError, not_found: my scan /data/my scan.png"
    assert scrub(text) == "FileNotFoundError, <private>_found: my scan <private>"


def test_libraries_are_heard_only_when_they_warn(capfd: pytest.CaptureFixture[str]) -> None:
    set_up(logging.DEBUG)
    logging.getLogger("library").debug("PatientName")
    logging.getLogger("library").warning("odd")
    logging.getLogger("engine.test").debug("mine")
    heard = capfd.readouterr().err
    assert "PatientName" not in heard
    assert "odd" in heard
    assert "mine" in heard


@given(st.text(min_size=1, max_size=40))
def test_scrubbing_never_fails_and_twice_is_once(text: str) -> None:
    once = scrub(text)
    assert scrub(once).count("<path") <= once.count("<path") + 1


def log_of(record_with: object) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PrivateFormatter("%(levelname)s %(message)s"))
    log = logging.getLogger("engine.test")
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    record_with(log)  # type: ignore[operator]
    log.removeHandler(handler)
    return stream.getvalue()


def test_paths_among_the_arguments_are_replaced_whole_however_they_are_spelt() -> None:
    text = log_of(lambda log: log.info("reading %s now", Path("/a/b XYZZY c/d e")))
    assert text == f"INFO reading {pseudonym('/a/b XYZZY c/d e')} now\n"


def test_tracebacks_keep_the_lines_of_the_program_and_lose_the_paths_of_the_person() -> None:
    def failing(log: logging.Logger) -> None:
        try:
            Path("/data/my XYZZY/a.png").read_bytes()
        except OSError as error:
            refused = ReadError("'/data/XYZZY/a.png' is gone.", remedy="Look.")
            refused.__cause__ = error
            log.exception("job %d", 3, exc_info=refused)

    text = log_of(failing)
    assert "XYZZY" not in text
    assert 'File "pathlib.py", line' in text
    assert 'File "tests/engine/test_logs.py", line' in text
    assert "ReadError" in text
    assert "is gone. Look." in text


def test_the_file_lies_in_the_state_folder_and_stays_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "user_state_path", lambda *_, **__: tmp_path / "state")
    monkeypatch.setattr(logs, "_LARGEST", 5_000)
    set_up(logging.INFO, file="window")
    log = logging.getLogger("engine.test")
    log.debug("not this")
    for number in range(500):
        log.info("step %d of '/data/XYZZY/a.png'", number)
    files = sorted((tmp_path / "state").iterdir())
    assert [path.name for path in files] == ["window.log", "window.log.1", "window.log.2"]
    assert all(path.stat().st_size <= 5_100 for path in files)
    text = "".join(path.read_text() for path in files)
    assert "step 499" in text
    assert "not this" not in text
    assert "XYZZY" not in text


def test_without_a_state_folder_nothing_is_lost_but_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state").write_text("a file")
    monkeypatch.setattr(logs, "user_state_path", lambda *_, **__: tmp_path / "state")
    set_up(logging.WARNING, file="window")
    logging.getLogger("engine.test").warning("heard")
    assert "heard" in capfd.readouterr().err
