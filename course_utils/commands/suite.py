"""Every check and test of the course, in the order of how soon they answer."""

import subprocess
import sys
from collections.abc import Callable

from course_utils.common.paths import ROOT

# One pytest for everything, so that its last line counts everything. Each file stays on one
# process: the cells of a notebook need each other.
NOTEBOOKS = ["--nbval-lax", "solutions", "labs"]
WHOLE = ["tests", *NOTEBOOKS, "-n", "2", "--dist", "loadfile"]


def pytest(arguments: list[str]) -> int:
    """Run pytest in the repository's root and return its exit status."""
    return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=ROOT)


def run(report: Callable[[str], None]) -> int:
    """Run every check and test, with a line to `report` before each; return 1 if any failed."""
    checks: list[tuple[str, Callable[[], int]]] = [
        ("ruff check", lambda: _module("ruff", "check", ".")),
        ("ruff format --check", lambda: _module("ruff", "format", "--check", ".")),
        ("mypy --strict course_utils", lambda: _module("mypy")),
        (
            "build --check: labs/ against solutions/",
            lambda: _module("course_utils", "build", "--check"),
        ),
        ("pytest: tests/, and every notebook through nbval", lambda: pytest(WHOLE)),
    ]
    failed = []
    for title, check in checks:
        report(f"== {title}")
        if check() != 0:
            failed.append(title)
    for title in failed:
        report(f"Failed: {title}")
    return 1 if failed else 0


def _module(*arguments: str) -> int:
    return subprocess.call([sys.executable, "-m", *arguments], cwd=ROOT)
