"""What lies in a folder of submissions: entries, whose names and contents are never trusted.

A file is read where it is a regular one of bounded size, and nothing else.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from course_utils.common.errors import CourseError
from course_utils.common.litter import is_litter

#: Folders in folders, files in all: more than any class hands in.
DEEPEST, MOST = 12, 500_000
NOTEBOOK = re.compile(r"(?i)\.ipynb(?:\.(?:txt|json))?$")  # browsers add the second ending
ARCHIVE = re.compile(r"(?i)\.zip$")
#: What a notebook may import or read that lies beside it.
_BESIDE = re.compile(r"(?i)[\w-][\w.-]{0,80}\.(?:py|csv|tsv|txt|json|npy|npz)$")
#: Counts bytes and raises CourseError when a student's quota is used up.
Charge = Callable[[int], None]

#: Bytes of a notebook with its outputs; a lab's own is below 2 MB.
LARGEST = 100 * 2**20
#: A link is not followed, and a pipe without a writer does not block.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True)
class Entry:
    """One file or folder. parts: its path below the class's folder, as found.

    fetch: returns where its bytes lie; unpacks them if need be, and raises CourseError where that
    cannot be done. problem: why it can be neither opened nor followed, a sentence's end ("is a
    link, ..."). ignored: whether it is what a system or an editor leaves behind. modified: when it
    was changed last, in seconds of any clock, 0 if unknown.
    """

    parts: tuple[str, ...]
    fetch: Callable[[Charge], Path]
    folder: bool = False
    problem: str = ""
    ignored: bool = False
    modified: float = 0.0

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.parts[-1]

    @property
    def notebook(self) -> bool:
        """Whether its name is a notebook's."""
        return not self.folder and bool(NOTEBOOK.search(self.name))

    @property
    def archive(self) -> bool:
        """Whether its name is that of a packed folder."""
        return not self.folder and bool(ARCHIVE.search(self.name))

    @property
    def beside(self) -> bool:
        """Whether a notebook may need it: a module or a data file."""
        return not self.folder and not self.notebook and bool(_BESIDE.match(self.name))

    def below(self, count: int) -> Entry:
        """Return the same entry seen from `count` folders further in."""
        return replace(self, parts=self.parts[count:])

    def lying_at(self, path: Path) -> Entry:
        """Return the same entry with its bytes in a file: it can go to another process."""
        return replace(self, fetch=partial(_stays, path))

    def reachable(self, charge: Charge) -> Entry:
        """Return the same entry for another process, with its bytes in a file.

        Whatever an open zip holds of a notebook or an archive is unpacked for it, here.
        """
        if not (self.notebook or self.archive or self.beside) or self.problem:
            return replace(self, fetch=partial(_fails, "cannot be opened"))
        try:
            return self.lying_at(self.fetch(charge))
        except CourseError as error:
            if type(error) is not CourseError:
                raise
            return replace(self, fetch=partial(_fails, str(error)))


def stem(name: str) -> str:
    """Return a file's name without the ending of a notebook or a zip."""
    return ARCHIVE.sub("", NOTEBOOK.sub("", name)) or name


def walk(folder: Path) -> list[Entry]:
    """Return everything below a folder, sorted by name. Links are listed and not followed.

    Raises CourseError where the folder cannot be listed or holds more than `MOST` files.
    """
    found: list[Entry] = []
    try:
        _walk(folder, (), found)
    except OSError as error:
        raise CourseError(f"{folder} cannot be listed ({error.strerror}).") from None
    return found


def single(path: Path) -> Entry:
    """Return the entry of one file."""
    return Entry((path.name,), partial(_stays, path))


def _walk(folder: Path, parts: tuple[str, ...], found: list[Entry]) -> None:
    with os.scandir(folder) as listing:
        items = sorted(listing, key=lambda item: item.name)
    for item in items:
        if is_litter(item.name):
            # At the top it is accounted for, as everything there.
            path = (*parts, item.name)
            found.append(Entry(path, partial(_fails, "is ignored"), ignored=True))
            continue
        if len(found) >= MOST:
            raise CourseError(f"More than {MOST} files lie in the folder: name the submissions'.")
        found.append(_entry(item, (*parts, item.name)))
        if found[-1].folder and not found[-1].problem:
            _enter(found, Path(item.path))


def _enter(found: list[Entry], folder: Path) -> None:
    """List a folder below; one that cannot be listed is a problem of its own."""
    entry = found[-1]
    place = len(found) - 1
    problem = "lies too deep" if len(entry.parts) >= DEEPEST else ""
    try:
        if not problem:
            _walk(folder, entry.parts, found)
    except OSError as error:
        problem = f"cannot be listed ({error.strerror})"
    if problem:
        found[place] = Entry(entry.parts, entry.fetch, True, problem)


def _entry(item: os.DirEntry[str], parts: tuple[str, ...]) -> Entry:
    fetch = partial(_stays, Path(item.path))
    try:
        if item.is_symlink() or getattr(item, "is_junction", bool)():  # from Python 3.12
            problem = "is a link, which is not followed: hand in the file itself"
            return Entry(parts, fetch, problem=problem)
        if item.is_dir(follow_symlinks=False):
            return Entry(parts, fetch, folder=True)
        if item.is_file(follow_symlinks=False):
            modified = item.stat(follow_symlinks=False).st_mtime
            return Entry(parts, fetch, modified=modified)
    except OSError as error:
        return Entry(parts, fetch, problem=f"cannot be read ({error.strerror})")
    return Entry(parts, fetch, problem="is a pipe or a device: hand in the file itself")


def _stays(path: Path, charge: Charge) -> Path:
    """A file that lies in a folder is read where it lies."""
    return path


def _fails(why: str, charge: Charge) -> Path:
    raise CourseError(why)


def read_file(path: Path, shown: str, limit: int = LARGEST) -> bytes:
    """Return the file's bytes.

    shown: its name as a person knows it. Raises CourseError for what is no regular file, cannot be
    opened, or holds more than `limit` bytes.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        raise CourseError(_cannot_open(shown, error)) from None
    try:
        what = _not_a_file(os.fstat(descriptor).st_mode)
        if what:
            raise CourseError(f"{shown} is {what}: hand in the notebook itself.")
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise CourseError(f"{shown} cannot be read ({error.strerror}).") from None
    finally:
        os.close(descriptor)
    if len(data) > limit:
        raise CourseError(f"{shown} is {too_large(limit)}.")
    return data


def too_large(limit: int) -> str:
    """Return the phrase for a notebook of more than `limit` bytes, with what to do."""
    return f"larger than {limit // 2**20} MB: clear its outputs and hand it in again"


def _not_a_file(mode: int) -> str:
    """Return what it is instead, "" for a regular file."""
    if stat.S_ISDIR(mode):
        return "a folder, not a file"
    return "" if stat.S_ISREG(mode) else "a pipe or a device"


def _cannot_open(shown: str, error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return f"{shown} is a link, which is not followed: hand in the notebook itself."
    return f"{shown} cannot be opened ({error.strerror})."
