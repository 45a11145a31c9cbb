"""grades.csv, grades.json and the gradebooks' own tables: safe to open, and importable."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import random
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.common.errors import CourseError
from course_utils.grading.export import gradebook, tables
from course_utils.grading.export.gradebook import FORMATS, write_gradebook
from course_utils.grading.results.results import ExerciseResult, Result, in_order
from tests.support import made_up_class

FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r]")
HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "  =1",
    "\r\n=1",
    "＝1",
    "a;=1+1",
    'a";=1',
    ';"=1',
    "'=1",
    "'t Hooft",
    "a,b",
    "\x00=1",
    "\udcff\ud800",
    "\u202egnp.exe",
    "李雷",
    "نور",
    "x" * 500,
    "",
]
hostile = st.one_of(st.sampled_from(HOSTILE), st.text(), st.text("=+-@;'\" \t\n", max_size=6))


def result(student: str, points: float = 1.5, **more: object) -> Result:
    answers = [
        ExerciseResult("scale", "right", 1.0, 1.0, [("a", True)]),
        ExerciseResult("fit", "wrong", 0.5, 2.0, [("b", False)], why=["Sum <b> & >= mean;=1."]),
    ]
    made = Result(student, "x.zip/a.ipynb", "d", "01_lines", points=points, out_of=3.0)
    return dataclasses.replace(made, exercises=answers, seconds=3.4, **more)  # type: ignore[arg-type]


def rows(path: Path, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig")), delimiter=delimiter))


def test_grades_csv_has_a_row_a_student_and_a_column_an_exercise(tmp_path: Path) -> None:
    bad = result("Bo", 1.0, status="timed out", review=["It ran too long.", "A cell is gone."])
    bad.exercises[1].status = "not graded"
    assert write_gradebook([bad, result("ada", 1 / 3)], tmp_path) == []
    assert (tmp_path / "grades.csv").read_text("utf-8-sig").splitlines() == [
        "student,scale,fit,total,out_of,status,days_late,comment,seconds,look",
        "ada,1,0.5,0.3333,3,graded,0,,3,",
        "Bo,1,,1,3,timed out,0,,3,It ran too long.; A cell is gone.",
    ]


def test_a_submission_that_could_not_be_read_keeps_its_row(tmp_path: Path) -> None:
    unread = Result("zoe", "", "", "01_lines", status="unreadable", out_of=3.0)
    write_gradebook([unread, result("ada")], tmp_path)
    assert rows(tmp_path / "grades.csv")[-1] == [
        *("zoe", "", "", "", "3", "unreadable", "0", "", "0", ""),
    ]


def test_no_students_give_a_head_alone(tmp_path: Path) -> None:
    for fmt in FORMATS:
        write_gradebook([], tmp_path, fmt)
    assert len(rows(tmp_path / "grades.csv")) == 1
    assert json.loads((tmp_path / "grades.json").read_text())["students"] == []


def test_the_order_in_which_students_were_graded_does_not_show(tmp_path: Path) -> None:
    results = made_up_class.students(30)
    random.Random(1).shuffle(results)
    for fmt in FORMATS:
        write_gradebook(results, tmp_path, fmt)
        first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        write_gradebook(results[::-1], tmp_path, fmt)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


def test_names_are_sorted_without_regard_to_capitals() -> None:
    assert [r.student for r in in_order(map(result, ["b", "C", "a", "B"]))] == ["a", "B", "b", "C"]


@given(st.lists(hostile, min_size=1, max_size=4, unique=True), hostile)
def test_nothing_that_a_student_wrote_becomes_a_formula(names: list[str], note: str) -> None:
    results = [result(name, note=note, review=[note, note]) for name in names]
    for one in results:
        one.exercises[1].mistake = one.exercises[1].message = note
    finished = [gradebook.grades(results), *(tables.TABLES[f](results, {})[0] for f in FORMATS)]
    for table in finished:
        content = tables.to_csv(table)
        content.encode("utf-8")
        assert list(csv.reader(io.StringIO(content))) == table
        assert len({len(row) for row in table}) == 1
        for delimiter in ",;":
            for row in csv.reader(io.StringIO(content), delimiter=delimiter):
                assert not [field for field in row if FORMULA.match(field)]


@given(hostile)
def test_a_name_is_had_again_by_removing_one_apostrophe(name: str) -> None:
    text = tables.text(name)
    plain = re.sub(r"""(^|;)'([\s"']*['=+\-@＝＋－＠])""", r"\1\2", text)
    assert tables.text(plain) == text
    assert "\n" not in text and "\t" not in text
    if name.isascii() and name.isprintable() and len(name.split()) < 2 and name == name.strip():
        assert plain == name


@given(st.lists(hostile, min_size=1, max_size=4, unique=True))
def test_grades_json_has_every_name_as_it_is(names: list[str]) -> None:
    data = json.loads(gradebook.as_json([result(name) for name in names]))
    assert [student["student"] for student in data["students"]] == names


def test_the_schema_of_grades_json_is_version_1() -> None:
    data = json.loads(gradebook.as_json([result("ada", notebook={"cells": ["large"]})]))
    assert data["version"] == gradebook.VERSION == 1
    assert (data["lab"], data["out_of"]) == ("01_lines", 3.0)
    (student,) = data["students"]
    assert set(student) == set(
        [
            "student",
            "origin",
            "digest",
            "key",
            "status",
            "note",
            "look",
            "points",
            "out_of",
            "seconds",
            "exercises",
            *("notes", "lms_id", "feedback", "handed_in", "marked_late", "graded_on"),
            *("lab_version", "seed", "days_late", "taken_off", "decided", "comment"),
        ]
    )
    assert set(student["exercises"][0]) == set(
        [
            "exercise",
            "status",
            "points",
            "out_of",
            "cases",
            "message",
            "why",
            "mistake",
            "line",
            "seconds",
            *("carried", "decided", "comment"),
        ]
    )
    assert student["exercises"][1]["cases"] == [{"case": "b", "passed": False}]


def test_moodle_reads_the_worksheet_as_its_importer_does(tmp_path: Path) -> None:
    ada_and_bo = [result("Ada", lms_id="123456"), result("Bo")]
    notes = write_gradebook(ada_and_bo, tmp_path, "moodle")
    head, ada, bo = rows(tmp_path / "grades_moodle.csv")
    column = {name: head.index(name) for name in head}
    # The three without which the importer refuses the file; it looks up what follows the prefix.
    assert {"Identifier", "Grade", "Last modified (grade)"} <= column.keys()
    assert ada[column["Identifier"]].removeprefix("Participant ") == "123456"
    assert float(ada[column["Grade"]]) == 1.5 <= float(ada[column["Maximum Grade"]])
    assert ada[column["Full name"]] == "Ada"
    assert bo[column["Identifier"]] == ""
    assert "1 of 2 students" in notes[1] and "Bo" in notes[1]
    assert "maximum grade to 3" in notes[0]


def test_the_comment_for_moodle_says_why_and_is_escaped() -> None:
    (_, row), _ = tables.moodle([result("Ada")], {})
    assert "<b>" not in row[-1]
    assert unescape(row[-1].replace("<br>", "\n")) == (
        "1.5 of 3 points.\nfit: 0.5 of 2 points. Partly right. Sum <b> & >= mean;=1."
    )


def test_canvas_finds_its_columns_where_its_importer_looks(tmp_path: Path) -> None:
    notes = write_gradebook([result("Ada"), result("Bo", lms_id="77")], tmp_path, "canvas")
    head, possible, ada, bo = rows(tmp_path / "grades_canvas.csv")
    assert head[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert head[5:] == ["Lab 01 lines"]
    assert possible[0].strip() == "Points Possible" and possible[5] == "3"
    assert ada == ["Ada", "", "", "", "", "1.5"]
    assert bo == ["Bo", "77", "", "", "", "1.5"]
    assert "Lab 1 (4711)" in notes[0]
    assert "1 of 2 students" in notes[1] and "Ada" in notes[1]


def test_what_could_not_be_graded_gets_no_grade_in_a_platforms_gradebook() -> None:
    ungraded = result("Ada", 0.0, status="unreadable")
    for one in ungraded.exercises:
        one.status, one.points = "not graded", 0.0
    (head, row), _ = tables.moodle([ungraded], {})
    assert row[head.index("Grade")] == ""
    assert tables.canvas([ungraded], {})[0][-1] == ["Ada", "", "", "", "", ""]
    ungraded.exercises[0].status = "wrong"
    assert tables.canvas([ungraded], {})[0][-1][-1] == "0"


def test_nbgraders_columns_are_those_of_its_exporter(tmp_path: Path) -> None:
    assert write_gradebook([result("Ada")], tmp_path, "nbgrader") == []
    with (tmp_path / "grades_nbgrader.csv").open(encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert ",".join(row) == (
        "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,"
        "late_submission_penalty,score,max_score"
    )
    assert (row["assignment"], row["student_id"]) == ("01_lines", "Ada")
    assert [float(row[key]) for key in list(row)[-4:]] == [1.5, 0.0, 1.5, 3.0]


def test_whoever_needs_review_is_named_before_an_upload(tmp_path: Path) -> None:
    results = [result("Ada"), result("Bo", review=["It crashed."])]
    assert "1 of 2 submissions need a human look (Bo)" in "".join(
        write_gradebook(results, tmp_path, "nbgrader")
    )


def test_a_name_that_had_to_be_written_otherwise_is_said(tmp_path: Path) -> None:
    (note,) = write_gradebook([result("=1"), result("Ada")], tmp_path)
    assert "'=1" in note and "apostrophe" in note and "Ada" not in note


def test_another_format_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="'blackboard'.*moodle, canvas, nbgrader"):
        write_gradebook([], tmp_path, "blackboard")
    assert not list(tmp_path.iterdir())


def test_excel_takes_grades_csv_for_what_it_is(tmp_path: Path) -> None:
    write_gradebook([result("Jürgen Ångström")], tmp_path)
    assert (tmp_path / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbfstudent,")


def test_a_table_that_was_made_before_is_made_anew(tmp_path: Path) -> None:
    write_gradebook([result("Ada")], tmp_path, "canvas")
    notes = write_gradebook([result("Ada", 3.0), result("Bo", 2.0)], tmp_path)
    assert [row[-1] for row in rows(tmp_path / "grades_canvas.csv")[2:]] == ["3", "2"]
    assert not (tmp_path / "grades_moodle.csv").exists() and notes == []


@pytest.mark.parametrize(
    ("fmt", "place"),
    [
        ("moodle", "Ada L_101_assignsubmission_file_/feedback.html"),
        ("canvas", "lovelaceada_101_5001_feedback.html"),
    ],
)
def test_feedback_is_packed_under_the_platforms_names(tmp_path: Path, fmt: str, place: str) -> None:
    page = tmp_path / "ada.html"
    page.write_text("well done")
    known, unknown = result("Ada", feedback=place), result("Bo")
    pages = {"Ada": page, "Bo": page}
    notes = write_gradebook([known, unknown], tmp_path, fmt, pages)
    with zipfile.ZipFile(tmp_path / f"feedback_{fmt}.zip") as archive:
        assert archive.namelist() == [place]
        assert archive.read(place) == b"well done"
    assert "1 pages of feedback" in " ".join(notes) and "1 have no place there." in " ".join(notes)


def test_lateness_and_comments_are_in_every_export(tmp_path: Path) -> None:
    late = result("Ada", 1.2, days_late=2, taken_off=0.3, comment="See me.")
    late.exercises[1].comment = "Good plot."
    for fmt in FORMATS:
        write_gradebook([late], tmp_path, fmt)
    head, row = rows(tmp_path / "grades.csv")
    assert row[head.index("days_late")] == "2" and row[head.index("total")] == "1.2"
    assert row[head.index("comment")] == "See me. fit: Good plot."
    comment = rows(tmp_path / "grades_moodle.csv")[1][-1]
    assert "Handed in 2 days late, which costs 0.3 points." in comment
    assert "See me." in comment and "Good plot." in comment
    head, row = rows(tmp_path / "grades_nbgrader.csv")
    at = {name: float(row[head.index(name)]) for name in head[-4:]}
    assert at == {"raw_score": 1.5, "late_submission_penalty": 0.3, "score": 1.2, "max_score": 3.0}
