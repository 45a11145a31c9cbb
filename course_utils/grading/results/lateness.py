"""Work that was handed in after the end: days begun, and what they cost where that is asked."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from course_utils.common.errors import CourseError
from course_utils.grading.results.results import Result


@dataclass(frozen=True)
class Deadline:
    """due: the last moment, in the machine's own time zone unless it names one; None for none.

    penalty: per cent of the earned points that each day begun after it costs.
    """

    due: datetime | None = None
    penalty: float = 0.0

    def apply(self, result: Result) -> Result:
        """Return a result with its days late and what they cost.

        The points are the exercises' sum before.
        """
        if not result.handed_in or self.due is None:
            return self._unknown(result)
        over = _local(datetime.fromisoformat(result.handed_in)) - _local(self.due)
        days = max(0, math.ceil(over / timedelta(days=1)))
        cost = result.points * min(1.0, days * self.penalty / 100)
        return replace(result, days_late=days, taken_off=cost, points=result.points - cost)

    def _unknown(self, result: Result) -> Result:
        if not self.penalty or not result.marked_late:
            return result
        why = "It was handed in late; how late is not known, so nothing was taken off."
        return replace(result, review=[*result.review, why])


def deadline(due: str, penalty: float) -> Deadline:
    """Read the end of an assignment, ISO 8601: "2026-03-12 23:59". Raises CourseError."""
    if not due:
        if penalty:
            raise CourseError("--penalty needs --due: say when the work had to be handed in.")
        return Deadline()
    try:
        return Deadline(datetime.fromisoformat(due), penalty)
    except ValueError:
        raise CourseError(
            f"--due {due!r} is no date: write it as 2026-03-12 23:59, with +01:00 behind it where "
            "the platform's time is not this machine's."
        ) from None


def without_a_time(results: Iterable[Result]) -> list[str]:
    """The students of whom nobody knows when they handed in."""
    return [one.student for one in results if not one.handed_in and not one.marked_late]


def _local(moment: datetime) -> datetime:
    return moment.astimezone()
