"""The figure of the class report, with the text for those who cannot see it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from itertools import count

import numpy as np

from course_utils.grading.report.states import number
from course_utils.grading.report.statistics import ClassStatistics

#: With fewer students their points are listed instead; and so many bars at most.
_FEWEST, _MOST_BARS = 8, 25


@dataclass(frozen=True)
class Drawn:
    """A figure as a page embeds it: its data URI, its text, its width in pixels."""

    source: str
    alt: str
    width: int


def distribution(overall: ClassStatistics) -> Drawn | None:
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
    return Drawn(f"data:image/png;base64,{picture}", alt, round(fig.get_figwidth() * 96))


def _edges(out_of: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Bars of one point, or of 2, 5, 10, ... where they would be too many.

    Each stands around its number of points, so that full marks have a bar of their own.
    """
    steps = (first * 10.0**power for power in count() for first in (1, 2, 5))
    step = next(step for step in steps if out_of / step <= _MOST_BARS)
    return (np.arange(0, np.ceil(out_of / step) + 2) - 0.5) * step
