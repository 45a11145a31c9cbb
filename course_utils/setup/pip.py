"""pip, with its output in a log and its progress on the terminal."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from course_utils.common.errors import CourseError
from course_utils.setup import failures, progress

NAMED = re.compile(r"\s*(Collecting|Requirement already satisfied:) ([A-Za-z0-9._-]+)")
IGNORED = re.compile(r"\s*Ignoring ([A-Za-z0-9._-]+): markers")
QUIET = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]


class Count:
    """How far pip is, read from the lines it prints."""

    def __init__(self, total: int, packages: Callable[[], int]) -> None:
        """total: lines of pins; packages: tells how many packages are unpacked by now."""
        self.total = total
        self._packages = packages
        self._names: set[str] = set()
        self._waiting = False
        self.unpacking = False

    def read(self, line: str) -> None:
        """Take in one line of pip's output."""
        self._waiting = "Retrying (" in line
        if named := NAMED.match(line):
            self._names.add(named[2].lower())
        elif IGNORED.match(line):
            self.total -= 1
        elif line.lstrip().startswith("Installing collected packages"):
            self.unpacking = True

    def __str__(self) -> str:
        """Return the words for the terminal."""
        if self._waiting:
            return "the package index does not answer, trying again"
        if self.unpacking:
            return f"{min(self._packages(), self.total)} of {self.total} unpacked"
        return f"{min(len(self._names), self.total)} of {self.total} collected"


def install(
    python: str,
    requirements: list[Path],
    log: Path,
    on_unpacking: Callable[[], None],
) -> None:
    """Install files of pins with the pip of `python`; the whole output goes to the end of `log`.

    on_unpacking: called once, just when the environment begins to change.
    Raises CourseError with the remedy where pip fails.
    """
    total = sum(len(pins(path)) for path in requirements)
    count = Count(total, lambda: _unpacked(python))
    files = [part for path in requirements for part in ("-r", str(path))]
    with progress.step("installing packages", lambda: str(count)):
        for line in run(python, ["install", *QUIET, *files], log):
            before = count.unpacking
            count.read(line)
            if count.unpacking and not before:
                on_unpacking()


def install_course(python: str, root: Path, log: Path) -> None:
    """Make the code in `root` importable, and its `course` command, in the environment."""
    # setuptools is pinned and installed by now, so nothing is looked for on the network.
    arguments = ["install", *QUIET, "--no-deps", "--no-build-isolation", "-e", str(root)]
    with progress.step("installing the course itself"):
        for _ in run(python, arguments, log):
            pass


def run(python: str, arguments: list[str], log: Path) -> Iterator[str]:
    """Yield the lines that `pip ARGUMENTS` prints, and copy them to `log`.

    Raises CourseError where pip fails.
    """
    # PIP_USER would send the packages to the home folder.
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PIP_USER": "0"}
    lines = []
    with (
        log.open("a", encoding="utf-8") as file,
        subprocess.Popen(
            [python, "-m", "pip", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            close_fds=False,  # so that pip holds the set-up's lock as long as it lives
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        assert process.stdout is not None
        try:
            for line in process.stdout:
                lines.append(line)
                file.write(line)
                yield line
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise CourseError(failures.of_pip(lines, log))


def pins(path: Path) -> list[str]:
    """Return the lines of a file of pins that name a package."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def _unpacked(python: str) -> int:
    """Return how many packages lie in the environment of `python`."""
    prefix = Path(python).parent.parent
    pattern = "Lib/site-packages" if os.name == "nt" else "lib/*/site-packages"
    return sum(1 for _ in prefix.glob(pattern + "/*.dist-info"))
