"""grades.csv for people, grades.json for programs, and a table for the gradebook in use."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from course_utils.common.errors import CourseError
from course_utils.common.files import write
from course_utils.common.wording import listed
from course_utils.grading.export import tables
from course_utils.grading.export.tables import points, text, to_csv
from course_utils.grading.report.statistics import exercise_names
from course_utils.grading.results.results import Result, in_order, points_in_all

#: Raise this when a key of grades.json changes its meaning or goes.
VERSION = 1
FORMATS = tuple(tables.TABLES)


def write_gradebook(
    results: Iterable[Result], out: Path, fmt: str = "", ids: Mapping[str, str] | None = None
) -> list[str]:
    """Write grades.csv and grades.json to the folder `out`, and with a format grades_FORMAT.csv.

    fmt: "moodle", "canvas" or "nbgrader", or "" for none. ids: the number that the system knows
    a student by, of those whose number is known.
    Returns notes: what a person has to know before the files are used, a sentence each.
    Raises CourseError for another format.
    """
    if fmt and fmt not in FORMATS:
        raise CourseError(f"There is no format {fmt!r}: choose one of {', '.join(FORMATS)}.")
    students = in_order(results)
    write(out / "grades.csv", to_csv(grades(students)))
    write(out / "grades.json", as_json(students))
    notes = _spelling(students)
    if fmt:
        table, more = tables.TABLES[fmt](students, ids or {})
        write(out / f"grades_{fmt}.csv", to_csv(table))
        notes += more + _undecided(students)
    return notes


def grades(results: Sequence[Result]) -> list[list[str]]:
    """Return grades.csv: a row a student, a column an exercise; seconds are rounded to whole ones.

    A field is empty where the exercise was not graded. Students' names are written so that no
    spreadsheet takes them for a formula, see `tables.text`; grades.json has them as they are.
    """
    names = exercise_names(results)
    rows = [["student", *map(text, names), "total", "out_of", "status", "seconds", "look"]]
    for result in results:
        earned = {e.exercise: e.points for e in result.exercises if e.status != "not graded"}
        rows.append(
            [
                text(result.student),
                *(points(earned[name]) if name in earned else "" for name in names),
                points(result.points),
                points(result.out_of),
                result.status,
                str(round(result.seconds)),
                text("; ".join(result.review)),
            ]
        )
    return rows


def as_json(results: Sequence[Result]) -> str:
    """Return grades.json: everything but the notebooks, which the records hold.

    {"version": 1, "lab": "01_perceptron", "out_of": 17, "students": [{"student", "origin",
    "digest", "key", "status", "note", "look": [...], "points", "out_of", "seconds",
    "exercises": [{"exercise", "status", "points", "out_of", "cases": [{"case", "passed"}],
    "message", "why": [...], "mistake", "line", "seconds", "carried": [...]}]}]}, in ASCII.
    """
    data = {
        "version": VERSION,
        "lab": results[0].lab if results else "",
        "out_of": points_in_all(results),
        "students": [_student(result) for result in results],
    }
    return json.dumps(data, indent=1) + "\n"


def _student(result: Result) -> dict[str, Any]:
    data = result.to_data()
    del data["notebook"], data["lab"]
    for exercise in data["exercises"]:
        cases = exercise.pop("passed")
        exercise["cases"] = [{"case": name, "passed": right} for name, right in cases]
    return data


def _spelling(results: Sequence[Result]) -> list[str]:
    changed = [text(r.student) for r in results if text(r.student) != r.student]
    if not changed:
        return []
    return [
        f"In the CSV files a name that a spreadsheet could take for a formula has an apostrophe in "
        f"front, and what is no character is replaced ({listed(changed)}); grades.json has all "
        "names as they are."
    ]


def _undecided(results: Sequence[Result]) -> list[str]:
    review = [text(result.student) for result in results if result.review]
    if not review:
        return []
    return [
        f"Before you upload: {len(review)} of {len(results)} submissions need a human look "
        f"({listed(review)}); the file has what they earned so far."
    ]
