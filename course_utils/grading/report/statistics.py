"""What a class's results say of the exercises and of the test as a whole.

Item analysis of classical test theory: L. Crocker and J. Algina, Introduction to Classical and
Modern Test Theory, 1986, chapters 7 and 14.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]

from course_utils.grading.report.states import reasons
from course_utils.grading.results.results import ExerciseResult, Result, points_in_all

#: A correlation over fewer students than this says more about chance than about the exercise: its
#: standard error is about 1 / sqrt(students).
FEWEST = 10

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Correlation:
    """A correlation over `students`, with the ends of its 95 % confidence interval."""

    r: float
    low: float
    high: float
    students: int


@dataclass(frozen=True)
class ExerciseStatistics:
    """What the class did with one exercise.

    judged: students whose answer, or its absence, was judged; attempted, right: how many of them.
    mean: of the judged, the mean share of the points, the p of test theory, from 0 to 1.
    difficulty: 1 - mean. discrimination: see `exercise_statistics`. Each is None where it is not
    defined; `unknown` then says why there is no discrimination, in words.
    reasons: why points were lost, a sentence of the check with its count, the commonest first.
    statuses: how many students in each state. seconds: median time of observing the answer.
    """

    exercise: str
    out_of: float
    judged: int
    attempted: int
    right: int
    mean: float | None
    difficulty: float | None
    discrimination: Correlation | None
    unknown: str
    reasons: tuple[tuple[str, int], ...]
    statuses: Mapping[str, int]
    seconds: float | None


@dataclass(frozen=True)
class ClassStatistics:
    """What the class did as a whole.

    submissions: all. points: of those that were graded to the end, in ascending order. quartiles:
    25 %, 50 %, 75 % of the points. alpha: see `cronbach_alpha`. Each is None where it is not
    defined; `no_alpha` then says why, in words. seconds: of all, in ascending order.
    """

    submissions: int
    statuses: Mapping[str, int]
    out_of: float
    points: tuple[float, ...]
    mean: float | None
    quartiles: tuple[float, float, float] | None
    alpha: float | None
    no_alpha: str
    seconds: tuple[float, ...]


def exercise_statistics(results: Sequence[Result]) -> list[ExerciseStatistics]:
    """Return the statistics of each exercise, in the lab's order.

    Discrimination is the corrected item-total correlation: Pearson's correlation between the points
    of an exercise and the points of all others, so that an exercise is not correlated with itself
    (S. Henrysson, Correction of item-total correlations in item analysis, Psychometrika 28, 1963).
    It takes every submission that was graded to the end. It is None with fewer than `FEWEST` of
    them and where either side is the same for everyone.
    """
    names = exercise_names(results)
    table = points_table(results, names)
    return [_exercise(results, name, table, column) for column, name in enumerate(names)]


def class_statistics(results: Sequence[Result]) -> ClassStatistics:
    """Return the statistics of the class."""
    graded = np.sort([result.points for result in results if result.status == "graded"])
    alpha, no_alpha = cronbach_alpha(points_table(results, exercise_names(results)))
    return ClassStatistics(
        submissions=len(results),
        statuses=Counter(result.status for result in results),
        out_of=points_in_all(results),
        points=tuple(map(float, graded)),
        mean=float(graded.mean()) if graded.size else None,
        quartiles=_quartiles(graded) if graded.size else None,
        alpha=alpha,
        no_alpha=no_alpha,
        seconds=tuple(sorted(result.seconds for result in results)),
    )


def exercise_names(results: Sequence[Result]) -> list[str]:
    """Return the names of all exercises in the lab's order."""
    ordered = sorted(results, key=lambda result: (-len(result.exercises), result.student))
    return list(dict.fromkeys(one.exercise for result in ordered for one in result.exercises))


def points_table(results: Sequence[Result], names: Sequence[str]) -> Points:
    """Return the points (students, exercises) of the submissions that were graded to the end."""
    rows = []
    for result in results:
        found = {one.exercise: one for one in result.exercises if one.status != "not graded"}
        if result.status == "graded" and all(name in found for name in names):
            rows.append([found[name].points for name in names])
    return np.array(rows, dtype=float).reshape(len(rows), len(names))


def cronbach_alpha(table: Points) -> tuple[float | None, str]:
    """Return Cronbach's alpha of a table of points (students, exercises), or None and why not.

    alpha = k / (k - 1) (1 - sum of the exercises' variances / variance of the total), for k
    exercises (L. J. Cronbach, Coefficient alpha and the internal structure of tests,
    Psychometrika 16, 1951, equation 2). At most 1; it can be negative.
    """
    students, k = table.shape
    if students < FEWEST:
        return None, f"fewer than {FEWEST} submissions were graded to the end"
    if k < 2:
        return None, "there is one exercise only"
    totals = table.sum(axis=1)
    if _constant(totals):
        return None, "everyone has the same points"
    ratio = table.var(axis=0, ddof=1).sum() / totals.var(ddof=1)
    return float(k / (k - 1) * (1 - ratio)), ""


def _exercise(
    results: Sequence[Result], name: str, table: Points, column: int
) -> ExerciseStatistics:
    found = [one for result in results for one in result.exercises if one.exercise == name]
    judged = [one for one in found if one.status != "not graded"]
    shares = [one.points / one.out_of for one in judged if one.out_of > 0]
    mean = float(np.mean(np.sort(shares))) if shares else None
    discrimination, unknown = _discrimination(table, column)
    return ExerciseStatistics(
        exercise=name,
        out_of=max(one.out_of for one in found),
        judged=len(judged),
        attempted=sum(one.status not in {"unattempted", "missing"} for one in judged),
        right=sum(one.status == "right" for one in judged),
        mean=mean,
        difficulty=None if mean is None else 1 - mean,
        discrimination=discrimination,
        unknown=unknown,
        reasons=_reasons(judged),
        statuses=Counter(one.status for one in found),
        seconds=float(np.median([one.seconds for one in judged])) if judged else None,
    )


def _discrimination(table: Points, column: int) -> tuple[Correlation | None, str]:
    own = table[:, column]
    rest = np.delete(table, column, axis=1).sum(axis=1)
    if len(own) < FEWEST:
        return None, f"fewer than {FEWEST} submissions were graded to the end"
    if table.shape[1] < 2:
        return None, "there is no other exercise to compare with"
    if _constant(own):
        return None, "everyone has the same points here"
    if _constant(rest):
        return None, "everyone has the same points elsewhere"
    found = stats.pearsonr(own, rest)
    low, high = found.confidence_interval(0.95)
    return Correlation(float(found.statistic), float(low), float(high), len(own)), ""


def _reasons(judged: Sequence[ExerciseResult]) -> tuple[tuple[str, int], ...]:
    """The first reason of each answer that lost points, with its count."""
    counts = Counter(reasons(one)[0] for one in judged if one.status != "right" and reasons(one))
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _quartiles(values: Points) -> tuple[float, float, float]:
    low, middle, high = np.percentile(values, [25, 50, 75])
    return float(low), float(middle), float(high)


def _constant(values: Points) -> bool:
    """Whether all are the same but for rounding: sums of 1/3 differ in the last digit."""
    return bool(np.ptp(values) <= 1e-9 * max(1.0, float(np.max(np.abs(values)))))
