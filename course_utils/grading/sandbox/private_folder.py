"""Temporary folders of the grading process, and those that dead ones have left.

A grading that is killed, or ends with the power, cannot remove its folders. Each of them holds a
lock for as long as its owner lives, however that ends; the next grading removes what nobody holds.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from course_utils.common.files import hold

_PREFIX, _LOCK = "course-grading-", ".lock"


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """A new temporary folder that nobody else may enter, removed at the end."""
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        if os.name == "posix":  # Elsewhere nothing is graded.
            _lock(folder, stack)
            _remove_dead(folder)
        yield folder


def _lock(folder: Path, stack: contextlib.ExitStack) -> None:
    # Held before it has its name: another grading never sees a lock that nobody holds yet.
    new = folder / f"{_LOCK}.new"
    stack.enter_context(hold(new, lambda: None))
    new.rename(folder / _LOCK)


def _remove_dead(own: Path) -> None:
    for folder in own.parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError, _Held):
            if folder == own or folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            # Without a lock it is just being made.
            if (folder / _LOCK).exists():
                with hold(folder / _LOCK, _held):
                    shutil.rmtree(folder, ignore_errors=True)


class _Held(Exception):
    """Somebody is at work in the folder."""


def _held() -> None:
    raise _Held
