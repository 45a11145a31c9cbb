"""The headings of exercises, such as ### Exercise 1: `heaviside` (1 point, 5 minutes, easy)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from course_utils.authoring.listing import Listed
from course_utils.authoring.source import LabSource

FORM = "### Exercise 1: `name` (2 points, 10 minutes, easy|medium|hard)"
_EXACT = re.compile(
    r"### Exercise (\d+): `(\w+)` "
    r"\((1 point|(?!1 )[\d.]+ points), (1 minute|(?!1 )\d+ minutes), (?:easy|medium|hard)\)"
)
_ALMOST = re.compile(r"#+\s*Exercise\s+\d", re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    """One exercise's heading, its line in the file and its cell's place in the lab."""

    number: int
    name: str
    points: float
    line: int
    cell: int


def problems(lab: LabSource, exercises: list[Listed]) -> list[str]:
    """Return what is wrong with the lab's headings: form, numbers, names, points, places."""
    headings, found = _read(lab)
    points = {exercise.name: exercise.points for exercise in exercises}
    for number, heading in enumerate(headings, 1):
        place = lab.where(heading.line)
        if heading.number != number:
            found.append(f"{place}: this is exercise {number} of the lab, not {heading.number}.")
        expected = points.get(heading.name)
        if expected is not None and expected != heading.points:
            found.append(
                f"{place}: exercises.py gives exercise {heading.name} {expected:g} points, "
                f"not {heading.points:g}."
            )
    return found + _places(lab, headings, points)


def titles(lab: LabSource) -> dict[str, str]:
    """Return each exercise's heading in short, "Exercise 3: logistic", by its name."""
    return {one.name: f"Exercise {one.number}: {one.name}" for one in _read(lab)[0]}


def _places(lab: LabSource, headings: list[Heading], points: dict[str, float | None]) -> list[str]:
    """Every check stands below the heading of its exercise, and above the next one."""
    found = []
    checked: set[str] = set()
    for index, cell in enumerate(lab.cells):
        for check in cell.checks:
            checked.add(check.name)
            above = [heading for heading in headings if heading.cell < index]
            if not above or above[-1].name != check.name:
                what = f"{above[-1].name}'s" if above else "no exercise's"
                found.append(
                    f"{lab.where(check.line)}: the check of {check.name} stands below {what} "
                    f"heading; put its own above it, in the form {FORM}."
                )
    for heading in headings:
        # `verify` says so of the exercises that exercises.py defines.
        if heading.name not in checked and heading.name not in points:
            found.append(
                f"{lab.where(heading.line)}: no cell checks exercise {heading.name}; "
                f'end its code cell with lab.check("{heading.name}", ...).'
            )
    return found


def _read(lab: LabSource) -> tuple[list[Heading], list[str]]:
    headings, found = [], []
    for index, cell in enumerate(lab.cells):
        if cell.kind != "markdown":
            continue
        for line, text in enumerate(cell.source.splitlines(), cell.line):
            exact = _EXACT.fullmatch(text.rstrip())
            if exact:
                number, name, points = exact[1], exact[2], exact[3].split()[0]
                headings.append(Heading(int(number), name, float(points), line, index))
            elif _ALMOST.match(text):
                found.append(
                    f"{lab.where(line)}: the heading of an exercise has the form {FORM}, "
                    "with 1 point and 1 minute in the singular."
                )
    return headings, found
