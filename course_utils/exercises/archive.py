"""Plain data in one `.npz` file: arrays as arrays, everything else in a JSON manifest. No pickle.

A file written twice from the same data has the same bytes.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.common import files
from course_utils.common.errors import CourseError
from course_utils.exercises.exercise import Call, Case, Fixture, Get, Metric, Opaque, Probe

_MANIFEST = "manifest"
#: Where arrays lie behind one another: the index of an archive that is kept small.
_INDEX = "index"
#: The largest file that is read. A file that pretends to be larger is damaged, or hostile.
MAX_FILE_BYTES = 512 * 2**20


def dumps(data: Any, small: bool = False) -> bytes:
    """Return `data` (plain data, with Cases, Fixtures and Opaques in it) as npz bytes.

    small: equal arrays are kept once, those of one type behind one another, and all is compressed,
        which takes longer.
    """
    manifest, arrays = encode(data, distinct=small)
    if small:
        arrays = _joined(arrays)
    arrays[_MANIFEST] = np.frombuffer(manifest.encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    save = np.savez_compressed if small else np.savez
    save(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


class _Arrays(dict[str, np.ndarray[Any, Any]]):
    """Arrays by the keys that they get. distinct: whether equal ones share a key."""

    def __init__(self, distinct: bool) -> None:
        super().__init__()
        self._distinct = distinct
        self._known: dict[tuple[str, tuple[int, ...], bytes], str] = {}

    def key_of(self, array: np.ndarray[Any, Any]) -> str:
        """Return the key of an array, under which it is kept from now on."""
        key = f"a{len(self)}"
        if self._distinct:
            content = (array.dtype.str, array.shape, array.tobytes())
            key = self._known.setdefault(content, key)
        self[key] = array
        return key


def loads(content: bytes, origin: str) -> Any:
    """Return what `dumps` was given. `origin` names the source in an error.

    Raises CourseError where the bytes are damaged or hold anything but plain data.
    """
    try:
        _refuse_bombs(content)
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            manifest = json.loads(archive[_MANIFEST].tobytes().decode())
            return decode(manifest, _parted(archive) if _INDEX in archive else archive)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, EOFError) as error:
        raise CourseError(
            f"{origin} is damaged ({error}); get the file anew from the course."
        ) from None


def _joined(arrays: Mapping[str, np.ndarray[Any, Any]]) -> dict[str, np.ndarray[Any, Any]]:
    """Join the arrays of each type, and note in an index where each of them lies.

    Checks hold thousands of small arrays; as files of their own their headers were a third of all.
    The first bytes of all numbers stand together, then the second ones, and so on: signs and
    exponents are alike and compress, as HDF5's shuffle filter has it.
    """
    index = [[key, array.dtype.str, array.shape] for key, array in arrays.items()]
    joined = {_INDEX: np.frombuffer(json.dumps(index).encode(), dtype=np.uint8)}
    for dtype in dict.fromkeys(array.dtype for array in arrays.values()):
        content = b"".join(a.tobytes() for a in arrays.values() if a.dtype == dtype)
        numbers = np.frombuffer(content, dtype=np.uint8).reshape(-1, dtype.itemsize)
        joined[dtype.str] = np.ascontiguousarray(numbers.T)
    return joined


def _parted(archive: Mapping[str, np.ndarray[Any, Any]]) -> dict[str, np.ndarray[Any, Any]]:
    """Return the arrays that `_joined` was given."""
    index = json.loads(archive[_INDEX].tobytes().decode())
    joined = {kind: archive[kind].T.tobytes() for kind in {kind for _, kind, _ in index}}
    begin = dict.fromkeys(joined, 0)
    arrays = {}
    for key, kind, shape in index:
        dtype, count = np.dtype(kind), math.prod(shape)
        arrays[key] = np.frombuffer(joined[kind], dtype, count, begin[kind]).reshape(shape)
        begin[kind] += count * dtype.itemsize
    return arrays


def write(path: Path, data: Any) -> None:
    """Write `data` to `path`, whole or not at all, as small as it gets."""
    files.write(path, dumps(data, small=True))


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


def encode(data: Any, distinct: bool = False) -> tuple[str, dict[str, np.ndarray[Any, Any]]]:
    """Return data as JSON and its arrays, by the names that it calls them.

    distinct: equal arrays share a name. Raises TypeError for what is no plain data.
    """
    arrays = _Arrays(distinct)
    return json.dumps(_encode(data, arrays), separators=(",", ":"), sort_keys=True), arrays


def _encode(value: Any, arrays: _Arrays) -> Any:
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
        return {"$array": arrays.key_of(value)}
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
        looked_at = [value.metric, value.probe, value.shares]
        return [value.name, value.args, value.kwargs, value.steps, *looked_at]
    if isinstance(value, Probe):
        return [value.low, value.high, value.dtype]
    raise TypeError(f"{type(value).__name__} is no plain data; use arrays, numbers or a Fixture.")


def decode(value: Any, arrays: Mapping[str, np.ndarray[Any, Any]]) -> Any:
    """Return what `encode` was given, from its JSON (parsed) and its arrays."""

    def inner(item: Any) -> Any:
        return decode(item, arrays)

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
    name, args, kwargs, steps, metric, probe, shares = fields
    return Case(name, *args, steps=steps, metric=metric, probe=probe, shares=shares, **kwargs)


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
    "$Probe": lambda fields: Probe(*fields),
    "$Case": _case,
}
