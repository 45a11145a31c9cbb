"""The grading process: an archive from a sandbox, looked at before it is read.

`exercises.archive.loads` reads what the course wrote. What a student's process wrote could make it
reserve memory for arrays that are not there, copy one array a million times, or nest a million
deep; and it could hold a case or a fixture where only data belongs. Such bytes are refused here.
"""

from __future__ import annotations

import io
import json
import math
import struct
import zipfile
from typing import Any

import numpy as np

from course_utils.common.errors import CourseError
from course_utils.common.parallel import PARSING
from course_utils.exercises import archive
from course_utils.exercises.exercise import Opaque
from course_utils.exercises.failure import Failure
from course_utils.exercises.observe import CLASS, FUNCTION, MODEL, VALUE, Observation
from course_utils.grading.protocol.channel import DATA, LARGEST, ProtocolError
from course_utils.grading.protocol.outputs import clean

_MANIFEST = "manifest.npy"
#: Deeper than plain data may be nested (12), each level of which is up to three of JSON.
_DEPTH = 64
#: Bytes of the manifest, and arrays: what an honest answer needs at most, with some to spare.
_MANIFEST_BYTES, _ARRAYS = 8 * 2**20, 20_000
#: The end of a zip file without a comment: its signature, and the size of its directory.
_END = struct.Struct("<4s8xI6x")
_END_SIGNATURE, _ZIP64_SIGNATURE = b"PK\x05\x06", b"PK\x06\x07"
_ENTRY_BYTES = 46
_TAGS = frozenset({"$float", "$complex", "$ellipsis", "$array", "$dict", "$tuple", "$Opaque"})
_KINDS = frozenset({"", CLASS, FUNCTION, MODEL, VALUE})
_Json = Any


def too_large(content: bytes) -> bool:
    """Whether an archive that we wrote is larger than what is read here."""
    if len(content) > LARGEST[DATA] or _directory_bytes(content) > _ARRAYS * 2 * _ENTRY_BYTES:
        return True
    with zipfile.ZipFile(io.BytesIO(content)) as archived:
        return archived.getinfo(_MANIFEST).file_size > _MANIFEST_BYTES


def read(content: bytes) -> Any:
    """Return the plain data in an archive. Raises ProtocolError where it holds anything else."""
    try:
        _check(content)
        return _sound(archive.loads(content, "the answer"))
    except (CourseError, MemoryError, RecursionError, OverflowError, AttributeError) as error:
        raise ProtocolError(f"an archive that is none ({error})") from None


def observation(content: bytes) -> Observation:
    """Return the observation in an archive. Raises ProtocolError where it is none."""
    data = read(content)
    try:
        seen = Observation.from_data(data)
    except (TypeError, KeyError, AttributeError) as error:
        raise ProtocolError(f"an observation that is none ({error})") from None
    if not _well_formed(seen):
        raise ProtocolError("an observation with parts of a wrong type")
    return seen


def failure(data: Any) -> Failure | None:
    """Return an error that came as JSON, None for None. Raises ProtocolError for anything else."""
    if data is None:
        return None
    try:
        found = Failure(**_sound(data))
    except (TypeError, AttributeError, RecursionError):
        raise ProtocolError("an error that is none") from None
    if not _is_failure(found):
        raise ProtocolError("an error with parts of a wrong type")
    return found


def _well_formed(seen: Observation) -> bool:
    return (
        seen.kind in _KINDS
        and (seen.error is None or _is_failure(seen.error))
        and isinstance(seen.changed, dict)
        and all(isinstance(key, str) for key in seen.changed)
        and isinstance(seen.printed, str)
        and isinstance(seen.warnings, list)
        and all(isinstance(text, str) for text in seen.warnings)
    )


def _is_failure(error: Failure) -> bool:
    texts = (error.kind, error.message, error.line)
    return (
        all(isinstance(text, str) and len(text) <= 5_000 for text in texts)
        and isinstance(error.lineno, int)
        and (error.stub is None or isinstance(error.stub, str))
    )


