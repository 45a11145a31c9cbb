"""Files that several processes may want at once: written whole or not at all, and locks."""

import contextlib
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

#: How the name of a file begins that is being written.
DRAFT = ".~"


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all; a text in UTF-8, with its line ends as they are.

    Once this returns, the file outlives a power cut. Raises OSError where it cannot be written;
    a file that was there before is then as it was.
    """
    with replacing(path) as draft:
        draft.write_bytes(content.encode() if isinstance(content, str) else content)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` to write to; that file takes the place of `path` at the end.

    A reader finds the old file or the new one, never a part. Each call has a draft of its own, so
    that of several writers the last one wins. Where the block raises, the draft is deleted and
    `path` is as it was; only a process that is killed leaves its draft, ".~NAME.TOKEN".
    """
    draft = path.with_name(f"{DRAFT}{path.name}.{secrets.token_hex(4)}")
    try:
        yield draft
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # a folder cannot be synchronised everywhere
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextlib.contextmanager
def hold(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock file `path`; call `waiting` once where another process holds it, then wait.

    The system gives the lock back when its holder ends, however it ends. Children that inherit it
    (`close_fds=False`) hold it too: a pip that outlives a killed set-up still counts.
    """
    with path.open("a") as file:
        if not _try(file):
            waiting()
            while not _try(file):
                time.sleep(0.2)
        os.set_inheritable(file.fileno(), True)
        yield


if sys.platform == "win32":
    import msvcrt

    def _try(file: IO[str]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
