"""`.venv/course.json`: that the course made this environment, from what, and if it is whole."""

import dataclasses
import hashlib
import json
from pathlib import Path

from course_utils.common import files

REQUIREMENTS = "requirements.txt"
CUDA_REQUIREMENTS = "requirements-cuda.txt"


@dataclasses.dataclass(frozen=True)
class Marker:
    """What a set-up leaves in the environment.

    complete: False from the first change to the last, so that an interrupted set-up shows.
    fingerprint: of the files that say what is to be installed.
    cuda: whether the NVIDIA libraries are installed as well.
    folder: the copy of the course that the environment belongs to; scripts hold its path.
    python: the interpreter behind the environment's own, all links resolved.
    """

    complete: bool
    fingerprint: str
    cuda: bool
    folder: str
    python: str


def path(venv: Path) -> Path:
    """Return where the marker of `venv` lies."""
    return venv / "course.json"


def read(venv: Path) -> Marker | None:
    """Return the marker of `venv`, or None where there is none that can be read."""
    try:
        return Marker(**json.loads(path(venv).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        # Cut off, or written by another version: ours, but not to be relied on.
        return Marker(False, "", False, "", "")


def write(venv: Path, marker: Marker) -> None:
    """Write the marker in one step: a reader finds the old one or the new one, never half."""
    files.write(path(venv), json.dumps(dataclasses.asdict(marker), indent=1) + "\n")


def fingerprint(root: Path, cuda: bool) -> str:
    """Return a digest of everything that decides what gets installed."""
    digest = hashlib.sha256()
    for name in requirement_files(cuda) + ["pyproject.toml"]:
        digest.update(name.encode() + b"\0" + (root / name).read_bytes() + b"\0")
    return digest.hexdigest()


def requirement_files(cuda: bool) -> list[str]:
    """Return the names of the files of pins to install."""
    return [REQUIREMENTS, CUDA_REQUIREMENTS] if cuda else [REQUIREMENTS]
