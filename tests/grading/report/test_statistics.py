"""What the class's results say of the exercises: known values, bounds, invariants, no nonsense."""

from __future__ import annotations

import dataclasses
from itertools import zip_longest
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.report.statistics import (
    FEWEST,
    class_statistics,
    cronbach_alpha,
    exercise_statistics,
)
from course_utils.grading.results.results import ExerciseResult, ExerciseStatus, Result, Status
from tests.support import made_up_class

pytestmark = pytest.mark.filterwarnings("error")


def answer(name: str, points: float, out_of: float = 2.0, status: Any = "") -> ExerciseResult:
    state: ExerciseStatus = "right" if points == out_of else "wrong"
    result = ExerciseResult(name, state, points, out_of)
    return dataclasses.replace(result, status=status) if status else result


def student(name: str, *earned: float, status: Status = "graded") -> Result:
    answers = [answer(f"e{i}", points) for i, points in enumerate(earned)]
    total = sum(earned)
    return Result(name, "", "", "01_x", status=status, points=total, exercises=answers)


def class_of(table: list[list[float]]) -> list[Result]:
    return [student(f"s{i}", *row) for i, row in enumerate(table)]


def tables(most: int = 30) -> st.SearchStrategy[list[list[float]]]:
    points = st.sampled_from([0.0, 0.5, 2 / 3, 1.0, 2.0])
    widths = st.integers(1, 5)
    return widths.flatmap(
        lambda n: st.lists(st.lists(points, min_size=n, max_size=n), max_size=most)
    )


#: Ten students, three exercises; e2 is solved by those who are bad at the others.
TABLE = [[2.0, 2, 0]] * 4 + [[2.0, 1, 0]] * 2 + [[0.0, 1, 1]] + [[0.0, 0, 2]] * 3


def test_discrimination_is_the_correlation_with_the_points_elsewhere() -> None:
    table = np.array(TABLE)
    for column, one in enumerate(exercise_statistics(class_of(TABLE))):
        rest = table.sum(axis=1) - table[:, column]
        assert one.discrimination is not None
        assert one.discrimination.r == pytest.approx(np.corrcoef(table[:, column], rest)[0, 1])
        assert one.discrimination.students == 10
    assert exercise_statistics(class_of(TABLE))[2].discrimination.r < -0.9  # type: ignore[union-attr]


def test_an_exercise_that_repeats_the_others_discriminates_perfectly() -> None:
    table = [[float(i % 3), float(i % 3)] for i in range(12)]
    for one in exercise_statistics(class_of(table)):
        assert one.discrimination is not None
        assert one.discrimination.r == pytest.approx(1)
        assert one.discrimination.low <= 1 <= one.discrimination.high + 1e-9


def test_counts_means_and_difficulty_are_those_of_the_judged() -> None:
    results = class_of([[2.0], [1.0], [0.0]])
    for status in ("unattempted", "missing", "waiting", "error", "not graded"):
        results.append(Result(status, "", "", "x", exercises=[answer("e0", 0.0, status=status)]))
    (one,) = exercise_statistics(results)
    assert (one.judged, one.attempted, one.right) == (7, 5, 1)
    assert one.mean == pytest.approx((1 + 0.5) / 7)
    assert one.difficulty == pytest.approx(1 - 1.5 / 7)
    assert one.statuses["not graded"] == 1


def test_alpha_of_a_table_worked_by_hand() -> None:
    # Variances 1 and 0.25 over half of the students each, total 2.25: 2 (1 - 1.25 / 2.25) = 8 / 9.
    table = np.array([[2.0, 1.0], [0.0, 0.0]] * 6)
    alpha, why = cronbach_alpha(table)
    assert alpha == pytest.approx(8 / 9)
    assert why == ""


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (np.zeros((FEWEST - 1, 3)), "fewer than 10"),
        (np.arange(12.0).reshape(12, 1), "one exercise only"),
        (np.array([[1.0, 2.0], [2.0, 1.0]] * 6), "same points"),
    ],
)
def test_alpha_that_is_not_defined_says_why(table: np.ndarray, why: str) -> None:
    alpha, said = cronbach_alpha(table)
    assert alpha is None
    assert why in said


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ([[1.0, 2.0]] * 3, "fewer than 10"),
        ([[float(i % 3)] for i in range(12)], "no other exercise"),
        ([[1.0, float(i % 3)] for i in range(12)], "same points here"),
        ([[float(i % 3), 1.0] for i in range(12)], "same points elsewhere"),
        ([[float(i % 3), 1 / 3, 1 / 3, 1 / 3] for i in range(12)], "same points elsewhere"),
    ],
)
def test_a_discrimination_that_is_not_defined_says_why(table: list[list[float]], why: str) -> None:
    one = exercise_statistics(class_of(table))[0]
    assert one.discrimination is None
    assert why in one.unknown


