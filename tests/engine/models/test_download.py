from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from engine.errors import Cancelled, MissingSystem, ParameterError, WeightsError
from engine.models.download import download
from engine.progress import Progress, Step

CONTENT = bytes(range(256)) * 12_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Server:
    """A server of one file that breaks off when it is told to.

    Attributes:
        cuts: After how many bytes of each answer it hangs up; whole answers after the last.
        ranges: The Range header of each request.
        resumes: Whether it knows ranges.
    """

    cuts: list[int] = field(default_factory=list)
    ranges: list[str | None] = field(default_factory=list)
    resumes: bool = True
    url: str = ""


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            state.ranges.append(wanted)
            if not self.path.endswith("weights.pth"):
                self.send_error(404)
                return
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            start = start if state.resumes else 0
            if start >= len(CONTENT):
                self.send_error(416)
                return
            body = CONTENT[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: state.cuts.pop(0)] if state.cuts else body)

        def log_message(self, *_: object) -> None: ...

    service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=service.serve_forever)
    thread.start()
    state.url = f"http://127.0.0.1:{service.server_address[1]}/weights.pth"
    yield state
    service.shutdown()
    service.server_close()
    thread.join()


def test_a_file_comes_whole_with_its_progress(server, tmp_path):
    steps: list[Step] = []
    path = tmp_path / "new" / "weights.pth"
    assert download(server.url, path, sha256_prefix=DIGEST, progress=Progress(steps.append)) == path
    assert path.read_bytes() == CONTENT
    assert [p.name for p in path.parent.iterdir()] == ["weights.pth"]
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert (steps[-1].done, steps[-1].total) == (len(CONTENT), len(CONTENT))


def test_a_connection_that_breaks_is_taken_up_where_it_broke(server, tmp_path):
    server.cuts = [1_000_000, 500_000]
    download(server.url, tmp_path / "a.pth", sha256_prefix=DIGEST[:8])
    assert (tmp_path / "a.pth").read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=1000000-", "bytes=1500000-"]


def test_a_later_call_goes_on_where_the_last_one_stopped(server, tmp_path):
    server.cuts = [700_000, 0, 0, 0]
    with pytest.raises(MissingSystem, match="broke"):
        download(server.url, tmp_path / "a.pth", sha256_prefix=DIGEST)
    assert not (tmp_path / "a.pth").exists()
    assert (tmp_path / "a.pth.part").stat().st_size == 700_000
    server.cuts = []
    download(server.url, tmp_path / "a.pth", sha256_prefix=DIGEST)
    assert (tmp_path / "a.pth").read_bytes() == CONTENT
    assert server.ranges[-1] == "bytes=700000-"


def test_a_server_without_ranges_sends_it_all_again(server, tmp_path):
    server.cuts, server.resumes = [1_000_000], False
    download(server.url, tmp_path / "a.pth", sha256_prefix=DIGEST)
    assert (tmp_path / "a.pth").read_bytes() == CONTENT


def test_what_is_left_of_a_longer_file_is_thrown_away(server, tmp_path):
    (tmp_path / "a.pth.part").write_bytes(CONTENT + b"more")
    download(server.url, tmp_path / "a.pth", sha256_prefix=DIGEST)
    assert (tmp_path / "a.pth").read_bytes() == CONTENT


def test_a_file_with_another_hash_is_refused_and_removed(server, tmp_path):
    with pytest.raises(WeightsError, match="SHA-256") as caught:
        download(server.url, tmp_path / "a.pth", sha256_prefix="0" * 8)
    assert DIGEST[:16] in caught.value.what
    assert list(tmp_path.iterdir()) == []


def test_what_was_there_stays_until_the_new_file_is_whole(server, tmp_path):
    (tmp_path / "a.pth").write_bytes(b"before")
    with pytest.raises(WeightsError):
        download(server.url, tmp_path / "a.pth", sha256_prefix="0" * 8)
    assert (tmp_path / "a.pth").read_bytes() == b"before"
    download(server.url, tmp_path / "a.pth", sha256_prefix=DIGEST)
    assert (tmp_path / "a.pth").read_bytes() == CONTENT


def test_a_cancelled_download_keeps_what_has_come(server, tmp_path):
    progress = Progress(lambda step: progress.cancel() if step.done else None)
    with pytest.raises(Cancelled):
        download(server.url, tmp_path / "a.pth", sha256_prefix=DIGEST, progress=progress)
    kept = (tmp_path / "a.pth.part").read_bytes()
    assert 0 < len(kept) < len(CONTENT)
    assert CONTENT.startswith(kept)
    download(server.url, tmp_path / "a.pth", sha256_prefix=DIGEST)
    assert (tmp_path / "a.pth").read_bytes() == CONTENT


def test_no_network_and_no_such_file_are_said_in_words(server, tmp_path):
    with pytest.raises(MissingSystem, match="404"):
        download(server.url.replace("weights", "other"), tmp_path / "a", sha256_prefix="")
    with pytest.raises(MissingSystem, match="cannot be downloaded") as caught:
        download("http://127.0.0.1:1/weights.pth", tmp_path / "a", sha256_prefix="")
    assert "Check the network" in caught.value.remedy
    with pytest.raises(ParameterError):
        download("file:///etc/hostname", tmp_path / "a", sha256_prefix="")
    assert not (tmp_path / "a").exists()
