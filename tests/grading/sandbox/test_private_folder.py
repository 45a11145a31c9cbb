"""Temporary folders of a grading: removed at its end, and after its death by the next one."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from course_utils.common.paths import ROOT
from course_utils.grading.sandbox.private_folder import private_folder

_PROGRAM = """
import os, signal
from course_utils.grading.sandbox.private_folder import private_folder

with private_folder() as folder:
    (folder / "secret").write_text("x")
    print(folder, flush=True)
    input()
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is graded there")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def started() -> tuple["subprocess.Popen[str]", Path]:
    """Another grading process at work, and its folder."""
    other = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    return other, Path(other.stdout.readline().strip())


def test_the_folder_of_one_that_lives_stays_and_that_of_a_killed_one_goes(place: Path) -> None:
    other, theirs = started()
    with other:
        with private_folder() as folder:
            assert (theirs / "secret").exists()
            assert folder.stat().st_mode & 0o077 == 0
        other.kill()
        other.wait()
        assert (theirs / "secret").exists()
        with private_folder() as folder:
            assert list(place.iterdir()) == [folder]
    assert list(place.iterdir()) == []


def test_what_is_not_of_a_grading_stays(place: Path) -> None:
    kept = {"course-grading-new", "other", "course-grading-link"}
    elsewhere = place / "other"
    elsewhere.mkdir()
    (elsewhere / ".lock").touch()
    (place / "course-grading-new").mkdir()
    (place / "course-grading-link").symlink_to(elsewhere)
    with private_folder():
        pass
    assert {path.name for path in place.iterdir()} == kept
    assert (elsewhere / ".lock").exists()
