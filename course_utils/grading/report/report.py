"""The class report: what an instructor reads first, on one page, with one figure."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from course_utils.grading.report.likeness import MOST, Pair
from course_utils.grading.report.page import render
from course_utils.grading.report.states import late, number, signed
from course_utils.grading.report.statistics import (
    FEWEST,
    ClassStatistics,
    ExerciseStatistics,
    class_statistics,
    exercise_statistics,
)
from course_utils.grading.results.results import Result, in_order

#: Of more students than this the mistakes of two or more are named; and so many mistakes at most.
_SMALL_CLASS, _MOST_MISTAKES = 5, 10
#: Students in the table of the slowest.
_SLOWEST = 5
#: Right among those who tried: fewer than this share make one ask whether it can be solved.
_HARDLY_ANYONE = 0.1
#: An exercise whose discrimination may as well be this is not doubted for a negative one.
_GOOD = 0.3
#: Ways to end that come before others in the list of those who need a look.
_URGENT = ("tampered", "crashed", "timed out", "flooded", "not graded", "unreadable", "wrong lab")

#: With fewer students their points are listed instead; and so many bars at most.
_FEWEST, _MOST_BARS = 8, 25


@dataclass(frozen=True)
class Mistake:
    """A reason for which points were lost: in which exercise, by how many of how many."""

    exercise: str
    sentence: str
    count: int
    of: int


@dataclass(frozen=True)
class Doubt:
    """An exercise that may be at fault itself, and what makes one think so."""

    exercise: str
    sentence: str


@dataclass(frozen=True)
class Change:
    """What a student has now and had at the last grading; None for somebody new."""

    student: str
    before: float | None
    now: float


@dataclass(frozen=True)
class About:
    """What a report says besides the results.

    before: the points of the last grading, by student; None where there was none. pairs: see
    `likeness`. absent, strangers: of the roster, see Found. waiting: how many decisions of a person
    are open. settings: the version of the lab, the seed, in words. entries: what became of each
    file and folder that was found, by its name.
    """

    before: Mapping[str, float] | None = None
    pairs: Sequence[Pair] = ()
    absent: Sequence[str] = ()
    strangers: Sequence[str] = ()
    waiting: int = 0
    settings: str = ""
    entries: Mapping[str, str] = field(default_factory=dict)


def likeness_page(pairs: Sequence[Pair], title: str) -> str:
    """Return the page that shows answers that are alike side by side."""
    left_out = max(0, len(pairs) - MOST)
    return render("likeness.html.j2", title=title, pairs=pairs[:MOST], left_out=left_out)


def class_report(
    results: Iterable[Result],
    title: str,
    page_of: Callable[[Result], str] | None = None,
    about: About | None = None,
) -> str:
    """Return the class report: one HTML page that needs nothing else.

    title: of the lab, "Lab 1: The perceptron". page_of: the address of a student's page of
    feedback, seen from the report; None where there are no pages.
    """
    about = about or About()
    ordered = in_order(results)
    overall, exercises = class_statistics(ordered), exercise_statistics(ordered)
    return render(
        "report.html.j2",
        title=title,
        link=page_of or (lambda result: ""),
        review=_for_review(ordered),
        overall=overall,
        figure=distribution(overall),
        exercises=_hardest_first(exercises),
        mistakes=_mistakes(exercises, len(ordered)),
        doubts=_doubts(exercises),
        entries=about.entries,
        slowest=sorted(ordered, key=lambda result: -result.seconds)[:_SLOWEST],
        about=about,
        changes=_changes(ordered, about.before),
        late=[result for result in ordered if late(result)],
    )


def _changes(results: Sequence[Result], before: Mapping[str, float] | None) -> list[Change]:
    if before is None:
        return []
    now = [Change(one.student, before.get(one.student), one.points) for one in results]
    return [one for one in now if one.before is None or abs(one.before - one.now) > 1e-9]


def _for_review(results: Sequence[Result]) -> list[Result]:
    def urgency(result: Result) -> int:
        return _URGENT.index(result.status) if result.status in _URGENT else len(_URGENT)

    return sorted((result for result in results if result.review), key=urgency)


def _hardest_first(exercises: Sequence[ExerciseStatistics]) -> list[ExerciseStatistics]:
    def key(one: ExerciseStatistics) -> float:
        return -1.0 if one.difficulty is None else one.difficulty

    return sorted(exercises, key=key, reverse=True)


def _mistakes(exercises: Sequence[ExerciseStatistics], students: int) -> list[Mistake]:
    found = [
        Mistake(one.exercise, sentence, count, one.judged)
        for one in exercises
        for sentence, count in one.reasons
        if count > 1 or students <= _SMALL_CLASS
    ]
    return sorted(found, key=lambda mistake: -mistake.count)[:_MOST_MISTAKES]


def _doubts(exercises: Sequence[ExerciseStatistics]) -> list[Doubt]:
    return [
        Doubt(one.exercise, sentence)
        for one in exercises
        for sentence in (_hardly_solved(one), _turned_round(one))
        if sentence
    ]


def _hardly_solved(one: ExerciseStatistics) -> str:
    if one.attempted < FEWEST or one.right > _HARDLY_ANYONE * one.attempted:
        return ""
    who = {0: "nobody", 1: "one"}.get(one.right, str(one.right))
    verb = "is" if one.right < 2 else "are"
    return (
        f"Of {one.attempted} who tried, {who} {verb} right. It may be hard; or its text, or its "
        "check, may ask for what nobody could know. Read three answers that seem good."
    )


def _turned_round(one: ExerciseStatistics) -> str:
    found = one.discrimination
    if found is None or found.r >= 0 or found.high >= _GOOD:
        return ""
    chance = " The interval reaches above 0, so this may be chance." if found.high > 0 else ""
    return (
        "Those who have more points elsewhere have fewer here: the discrimination is "
        f"{signed(found.r)} (95 % interval {signed(found.low)} to {signed(found.high)}).{chance} "
        "Look whether its text can be read in two ways, and whether its check refuses good answers."
    )


@dataclass(frozen=True)
class Figure:
    """A figure as a page embeds it: its data URI, its text, its width in pixels."""

    source: str
    alt: str
    width: int


def distribution(overall: ClassStatistics) -> Figure | None:
    """Return the histogram of the class's points, or None for too few students to draw one."""
    if len(overall.points) < _FEWEST or overall.quartiles is None or overall.out_of <= 0:
        return None
    from course_utils import plots

    counts, edges = np.histogram(overall.points, _edges(overall.out_of))
    low, median, high = overall.quartiles
    fig, ax = plots.figure(width=7.0, height=2.6)
    ax.bar(
        edges[:-1],
        counts,
        width=np.diff(edges),
        align="edge",
        color=plots.PALETTE["sky"],
        edgecolor="white",
    )
    ax.axvspan(low, high, color=plots.PALETTE["orange"], alpha=0.2, label="middle half", zorder=0)
    ax.axvline(median, color=plots.PALETTE["vermillion"], label=f"median {number(median)}")
    ax.set(xlabel=f"points of {number(overall.out_of)}", ylabel="students", xlim=edges[[0, -1]])
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.legend(loc="upper left")
    fullest = int(np.argmax(counts))
    alt = (
        f"Histogram of the points of {len(overall.points)} students, from "
        f"{number(overall.points[0])} to {number(overall.points[-1])} of {number(overall.out_of)}. "
        f"The median is {number(median)}, the middle half lies between {number(low)} and "
        f"{number(high)}. The highest bar, {counts[fullest]} students, stands between "
        f"{number(edges[fullest])} and {number(edges[fullest + 1])} points."
    )
    picture = base64.b64encode(plots.png(fig)).decode("ascii")
    return Figure(f"data:image/png;base64,{picture}", alt, round(fig.get_figwidth() * 96))


def _edges(out_of: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Bars of one point, or of 2, 5, 10, ... where they would be too many.

    Each stands around its number of points, so that full marks have a bar of their own.
    """
    steps = (first * 10.0**power for power in count() for first in (1, 2, 5))
    step = next(step for step in steps if out_of / step <= _MOST_BARS)
    return (np.arange(0, np.ceil(out_of / step) + 2) - 0.5) * step
