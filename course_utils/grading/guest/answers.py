"""In the sandbox: a student's answers, kept as they were defined, and observed twice."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import numpy as np

from course_utils.exercises.exercise import Case
from course_utils.exercises.failure import Failure
from course_utils.exercises.keras_models import tried_out_with
from course_utils.exercises.observe import Observation, observe
from course_utils.grading.guest.models import comparable, packing
from course_utils.grading.guest.originals import COMMON
from course_utils.grading.protocol.endings import INCONSISTENT

#: What is copied of an answer at most.
_ITEMS, _BYTES = 100_000, 256 * 2**20
#: A first round of cases that takes longer, in seconds, is not repeated.
_ONCE = 5.0
#: Sums of floats may differ in their last digits with where in memory they lie.
_RTOL, _ATOL = 1e-5, 1e-8
_SEED = 0
_modules, _clock = sys.modules, time.monotonic
_Models = Callable[[], AbstractContextManager[None]]


def keep(value: Any) -> Any:
    """Return a copy of arrays, lists, tuples and dicts, nested ones too; anything else as it is.

    Whatever is too large or too deeply nested to copy is kept as it is as well.
    """
    try:
        return _Copier().copy(value)
    except (_TooMuch, RecursionError, MemoryError):
        return value


class _TooMuch(Exception):
    pass


class _Copier:
    def __init__(self) -> None:
        self._items, self._bytes = _ITEMS, _BYTES

    def copy(self, value: Any) -> Any:
        self._items -= 1
        if type(value) is np.ndarray:
            self._bytes -= value.nbytes
        if self._items < 0 or self._bytes < 0:
            raise _TooMuch
        # Exact types: a subclass may have a copy of its own.
        if type(value) is np.ndarray:
            return value.copy()
        if type(value) is list:
            return [self.copy(item) for item in value]
        if type(value) is tuple:
            return tuple(self.copy(item) for item in value)
        if type(value) is dict:
            return {key: self.copy(item) for key, item in value.items()}
        return value


def reset_seeds() -> None:
    """Put the global random generators into one known state."""
    random.seed(_SEED)
    np.random.seed(_SEED)
    if "keras" in _modules:
        _modules["keras"].utils.set_random_seed(_SEED)


def observe_cases(
    answer: Any, cases: list[Case], twice: bool, facts_seed: int | None
) -> list[Observation]:
    """Observe every case; then, unless that took long, again in reverse order.

    facts_seed: models are packed, or where a seed is given, represented by their facts.
    """
    models: _Models = packing if facts_seed is None else partial(tried_out_with, facts_seed)
    began = _clock()
    first = [_observe(answer, case, models) for case in cases]
    if not twice or _clock() - began > _ONCE:
        return first
    for position in reversed(range(len(cases))):
        again = _observe(answer, cases[position], models)
        if not _agree(first[position], again):
            text = "It answered differently when it was asked a second time."
            first[position] = Observation(again.kind, error=Failure(INCONSISTENT, text))
    return first


def _observe(answer: Any, case: Case, models: _Models) -> Observation:
    COMMON.restore()
    reset_seeds()
    with models():
        return observe(answer, case)


def _agree(first: Observation, second: Observation) -> bool:
    """Whether two observations of one case are the same, up to the last digits of floats.

    What was printed and warned may differ (a warning shows once), and so may an error's text.
    """
    if first.kind != second.kind or (first.error is None) != (second.error is None):
        return False
    if first.error is not None and second.error is not None:
        return first.error.kind == second.error.kind
    values = comparable(first.value), comparable(second.value)
    others = (first.changed, second.changed), (first.shared, second.shared)
    return _same(*values) and all(_same(*pair) for pair in others)


def _same(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        if a.shape != b.shape or a.dtype != b.dtype:
            return False
        return _close(a, b) if a.dtype.kind in "fc" else bool(np.array_equal(a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, (float, complex)):
        return _close(a, b)
    return bool(a == b)


def _close(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=_RTOL, atol=_ATOL, equal_nan=True))