def _check(content: bytes) -> None:
    try:
        # Before the directory is read: each entry of it takes ten times its size in memory.
        if _directory_bytes(content) > _ARRAYS * 2 * _ENTRY_BYTES:
            raise ValueError("too many entries")
        with zipfile.ZipFile(io.BytesIO(content)) as archived:
            entries = archived.infolist()
            names = [entry.filename for entry in entries]
            # Stored, not compressed, as we write it: nothing unpacks to more than it is.
            stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
            if not stored or len(set(names)) < len(names):
                raise ValueError("compressed, or two entries of one name")
            if sum(entry.file_size for entry in entries) > len(content):
                raise ValueError("entries larger than the archive")
            for entry in entries:
                _check_array(archived.read(entry))
            if archived.getinfo(_MANIFEST).file_size > _MANIFEST_BYTES:
                raise ValueError("a manifest that is too long")
            manifest = json.loads(_array_bytes(archived.read(_MANIFEST)))
        _check_manifest(manifest)
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise CourseError(f"{type(error).__name__}: {error}") from None
    except (RecursionError, NotImplementedError, RuntimeError) as error:
        raise CourseError(f"{type(error).__name__}: {error}") from None


def _directory_bytes(content: bytes) -> int:
    """The size of a zip file's directory. Raises ValueError where it has another end than ours."""
    signature, size = _END.unpack(content[-_END.size :]) if len(content) >= _END.size else (b"", 0)
    if signature != _END_SIGNATURE or content[-42:-38] == _ZIP64_SIGNATURE:
        raise ValueError("not the end of an archive of ours")
    return int(size)


def _check_array(content: bytes) -> None:
    """The header of a .npy entry must describe exactly the bytes that follow it."""
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    with PARSING:
        shape, _, dtype = readers[version](stream)
    if dtype.kind not in "biufcU" or dtype.hasobject or dtype.names or dtype.subdtype:
        raise ValueError(f"an array of {dtype}")
    if any(n < 0 for n in shape) or len(shape) > 32:
        raise ValueError(f"an array of shape {shape}")
    if math.prod(shape) * dtype.itemsize != len(content) - stream.tell():
        raise ValueError("an array whose header and size disagree")
    if dtype.kind == "U":
        _check_characters(np.frombuffer(content[stream.tell() :], dtype=f"{dtype.byteorder}u4"))
    # NumPy reserves memory by the product of the other dimensions too.
    if math.prod(n for n in shape if n) > len(content):
        raise ValueError(f"an empty array of shape {shape}")


def _check_characters(codes: np.ndarray[Any, Any]) -> None:
    if np.any((codes > 0x10FFFF) | ((codes >= 0xD800) & (codes <= 0xDFFF))):
        raise ValueError("characters that are none")


def _array_bytes(content: bytes) -> bytes:
    with PARSING:
        array = np.load(io.BytesIO(content), allow_pickle=False)
    if array.dtype != np.uint8 or array.ndim != 1:
        raise ValueError("a manifest that is none")
    return bytes(array)


def _check_manifest(manifest: _Json) -> None:
    """Only data, not too deep, and each array named at most once."""
    named: set[str] = set()
    waiting: list[tuple[_Json, int]] = [(manifest, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > _DEPTH:
            raise ValueError("nested too deeply")
        if isinstance(item, list):
            waiting.extend((inner, depth + 1) for inner in item)
        elif isinstance(item, dict):
            ((tag, inner),) = item.items()
            if tag not in _TAGS or (tag == "$array" and (inner in named)):
                raise ValueError(f"{tag!r} where it must not be")
            if tag == "$array":
                named.add(inner)
            waiting.append((inner, depth + 1))


def _sound(value: Any) -> Any:
    """Data whose strings can be written to a file, and whose Opaques say something short."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Opaque):
        if not isinstance(value.words, str):
            raise ProtocolError("something opaque without words")
        return Opaque(clean(value.words[:300]))
    if isinstance(value, list):
        return [_sound(item) for item in value]
    if isinstance(value, tuple):
        return tuple(_sound(item) for item in value)
    if isinstance(value, dict):
        return {_sound(key): _sound(item) for key, item in value.items()}
    return value
