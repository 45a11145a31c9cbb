"""Reads a file that somebody else handed in: a regular file of bounded size, and nothing else."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from course_utils.common.errors import CourseError

#: Bytes of a notebook with its outputs; a lab's own is below 2 MB.
LARGEST = 100 * 2**20
#: A link is not followed, and a pipe without a writer does not block.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


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
