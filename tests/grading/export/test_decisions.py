"""What a person decided: read by every run, never overwritten."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.common.errors import CourseError
from course_utils.grading.export.decisions import read_decisions
from course_utils.grading.results.results import ExerciseResult, Result


def result(student: str = "Ada", **more: object) -> Result:
    answers = [
        ExerciseResult("scale", "right", 1.0, 1.0),
        ExerciseResult("fit", "not graded", 0.0, 2.0, message="It ran too long."),
    ]
    made = Result(student, "", "d", "01_lines", points=1.0, out_of=3.0, exercises=answers)
    made.review = ["The cell of fit ran too long.", "fit: It ran too long."]
    return replace(made, **more)  # type: ignore[arg-type]


def written(tmp_path: Path, *rows: str, coding: str = "utf-8", delimiter: str = ",") -> Path:
    lines = ["student,exercise,points,comment,why", *rows]
    content = "\n".join(lines).replace(",", delimiter) + "\n"
    (tmp_path / "decisions.csv").write_bytes(content.encode(coding))
    return tmp_path


def test_points_of_an_exercise_change_the_total_and_settle_the_review(tmp_path: Path) -> None:
    found = read_decisions(written(tmp_path, "ada,fit,1.5,Right idea."))
    decided = found.exercises(result())
    assert (decided.points, decided.exercises[1].points) == (2.5, 1.5)
    assert decided.exercises[1].status == "wrong" and decided.exercises[1].decided
    assert decided.exercises[1].comment == "Right idea." and decided.review == []
    assert found.exercises(result("Bob")) == result("Bob")


def test_a_decision_on_the_total_is_final(tmp_path: Path) -> None:
    found = read_decisions(written(tmp_path, "Ada,total,2,Spoke with her."))
    decided = found.total(result(points=0.4, taken_off=0.6))
    assert (decided.points, decided.taken_off, decided.review) == (2.0, 0.0, [])
    assert decided.decided and decided.comment == "Spoke with her."
    assert found.wait_for([decided]) == []


def test_a_comment_alone_decides_nothing(tmp_path: Path) -> None:
    found = read_decisions(written(tmp_path, "Ada,scale,,Nice.", "Ada,total,,Come by."))
    said = found.total(found.exercises(result()))
    assert (said.points, said.comment, said.exercises[0].comment) == (1.0, "Come by.", "Nice.")
    assert not said.decided and said.review == result().review


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_rows_are_added_in_the_files_own_form(tmp_path: Path, coding: str, delimiter: str) -> None:
    out = written(tmp_path, "Zoé,fit,1,", coding=coding, delimiter=delimiter)
    before = (out / "decisions.csv").read_bytes()
    waiting = read_decisions(out).wait_for([result("Ada"), result("Zoé")])
    assert waiting == [("Ada", "fit")]
    after = (out / "decisions.csv").read_bytes()
    assert after.startswith(before) and after != before
    text = after.decode(coding)
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    assert rows[-1] == ["Ada", "fit", "", "", "It ran too long."]
    again = read_decisions(out)
    assert again.wait_for([result("Ada"), result("Zoé")]) == [("Ada", "fit")]
    assert (out / "decisions.csv").read_bytes() == after, "a row that waits is written once"


def test_a_file_is_begun_that_excel_opens_and_a_missing_line_end_breaks_nothing(
    tmp_path: Path,
) -> None:
    read_decisions(tmp_path).wait_for([result("=1+1")])
    assert (tmp_path / "decisions.csv").read_bytes() == (
        b"\xef\xbb\xbfstudent,exercise,points,comment,why\n'=1+1,fit,,,It ran too long.\n"
    )
    content = (tmp_path / "decisions.csv").read_text("utf-8").replace("fit,,", "fit,2,")
    (tmp_path / "decisions.csv").write_text(content.rstrip("\n"), "utf-8")
    found = read_decisions(tmp_path)
    assert found.exercises(result("=1+1")).points == 3.0
    found.wait_for([result("Bob")])
    assert len(read_decisions(tmp_path).known) == 2


def test_rows_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    rows = ("Ada,fit,two,", "Nobody,fit,1,", "Ada,fitt,1,", "Ada,scale,1,", 'Ada,scale,"0,5",')
    found = read_decisions(written(tmp_path, *rows))
    assert found.exercises(result()).exercises[0].points == 0.5
    assert found.notes == [
        "decisions.csv, line 2: 'two' is no number of points; it is not used.",
        "decisions.csv, line 6: decided twice; this row counts.",
    ]
    assert found.unused([result()]) == [
        "decisions.csv, line 3: no student has this name; it is not used.",
        "decisions.csv, line 4: no exercise is called 'fitt'.",
    ]


def test_a_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "decisions.csv").write_text("name,points\nAda,1\n")
    with pytest.raises(CourseError, match="has no column 'comment'"):
        read_decisions(tmp_path)


def test_a_submission_of_which_nothing_was_graded_waits_for_a_total(tmp_path: Path) -> None:
    unread = result(status="unreadable", review=["It is no notebook."])
    for one in unread.exercises:
        one.status = "not graded"
    assert read_decisions(tmp_path).wait_for([unread]) == [("Ada", "total")]
    assert not unread.judged


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4, unique=True))
def test_whatever_students_are_called_their_rows_are_found_again(names: list[str]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        read_decisions(Path(folder)).wait_for([result(name) for name in names])
        before = (Path(folder) / "decisions.csv").read_bytes()
        read_decisions(Path(folder)).wait_for([result(name) for name in names])
        assert (Path(folder) / "decisions.csv").read_bytes() == before
