"""`--here`: the environment that Python was started in, filled up where something is missing."""

import importlib
import importlib.metadata
import os
import sys
from pathlib import Path
from typing import Any

from course_utils.common.errors import CourseError
from course_utils.setup import failures, installer, machine, marker, progress


def prepare(root: Path) -> None:
    """Install into the running interpreter what the pins ask for and it lacks; let kernels find us.

    Raises CourseError where pip fails.
    """
    try:
        cuda = machine.has_nvidia_driver()
        files = [root / name for name in marker.requirement_files(cuda)]
        lacking = [each for path in files for each in missing(path)]
        if lacking:
            _install(root, files, lacking)
    except OSError as error:
        raise CourseError(failures.of_system(error, root)) from error
    # The course itself is not installed here; its notebooks' kernels find it by this.
    paths = [str(root), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))


def _install(root: Path, files: list[Path], lacking: list[str]) -> None:
    log = root / "build" / "setup.log"
    log.parent.mkdir(exist_ok=True)
    some = ", ".join(lacking[:3]) + (", ..." if len(lacking) > 3 else "")
    progress.say(f"Into {sys.prefix}: {len(lacking)} packages that the course needs ({some}).")
    installer.install(sys.executable, files, log)


def missing(path: Path) -> list[str]:
    """Return the pins in `path` that apply to this Python and are not installed as they say."""
    parse = _requirement_parser()
    found = (parse(line) for line in installer.pins(path))
    applying = (pin for pin in found if pin.marker is None or pin.marker.evaluate())
    return [f"{pin.name}{pin.specifier}" for pin in applying if not _is_met(pin)]


def _requirement_parser() -> Any:
    """Return the class that reads a line of pins; a fresh environment has only pip's copy of it."""
    for home in ("packaging", "pip._vendor.packaging"):
        try:
            return importlib.import_module(home + ".requirements").Requirement
        except ModuleNotFoundError:
            continue
    raise CourseError(failures.no_pip())


def _is_met(pin: Any) -> bool:
    try:
        return bool(pin.specifier.contains(importlib.metadata.version(pin.name), prereleases=True))
    except importlib.metadata.PackageNotFoundError:
        return False
