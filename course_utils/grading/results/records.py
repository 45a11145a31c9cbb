"""What is graded, on disk as soon as it is: nothing is lost to Ctrl-C, a crash or a power cut.

    OUT/settings.json          the lab and the seed, written first; the same for all that follows
    OUT/records/STUDENT.json   one result each
    OUT/written.json           digests of the files made of them, to know what a person has edited

A record is used again if what it depends on is what it was: the submission's bytes, the lab's
sources, the seed and the grader.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from course_utils import __version__
from course_utils.common.errors import CourseError
from course_utils.common.files import hold, write
from course_utils.grading.results.results import Result

#: Raise this when the same submission may get other points, or a record has another form.
FORMAT = 3
SETTINGS, RECORDS, WRITTEN = "settings.json", "records", "written.json"
_MAX_SEED = 2**31


@dataclass(frozen=True)
class Settings:
    """What holds for a whole class. version: of the course, for a person to know."""

    lab: str
    seed: int
    version: str = __version__


class Records:
    """The results in one folder. `settings` says what they are results of."""

    def __init__(self, out: Path, settings: Settings) -> None:
        self.out = out
        self.settings = settings

    def claim(self) -> None:
        """Write down what the folder is for, once it is known that there is something to grade."""
        path = self.out / SETTINGS
        if not path.exists():
            write(path, json.dumps(asdict(self.settings), indent=1))

    def kept(self, key: str, student: str, slug: str) -> Result | None:
        """Return a student's result if it is still good, else None.

        One that the grader failed on, or that cannot be read, is not.
        """
        result = _read(self._path(slug))
        if result is None or result.status == "not graded":
            return None
        return result if result.key == key and result.student == student else None

    def all(self) -> Iterator[tuple[str, Result]]:
        """Every result that can be read, whoever hands in today, with the stem of its files."""
        for path in sorted((self.out / RECORDS).glob("*.json")):
            result = _read(path)
            if result is not None:
                yield path.stem, result

    def points_before(self) -> dict[str, float] | None:
        """Return the points that the last grading wrote, by student; None where there was none."""
        try:
            data = json.loads((self.out / "grades.json").read_text(encoding="utf-8"))
            return {str(one["student"]): float(one["points"]) for one in data["students"]}
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, result: Result, slug: str) -> None:
        """Write a result, whole or not at all; once this returns it outlives a power cut."""
        path = self._path(slug)
        path.parent.mkdir(exist_ok=True)
        write(path, json.dumps(result.to_data(), ensure_ascii=True))

    def key(self, digest: str, lab_digest: str) -> str:
        """Return the digest of all that a result depends on."""
        parts = [str(FORMAT), digest, self.settings.lab, lab_digest, str(self.settings.seed)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _path(self, slug: str) -> Path:
        return self.out / RECORDS / f"{slug}.json"

    def set_aside_edited(self, paths: Iterable[Path]) -> list[str]:
        """Rename those of the files about to be written that a person has changed since they were.

        Returns a sentence for each.
        """
        written = self._written()
        notes = []
        for path in paths:
            if path.exists() and _digest(path) != written.get(self._name(path)):
                aside = _free(path)
                os.replace(path, aside)
                notes.append(f"{path.name} had been changed by hand: it is kept as {aside.name}.")
        return notes

    def note_written(self, paths: Iterable[Path]) -> None:
        """Remember files as the grading wrote them."""
        written = self._written() | {self._name(path): _digest(path) for path in paths}
        write(self.out / WRITTEN, json.dumps(written, indent=1, sort_keys=True))

    def _written(self) -> dict[str, str]:
        try:
            found = json.loads((self.out / WRITTEN).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _name(self, path: Path) -> str:
        return path.relative_to(self.out).as_posix()


@contextlib.contextmanager
def opened(out: Path, lab: str, seed: int | None) -> Iterator[Records]:
    """Open the folder of grades, made where it is missing, for one grading at a time.

    seed: None for the one that was used before, or a fresh one. Raises CourseError where the folder
    holds grades of another lab or seed, or another grading is at work in it.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = hold(out / ".lock", lambda: _busy(out))
    except OSError as error:
        raise CourseError(
            f"{out} cannot be made ({error.strerror}): choose another --out."
        ) from None
    with lock:
        yield Records(out, _settle(out, lab, seed))


def _busy(out: Path) -> None:
    raise CourseError(f"Another grading is at work in {out}: wait for it, or choose another --out.")


def _settle(out: Path, lab: str, seed: int | None) -> Settings:
    """Return the settings that hold; where there are none, those that `claim` will write."""
    path = out / SETTINGS
    if not path.exists():
        return Settings(lab, 1 + secrets.randbelow(_MAX_SEED - 1) if seed is None else seed)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        found = Settings(str(data["lab"]), int(data["seed"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise CourseError(
            f"{path} cannot be read: restore it, or choose another folder with --out."
        ) from None
    if found.lab != lab:
        raise CourseError(
            f"{out} holds the grades of lab {found.lab}: choose another folder with --out."
        )
    if seed is not None and seed != found.seed:
        raise CourseError(
            f"{out} was begun with --seed {found.seed}: leave --seed out to go on with it, or "
            "choose another folder with --out."
        )
    return found


def _read(path: Path) -> Result | None:
    try:
        return Result.from_data(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _free(path: Path) -> Path:
    """A name beside `path` that no file has: "grades.changed-1.csv"."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.changed-{number}{path.suffix}")).exists():
        number += 1
    return aside
