"""Features on disk: files that appear whole or not at all, and that notice when they are damaged.

A file holds the features of some images of one network. Its name begins with the network's key,
so that all files of a cache lie in one folder. Readers and writers need no lock: what a file holds
depends on its name alone, and it is put in its place in one step.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.common import files
from course_utils.common.errors import CourseError

SUFFIX = ".bottlenecks"
_DRAFTS = f"{files.DRAFT}*{SUFFIX}.*"
_ABANDONED = 3600  # seconds; to write a file takes far less than one
_DIGEST = 32
_KEY = 32  # hexadecimal digits of the key in a file's name


class Shard(NamedTuple):
    """Features of some images.

    digests: uint8 (n, 32). features: float32 (n, ...). seconds: float64 (n,), what each took.
    """

    digests: NDArray[np.uint8]
    features: NDArray[np.float32]
    seconds: NDArray[np.float64]


class Store:
    """The files of a cache, all in one folder.

    limit: bytes that they may take together. Those that were not used for the longest go first.
    Other files in the folder are left alone.

    Raises CourseError where the folder cannot be one, or the limit is not above 0.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        if folder.exists() and not folder.is_dir():
            raise CourseError(f"Bottlenecks: cache={str(folder)!r} is a file; give a folder.")
        if not limit > 0:
            raise CourseError(f"Bottlenecks: limit={limit} is no size; give bytes above 0.")
        self.folder, self.limit = folder, limit

    def read(self, key: str) -> Iterator[tuple[Path, Shard]]:
        """Yield the files of a network. A damaged one is said, and deleted."""
        for path in sorted(self.folder.glob(f"{key[:_KEY]}-*{SUFFIX}")):
            try:
                content = path.read_bytes()
            except FileNotFoundError:  # another process made room
                continue
            except OSError as error:
                print(f"Bottlenecks: {path} cannot be read ({error}); its images are done again.")
                continue
            body, digest = content[:-_DIGEST], content[-_DIGEST:]
            if _digest(key, body) != digest:
                print(f"Bottlenecks: {path} is damaged and was deleted; its images are done again.")
                _delete(path)
                continue
            with np.load(io.BytesIO(body)) as arrays:
                yield path, Shard(*(arrays[name] for name in Shard._fields))

    def write(self, key: str, shard: Shard) -> None:
        """Keep a shard. Where the disk does not take it, say so and go on."""
        stream = io.BytesIO()
        np.savez(stream, **shard._asdict())
        body = stream.getvalue()
        name = hashlib.sha256(shard.digests.tobytes()).hexdigest()[:_KEY]
        path = self.folder / f"{key[:_KEY]}-{name}{SUFFIX}"
        try:
            self._put(path, body + _digest(key, body))
        except OSError as error:
            print(f"Bottlenecks: nothing can be kept in {self.folder} ({error}).")
        else:
            self._make_room()

    def _put(self, path: Path, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            files.write(path, content)
        except PermissionError:
            if not path.is_file():  # on Windows: another process is reading the same numbers
                raise

    def used(self, path: Path) -> None:
        """Note that a file was needed: it goes later than others."""
        with contextlib.suppress(OSError):
            os.utime(path)

    def remove(self, path: Path) -> None:
        """Delete a file of the cache, if it is still there."""
        _delete(path)

    def clear(self) -> None:
        """Delete every file of the cache, whatever network it belongs to."""
        for pattern in (f"*{SUFFIX}", _DRAFTS):
            for path in self.folder.glob(pattern):
                _delete(path)

    def _make_room(self) -> None:
        for draft in self.folder.glob(_DRAFTS):
            with contextlib.suppress(OSError):
                if time.time() - draft.stat().st_mtime > _ABANDONED:
                    _delete(draft)
        kept = []
        for path in self.folder.glob(f"*{SUFFIX}"):
            with contextlib.suppress(FileNotFoundError):
                about = path.stat()
                kept.append((about.st_mtime_ns, about.st_size, path))
        total = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if total <= self.limit:
                break
            _delete(path)
            total -= size


def _digest(key: str, body: bytes) -> bytes:
    """Binds a file to its network: one that was moved below another's name is damaged, too."""
    return hashlib.sha256(key.encode() + body).digest()


def _delete(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
