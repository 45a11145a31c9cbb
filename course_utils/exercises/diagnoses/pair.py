"""What a diagnosis looks at: expected and got on one failing case, with the case's inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Pair:
    """The reference's and the answer's array at the place that differs, on one case.

    inputs: the case's arrays (and numbers, as arrays of shape ()). warnings: what was warned of.
    integer: whether the answer's array is of an integer type; both are floats here. right: whether
    the case passes.
    """

    expected: Array
    got: Array
    inputs: Sequence[Array]
    warnings: Sequence[str] = ()
    integer: bool = False
    right: bool = False


#: Looks at all cases together and returns the sentence that helps, or None. What it says of the
#: answer as a whole must hold on the cases that pass, too.
Diagnosis = Callable[[Sequence[Pair]], str | None]


def close(a: Array, b: Array) -> bool:
    """Whether two arrays agree in shape and, loosely, in value."""
    if a.shape != b.shape:
        return False
    with np.errstate(all="ignore"):
        return bool(np.allclose(a, b, rtol=1e-4, atol=1e-7, equal_nan=True))


def every(rule: Callable[[Pair], str | None]) -> Diagnosis:
    """Make a diagnosis of a rule for one pair: it must hold for every failing case."""

    @wraps(rule)
    def diagnosis(pairs: Sequence[Pair]) -> str | None:
        sentences = [rule(pair) for pair in failing(pairs)]
        return sentences[0] if all(sentences) else None

    return diagnosis


def failing(pairs: Sequence[Pair]) -> list[Pair]:
    """The cases that fail."""
    return [pair for pair in pairs if not pair.right]


def varied(pairs: Sequence[Pair]) -> bool:
    """Whether the expected numbers are varied enough that a relation is no coincidence."""
    numbers = np.concatenate([np.ravel(pair.expected) for pair in failing(pairs)])
    return len(np.unique(np.round(numbers.astype(complex), 9))) >= 2


def distinct(array: Array) -> int:
    """How many different numbers an array holds. Few of them fall together by chance."""
    return len(np.unique(np.round(array, 9)))


def same_shape(pairs: Sequence[Pair]) -> bool:
    """Whether expected and got agree in shape on every failing case."""
    return all(pair.expected.shape == pair.got.shape for pair in pairs)
