"""Every check and test of the course, in the order of how soon they answer."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable

from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT

# What stays on one process, since its tests need each other, is said in conftest.py.
SHARED = ["-n", "2"]
# One pytest for everything, so that its last line counts everything.
WHOLE = ["tests", "--nbval-lax", "solutions", *SHARED]
FAST = ["tests", "-m", "not slow", *SHARED]
# What must hold whatever Keras runs on: the networks, the looks inside, and every solved notebook.
ANY_BACKEND = [
    *("tests/models", "tests/interpret", "tests/training"),
    *("--nbval-lax", "solutions", *SHARED),
]


def pytest(arguments: list[str]) -> int:
    """Run pytest in the repository's root and return its exit status."""
    return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=ROOT)


def of_lab(name: str) -> list[str]:
    """Return pytest's arguments for all that concerns a lab, given as "NN_topic".

    Its solved notebook, its shallow runs, its proofs, and the tests of its name in tests/labs.
    """
    named = f"{name} or lab{name.partition('_')[0]}"
    return ["tests/labs", "--nbval-lax", f"solutions/{name}", "-k", named, *SHARED]


def run(report: Callable[[str], None], fast: bool = False) -> int:
    """Run every check and test, with a line to `report` before each; return 1 if any failed.

    fast: leave out the notebooks and the tests that are marked slow.
    """
    checks: list[tuple[str, Callable[[], int]]] = [
        ("ruff check", lambda: _module("ruff", "check", ".")),
        ("ruff format --check", lambda: _module("ruff", "format", "--check", ".")),
        ("mypy --strict course_utils", lambda: _module("mypy")),
        (
            "build --check: labs/ against solutions/",
            lambda: _module("course_utils", "build", "--check"),
        ),
        ("pytest: tests/ that are not slow", lambda: pytest(FAST))
        if fast
        else ("pytest: tests/, and every solved notebook through nbval", lambda: pytest(WHOLE)),
    ]
    failed = []
    for title, check in checks:
        report(f"== {title}")
        if check() != 0:
            failed.append(title)
    for title in failed:
        report(f"Failed: {title}")
    return 1 if failed else 0


def on_backend(backend: str) -> int:
    """Run the solved notebooks and the networks' tests with Keras on another backend.

    Returns pytest's exit status. Raises CourseError where that backend is not installed.
    """
    if importlib.util.find_spec(backend) is None:
        raise CourseError(
            f"{backend} is not installed in {sys.prefix}: run"
            f" `{sys.executable} -m pip install -e '{ROOT}[{backend}]'`."
        )
    os.environ["KERAS_BACKEND"] = backend
    return pytest(ANY_BACKEND)


def _module(*arguments: str) -> int:
    return subprocess.call([sys.executable, "-m", *arguments], cwd=ROOT)
