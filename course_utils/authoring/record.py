"""The data that a lab's checks compare with, written to and read from `checks.npz`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_utils.authoring.references import Solved
from course_utils.common.errors import CourseError
from course_utils.exercises import archive
from course_utils.exercises.check import make_check
from course_utils.exercises.exercise import Exercise

FORMAT = 2


def write_checks(
    exercises: Mapping[str, Solved],
    path: Path,
    source_digest: str,
) -> None:
    """Observe every reference answer and known mistake; write what they do, and nothing else.

    path: labs/NN_topic/checks.npz. The same exercises and answers give the same bytes.
    Raises CourseError where a mistake is right on every public case.
    """
    checks = [_recorded(name, *solved) for name, solved in exercises.items()]
    archive.write(
        path,
        {
            "format": FORMAT,
            "lab": path.parent.name,
            "source": source_digest,
            "content": _digest(checks),
            "checks": checks,
        },
    )


def _recorded(name: str, exercise: Exercise, reference: Any) -> dict[str, Any]:
    check = make_check(name, exercise, reference)
    for mistake in check.mistakes:
        if not any(mistake.observations):
            raise CourseError(
                f"Exercise {name}: the mistake {mistake.sentence!r} is right on every public case; "
                "add a case that shows it."
            )
    return check.to_data()


def read_digest(path: Path) -> str:
    """The digest of the sources that a file of checks was made from. Raises CourseError."""
    data = archive.read(path)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise CourseError(f"{path} holds no checks of this course; build the lab again.")
    return str(data["source"])


def intact(path: Path) -> bool:
    """Whether a file of checks is as it was written."""
    try:
        data = archive.read(path)
        return bool(_digest(data["checks"]) == data["content"])
    except (CourseError, KeyError, TypeError):
        return False


def _digest(data: Any) -> str:
    return hashlib.sha256(archive.dumps(data)).hexdigest()
