"""The BVLC network: fetched once, from whoever has it, by a download that can be interrupted."""

from __future__ import annotations

import hashlib
import http.client
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
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
from course_utils.models.googlenet import caffemodel, onnx_file, protobuf


class Host(NamedTuple):
    """Where the weights can be had: a file's address, and the name and digest of its hash."""

    url: str
    algorithm: str
    digest: str


#: Tried in turn. Caffe's model zoo states the first hash on its page; the second file is the ONNX
#: model zoo's, whose weights were converted from the first.
HOSTS = (
    Host(
        "http://dl.caffe.berkeleyvision.org/bvlc_googlenet.caffemodel",
        "sha1",
        "405fc5acd08a3bb12de8ee5e23a96bec22f08204",
    ),
    Host(
        "https://media.githubusercontent.com/media/onnx/models/main/validated/vision/classification/"
        "inception_and_googlenet/googlenet/model/googlenet-12.onnx",
        "sha256",
        "c99c507058eaf41de8723408fdda7db8325cb57f0a89f2ee07a716d6e963e14e",
    ),
)
#: What reads the weights of a file, by its ending.
READERS: dict[str, Callable[[Path], protobuf.Arrays]] = {
    ".caffemodel": caffemodel.read,
    ".onnx": onnx_file.read,
}

_CHUNK = 1 << 18
_PATIENCE = 30  # seconds without a byte
_RANGE_NOT_SATISFIABLE = 416


def cache() -> Path:
    """Keras's cache directory, the part for models: KERAS_HOME, else ~/.keras."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "models"


def file() -> Path:
    """Return the path of the weights as .npz; fetch and convert them where they are not yet.

    A bvlc_googlenet.npz in the cache directory is taken as it is, and so is a .caffemodel or .onnx
    of that name. Else the hosts are asked in turn.

    Raises CourseError where no host gives what it should.
    """
    converted = cache() / "bvlc_googlenet.npz"
    if converted.is_file():
        return converted
    there = (converted.with_suffix(suffix) for suffix in READERS)
    original = next((path for path in there if path.is_file()), None) or _download(converted)
    with files.replacing(converted) as draft, draft.open("wb") as opened:
        # Typed as the pickle switch by NumPy's stubs, though any name of an array is allowed.
        np.savez(opened, **READERS[original.suffix](original))  # type: ignore[arg-type]
    return converted


def _download(converted: Path) -> Path:
    """Return the file of the first host that gives it."""
    failures = []
    for host in HOSTS:
        target = converted.with_suffix(Path(host.url).suffix)
        try:
            fetch(host.url, target, host.digest, host.algorithm)
        except CourseError as error:
            failures.append(str(error))
        else:
            return target
    raise CourseError(
        f"googlenet(weights='imagenet'): {' '.join(failures)} Or put a {converted.stem}.npz, "
        f".caffemodel or .onnx that you have into {converted.parent}, or give its path as weights=."
    )


def fetch(url: str, target: Path, digest: str, algorithm: str = "sha1") -> None:
    """Download `url` to `target`, with a progress bar; go on where an earlier call was broken off.

    What has come so far lies beside the target, as `<name>.part`. The target appears only when
    it is whole and its hash by `algorithm` ("sha1", "sha256") is `digest`.

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
    if _hash(part, algorithm) != digest:
        part.unlink()
        raise CourseError(
            f"what came from {url} is not the file it should be (its {algorithm} is not {digest}) "
            "and was deleted; call it again."
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


def _hash(path: Path, algorithm: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()
