"""Whether an answer did the same thing twice."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.exercises.observe import Observation
from course_utils.grading.guest.models import comparable

#: Sums of floats may differ in their last digits with where in memory they lie.
_RTOL, _ATOL = 1e-5, 1e-8


def agree(first: Observation, second: Observation) -> bool:
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
