"""The download of the BVLC network, from a server of the test's own."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from course_utils.common.errors import CourseError
from course_utils.models.googlenet import imagenet
from course_utils.models.googlenet.imagenet import fetch

CONTENT = bytes(range(256)) * 4000
SHA1 = hashlib.sha1(CONTENT).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """Sends CONTENT, from where it is asked to; breaks off where told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = CONTENT
        self.breaks_off_after: int | None = None
        self.knows_ranges = True
        self.ranges: list[str | None] = []
        self.url = f"http://127.0.0.1:{self.server_port}/network.caffemodel"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers["Range"]
        self.server.ranges.append(asked)
        start = int(asked[6:-1]) if asked and self.server.knows_ranges else 0
        if start and start >= len(self.server.content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(self.server.content) - start))
        self.end_headers()
        self.wfile.write(self.server.content[start : self.server.breaks_off_after])

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_a_file_arrives_whole(server: Server, tmp_path: Path) -> None:
    fetch(server.url, tmp_path / "new" / "file", SHA1)
    assert (tmp_path / "new" / "file").read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["file"]


@pytest.mark.parametrize("knows_ranges", [True, False])
def test_a_download_that_broke_off_goes_on(
    server: Server, tmp_path: Path, knows_ranges: bool
) -> None:
    server.knows_ranges, server.breaks_off_after = knows_ranges, 300_000
    with pytest.raises(CourseError, match="broke off after 300000 of 1024000 bytes"):
        fetch(server.url, tmp_path / "file", SHA1)
    assert not (tmp_path / "file").exists()
    server.breaks_off_after = None
    fetch(server.url, tmp_path / "file", SHA1)
    assert server.ranges == [None, "bytes=300000-"]
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_part_that_was_whole_is_taken(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.part").write_bytes(CONTENT)
    fetch(server.url, tmp_path / "file", SHA1)
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_wrong_file_is_deleted_and_said(server: Server, tmp_path: Path) -> None:
    server.content = CONTENT[::-1]
    with pytest.raises(CourseError, match="not the file it should be"):
        fetch(server.url, tmp_path / "file", SHA1)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_has_no_such_file_is_said(server: Server, tmp_path: Path) -> None:
    server.content = b""
    (tmp_path / "file.part").write_bytes(b"x")
    with pytest.raises(CourseError, match="not the file it should be"):
        fetch(server.url, tmp_path / "file", SHA1)


def test_without_a_network_one_reads_where_to_put_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    nowhere = imagenet.Host("http://127.0.0.1:9/bvlc_googlenet.caffemodel", "sha1", SHA1)
    monkeypatch.setattr(imagenet, "HOSTS", (nowhere, nowhere))
    with pytest.raises(CourseError) as refused:
        imagenet.file()
    said = str(refused.value)
    assert said.count("connect to the network") == 2
    assert f"bvlc_googlenet.npz, .caffemodel or .onnx that you have into {tmp_path}" in said


def test_where_one_host_fails_the_next_is_asked(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    gone = imagenet.Host("http://127.0.0.1:9/bvlc_googlenet.caffemodel", "sha1", SHA1)
    there = imagenet.Host(f"{server.url}.onnx", "sha256", hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setattr(imagenet, "HOSTS", (gone, there))
    read = {"layer/kernel": np.ones((2, 3), np.float32)}
    monkeypatch.setitem(imagenet.READERS, ".onnx", lambda path: read)
    with np.load(imagenet.file()) as converted:
        assert np.array_equal(converted["layer/kernel"], read["layer/kernel"])
    assert (tmp_path / "models" / "bvlc_googlenet.onnx").read_bytes() == CONTENT


def test_a_file_in_the_cache_is_not_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(imagenet, "fetch", None)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "bvlc_googlenet.npz").touch()
    assert imagenet.file() == tmp_path / "models" / "bvlc_googlenet.npz"
