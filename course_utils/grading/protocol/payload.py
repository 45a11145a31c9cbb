"""Plain data between the grading process and a sandbox, as safetensors: a format without code.

The arrays are tensors; all else is JSON in a tensor of bytes, as in `exercises.archive`. Arrays
that the format lacks travel as others: text as its code points, complex numbers as pairs.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import safetensors
from safetensors.numpy import save

from course_utils.exercises import archive

Array = np.ndarray[Any, Any]
MANIFEST = "manifest"
#: What is behind a tensor's name where it stands for another array.
TEXT, COMPLEX = ".text", ".complex"
#: The numbers that pass, by safetensors' names for them.
DTYPES = {
    **{f"F{8 * size}": np.dtype(f"<f{size}") for size in (2, 4, 8)},
    **{f"I{8 * size}": np.dtype(f"<i{size}") for size in (1, 2, 4, 8)},
    **{f"U{8 * size}": np.dtype(f"<u{size}") for size in (1, 2, 4, 8)},
    "BOOL": np.dtype(np.uint8),
}


def dumps(data: Any) -> bytes:
    """Return plain data, which may hold Cases, Fixtures and Opaques, as bytes for `loads`.

    Raises TypeError for anything else.
    """
    manifest, arrays = archive.encode(data)
    tensors = dict(_tensor(name, array) for name, array in arrays.items())
    tensors[MANIFEST] = np.frombuffer(manifest.encode(), dtype=np.uint8)
    return bytes(save(tensors))


def _tensor(name: str, array: Array) -> tuple[str, Array]:
    """An array as one that safetensors has, under a name that says what it was."""
    if array.dtype.kind == "U":
        wide = array.astype(f"<U{max(array.dtype.itemsize // 4, 1)}")
        codes = np.frombuffer(wide.tobytes(), dtype="<u4")
        return name + TEXT, codes.reshape(*array.shape, wide.dtype.itemsize // 4)
    if array.dtype.kind == "c":
        pairs = np.frombuffer(array.astype("<c16").tobytes(), dtype="<f8")
        return name + COMPLEX, pairs.reshape(*array.shape, 2)
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)  # what no other computer has
    return name, np.ascontiguousarray(array).reshape(array.shape)


def loads(content: bytes) -> Any:
    """Return what `dumps` was given; complex numbers and long floats in double precision.

    Of bytes that `dumps` did not make, `untrusted.read` is to look first.
    """
    tensors = {name: _array(name, view) for name, view in safetensors.deserialize(content)}
    manifest = tensors.pop(MANIFEST).tobytes().decode()
    arrays = {name.partition(".")[0]: array for name, array in tensors.items()}
    return archive.decode(json.loads(manifest), arrays)


def _array(name: str, view: dict[str, Any]) -> Array:
    flat: Array = np.frombuffer(view["data"], dtype=DTYPES[view["dtype"]])
    array = flat.reshape(view["shape"])
    if view["dtype"] == "BOOL":
        return array.astype(bool)
    if name.endswith(TEXT):
        *shape, length = array.shape
        return np.frombuffer(array.tobytes(), dtype=f"<U{length}").reshape(shape)
    if name.endswith(COMPLEX):
        return np.frombuffer(array.tobytes(), dtype="<c16").reshape(array.shape[:-1])
    return array
