"""Observation against reference: missing, type, shape, dtype, finite, value, in this order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from course_utils.exercises.exercise import Opaque
from course_utils.exercises.keras_models import MARK
from course_utils.exercises.words import name_of, shorten

Stage = Literal[
    "missing", "type", "shape", "dtype", "finite", "value", "error", "changed", "shared"
]
Array = np.ndarray[Any, Any]
#: What a float32 answer gets where the reference is float64: relative to each element, and to the
#: largest one (sums of large numbers that cancel).
_SINGLE_RTOL, _SINGLE_ATOL = 1e-4, 1e-6


@dataclass(frozen=True)
class Tolerance:
    """|got - expected| <= atol + rtol |expected|, elementwise."""

    rtol: float
    atol: float


@dataclass(frozen=True)
class Difference:
    """Where and how an answer first differs from the reference.

    stage: which comparison failed. path: where in a nested result, as the student would write it
    ("[1]", "['w']", "" for the whole). expected, got: the two pieces there. message: one sentence.
    index: the first differing element of an array.
    """

    stage: Stage
    path: str
    expected: Any
    got: Any
    message: str
    index: tuple[int, ...] | None = None


def compare(
    expected: Any, got: Any, tolerance: Tolerance, path: str = "", lists: bool = False
) -> Difference | None:
    """Return the first difference between two pieces of plain data, or None.

    Numbers count by their value: 2.0 is 2, and True where one number is asked is 1. Arrays of
    integers are the exception, since floats cannot be indices; `float_for_integer` sees to them.
    lists: whether a list may stand for an array (in values typed in by hand it may).
    """
    if got is None and expected is not None:
        return Difference("missing", path, expected, got, "Nothing (None) came back.")
    if isinstance(expected, dict):
        return _dicts(expected, got, tolerance, path, lists)
    if isinstance(expected, (list, tuple)):
        return _sequences(expected, got, tolerance, path, lists)
    if _is_number(expected):
        return _numbers(expected, got, tolerance, path, lists)
    if type(expected) is not type(got) or isinstance(got, Opaque):
        return _wrong_type(expected, got, path)
    if expected != got:
        message = f"Expected {shorten(expected)}, got {shorten(got)}."
        return Difference("value", path, expected, got, message)
    return None


def integer_places(values: Iterable[Any]) -> set[str]:
    """Return the paths at which each of the values that has anything there has an integer array.

    values: what a reference returns on its cases. Where it keeps the type of its input, and floats
    come in on some case, no integers are asked.
    """
    found: dict[str, bool] = {}
    for value in values:
        for path, item in pieces(value):
            integer = isinstance(item, np.ndarray) and item.dtype.kind in "iu" and item.ndim > 0
            found[path] = integer and found.get(path, True)
    return {path for path, integer in found.items() if integer}


def float_for_integer(expected: Any, got: Any, places: set[str]) -> Difference | None:
    """Return where an array of floats stands at one of the `places`, where integers are asked."""
    want = dict(pieces(expected))
    for path, have in pieces(got):
        if path in places and isinstance(have, np.ndarray) and have.dtype.kind == "f":
            message = f"Expected whole numbers of an integer type, got {have.dtype}."
            return Difference("dtype", path, want.get(path), have, message)
    return None


def pieces(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """What is neither list nor dict in some data, with its path."""
    if isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from pieces(item, f"{path}[{i}]")
    elif isinstance(value, dict) and value.get("kind") != MARK:
        for key, item in value.items():
            yield from pieces(item, f"{path}[{key!r}]")
    else:
        yield path, value


def _wrong_type(expected: Any, got: Any, path: str) -> Difference:
    message = f"Expected {name_of(expected)}, got {name_of(got)}."
    return Difference("type", path, expected, got, message)


def _dicts(
    expected: dict[Any, Any], got: Any, tolerance: Tolerance, path: str, lists: bool
) -> Difference | None:
    if not isinstance(got, dict) or (expected.get("kind") == MARK) != (got.get("kind") == MARK):
        return _wrong_type(expected, got, path)
    if expected.get("kind") == MARK:
        return _models(expected, got, tolerance, path)
    missing = [key for key in expected if key not in got]
    extra = [key for key in got if key not in expected]
    if missing or extra:
        verb, keys = ("lacks", missing) if missing else ("has more than was asked:", extra)
        message = f"The dict {verb} {', '.join(map(repr, keys))}."
        return Difference("shape", path, expected, got, message)
    for key in expected:
        found = compare(expected[key], got[key], tolerance, f"{path}[{key!r}]", lists)
        if found:
            return found
    return None


def _sequences(
    expected: list[Any] | tuple[Any, ...], got: Any, tolerance: Tolerance, path: str, lists: bool
) -> Difference | None:
    """A tuple may come as a list and the other way round; a list may come as an array."""
    if isinstance(expected, list) and isinstance(got, np.ndarray) and got.ndim > 0:
        got = got.tolist() if got.ndim == 1 else list(got)
    if not isinstance(got, (list, tuple)):
        return _wrong_type(expected, got, path)
    if len(expected) != len(got):
        message = f"Expected {len(expected)} items, got {len(got)}."
        return Difference("shape", path, expected, got, message)
    for i, (one, other) in enumerate(zip(expected, got, strict=True)):
        found = compare(one, other, tolerance, f"{path}[{i}]", lists)
        if found:
            return found
    return None


def _models(
    expected: dict[str, Any], got: dict[str, Any], tolerance: Tolerance, path: str
) -> Difference | None:
    """Facts in the order in which they help: a wrong shape explains a wrong count."""

    def differ(stage: Stage, what: str, fact: str) -> Difference:
        message = f"{what}: expected {shorten(expected[fact])}, got {shorten(got[fact])}."
        return Difference(stage, path, expected, got, message)

    for what, fact in (("Input shape", "inputs"), ("Output shape", "outputs")):
        if expected[fact] != got[fact]:
            return differ("shape", what, fact)
    for what, fact in (
        ("Number of parameters", "parameters"),
        ("Number of trainable parameters", "trainable"),
    ):
        if expected[fact] != got[fact]:
            return differ("value", what, fact)
    keeping, having = (facts.get("stateful", 0) for facts in (expected, got))
    if keeping != having:
        message = f"Stateful layers: expected {shorten(keeping)}, got {shorten(having)}."
        return Difference("value", path, expected, got, message)
    loose = Tolerance(max(tolerance.rtol, 1e-3), max(tolerance.atol, 1e-4))
    for look, message in (
        (_computed, "With the same weights it computes something else."),
        (_in_training, "In training, with the same weights, it computes something else."),
    ):
        found = look(expected, got, loose)
        if found:
            return Difference("value", path, expected, got, message, found.index)
    if compare(expected["penalty"], got["penalty"], loose):
        return differ("value", "Regularisation loss", "penalty")
    if expected["compiled"] and compare(expected["compiled"], got["compiled"], loose):
        return differ("value", "Compiled with", "compiled")
    return None


def _computed(expected: dict[str, Any], got: dict[str, Any], loose: Tolerance) -> Difference | None:
    return compare(expected["computes"], got["computes"], loose)


def _in_training(
    expected: dict[str, Any], got: dict[str, Any], loose: Tolerance
) -> Difference | None:
    if expected.get("draws") == got.get("draws"):
        return compare(expected["in training"], got["in training"], loose)
    # Each backend draws numbers of its own; that they are drawn, or not, can be compared.
    other = [
        bool(compare(facts["computes"], facts["in training"], loose)) for facts in (expected, got)
    ]
    return compare(other[0], other[1], loose)


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, complex, np.ndarray))


def _numbers(
    expected: Any, got: Any, tolerance: Tolerance, path: str, lists: bool
) -> Difference | None:
    want = _array_of(expected)
    if lists and isinstance(got, (list, tuple)) and want.ndim:
        got = _as_array(got)
    if not _is_number(got):
        return _wrong_type(expected, got, path)
    have = _array_of(got)
    if want.shape != have.shape:
        return _wrong_shape(want, have, path)
    if have.dtype.kind == "b" and want.dtype.kind in "iu" and not want.ndim:
        have = have.astype(int)  # One truth value counts as 0 or 1, in Python's own arithmetic too.
    if _family(want) != _family(have):
        message = f"Expected {_family(want)}, got {_family(have)} ({have.dtype})."
        return Difference("dtype", path, want, have, message)
    if want.dtype.kind in "bU":
        return _first(want != have, "value", want, have, path)
    return _close(want, have, tolerance, path)


def _array_of(number: Any) -> Array:
    """An array of numbers; an integer beyond 64 bits, which NumPy would box, as a float."""
    if isinstance(number, int) and abs(number) >= 2**63:
        return np.asarray(
            float(number) if abs(number) < 10**300 else math.copysign(math.inf, number)
        )
    return np.asarray(number)


def _as_array(got: list[Any] | tuple[Any, ...]) -> Any:
    try:
        array = np.array(got)
    except ValueError:
        return got
    return array if array.dtype.kind in "biufc" else got


def _family(array: Array) -> str:
    families = {"b": "True or False", "c": "complex numbers", "U": "text"}
    return families.get(array.dtype.kind, "numbers")


def _wrong_shape(want: Array, have: Array, path: str) -> Difference:
    message = f"Expected {name_of(want)}, got {name_of(have)}."
    return Difference("shape", path, want, have, message)


def _close(want: Array, have: Array, tolerance: Tolerance, path: str) -> Difference | None:
    rtol, atol = tolerance.rtol, tolerance.atol
    if np.float32 in (want.dtype, have.dtype):
        scale = float(np.max(np.abs(want), initial=0.0, where=np.isfinite(want)))
        rtol, atol = max(rtol, _SINGLE_RTOL), max(atol, _SINGLE_ATOL * scale)
    with np.errstate(all="ignore"):
        wide = np.result_type(want.dtype, have.dtype, np.float64)
        want, have = want.astype(wide), have.astype(wide)
        lost = np.isfinite(want) & ~np.isfinite(have)
        if lost.any():
            return _first(lost, "finite", want, have, path)
        return _first(
            ~np.isclose(have, want, rtol=rtol, atol=atol, equal_nan=True),
            "value",
            want,
            have,
            path,
        )


def _first(wrong: Array, stage: Stage, want: Array, have: Array, path: str) -> Difference | None:
    """The first of the elements marked wrong, and how many there are."""
    if not wrong.any():
        return None
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    message = f"Expected {shorten(want[index])}, got {shorten(have[index])}"
    if want.ndim:
        share = f"{int(wrong.sum())} of {wrong.size} elements differ"
        message += f" at index [{', '.join(map(str, index))}]; {share}"
    return Difference(stage, path, want, have, f"{message}.", index)
