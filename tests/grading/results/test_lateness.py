"""Days late, and what they cost."""

from dataclasses import replace

import pytest

from course_utils.common.errors import CourseError
from course_utils.grading.results.lateness import deadline
from course_utils.grading.results.results import Result

RESULT = Result("Ada", "", "", "l", points=10.0, out_of=17.0)


@pytest.mark.parametrize(
    ("handed_in", "days", "points"),
    [
        ("2026-03-12T23:59:00", 0, 10.0),
        ("2026-03-12T23:59:01", 1, 8.0),
        ("2026-03-13T23:59:00", 1, 8.0),
        ("2026-03-14T12:00:00", 2, 6.0),
        ("2026-04-14T12:00:00", 33, 0.0),
        ("2026-03-01T12:00:00+01:00", 0, 10.0),
        ("", 0, 10.0),
    ],
)
def test_each_day_begun_costs_a_share_of_what_was_earned(
    handed_in: str, days: int, points: float
) -> None:
    got = deadline("2026-03-12 23:59", 20).apply(replace(RESULT, handed_in=handed_in))
    assert (got.days_late, got.points) == (days, points)
    assert got.taken_off == 10.0 - points


def test_without_a_penalty_it_is_only_shown() -> None:
    got = deadline("2026-03-12 23:59", 0).apply(replace(RESULT, handed_in="2026-03-14T12:00:00"))
    assert (got.days_late, got.points, got.taken_off) == (2, 10.0, 0.0)


def test_late_by_nobody_knows_how_much_is_put_before_a_person() -> None:
    marked = replace(RESULT, marked_late=True)
    assert "how late is not known" in deadline("2026-03-12", 10).apply(marked).review[0]
    assert deadline("2026-03-12", 0).apply(marked).review == []
    assert deadline("", 0).apply(marked).points == 10.0


def test_zones_are_compared_as_times() -> None:
    due = deadline("2026-03-12 12:00+00:00", 10)
    assert due.apply(replace(RESULT, handed_in="2026-03-12T13:30:00+02:00")).days_late == 0
    assert due.apply(replace(RESULT, handed_in="2026-03-12T13:30:00+01:00")).days_late == 1


@pytest.mark.parametrize(("due", "penalty"), [("tomorrow", 0.0), ("", 10.0)])
def test_what_is_no_date_is_a_sentence(due: str, penalty: float) -> None:
    with pytest.raises(CourseError, match="--due"):
        deadline(due, penalty)
