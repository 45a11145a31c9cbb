"""`.venv` beside the code: made once, refreshed when the pins change, rebuilt when broken."""

import dataclasses
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from course_utils.common.errors import CourseError
from course_utils.common.files import hold
from course_utils.common.wording import duration
from course_utils.setup import failures, installer, machine, marker, progress
from course_utils.setup.marker import Marker


def is_made(root: Path) -> bool:
    """Return whether a set-up has been completed in `root` before."""
    found = marker.read(root / ".venv")
    return found is not None and found.complete


def ensure(root: Path) -> str:
    """Return the path of the environment's Python, after making or mending it where needed.

    Raises CourseError with the remedy where that is impossible.
    """
    cuda = machine.has_nvidia_driver()
    try:
        if reason(root, cuda) is None:
            return python_of(root / ".venv")
        log = root / "build" / "setup.log"
        log.parent.mkdir(exist_ok=True)
        with hold(log.with_suffix(".lock"), waiting=_say_waiting):
            why = reason(root, cuda)
            if why is not None:
                _set_up(root, cuda, why, log)
    except OSError as error:
        raise CourseError(failures.of_system(error, root)) from error
    return python_of(root / ".venv")


def reason(root: Path, cuda: bool) -> str | None:
    """Return why a set-up is due, as the words that the user reads; None where all is well.

    Raises CourseError where `.venv` is somebody else's.
    """
    venv = root / ".venv"
    if not venv.exists() or not any(venv.iterdir()):
        return "Setting up the course"
    found = marker.read(venv)
    if found is None:
        raise CourseError(
            f"{venv} was not made by the course, so it stays as it is: move it away, or activate it"
            " and run `python -m course_utils --here` to use it."
        )
    if not found.complete:
        return "An earlier set-up was interrupted; doing it again from the start"
    if found.folder != str(root):
        return "The course's folder was moved or copied; setting it up again"
    if not _is_sound(found, root):
        return "The Python behind .venv is gone; setting the course up again"
    if cuda and not found.cuda:
        return "There is an NVIDIA driver now; adding TensorFlow's CUDA libraries"
    if found.fingerprint != marker.fingerprint(root, found.cuda):
        return "The requirements have changed; bringing .venv up to date"
    return None


def python_of(venv: Path) -> str:
    """Return the path of the Python of `venv`."""
    return str(venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python")


def _set_up(root: Path, cuda: bool, why: str, log: Path) -> None:
    """Make or refresh the environment; only what ends well is marked complete."""
    venv, began = root / ".venv", time.monotonic()
    found = marker.read(venv)
    refresh = found is not None and _is_sound(found, root)
    cuda = cuda or (refresh and found is not None and found.cuda)
    half = Marker(False, marker.fingerprint(root, cuda), cuda, str(root), "")
    progress.say(f"{why} (in {venv}).")
    log.write_text(f"{why}\n", encoding="utf-8")
    if not refresh:
        machine.require_venv()
        _empty(venv)
        machine.require_disk(root, cuda)
        _make(venv, half, log)
    if cuda:
        progress.say("  An NVIDIA driver is here: TensorFlow's CUDA libraries are installed too.")
    python = python_of(venv)
    files = [root / name for name in marker.requirement_files(cuda)]
    lay_before = installer.packages(python)
    marker.write(venv, half)
    try:
        installer.install(python, files, log)
    except BaseException:
        if refresh and found is not None and installer.packages(python) == lay_before:
            marker.write(venv, found)  # nothing has changed: the older environment is still good
        raise
    installer.install_course(python, root, log)
    whole = dataclasses.replace(half, complete=True, python=os.path.realpath(python))
    marker.write(venv, whole)
    progress.say(f"Ready after {duration(round(time.monotonic() - began))}.")


def _is_sound(found: Marker, root: Path) -> bool:
    """Return whether the environment works, so that pip can bring it up to date."""
    python = os.path.realpath(python_of(root / ".venv"))
    whole = found.complete and found.folder == str(root)
    return whole and python == found.python and os.path.exists(python)


def _empty(venv: Path) -> None:
    """Remove everything from an environment of ours; the marker, which says so, goes last."""
    children = list(venv.iterdir()) if venv.exists() else []
    for child in sorted(children, key=lambda child: child == marker.path(venv)):
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        else:
            child.unlink()


def _make(venv: Path, half: Marker, log: Path) -> None:
    """Make the environment with the running Python, pip included."""
    progress.say("This happens once: it downloads about 0.7 GB and takes some minutes.")
    venv.mkdir(exist_ok=True)
    marker.write(venv, half)
    version = ".".join(map(str, sys.version_info[:3]))
    with progress.step(f"making .venv with Python {version}"):
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(venv)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            close_fds=False,
        )
    with log.open("a", encoding="utf-8") as file:
        file.write(made.stdout)
    if made.returncode != 0:
        if "ensurepip" in made.stdout and "not available" in made.stdout:
            raise CourseError(machine.no_venv())
        raise failures.of_installer(made.stdout.splitlines(keepends=True), log)


def _say_waiting() -> None:
    progress.say("Another set-up of this folder is under way; waiting for it to end.")
