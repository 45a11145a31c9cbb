"""The BVLC network: fetched once, by a download that can be interrupted, kept in Keras's cache."""

from __future__ import annotations

import hashlib
import http.client
import os
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import numpy as np
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from course_utils.common import files
from course_utils.common.errors import CourseError
from course_utils.models.googlenet import caffemodel

URL = "http://dl.caffe.berkeleyvision.org/bvlc_googlenet.caffemodel"
# As its page in Caffe's model zoo states it.
SHA1 = "405fc5acd08a3bb12de8ee5e23a96bec22f08204"

_CHUNK = 1 << 18
_PATIENCE = 30  # seconds without a byte
_RANGE_NOT_SATISFIABLE = 416


def cache() -> Path:
    """Keras's cache directory, the part for models: KERAS_HOME, else ~/.keras."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "models"


def file() -> Path:
    """Return the path of the weights as .npz; fetch and convert them where they are not yet.

    A bvlc_googlenet.npz or bvlc_googlenet.caffemodel in the cache directory is taken as it is.

    Raises CourseError where the download fails or is not what it should be.
    """
    converted = cache() / "bvlc_googlenet.npz"
    if converted.is_file():
        return converted
    original = converted.with_suffix(".caffemodel")
    if not original.is_file():
        _download(original)
    with files.replacing(converted) as draft, draft.open("wb") as opened:
        # Typed as the pickle switch by NumPy's stubs, though any name of an array is allowed.
        np.savez(opened, **caffemodel.read(original))  # type: ignore[arg-type]
    return converted


def _download(target: Path) -> None:
    try:
        fetch(URL, target, SHA1)
    except CourseError as error:
        raise CourseError(
            f"googlenet(weights='imagenet'): {error} Or put a bvlc_googlenet.caffemodel or "
            f"bvlc_googlenet.npz that you have into {target.parent}, or give its path as weights=."
        ) from error


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
