"""What the engine's tests share: a check of a small function, and verdicts on it."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from course_utils.exercises import Case, Exercise
from course_utils.exercises.check import Check, make_check
from course_utils.exercises.observe import observe_all
from course_utils.exercises.verdict import Verdict, judge


def check_of(
    reference: Any, cases: Callable[..., Iterable[Case]] | None = None, **more: Any
) -> Check:
    """The check of an exercise called "task" whose solution is `reference`."""
    options = {"cases": cases} if cases else {}
    return make_check("task", Exercise(points=1, **options, **more), reference)


def verdict_on(answer: Any, check: Check) -> Verdict:
    """The verdict on an answer."""
    return judge(check, observe_all(answer, check.cases))


def matrices(rng: np.random.Generator) -> Iterable[Case]:
    """Two tall matrices: rows and columns cannot be mistaken for one another."""
    yield Case("five rows", rng.normal(size=(5, 3)) + 2)
    yield Case("four rows", rng.normal(size=(4, 3)) + 2)


def squares(rng: np.random.Generator) -> Iterable[Case]:
    """Square matrices: a transposition leaves the shape as it is."""
    yield Case("three", rng.normal(size=(3, 3)))
    yield Case("four", rng.normal(size=(4, 4)))


def vectors(rng: np.random.Generator) -> Iterable[Case]:
    """Vectors of two lengths."""
    yield Case("six numbers", rng.normal(size=6))
    yield Case("seven numbers", rng.normal(size=7))
