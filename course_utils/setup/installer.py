"""Packages into an environment: by uv, or by pip where uv cannot be had."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from course_utils.common.errors import CourseError
from course_utils.setup import failures, progress

#: pip's settings that send packages to another place than the environment.
ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER")
FETCHED = re.compile(r"\s*(?:Collecting|Downloading) ([A-Za-z0-9_]+)")
RESOLVED = re.compile(r"Resolved (\d+) packages?")
IGNORED = re.compile(r"\s*Ignoring [A-Za-z0-9._-]+: markers")
QUIET = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]


class Count:
    """How far an installer is, by the lines it prints and what lies in the environment."""

    def __init__(self, python: str, total: int) -> None:
        """python: that of the environment. total: lines of pins, some for other systems."""
        self.total = total
        self._python = python
        self._doing = ""

    def read(self, line: str) -> None:
        """Take in one line of uv's or pip's output."""
        if named := FETCHED.match(line):
            self._doing = f", fetching {named[1]}"
        elif resolved := RESOLVED.match(line):
            self.total = int(resolved[1])
        elif IGNORED.match(line):
            self.total -= 1
        elif "Retrying (" in line:
            self._doing = ", the package index does not answer, trying again"

    def __str__(self) -> str:
        """Return the words for the terminal."""
        there = min(len(packages(self._python)), self.total)
        return f"{there} of {self.total}{self._doing if there < self.total else ''}"


def install(python: str, requirements: list[Path], log: Path) -> None:
    """Install files of pins into the environment of `python`; all output goes to the end of `log`.

    Raises CourseError with the remedy where that fails, or where the packages went elsewhere.
    """
    count = Count(python, sum(len(pins(path)) for path in requirements))
    with progress.step("installing packages", lambda: str(count)):
        for line in _install(python, requirements, log):
            count.read(line)
    there = {_name(package) for package in packages(python)}
    if any(
        _name(pin) not in there for path in requirements for pin in pins(path) if ";" not in pin
    ):
        raise CourseError(failures.elsewhere(python))


def _name(pin: str) -> str:
    """The name of "alpha_beta-1.0" or "Alpha.Beta==1.0" in one spelling."""
    return re.sub(r"[-_.]+", "-", re.split(r"==|-\d", pin)[0]).lower()


def _install(python: str, requirements: list[Path], log: Path) -> Iterator[str]:
    files = [part for path in requirements for part in ("-r", str(path))]
    uv = _uv(python, requirements, log)
    if uv is not None:
        try:
            yield from _run([uv, "pip", "install", "--python", python, *files], log)
            return
        except CourseError:  # pip may know a package index, or a proxy, that uv is not told of
            progress.say("  uv could not install the packages: trying pip.")
    yield from _run([python, "-m", "pip", "install", *QUIET, *files], log)


def _uv(python: str, requirements: list[Path], log: Path) -> str | None:
    """Return the path of uv: the environment's own, that on PATH, or one installed just now.

    None where the pins hold none, or no release of it fits this system.
    """
    beside = str(Path(python).parent)
    found = shutil.which("uv", path=beside) or shutil.which("uv")
    pinned = [pin for path in requirements for pin in pins(path) if pin.startswith("uv==")]
    if found or not pinned:
        return found
    try:
        for _ in _run([python, "-m", "pip", "install", *QUIET, pinned[0].split()[0]], log):
            pass
    except failures.NoMatch:
        return None
    return shutil.which("uv", path=beside)


def install_course(python: str, root: Path, log: Path) -> None:
    """Make the code in `root` importable, and its `course` command, in the environment."""
    # setuptools is pinned and installed by now, so nothing is looked for on the network.
    arguments = ["install", *QUIET, "--no-deps", "--no-build-isolation", "-e", str(root)]
    with progress.step("installing the course itself"):
        for _ in _run([python, "-m", "pip", *arguments], log):
            pass


def _run(command: list[str], log: Path) -> Iterator[str]:
    """Yield the lines that an installer prints, and copy them to `log`.

    Raises CourseError where it fails.
    """
    environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    lines = []
    with (
        log.open("a", encoding="utf-8") as file,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # uv trusts the system's certificates as pip does: a company's proxy may need them.
            env={**environment, "PYTHONUNBUFFERED": "1", "PIP_USER": "0", "UV_SYSTEM_CERTS": "1"},
            close_fds=False,  # so that the installer holds the set-up's lock as long as it lives
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
        raise failures.of_installer(lines, log)


def pins(path: Path) -> list[str]:
    """Return the lines of a file of pins that name a package."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-", " "))]


def packages(python: str) -> set[str]:
    """Return the names, with versions, of the packages that lie in the environment of `python`."""
    prefix = Path(python).parent.parent
    pattern = "Lib/site-packages" if os.name == "nt" else "lib/*/site-packages"
    return {path.stem for path in prefix.glob(pattern + "/*.dist-info")}
