"""What stops a set-up: each time one sentence with the remedy on standard error, and exit 2."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.common.paths import ROOT
from course_utils.setup.versions import NEWEST, OLDEST
from tests.support.tiny_course import TinyCourse

pytestmark = pytest.mark.skipif(os.name != "posix", reason="drives POSIX signals and paths")

ENOUGH = "import shutil; shutil.disk_usage = lambda path: type('Usage', (), {'free': 99 * 2**30})"
LITTLE = "import shutil; shutil.disk_usage = lambda path: type('Usage', (), {'free': 2 * 2**30})"


def refused(done: "subprocess.CompletedProcess[str]", *words: str) -> None:
    """Assert that a start ended as a user error should, with a sentence that holds `words`."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    sentence = done.stderr.strip().splitlines()[-1]
    assert sentence.endswith(".")
    for word in words:
        assert word in sentence


@pytest.mark.parametrize("version", ["(3, 6, 15)", "(3, 10, 13)", "(3, 14, 0)"])
def test_an_unsupported_python(course: TinyCourse, version: str) -> None:
    course.environment["PATH"] = "/nowhere"
    course.patch(f"import sys; sys.version_info = {version}")
    words = ("Python 3.11 to 3.13", version.strip("()").replace(", ", "."), "python3.12 -m")
    refused(course.start("lab"), *words)
    refused(course.start("--here", "lab"), *words)


def test_an_unsupported_python_names_one_that_is_here(course: TinyCourse, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, status in (("python3.13", 1), ("python3.12", 0)):
        program = folder / name
        program.write_text(f"#!/bin/sh\nexit {status}\n")
        program.chmod(0o755)
    course.environment["PATH"] = str(folder)
    course.patch("import sys; sys.version_info = (3, 9, 1)")
    refused(course.start("test", "-x"), "run `python3.12 -m course_utils test -x`")


def old_pythons() -> list[str]:
    """Return the unsupported Pythons of this machine that start."""
    names = [f"python3.{minor}" for minor in range(6, 20) if (3, minor) < OLDEST]
    names += [f"python3.{minor}" for minor in range(6, 20) if (3, minor) > NEWEST]
    paths = [path for name in names if (path := shutil.which(name))]
    return [
        path
        for path in paths
        if subprocess.run([path, "-c", ""], capture_output=True).returncode == 0
    ]


@pytest.mark.skipif(not old_pythons(), reason="this machine has no unsupported Python")
@pytest.mark.parametrize("python", old_pythons())
def test_a_real_unsupported_python(course: TinyCourse, python: str) -> None:
    refused(course.start("lab", python=python), "Python 3.11 to 3.13")


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv(course: TinyCourse, module: str) -> None:
    course.patch(f"import sys; sys.modules[{module!r}] = None")
    refused(course.start("lab"), "cannot make a virtual environment", "run the same command again")
    assert not course.venv.exists()


def test_no_disk(course: TinyCourse) -> None:
    course.patch(LITTLE)
    refused(course.start("lab"), "needs 4 GB", "2.0 GB free", "make room")
    assert not course.venv.exists()


@pytest.mark.slow
def test_no_network_and_nothing_installed(course: TinyCourse) -> None:
    del course.environment["PIP_NO_INDEX"]
    course.environment |= {"PIP_INDEX_URL": "http://127.0.0.1:1/", "PIP_RETRIES": "1"}
    course.require("gamma==1.0")
    refused(course.start("lab"), "does not answer", "connect to the internet")
    assert course.marker()["complete"] is False


@pytest.mark.slow
@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "disk ran full"),
        ("ERROR: [Errno 13] Permission denied: 'x'", "may not write"),
        ("ReadTimeoutError(HTTPSConnectionPool)", "does not answer"),
        (
            "ERROR: No matching distribution found for tensorflow==2.21.0",
            "finds no tensorflow==2.2",
        ),
    ],
)
def test_how_pip_fails(made: TinyCourse, output: str, words: str) -> None:
    made.fake_pip(output)
    made.require("beta==1.0")
    refused(made.start("lab"), words, "run the same command again")


@pytest.mark.slow
def test_a_failure_of_pip_that_nobody_foresaw(made: TinyCourse) -> None:
    made.fake_pip("\n".join(f"line {number}" for number in range(20)))
    made.require("beta==1.0")
    done = made.start("lab")
    assert done.returncode == 2
    log = made.root / "build" / "setup.log"
    assert str(log) in done.stderr
    assert done.stderr.rstrip().endswith("line 19")
    assert "line 3\n" not in done.stderr
    assert "line 3\n" in log.read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("/usr/bin/python3: No module named pip", "has no pip"),
        ("error: externally-managed-environment", "without `--here`"),
    ],
)
def test_an_environment_that_takes_nothing(made: TinyCourse, output: str, words: str) -> None:
    made.fake_pip(output)
    made.require("beta==1.0")
    refused(made.start("--here", "lab", python=made.python), words)


def test_an_environment_of_somebody_else_is_not_touched(course: TinyCourse) -> None:
    course.venv.mkdir()
    (course.venv / "pyvenv.cfg").write_text("home = /usr/bin\n")
    refused(course.start("lab"), str(course.venv), "was not made by the course", "move it away")
    assert [path.name for path in course.venv.iterdir()] == ["pyvenv.cfg"]


def test_a_read_only_folder(course: TinyCourse) -> None:
    root_may_not_write = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may write everywhere")
        drop = "-dac_override,-dac_read_search"
        root_may_not_write = ["setpriv", f"--bounding-set={drop}", f"--inh-caps={drop}"]
    course.patch(ENOUGH)
    course.root.chmod(0o555)
    try:
        done = course.start("lab", prefix=root_may_not_write)
    finally:
        course.root.chmod(0o755)
    refused(done, str(course.root), "cannot be written", "copy")


@pytest.mark.slow
def test_the_command_itself_is_missing_a_package(made: TinyCourse) -> None:
    (made.root / "course_utils" / "commands" / "cli.py").write_text("import click_is_not_here\n")
    refused(made.start("lab"), "click_is_not_here is missing", "--here lab")


def test_the_supported_versions_are_those_of_the_project() -> None:
    import tomllib

    text = (ROOT / "pyproject.toml").read_text()
    requires = tomllib.loads(text)["project"]["requires-python"]
    assert requires == f">={OLDEST[0]}.{OLDEST[1]},<{NEWEST[0]}.{NEWEST[1] + 1}"
    assert sys.version_info[:2] >= OLDEST
