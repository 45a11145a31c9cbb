"""A tiny course, untouched or set up."""

import shutil
from pathlib import Path

import pytest

from tests.support import tiny_course
from tests.support.tiny_course import TinyCourse


@pytest.fixture
def course(tmp_path: Path) -> TinyCourse:
    """A tiny course on which nothing has been run."""
    return tiny_course.make(tmp_path)


@pytest.fixture(scope="session")
def _first_made(tmp_path_factory: pytest.TempPathFactory) -> tuple[TinyCourse, Path]:
    course = tiny_course.make(tmp_path_factory.mktemp("made") / "live")
    done = course.start("doctor")
    assert done.returncode == 0, done.stderr
    snapshot = course.root.parent.with_name("snapshot")
    shutil.copytree(course.root.parent, snapshot, symlinks=True)
    return course, snapshot


@pytest.fixture
def made(_first_made: tuple[TinyCourse, Path]) -> TinyCourse:
    """A tiny course that has been set up.

    An environment works in one place only, and making one takes seconds: each test finds the same
    folder, as it was when it was made.
    """
    first, snapshot = _first_made
    shutil.rmtree(first.root.parent)
    shutil.copytree(snapshot, first.root.parent, symlinks=True)
    return TinyCourse(first.root, dict(first.environment))
