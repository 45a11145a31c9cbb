"""Downloads of a large file that can be interrupted."""

from __future__ import annotations

import hashlib
import http.client
import os
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from course_utils.common.errors import CourseError

_CHUNK = 1 << 18
_PATIENCE = 30  # seconds without a byte
_RANGE_NOT_SATISFIABLE = 416


def fetch(url: str, target: Path, sha1: str) -> None:
    """Download `url` to `target`, with a progress bar; go on where an earlier call was broken off.

    What has come so far lies beside the target, as `<name>.part`. The target appears only when
    it is whole and its SHA-1 is right.

    Raises CourseError where there is no connection, it breaks off, or the hash is wrong.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    try:
        expected = _receive(url, part)
    except (OSError, http.client.HTTPException) as error:
        raise CourseError(
            f"the download of {url} failed ({error}); connect to the network and call it again, "
            "it goes on where it stopped."
        ) from error
    size = part.stat().st_size
    if expected is not None and size < expected:
        raise CourseError(
            f"the download of {url} broke off after {size} of {expected} bytes; call it again, "
            "it goes on from there."
        )
    if _sha1(part) != sha1:
        part.unlink()
        raise CourseError(
            f"what came from {url} is not the file it should be (its SHA-1 is not {sha1}) and was "
            "deleted; call it again."
        )
    os.replace(part, target)


def _receive(url: str, part: Path) -> int | None:
    """Append what is missing to `part`; return how many bytes the whole has, where told."""
    have = part.stat().st_size if part.exists() else 0
    request = Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        answer = urlopen(request, timeout=_PATIENCE)
    except HTTPError as error:
        if have and error.code == _RANGE_NOT_SATISFIABLE:
            return None  # nothing is missing: the hash decides
        raise
    with answer:
        if have and answer.status != http.client.PARTIAL_CONTENT:
            have = 0  # the server sends all of it
        length = answer.headers.get("Content-Length")
        whole = have + int(length) if length else None
        with part.open("ab" if have else "wb") as file, _bar(part.stem, have, whole) as progress:
            while chunk := answer.read(_CHUNK):
                file.write(chunk)
                progress.advance(progress.task_ids[0], len(chunk))
    return whole


def _bar(name: str, done: int, total: int | None) -> Any:
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    progress.add_task(name, total=total, completed=done)
    return progress


def _sha1(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha1").hexdigest()
