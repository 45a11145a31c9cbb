"""The tables that learning platforms and nbgrader read grades from, as CSV that nobody misreads.

Each of `TABLES` takes results sorted by student, and the ids that are known, and returns the rows
and the notes for a person. A field is empty where an id is not known, or nothing could be graded.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

from course_utils.common.wording import listed
from course_utils.grading.report.page import line
from course_utils.grading.report.states import explanation, late, reasons, state
from course_utils.grading.report.states import points as in_words
from course_utils.grading.results.results import ExerciseResult, Result, points_in_all

#: Signs that begin a formula, behind a semicolon, see `tables.text`.
_SPLIT = re.compile(r"(?<=;)[\s=+\-@＝＋－＠]+")
Rows = list[list[str]]
Table = tuple[Rows, list[str]]

#: What a spreadsheet takes for the beginning of a formula, full-width forms included, at the start
#: of a field or behind a semicolon, which some of them split at.
_FORMULA = re.compile(r"""(^|;)([\s"']*['=+\-@＝＋－＠])""")


def moodle(results: Sequence[Result], ids: Mapping[str, str]) -> Table:
    """Return Moodle's offline grading worksheet. ids: the participant's number.

    Moodle finds a row's student by the number in Identifier, reads Grade and Feedback comments
    (HTML), and refuses a file without Last modified (grade):
    https://docs.moodle.org/en/Assignment_settings#Feedback_types and the importer,
    mod/assign/feedback/offline/importgradeslib.php. It compares the columns' names in the reader's
    language, skips a grade above the maximum, and without a date also one that Moodle has already.
    """
    rows = [
        [
            "Identifier",
            "Full name",
            "Grade",
            "Maximum Grade",
            "Last modified (grade)",
            "Feedback comments",
        ]
    ]
    for result in results:
        known = ids.get(result.student, "")
        rows.append(
            [
                f"Participant {known}" if known else "",
                text(result.student),
                _grade(result),
                points(result.out_of),
                "",
                _comment(result),
            ]
        )
    out_of = points(points_in_all(results))
    notes = [
        f"Moodle: set the assignment's maximum grade to {out_of} first (Moodle skips higher "
        "grades), switch Moodle to English while you upload, and tick 'Allow updating records that "
        "have been modified more recently in Moodle than in the spreadsheet' to replace grades.",
        *_unknown(results, ids, "participant number", "Moodle skips their rows"),
    ]
    return rows, notes


def canvas(results: Sequence[Result], ids: Mapping[str, str]) -> Table:
    """Return Canvas's gradebook CSV. ids: Canvas's own number of the user.

    The columns up to Section stand in this order, then the assignment, and the row Points Possible
    comes first; Canvas finds a student by ID, else by SIS id, login or name:
    https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-import-grades-in-the-Gradebook/ta-p/807
    and the importer, lib/gradebook_importer.rb of canvas-lms.
    """
    lab = title(results)
    out_of = points(points_in_all(results))
    rows = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", lab],
        ["    Points Possible", "", "", "", "", out_of],
    ]
    for result in results:
        known = ids.get(result.student, "")
        rows.append([text(result.student), text(known), "", "", "", _grade(result)])
    notes = [
        "Canvas: the assignment's number is not known, so Canvas looks for an assignment called "
        f"{lab!r} of {out_of} points, or makes it; to fill another one, write its column's name "
        "from Canvas's own export, such as 'Lab 1 (4711)', into the first line.",
        *_unknown(results, ids, "Canvas number", "Canvas looks for them by name, and asks you"),
    ]
    return rows, notes


def nbgrader(results: Sequence[Result], ids: Mapping[str, str]) -> Table:
    """Return the columns of `nbgrader export`.

    See nbgrader/plugins/export.py and
    https://nbgrader.readthedocs.io/en/stable/command_line_tools/nbgrader-export.html. Due dates,
    names and e-mail addresses are not known here.
    """
    names = "assignment duedate timestamp student_id last_name first_name email raw_score"
    rows = [[*names.split(), "late_submission_penalty", "score", "max_score"]]
    for result in results:
        earned, off = float(result.points), float(result.taken_off)
        out_of, when, who = str(float(result.out_of)), result.handed_in, text(result.student)
        row = [result.lab, "", when, who, "", "", "", str(earned + off), str(off), str(earned)]
        rows.append([*row, out_of])
    return rows, []


def title(results: Sequence[Result]) -> str:
    """Return what a gradebook calls the lab: "Lab 01 perceptron" for 01_perceptron."""
    lab = results[0].lab if results else ""
    return text(f"Lab {lab.replace('_', ' ')}".strip())


def _grade(result: Result) -> str:
    """The points; "", which both platforms skip, where nothing could be graded."""
    return points(result.points) if result.judged else ""


def _comment(result: Result) -> str:
    """What a student reads beside the grade: the points, and each exercise that lost some."""
    lines = [f"{in_words(result.points, result.out_of)}.", late(result), line(result.note)]
    lines += [line(result.comment, 2000)]
    told = (one for one in result.exercises if one.points < one.out_of or one.comment)
    lines += [_deduction(one) for one in told]
    return _SPLIT.sub(_as_entities, "<br>".join(escape(part) for part in lines if part))


def _as_entities(run: re.Match[str]) -> str:
    """What behind the semicolon of an entity could be a formula, as entities: it is HTML anyway."""
    return "".join(sign if sign.isspace() else f"&#{ord(sign)};" for sign in run[0])


def _deduction(one: ExerciseResult) -> str:
    why = (reasons(one) or [explanation(one)])[0]
    said = f"{one.exercise}: {in_words(one.points, one.out_of)}. {state(one)}. {one.comment or why}"
    return line(said.strip())


def _unknown(
    results: Sequence[Result], ids: Mapping[str, str], what: str, effect: str
) -> list[str]:
    missing = [text(result.student) for result in results if not ids.get(result.student)]
    if not missing:
        return []
    return [
        f"The {what} of {len(missing)} of {len(results)} students is not in their files' names "
        f"({listed(missing)}): {effect}. Fill it in from the list that you download there."
    ]


TABLES: dict[str, Callable[[Sequence[Result], Mapping[str, str]], Table]] = {
    "moodle": moodle,
    "canvas": canvas,
    "nbgrader": nbgrader,
}


def text(value: object) -> str:
    """Return a text field that no spreadsheet takes for a formula.

    An apostrophe goes before a text that begins with = + - or @, as OWASP recommends against CSV
    injection (https://owasp.org/www-community/attacks/CSV_Injection), and before one that begins
    with an apostrophe itself: who reads the file removes one apostrophe and has the text again.
    Line breaks, tabs and controls do not occur.
    """
    return _FORMULA.sub(r"\1'\2", line(value, 10_000))


def points(value: float) -> str:
    """Return a number of points: at most four decimals, no exponent, a point in every locale."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def to_csv(rows: Iterable[Sequence[str]]) -> str:
    """Return rows of finished fields as CSV (RFC 4180, but lines end in a line feed)."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
