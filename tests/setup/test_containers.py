"""Binder, the dev container and the Dockerfile: well formed, and of the same pins as `.venv`."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from course_utils.common.paths import ROOT
from course_utils.setup.marker import REQUIREMENTS

BINDER = ROOT / ".binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
#: https://docs.docker.com/reference/dockerfile
INSTRUCTIONS = {
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL",
    "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
}  # fmt: skip


def dockerfile() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, each with its arguments."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    joined = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    lines = (line.partition(" ") for line in joined.splitlines() if line.strip())
    return [(name, arguments.strip()) for name, _, arguments in lines]


def test_binder_reads_the_pins_of_the_course() -> None:
    (line,) = (BINDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert (BINDER / line.removeprefix("-r ")).resolve() == ROOT / REQUIREMENTS


def test_binder_and_the_image_have_a_python_that_the_course_supports() -> None:
    runtime = re.fullmatch(r"python-(\S+)", (BINDER / "runtime.txt").read_text().strip())
    image = re.fullmatch(r"python:(\S+)-slim", dockerfile()[0][1])
    assert runtime and image and runtime[1] == image[1]
    assert runtime[1] + ".0" in SpecifierSet(PROJECT["requires-python"])


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
def test_binders_last_step_can_be_run_and_parses() -> None:
    step = BINDER / "postBuild"
    assert os.access(step, os.X_OK)
    assert subprocess.run(["bash", "-n", str(step)]).returncode == 0


def test_the_dockerfile_runs_the_first_command_as_it_is_built() -> None:
    read = dockerfile()
    names = [name for name, _ in read]
    assert names[0] == "FROM" and set(names) <= INSTRUCTIONS
    copied = names.index("COPY")
    assert ("RUN", "python3 -m course_utils --here doctor") in read[copied:]
    assert names.count("CMD") == 1 and "lab" in json.loads(dict(read)["CMD"])
    runs = " ".join(arguments for name, arguments in read if name == "RUN")
    assert "pip install" not in runs, "packages come from the course's own pins alone"


def test_nothing_that_the_course_needs_is_kept_from_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    kept = {path.name for path in ROOT.iterdir()} - set(ignored)
    assert {REQUIREMENTS, "pyproject.toml", "course_utils", "labs", "data"} <= kept
    assert ".venv" in ignored


@pytest.mark.skipif(shutil.which("hadolint") is None, reason="hadolint is not installed")
def test_hadolint_finds_nothing() -> None:
    done = subprocess.run(["hadolint", str(ROOT / "Dockerfile")], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_dev_container_is_made_from_the_dockerfile() -> None:
    folder = ROOT / ".devcontainer"
    found = json.loads((folder / "devcontainer.json").read_text(encoding="utf-8"))
    assert (folder / found["build"]["dockerfile"]).resolve() == ROOT / "Dockerfile"
    assert (folder / found["build"]["context"]).resolve() == ROOT
    (port,) = found["forwardPorts"]
    assert ("EXPOSE", str(port)) in dockerfile()
    python = Path(found["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"])
    assert dict(dockerfile())["ENV"].startswith(f"PATH={python.parent}:")
    assert found["postCreateCommand"] == "python3 -m course_utils --here doctor"
