"""Plain data: numbers, strings, lists, tuples, dicts and NumPy arrays, and nothing that has code.

Everything that an answer returns is turned into plain data before anything looks at it, so that
neither a subclass with an `__eq__` of its own nor a lazy object can influence a comparison.
"""

from __future__ import annotations

import math
import sys
import types
from collections.abc import Iterator, Mapping
from numbers import Real
from typing import Any

import numpy as np

from course_utils.exercises import keras_models
from course_utils.exercises.exercise import Opaque

#: Larger arrays are named, not copied: no exercise of the course asks for one. In bytes.
MAX_BYTES = 64 * 2**20
#: Items of lists and dicts, all levels together.
MAX_ITEMS = 100_000
MAX_DEPTH = 12
MAX_TEXT = 100_000

_TENSOR_ROOTS = frozenset({"tensorflow", "keras", "jax", "jaxlib", "torch"})


def to_plain(value: Any) -> Any:
    """Return `value` as plain data that shares no memory with it.

    Arrays keep shape and dtype (bool, integer, float, complex, string); subclasses of ndarray and
    tensors of TensorFlow, JAX and PyTorch become plain arrays, NumPy scalars arrays of shape ();
    a Keras model becomes a `ModelFacts` dict. What is too large or has code becomes `Opaque`.
    """
    return _Converter().convert(value, 0)


class _Converter:
    """One conversion, with its budget of items."""

    def __init__(self) -> None:
        self.items_left = MAX_ITEMS

    def convert(self, value: Any, depth: int) -> Any:
        self.items_left -= 1
        if depth > MAX_DEPTH or self.items_left < 0:
            return Opaque("something too large or too deeply nested")
        if value is None or value is Ellipsis or isinstance(value, Opaque):
            return value
        if isinstance(value, (bool, int, float, complex, str)):
            return _scalar(value)
        if isinstance(value, Real) and not isinstance(value, np.generic):
            return float(value)  # a fraction, for one
        if isinstance(value, (np.ndarray, np.generic)):
            return _array(value)
        if isinstance(value, Mapping):
            return self._mapping(value, depth)
        if isinstance(value, (list, tuple)):
            return self._sequence(value, depth)
        return _foreign(value)

    def _sequence(self, value: list[Any] | tuple[Any, ...], depth: int) -> Any:
        if len(value) > MAX_ITEMS:
            return Opaque(f"a {type(value).__name__} of {len(value):,} items, too many to check")
        items = [self.convert(item, depth + 1) for item in value]
        return tuple(items) if isinstance(value, tuple) else items

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> Any:
        if len(value) > MAX_ITEMS:
            return Opaque(f"a dict of {len(value):,} items, too many to check")
        return {_key(key): self.convert(item, depth + 1) for key, item in list(dict(value).items())}


def _scalar(value: bool | int | float | complex | str) -> Any:
    """Rebuild a scalar from its base type: a subclass may lie about itself."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        text = "".join(str.__iter__(value))
        return text if len(text) <= MAX_TEXT else Opaque(f"a string of {len(text):,} characters")
    # By the base type's own methods: `float(value)` would ask the subclass.
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    return complex.__pos__(value)


def _key(key: Any) -> Any:
    """Dict keys stay strings or integers; anything else goes by its text."""
    return _scalar(key) if isinstance(key, (str, bool, int)) else repr(key)


def _array(value: np.ndarray[Any, Any] | np.generic) -> Any:
    base = np.asarray(value)
    if type(base) is not np.ndarray:
        base = base.view(np.ndarray)
    size = int(base.size) * int(base.dtype.itemsize)
    if size > MAX_BYTES:
        return Opaque(f"an array of shape {base.shape} ({size / 2**30:.1f} GB), too large to check")
    # NumPy reserves nothing for these, but whoever reads them may.
    if not size and math.prod(n for n in base.shape if n) > MAX_ITEMS:
        return Opaque(f"an empty array of shape {base.shape}")
    if base.dtype.kind == "O":
        return _object_array(base)
    if base.dtype.kind not in "biufcU":
        return Opaque(f"an array of {base.dtype}")
    return np.array(base, copy=True, order="C")


def _object_array(base: np.ndarray[Any, Any]) -> Any:
    """NumPy makes object arrays of ragged lists and of None: say so rather than compare."""
    return Opaque(
        f"an array of Python objects, shape {base.shape} (rows of different lengths, or None in it)"
    )


def _foreign(value: Any) -> Any:
    root = type(value).__module__.partition(".")[0]
    if "keras" in sys.modules and root not in {"builtins", "numpy"}:
        if keras_models.is_model(value):
            return keras_models.describe(value)
        if keras_models.is_symbolic(value):
            return Opaque("a symbolic Keras tensor, which has no values yet")
    if root in _TENSOR_ROOTS and hasattr(value, "shape") and hasattr(value, "__array__"):
        return _tensor(value)
    return Opaque(describe_kind(value))


def _tensor(value: Any) -> Any:
    elements = int(np.prod([int(n) for n in value.shape], dtype=object) or 0)
    if elements * 8 > MAX_BYTES:
        return Opaque(f"a tensor of shape {tuple(value.shape)}, too large to check")
    return _array(np.asarray(value))


def describe_kind(value: Any) -> str:
    """Say in two or three words what a thing is that is no plain data."""
    kinds: list[tuple[Any, str]] = [
        (types.GeneratorType, "a generator"),
        (type, f"the class {getattr(value, '__name__', '')}"),
        (types.ModuleType, f"the module {getattr(value, '__name__', '')}"),
        (types.CoroutineType, "a coroutine"),
        ((set, frozenset), "a set"),
        ((bytes, bytearray), "bytes"),
        (range, "a range"),
        (Iterator, "an iterator"),
    ]
    for kind, words in kinds:
        if isinstance(value, kind):
            return words
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    return f"an object of type {type(value).__name__}"


def copy_plain(value: Any) -> Any:
    """Return a copy of plain data that shares nothing with it that can be changed."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: copy_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(copy_plain(item) for item in value)
    return value


def identical(a: Any, b: Any) -> bool:
    """Whether two pieces of plain data are the same, bit for bit (NaN equals NaN)."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        nan = a.dtype.kind in "fc"
        return bool(a.dtype == b.dtype and np.array_equal(a, b, equal_nan=nan))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(identical(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(identical, a, b))
    return bool(a == b) or (isinstance(a, float) and math.isnan(a) and math.isnan(b))
