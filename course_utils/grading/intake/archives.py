"""Opens zips that somebody else made: nothing of theirs chooses where a byte is written.

What is unpacked gets a name of ours in one folder, so that no path, link or double name in a zip
has an effect. Sizes are counted while unpacking; what a zip says of itself is not believed.
"""

from __future__ import annotations

import calendar
import errno
import itertools
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from course_utils.common.errors import CourseError
from course_utils.common.litter import is_litter
from course_utils.grading.intake.entries import DEEPEST, LARGEST, Charge, Entry, too_large
from course_utils.grading.intake.slugs import readable

MB = 2**20
#: Bytes of a zip in a zip, and of all that one student's zips hold.
LARGEST_ZIP, QUOTA = 300 * MB, 300 * MB
#: A notebook of text and pictures shrinks to a tenth, rarely a fiftieth; the first MBs are free.
RATIO, FREE = 100, 10 * MB
#: Bytes of a zip's list of contents, some 50 000 files: it is read at once.
LARGEST_LIST = 8 * MB
#: Files in all of a student's zips, and zips within zips.
MOST, NESTED = 20_000, 3
_CHUNK = 2**16
#: Other methods give bytes without a bound on how many at once, and no system's zip uses them.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class NoSpace(CourseError):
    """The grading machine's own disk is full: no fault of a submission."""


class Store:
    """The folder into which zips are unpacked, under names of ours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count(1)

    def new(self, ending: str) -> Path:
        """Return the path of a file that does not exist yet."""
        return self.folder / f"{next(self._numbers):06}{ending}"

    def part(self) -> Store:
        """Return the store of a new folder in this one, for another process."""
        folder = self.new("")
        folder.mkdir()
        return Store(folder)


class Quota:
    """What one student's zips may unpack to: bytes and files."""

    def __init__(self) -> None:
        self.bytes = self.files = 0

    def __call__(self, size: int) -> None:
        """Count some bytes. Raises CourseError when there are too many in all."""
        self.bytes += size
        if self.bytes > QUOTA:
            raise CourseError(f"holds more than {QUOTA // MB} MB, unpacked")

    def file(self) -> None:
        """Count one file. Raises CourseError when there are too many in all."""
        self.files += 1
        if self.files > MOST:
            raise CourseError(f"holds more than {MOST} files")


class _Bounded:
    """A file that hands out no more than a zip's list of contents at once."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.close = file.seek, file.tell, file.close
        self.seekable = file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > LARGEST_LIST:
            raise CourseError("has too long a list of contents")
        return self._file.read(LARGEST_LIST if size < 0 else size)


@contextmanager
def opened(
    path: Path, shown: str, store: Store, quota: Quota | None = None
) -> Iterator[list[Entry]]:
    """Open a zip and give what it holds, as entries that can be fetched while it is open.

    shown: its name in messages. quota: where the files of a student's zip are counted.
    Raises CourseError where it is no zip, is damaged, or lists too much.
    """
    with path.open("rb") as file:
        try:
            archive = zipfile.ZipFile(_Bounded(file))
            entries = []
            for info in archive.infolist():
                if quota:
                    quota.file()
                entries += _entries(archive, info, store)
        except CourseError as error:
            raise CourseError(f"{shown} {error}: hand in the notebook itself.") from None
        except Exception:  # a hostile file finds every way to fail that zipfile has
            raise CourseError(
                f"{shown} is no zip that can be read, or is damaged: make or get it anew."
            ) from None
        yield entries


def _entries(archive: zipfile.ZipFile, info: zipfile.ZipInfo, store: Store) -> list[Entry]:
    """Return the entry of a zip's member; none for what is ignored."""
    name = _name(info).replace("\\", "/")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if not parts:
        return []
    hidden = next((n for n, part in enumerate(parts, 1) if part != ".." and is_litter(part)), 0)
    if hidden:
        return [Entry(parts[:hidden], _never, ignored=True)]
    problem = _problem(info, name, parts)
    safe = tuple(part for part in parts if part != "..") or (readable(name),)
    if problem:
        return [Entry((*safe[: DEEPEST - 1], safe[-1]), _never, problem=problem)]
    if info.is_dir():
        return [Entry(safe, _never, folder=True)]
    modified = calendar.timegm((*info.date_time, 0, 0, 0))
    return [Entry(safe, partial(_unpack, archive, info, store), modified=modified)]


def _problem(info: zipfile.ZipInfo, name: str, parts: tuple[str, ...]) -> str:
    """Return why a member is not taken, a sentence's end; "" for most."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if name.startswith("/") or ".." in parts or parts[0].endswith(":"):
        return "has a path that leads out of its zip: hand in the notebook itself"
    if kind == stat.S_IFLNK:
        return "is a link, which is not followed: hand in the file itself"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a pipe or a device: hand in the file itself"
    if len(parts) > DEEPEST:
        return "lies too deep"
    if info.flag_bits & 0x1:
        return "is encrypted: hand it in without a password"
    return ""


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name.

    Many programs write UTF-8 and do not say so; zipfile then reads it as the code page of 1981.
    """
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _never(charge: Charge) -> Path:
    raise CourseError("cannot be unpacked")


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, store: Store, charge: Charge) -> Path:
    """Unpack one member under a name of ours. Raises CourseError, the end of a sentence."""
    is_zip = PurePosixPath(info.filename).suffix.lower() == ".zip"
    limit = LARGEST_ZIP if is_zip else LARGEST
    if info.compress_type not in _METHODS:
        raise CourseError("is packed in an unusual way: pack it as a plain zip")
    path = store.new(".zip" if is_zip else ".ipynb")
    try:
        with archive.open(info) as source, path.open("xb") as target:
            _copy(source, target, limit, max(FREE, RATIO * info.compress_size), charge)
    except CourseError:
        path.unlink(missing_ok=True)
        raise
    except OSError as error:
        path.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace(f"There is no space left in {store.folder} to unpack zips in.") from None
        raise CourseError(f"cannot be unpacked ({error.strerror})") from None
    except Exception:  # damaged in one of the many ways that zipfile and zlib report
        path.unlink(missing_ok=True)
        raise CourseError("is damaged in its zip: hand it in again") from None
    return path


def _copy(source: IO[bytes], target: IO[bytes], limit: int, expected: int, charge: Charge) -> None:
    size = 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > expected:
            raise CourseError(
                f"unpacks to over {RATIO} times its size: hand in the notebook itself"
            )
        if size > limit:
            raise CourseError(f"is {too_large(limit)}")
        charge(len(chunk))
        target.write(chunk)
