"""Files that are written whole or not at all, by one process or by several."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.common import files
from course_utils.common.paths import ROOT

# Writes one letter many times over, to a file that others write at the same time.
WRITER = """
import sys
from pathlib import Path
from course_utils.common.files import write
print("ready", flush=True)
while True:
    write(Path(sys.argv[1]), sys.argv[2] * 300_000)
"""


def test_a_text_and_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    files.write(path, "ä\n")
    assert path.read_bytes() == b"\xc3\xa4\n"
    files.write(path, b"\r\n")
    assert path.read_bytes() == b"\r\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
def test_a_file_may_be_read_by_whom_the_user_lets_read(tmp_path: Path) -> None:
    (tmp_path / "usual").write_text("")
    files.write(tmp_path / "ours", "")
    usual, ours = ((tmp_path / name).stat().st_mode for name in ("usual", "ours"))
    assert stat.S_IMODE(ours) == stat.S_IMODE(usual)


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    files.write(path, "old")

    def full(descriptor: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.write(path, "new")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_what_is_raised_within_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    files.write(path, b"old")
    with pytest.raises(KeyboardInterrupt), files.replacing(path) as draft:
        draft.write_bytes(b"half")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_two_drafts_of_one_file_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with files.replacing(path) as one:
        one.write_text("one")
        with files.replacing(path) as other:
            other.write_text("other")
        assert path.read_text() == "other"
    assert path.read_text() == "one" and list(tmp_path.iterdir()) == [path]


def test_two_processes_and_a_kill_never_leave_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), letter],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        for letter in "ab"
    ]
    try:
        for writer in writers:
            assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
        files.write(path, "c" * 300_000)
        seen = [path.read_text() for _ in range(200)]
    finally:
        for writer in writers:
            writer.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
            writer.wait()
            assert writer.stdout is not None
            writer.stdout.close()
    seen.append(path.read_text())
    assert all(len(text) == 300_000 and len(set(text)) == 1 for text in seen)
    # At most one draft of each process that was killed.
    assert len([found for found in tmp_path.iterdir() if found != path]) <= 2


def test_a_lock_is_waited_for_and_given_back(tmp_path: Path) -> None:
    class Busy(Exception):
        pass

    def waiting() -> None:
        raise Busy

    lock = tmp_path / "lock"
    with files.hold(lock, waiting), pytest.raises(Busy), files.hold(lock, waiting):
        pass
    with files.hold(lock, waiting):
        pass