def test_only_what_was_graded_to_the_end_is_correlated_and_ranked() -> None:
    results = class_of(TABLE)
    broken = [student(f"t{i}", 0, 2, 2, status="timed out") for i in range(20)]
    half = student("u", 2, 2, 2)
    half.exercises[1].status = "not graded"
    for before, after in zip(
        exercise_statistics(results), exercise_statistics([*results, *broken, half]), strict=True
    ):
        assert after.discrimination == before.discrimination
        assert after.judged > before.judged
    assert class_statistics([*results, *broken]).points == class_statistics(results).points


def test_reasons_are_counted_by_the_named_mistake_else_by_the_first_reason() -> None:
    named = dataclasses.replace(answer("e0", 0), mistake="Sum, not mean.", why=["Sum, not mean."])
    guessed = dataclasses.replace(answer("e0", 1), why=["It is transposed.", "More."])
    silent, right = answer("e0", 0), dataclasses.replace(answer("e0", 2), why=["No."])
    answers = [guessed, named, silent, right, named]
    results = [Result(str(i), "", "", "x", exercises=[a]) for i, a in enumerate(answers)]
    (one,) = exercise_statistics(results)
    assert one.reasons == (("Sum, not mean.", 2), ("It is transposed.", 1))


def test_quartiles_mean_and_order_of_the_class() -> None:
    overall = class_statistics(class_of([[4.0], [0.0], [1.0], [3.0], [2.0]]))
    assert overall.points == (0, 1, 2, 3, 4)
    assert overall.quartiles == (1, 2, 3)
    assert overall.mean == 2


def test_nobody_and_nothing_give_no_numbers() -> None:
    assert exercise_statistics([]) == []
    overall = class_statistics([])
    assert (overall.mean, overall.quartiles, overall.alpha) == (None, None, None)
    unread = Result("a", "", "", "x", status="unreadable")
    assert exercise_statistics([unread]) == []
    assert class_statistics([unread]).points == ()


@given(tables())
def test_every_number_is_within_its_bounds(table: list[list[float]]) -> None:
    for one in exercise_statistics(class_of(table)):
        assert 0 <= one.right <= one.attempted <= one.judged == len(table)
        assert one.mean is not None and 0 <= one.mean <= 1
        if one.discrimination is None:
            assert one.unknown
        else:
            found = one.discrimination
            assert -1 - 1e-9 <= found.low <= found.r + 1e-9
            assert found.r - 1e-9 <= found.high <= 1 + 1e-9
    overall = class_statistics(class_of(table))
    if overall.alpha is not None:
        assert overall.alpha <= 1 + 1e-9
    if overall.quartiles:
        low, middle, high = overall.quartiles
        assert overall.points[0] <= low <= middle <= high <= overall.points[-1]


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_students_changes_nothing(table: list[list[float]], random: Random) -> None:
    results = class_of(table)
    shuffled = results.copy()
    random.shuffle(shuffled)
    for one, other in zip(exercise_statistics(results), exercise_statistics(shuffled), strict=True):
        assert_same(one, other)
    assert_same(class_statistics(results), class_statistics(shuffled))


@given(tables())
def test_an_exercise_that_all_solve_changes_nothing_for_the_others(
    table: list[list[float]],
) -> None:
    easier = class_of([[*row, 2.0] for row in table])
    before, after = exercise_statistics(class_of(table)), exercise_statistics(easier)
    if len(before) > 1:
        for one, other in zip_longest(before, after[:-1]):
            assert_same(one, other)
    assert all(one.discrimination is None for one in after[-1:])


def test_a_class_of_200_has_sensible_statistics() -> None:
    results = made_up_class.students(200)
    exercises = exercise_statistics(results)
    assert [one.exercise for one in exercises] == [c.name for c in made_up_class.checks()]
    assert all(one.discrimination and one.discrimination.r > 0.1 for one in exercises)
    alpha = class_statistics(results).alpha
    assert alpha is not None and 0.5 < alpha < 0.9


def assert_same(one: object, other: object) -> None:
    """Equal, but for rounding in the last digits."""
    if dataclasses.is_dataclass(one) and dataclasses.is_dataclass(other):
        for key in dataclasses.fields(one):
            assert_same(getattr(one, key.name), getattr(other, key.name))
    elif isinstance(one, float):
        assert one == pytest.approx(other, abs=1e-6)
    elif isinstance(one, tuple) and isinstance(other, tuple):
        for pair in zip_longest(one, other):
            assert_same(*pair)
    else:
        assert one == other
