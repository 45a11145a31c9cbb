"""Plain data in one `.npz` file: arrays as arrays, everything else in a JSON manifest. No pickle.

A file written twice from the same data has the same bytes.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.common import files
from course_utils.common.errors import CourseError
from course_utils.common.parallel import PARSING
from course_utils.exercises.exercise import Call, Case, Fixture, Get, Metric, Opaque

_MANIFEST = "manifest"
#: The largest file that is read. A file that pretends to be larger is damaged, or hostile.
MAX_FILE_BYTES = 512 * 2**20


def dumps(data: Any) -> bytes:
    """Return `data` (plain data, with Cases, Fixtures and Opaques in it) as npz bytes."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    manifest = json.dumps(_encode(data, arrays), separators=(",", ":"), sort_keys=True)
    arrays[_MANIFEST] = np.frombuffer(manifest.encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def loads(content: bytes, origin: str) -> Any:
    """Return what `dumps` was given. `origin` names the source in an error.

    Raises CourseError where the bytes are damaged or hold anything but plain data.
    """
    try:
        _refuse_bombs(content)
        with PARSING, np.load(io.BytesIO(content), allow_pickle=False) as archive:
            manifest = json.loads(archive[_MANIFEST].tobytes().decode())
            return _decode(manifest, archive)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, EOFError) as error:
        raise CourseError(
            f"{origin} is damaged ({error}); get the file anew from the course."
        ) from None


def write(path: Path, data: Any) -> None:
    """Write `data` to `path`, whole or not at all."""
    files.write(path, dumps(data))


def read(path: Path) -> Any:
    """Read what `write` wrote. Raises CourseError where the file is missing or damaged."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CourseError(
            f"{path} cannot be read ({error.strerror}); get the file anew from the course."
        ) from None
    return loads(content, str(path))


def _refuse_bombs(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_FILE_BYTES:
            raise ValueError("it unpacks to too much")


def _encode(value: Any, arrays: dict[str, np.ndarray[Any, Any]]) -> Any:
    """Turn a value into JSON; whatever JSON lacks becomes a one-key dict with a $ name."""

    def inner(item: Any) -> Any:
        return _encode(item, arrays)

    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return {"$float": value.hex()}
    if isinstance(value, complex):
        return {"$complex": [value.real.hex(), value.imag.hex()]}
    if value is Ellipsis:
        return {"$ellipsis": 0}
    if isinstance(value, np.ndarray):
        key = f"a{len(arrays)}"
        arrays[key] = value
        return {"$array": key}
    if isinstance(value, list):
        return [inner(item) for item in value]
    if isinstance(value, tuple):
        return {"$tuple": [inner(item) for item in value]}
    if isinstance(value, dict):
        return {"$dict": [[inner(key), inner(item)] for key, item in value.items()]}
    return {f"${type(value).__name__}": _encode(_fields(value), arrays)}


def _fields(value: Any) -> Any:
    if isinstance(value, Opaque):
        return value.words
    if isinstance(value, Fixture):
        return [value.name, dict(value.options)]
    if isinstance(value, Call):
        return [value.method, value.args, value.kwargs]
    if isinstance(value, Get):
        return value.attribute
    if isinstance(value, Metric):
        return [value.name, value.target, value.at_least, value.at_most, value.inputs]
    if isinstance(value, Case):
        return [value.name, value.args, value.kwargs, value.steps, value.metric]
    raise TypeError(f"{type(value).__name__} is no plain data; use arrays, numbers or a Fixture.")


def _decode(value: Any, arrays: Any) -> Any:
    def inner(item: Any) -> Any:
        return _decode(item, arrays)

    if isinstance(value, list):
        return [inner(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((tag, content),) = value.items()
    if tag == "$array":
        return np.array(arrays[content])
    if tag == "$dict":
        return {inner(key): inner(item) for key, item in content}
    return _BUILDERS[tag](inner(content))


def _case(fields: list[Any]) -> Case:
    name, args, kwargs, steps, metric = fields
    return Case(name, *args, steps=steps, metric=metric, **kwargs)


_BUILDERS: dict[str, Callable[[Any], Any]] = {
    "$float": float.fromhex,
    "$complex": lambda parts: complex(*map(float.fromhex, parts)),
    "$ellipsis": lambda _: Ellipsis,
    "$tuple": tuple,
    "$Opaque": Opaque,
    "$Fixture": lambda fields: Fixture(fields[0], **fields[1]),
    "$Call": lambda fields: Call(fields[0], *fields[1], **fields[2]),
    "$Get": Get,
    "$Metric": lambda fields: Metric(*fields),
    "$Case": _case,
}
