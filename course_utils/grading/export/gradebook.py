"""grades.csv for people, grades.json for programs, and a table for the gradebook in use."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from course_utils.common.errors import CourseError
from course_utils.common.files import replacing, write
from course_utils.common.wording import listed
from course_utils.grading.export import tables
from course_utils.grading.export.tables import points, text, to_csv
from course_utils.grading.report.statistics import exercise_names
from course_utils.grading.results.results import Result, in_order, points_in_all

#: Raise this when a key of grades.json changes its meaning or goes.
VERSION = 1
FORMATS = tuple(tables.TABLES)
#: Without it Excel reads UTF-8 as the code page of the country.
BOM = "\ufeff"


def write_gradebook(
    results: Iterable[Result],
    out: Path,
    fmt: str = "",
    pages: Mapping[str, Path] | None = None,
) -> list[str]:
    """Write grades.csv and grades.json to the folder `out`, and with a format grades_FORMAT.csv.

    fmt: "moodle", "canvas" or "nbgrader", or "" for none; a table of another format that is there
    already is written anew. pages: each student's page of feedback; where the platform takes such
    pages, feedback_FORMAT.zip holds them under the names that it looks for.
    Returns notes: what a person has to know before the files are used, a sentence each.
    Raises CourseError for another format.
    """
    if fmt and fmt not in FORMATS:
        raise CourseError(f"There is no format {fmt!r}: choose one of {', '.join(FORMATS)}.")
    students = in_order(results)
    write(out / "grades.csv", BOM + to_csv(grades(students)))
    write(out / "grades.json", as_json(students))
    notes = _spelling(students)
    ids = {one.student: one.lms_id for one in students if one.lms_id}
    for one in FORMATS:
        path = out / f"grades_{one}.csv"
        if one != fmt and not path.exists():
            continue
        table, more = tables.TABLES[one](students, ids)
        write(path, to_csv(table))
        more += _feedback(students, out / f"feedback_{one}.zip", pages or {})
        notes += more + _undecided(students) if one == fmt else []
    return notes


def files(out: Path, fmt: str) -> list[Path]:
    """Return the files that `write_gradebook` would write or replace."""
    names = ["grades.csv", "grades.json"]
    for one in FORMATS:
        table, pages = f"grades_{one}.csv", f"feedback_{one}.zip"
        names += [table, pages] if one == fmt or (out / table).exists() else []
    return [out / name for name in names]


def _feedback(results: Sequence[Result], path: Path, pages: Mapping[str, Path]) -> list[str]:
    """Pack the students' pages as a platform takes them back; nothing where it does not."""
    known = [one for one in results if one.feedback and one.student in pages]
    if not known or path.stem == "feedback_nbgrader":
        path.unlink(missing_ok=True)
        return []
    with replacing(path) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in known:
            archive.write(pages[one.student], one.feedback)
    how = {
        "feedback_moodle": "'Upload multiple feedback files in a zip' in the assignment",
        "feedback_canvas": "'Upload Submissions' beside the assignment in the gradebook",
    }[path.stem]
    left = f" {len(results) - len(known)} have no place there." if len(known) < len(results) else ""
    return [f"{path.name} holds {len(known)} pages of feedback, for {how}.{left}"]


def comments(result: Result) -> str:
    """Return what a person wrote about a result, on one line."""
    said = [f"{one.exercise}: {one.comment}" for one in result.exercises if one.comment]
    return " ".join([*filter(None, [result.comment]), *said])


def grades(results: Sequence[Result]) -> list[list[str]]:
    """Return grades.csv: a row a student, a column an exercise; seconds are rounded to whole ones.

    total: after what lateness cost and what a person decided. days_late: 0 where the work came in
    time or the time is not known. A field is empty where the exercise, or nothing, was graded.
    Students' names are written so that no spreadsheet takes them for a formula, see `tables.text`;
    grades.json has them as they are.
    """
    names = exercise_names(results)
    head = ["total", "out_of", "status", "days_late", "comment", "seconds", "look"]
    rows = [["student", *map(text, names), *head]]
    for result in results:
        earned = {e.exercise: e.points for e in result.exercises if e.status != "not graded"}
        rows.append(
            [
                text(result.student),
                *(points(earned[name]) if name in earned else "" for name in names),
                points(result.points) if result.judged else "",
                points(result.out_of),
                result.status,
                str(result.days_late),
                text(comments(result)),
                str(round(result.seconds)),
                text("; ".join(result.review)),
            ]
        )
    return rows


def as_json(results: Sequence[Result]) -> str:
    """Return grades.json: everything but the notebooks, which the records hold.

    {"version": 1, "lab": "01_perceptron", "out_of": 17, "students": [{"student", "origin",
    "digest", "key", "status", "note", "look": [...], "points", "out_of", "seconds",
    "notes", "lms_id", "feedback", "handed_in", "marked_late", "graded_on", "lab_version", "seed",
    "days_late", "taken_off", "decided", "comment",
    "exercises": [{"exercise", "status", "points", "out_of", "cases": [{"case", "passed"}],
    "message", "why": [...], "mistake", "line", "seconds", "carried": [...], "decided", "comment"}
    ]}]}, in ASCII.
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
