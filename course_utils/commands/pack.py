"""One zip of what students get: the labs and what they import, and no answer."""

import fnmatch
import zipfile
from collections.abc import Iterator
from pathlib import Path

from course_utils.common import files
from course_utils.common.errors import CourseError
from course_utils.common.litter import is_litter
from course_utils.common.paths import RELEASE

# Only what is named here is packed, so that a new room stays at home until somebody thinks of it.
FILES = (
    "README.md",
    ".github/lab.png",  # the picture in README.md
    "LICENSE",
    "pyproject.toml",
    "setup.py",
    "requirements.txt",
    "requirements-cuda.txt",
)
ROOMS = ("labs", "course_utils", "data")
# What only those who write and grade labs need, and what is made by working here.
LEFT_OUT = (
    "course_utils/authoring/*",
    "course_utils/grading/*",
    "course_utils/site/*",
    "course_utils/commands/pack.py",
    "course_utils/commands/runs.py",
    "course_utils/commands/suite.py",
)
LITTER = ("*.kept-*", "*.egg-info")  # beside what systems and programs leave behind
DATE = (2020, 1, 1, 0, 0, 0)  # the same bytes on every day


def pack(root: Path, build: Path, site: Path | None = None) -> tuple[Path, int]:
    """Write the students' zip into `build`; return its path and how many files it holds.

    site: the folder of the course's website, which is packed as site/; None for a zip without it.
    Raises CourseError where labs/ is not what solutions/ gives.
    """
    from course_utils.authoring.build import check_labs

    problems = check_labs()
    if problems:
        raise CourseError(f"Nothing is packed, because something is not as built: {problems[0]}")
    named = {path.relative_to(root).as_posix(): path for path in contents(root)}
    if site:
        pages = (path for path in site.rglob("*") if path.is_file())
        named |= {f"site/{path.relative_to(site).as_posix()}": path for path in pages}
    build.mkdir(exist_ok=True)
    target = build / f"{RELEASE}.zip"
    with files.replacing(target) as draft, zipfile.ZipFile(draft, "w") as archive:
        for name, path in sorted(named.items()):
            _add(archive, path, name)
    return target, len(named)


def contents(root: Path) -> Iterator[Path]:
    """Yield the files that students get."""
    for name in FILES:
        if not (root / name).is_file():
            raise CourseError(f"{root / name} is missing, and students need it.")
        yield root / name
    for room in ROOMS:
        for path in (root / room).rglob("*"):
            if path.is_file() and not path.is_symlink() and is_for_students(path, root):
                yield path


def is_for_students(path: Path, root: Path) -> bool:
    """Return whether a file of a packed room is neither an instructor's nor litter."""
    relative = path.relative_to(root)
    for part in relative.parts:
        if is_litter(part) or any(fnmatch.fnmatch(part, litter) for litter in LITTER):
            return False
    if path.suffix == ".ipynb" and path.parent.name.partition("_")[2] != path.stem:
        return False  # somebody's own notebook in labs/, perhaps a solved one
    return not any(fnmatch.fnmatch(relative.as_posix(), left) for left in LEFT_OUT)


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    entry = zipfile.ZipInfo(f"{RELEASE}/{name}", DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # Unix, wherever it is packed
    archive.writestr(entry, path.read_bytes())
