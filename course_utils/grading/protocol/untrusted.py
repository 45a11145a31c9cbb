"""The grading process: data from a sandbox, looked at before it is read.

`payload.loads` reads what the course wrote. What a student's process wrote could make it
reserve memory for arrays that are not there, copy one array a million times, or nest a million
deep; and it could hold a case or a fixture where only data belongs. Such bytes are refused here.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import safetensors
from safetensors import SafetensorError

from course_utils.exercises.exercise import Opaque
from course_utils.exercises.failure import Failure
from course_utils.exercises.observe import CLASS, FUNCTION, MODEL, VALUE, Observation
from course_utils.grading.protocol.channel import DATA, LARGEST, ProtocolError
from course_utils.grading.protocol.outputs import clean
from course_utils.grading.protocol.payload import COMPLEX, DTYPES, MANIFEST, TEXT, loads

#: Deeper than plain data may be nested (12), each level of which is up to three of JSON.
_DEPTH = 64
#: Bytes of the manifest and of the tensors' descriptions (some 100 an array): what an honest answer
#: needs at most, with some to spare.
_MANIFEST_BYTES, _HEADER_BYTES = 8 * 2**20, 2 * 2**20
_TAGS = frozenset({"$float", "$complex", "$ellipsis", "$array", "$dict", "$tuple", "$Opaque"})
_KINDS = frozenset({"", CLASS, FUNCTION, MODEL, VALUE})
_Json = Any


def too_large(content: bytes) -> bool:
    """Whether what `dumps` made is larger than what is read here."""
    if len(content) > LARGEST[DATA] or _header_bytes(content) > _HEADER_BYTES:
        return True
    sizes = {name: len(view["data"]) for name, view in safetensors.deserialize(content)}
    return sizes[MANIFEST] > _MANIFEST_BYTES


def read(content: bytes) -> Any:
    """Return the plain data in bytes from a sandbox. Raises ProtocolError for anything else."""
    try:
        _check(content)
        return _sound(loads(content))
    except ProtocolError:
        raise
    except (SafetensorError, ArithmeticError, AttributeError, LookupError) as error:
        raise ProtocolError(f"data that is none ({error})") from None
    except (MemoryError, RecursionError, TypeError, ValueError) as error:
        raise ProtocolError(f"data that is none ({error})") from None


def observation(content: bytes) -> Observation:
    """Return an observation from a sandbox. Raises ProtocolError where it is none."""
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
        and _is_shared(seen.shared)
        and isinstance(seen.printed, str)
        and isinstance(seen.warnings, list)
        and all(isinstance(text, str) for text in seen.warnings)
    )


def _is_shared(shared: Any) -> bool:
    """Whether this is what `keras_models.shared` gives, or {}."""
    if not isinstance(shared, dict) or not shared:
        return shared == {}
    counts = shared.get("weights")
    return (
        shared.keys() == {"is", "weights"}
        and isinstance(shared["is"], str)
        and isinstance(counts, dict)
        and all(isinstance(count, int) for count in counts.values())
    )


def _is_failure(error: Failure) -> bool:
    texts = (error.kind, error.message, error.line)
    return (
        all(isinstance(text, str) and len(text) <= 5_000 for text in texts)
        and isinstance(error.lineno, int)
        and (error.stub is None or isinstance(error.stub, str))
    )


def _check(content: bytes) -> None:
    """Raises ValueError, KeyError, TypeError or SafetensorError for what `dumps` does not make."""
    if _header_bytes(content) > _HEADER_BYTES:
        raise ValueError("a header that is too long")
    tensors = dict(safetensors.deserialize(content))
    for name, view in tensors.items():
        _check_tensor(name, view, len(content))
    manifest = tensors[MANIFEST]
    if manifest["dtype"] != "U8" or len(manifest["data"]) > _MANIFEST_BYTES:
        raise ValueError("a manifest that is none, or too long")
    _check_manifest(json.loads(bytes(manifest["data"])))


def _header_bytes(content: bytes) -> int:
    """The size of what describes the tensors, which the first eight bytes tell."""
    return int.from_bytes(content[:8], "little")


def _check_tensor(name: str, view: dict[str, Any], most: int) -> None:
    """The library has seen to it that shape, type and bytes agree."""
    shape, dtype = view["shape"], DTYPES[view["dtype"]]
    # One dimension may be 0 and another 10^18 for the library; NumPy reserves memory by the others.
    if len(shape) > 32 or math.prod(n for n in shape if n) > most:
        raise ValueError(f"an array of shape {shape}")
    if name.endswith(TEXT):
        if dtype != np.dtype("<u4") or not shape or shape[-1] < 1:
            raise ValueError("text that is none")
        _check_characters(np.frombuffer(view["data"], dtype=dtype))
    if name.endswith(COMPLEX) and (dtype != np.dtype("<f8") or shape[-1:] != [2]):
        raise ValueError("complex numbers that are none")


def _check_characters(codes: np.ndarray[Any, Any]) -> None:
    if np.any((codes > 0x10FFFF) | ((codes >= 0xD800) & (codes <= 0xDFFF))):
        raise ValueError("characters that are none")


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
