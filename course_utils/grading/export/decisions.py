"""What a person decided: OUT/decisions.csv, read by every grading and never overwritten.

Columns: student, exercise (or "total"), points, comment, why. A row with points decides; one with a
comment alone adds it; one with neither waits. The grading adds rows for what a person should look
at, at the end of the file, and changes no row that is there.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from course_utils.common.errors import CourseError
from course_utils.common.files import write
from course_utils.grading.export.tables import text
from course_utils.grading.results.results import ExerciseResult, Result

FILE, TOTAL = "decisions.csv", "total"
_ENDIAN = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
COLUMNS = ("student", "exercise", "points", "comment", "why")


@dataclass(frozen=True)
class Decision:
    """One row. points: None where it only comments. place: its line in the file."""

    points: float | None
    comment: str
    place: int


@dataclass
class Decisions:
    """The rows of a file, by student and exercise.

    known: those that are there, decided or not. notes: rows that cannot be used, in sentences.
    """

    path: Path
    rows: dict[tuple[str, str], Decision] = field(default_factory=dict)
    known: set[tuple[str, str]] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def exercises(self, result: Result) -> Result:
        """Return a result with the points and comments of the rows on its exercises."""
        decided = [self._exercise(result.student, one) for one in result.exercises]
        if decided == result.exercises:
            return result
        names = tuple(f"{one.exercise}:" for one in decided if one.decided)
        review = [why for why in result.review if not why.startswith(names)]
        if all(map(_done, decided)) and not all(map(_done, result.exercises)):
            review = []  # All that could not be graded has been looked at.
        points = sum(one.points for one in decided)
        return replace(result, exercises=decided, points=points, review=review)

    def total(self, result: Result) -> Result:
        """Return a result with the points and comment of the row on its total, which is final."""
        row = self.rows.get((_key(result.student), TOTAL))
        if row is None:
            return result
        if row.points is None:
            return replace(result, comment=row.comment)
        return replace(
            result, points=row.points, comment=row.comment, decided=True, review=[], taken_off=0.0
        )

    def wait_for(self, results: Sequence[Result]) -> list[tuple[str, str]]:
        """Add a row for each thing to look at that has none; return those that wait, in all."""
        asked = [(one, *wanted) for one in results for wanted in _wanted(one)]
        new = [
            [text(one.student), exercise, "", "", text(why)]
            for one, exercise, why in asked
            if (_key(one.student), exercise) not in self.known
        ]
        if new:
            self._append(new)
        decided = {key for key, row in self.rows.items() if row.points is not None}
        waiting = [(one.student, exercise) for one, exercise, _ in asked]
        return [pair for pair in waiting if (_key(pair[0]), pair[1]) not in decided]

    def unused(self, results: Sequence[Result]) -> list[str]:
        """Sentences on rows about a student or an exercise that is not there."""
        names = {_key(one.student): {e.exercise for e in one.exercises} for one in results}
        said = []
        for (student, exercise), row in self.rows.items():
            if student not in names:
                said.append(f"{FILE}, line {row.place}: no student has this name; it is not used.")
            elif exercise != TOTAL and exercise not in names[student]:
                said.append(f"{FILE}, line {row.place}: no exercise is called {exercise!r}.")
        return said

    def _exercise(self, student: str, one: ExerciseResult) -> ExerciseResult:
        row = self.rows.get((_key(student), one.exercise))
        if row is None:
            return one
        if row.points is None:
            return replace(one, comment=row.comment)
        status = one.status
        if status == "not graded":
            status = "right" if row.points >= one.out_of else "wrong"
        return replace(one, points=row.points, comment=row.comment, decided=True, status=status)

    def _append(self, rows: Sequence[Sequence[str]]) -> None:
        """Add rows in the file's own form. What a person wrote stays, byte for byte."""
        before = self.path.read_bytes() if self.path.exists() else b""
        if not before.strip():
            before = b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\n"
        coding, delimiter = _form(before)
        stream = io.StringIO()
        csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
        end = "" if before.decode(coding).endswith("\n") else "\n"
        plain = {"utf-8-sig": "utf-8", "utf-16": _ENDIAN.get(before[:2], "utf-8")}
        added = (end + stream.getvalue()).encode(plain.get(coding, coding), "replace")
        write(self.path, before + added)


def read_decisions(out: Path) -> Decisions:
    """Read OUT/decisions.csv; none where there is no such file.

    Raises CourseError where its columns are not those that it is known by.
    """
    found = Decisions(out / FILE)
    if not found.path.exists():
        return found
    raw = found.path.read_bytes()
    coding, delimiter = _form(raw)
    reader = csv.DictReader(io.StringIO(raw.decode(coding), newline=""), delimiter=delimiter)
    missing = set(COLUMNS[:4]) - {(name or "").strip() for name in reader.fieldnames or ()}
    if raw.strip() and missing:
        raise CourseError(
            f"{found.path} has no column {min(missing)!r}: its first line has to be "
            f"{','.join(COLUMNS)}."
        )
    for row in reader:
        _take(found, {(key or "").strip(): (row[key] or "") for key in row if key}, reader.line_num)
    return found


def _take(found: Decisions, row: Mapping[str, str], place: int) -> None:
    student, exercise = row["student"].strip(), row["exercise"].strip()
    points, comment = row["points"].strip(), row["comment"].strip()
    if not (student or exercise):
        return
    key = (_key(student.removeprefix("'")), exercise)
    found.known.add(key)
    try:
        value = float(points.replace(",", ".")) if points else None
    except ValueError:
        value = math.nan
    if value is not None and not math.isfinite(value):
        found.notes.append(
            f"{FILE}, line {place}: {points[:20]!r} is no number of points; it is not used."
        )
    elif value is not None or comment:
        if key in found.rows:
            found.notes.append(f"{FILE}, line {place}: decided twice; this row counts.")
        found.rows[key] = Decision(value, comment, place)


def _wanted(result: Result) -> list[tuple[str, str]]:
    """What a person is to decide, with why: exercises that were not graded, else the total."""
    if result.decided:
        return []
    open_ones = [(one.exercise, one.message) for one in result.exercises if not _done(one)]
    if open_ones and len(open_ones) < len(result.exercises):
        return open_ones
    return [(TOTAL, " ".join(result.review))] if result.review or open_ones else []


def _done(one: ExerciseResult) -> bool:
    return one.status != "not graded" or one.decided


def _key(student: str) -> str:
    return text(student).removeprefix("'").casefold()


def _form(raw: bytes) -> tuple[str, str]:
    """The coding and the delimiter, as spreadsheets write them."""
    coding = "utf-16" if raw[:2] in _ENDIAN else "utf-8-sig"
    try:
        first = raw.decode(coding).partition("\n")[0]
    except UnicodeDecodeError:
        coding, first = "latin-1", raw.decode("latin-1").partition("\n")[0]
    return coding, max(",;\t", key=first.count)
