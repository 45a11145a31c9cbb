"""Who is who: the forms that platforms give to names, decided once for a class."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.common.errors import CourseError
from course_utils.grading.intake.candidates import Asked
from course_utils.grading.intake.platforms import decide, moment
from course_utils.grading.intake.roster import read_roster
from course_utils.grading.intake.submissions import Found, find
from tests.support.submitted import LAB, notebook, write, zipped

ONE, TWO, THREE = notebook("one = 1"), notebook("two = 2"), notebook("three = 3")


def found_in(tmp_path: Path, files: dict[str, str | bytes], **how: object) -> Found:
    write(tmp_path / "class", files)
    return find(tmp_path / "class", LAB, tmp_path / "work", **how)  # type: ignore[arg-type]


def sources(found: Found) -> dict[str, str]:
    return {one.student: one.problem or one.path.read_text() for one in found.submissions}


#: How each platform names the n-th attempt of a student.
FORMS = {
    "Moodle": "{name}_{id}_assignsubmission_file_/p.ipynb",
    "Canvas": "{flat}_{id}_{upload}_p{again}.ipynb",
    "Blackboard": "Lab 1_{flat}_attempt_2024-03-1{n}-23-05-00_p.ipynb",
    "Brightspace": "{id}-67890 - {name}- 1{n} March, 2024 1105 PM/p.ipynb",
    "exchange": "{flat}+01_perceptron+2024-03-1{n} 23:05:00.948203 UTC+x=/p.ipynb",
    "Teams": "Submitted files/{name}/Lab 1/Version {version}/p.ipynb",
    "Classroom": "{name} - perceptron.ipynb",
}
ONCE = {"Moodle", "Classroom"}
WORDS = st.text("abcdefgäéßčжлюя李明", min_size=2, max_size=8).map(str.title)
NAMES = st.lists(
    st.tuples(WORDS, WORDS).map(" ".join), min_size=2, max_size=6, unique_by=lambda n: flat(n)
)


def flat(name: str) -> str:
    return "".join(name.casefold().split())


def named(form: str, name: str, number: int, attempt: int) -> str:
    return FORMS[form].format(
        name=name,
        flat=flat(name),
        id=1000 + number,
        upload=50_000 + 100 * attempt + number,
        again=f"-{attempt}" if attempt else "",
        n=attempt,
        version=attempt + 1,
    )


@pytest.mark.parametrize("form", FORMS)
@given(names=NAMES, attempts=st.lists(st.integers(1, 3), min_size=6, max_size=6))
def test_every_student_is_one_whatever_the_platform_and_the_newest_counts(
    tmp_path_factory: pytest.TempPathFactory, form: str, names: list[str], attempts: list[int]
) -> None:
    files: dict[str, str | bytes] = {}
    for number, name in enumerate(names):
        for attempt in range(1 if form in ONCE else attempts[number]):
            files[named(form, name, number, attempt)] = notebook(f"{name} = {attempt}")
    folder = tmp_path_factory.mktemp("class")
    (folder / "class.zip").write_bytes(zipped(files))
    found = find(folder / "class.zip", LAB, folder / "work")
    flattened = form in {"Canvas", "Blackboard", "exchange"}
    expected = {
        flat(name) if flattened else name: notebook(
            f"{name} = {0 if form in ONCE else attempts[number] - 1}"
        )
        for number, name in enumerate(names)
    }
    assert sources(found) == expected
    for number, name in enumerate(names):
        (one,) = (s for s in found.submissions if s.student in (name, flat(name)))
        again = form not in ONCE and form != "Canvas" and attempts[number] > 1
        assert bool(one.notes) == again, "the attempts that do not count are named"
        assert one.lms_id == (str(1000 + number) if form in {"Moodle", "Canvas"} else "")


@given(st.lists(st.text(min_size=1, max_size=60), unique=True, max_size=8), st.text(max_size=20))
def test_names_of_any_kind_are_read_or_refused_in_a_sentence(tops: list[str], more: str) -> None:
    hostile = [f"{top}_123_{more}_assignsubmission_file_1-2 - 2024- 2024 - x" for top in tops]
    for names in (tops, hostile, [*tops, *hostile]):
        try:
            layout = decide(names)
        except CourseError as error:
            assert "stands in the names of two students" in str(error)
        else:
            assert set(layout.names) <= set(names)


def test_a_canvas_file_that_ends_like_moodles_takes_nobodys_number(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "lovelaceada_12345_67890_p.ipynb": ONE,
        "smithbob_222_67891_p.ipynb": TWO,
        "eve_333_67892_smith_222_assignsubmission_file_p.ipynb": THREE,
    }
    found = found_in(tmp_path, {**files})
    assert sources(found) == {"lovelaceada": ONE, "smithbob": TWO, "eve": THREE}
    assert {one.lms_id for one in found.submissions} == {"12345", "222", "333"}


def test_a_number_of_two_students_stops_with_a_sentence(tmp_path: Path) -> None:
    names = ["lovelaceada_12345_67890", "smithbob_222_67891", "eve_222_67892", "zed_444_67893"]
    with pytest.raises(CourseError, match=r"number 222 .* two students, eve \(eve_222_.* smithbob"):
        found_in(tmp_path, {f"{name}_p.ipynb": ONE for name in names})
    moodle = ["Ada_101_assignsubmission_file_", "Bob_101_assignsubmission_file_"]
    with pytest.raises(CourseError, match="number 101 stands in the names of two"):
        decide(moodle)


def test_moodles_group_is_no_part_of_the_name(tmp_path: Path) -> None:
    people = ["Team 1-Ada Lovelace_101", "Team 1-Jean-Luc Picard_102", "Team 2-Eve_103"]
    found = found_in(tmp_path, {f"{one}_assignsubmission_file_/p.ipynb": ONE for one in people})
    assert list(sources(found)) == ["Ada Lovelace", "Eve", "Jean-Luc Picard"]
    assert found.notes[-1] == "Moodle's groups are left out of the names: Team 1, Team 2."


@pytest.mark.parametrize(
    "people", [["Anne-Marie Berg_101", "Ada Lovelace_102"], ["Jean-Luc A_101", "Karl-Heinz B_102"]]
)
def test_a_first_name_with_a_hyphen_stays(people: list[str]) -> None:
    layout = decide([f"{one}_assignsubmission_file_" for one in people])
    names = {name.student for (name,) in layout.names.values()}
    assert names == {one.partition("_")[0] for one in people}


def test_gradescopes_export(tmp_path: Path) -> None:
    listing = """---
submission_1:
  :submitters:
  - :name: Ada Lovelace
    :sid: '7'
    :email: ada@example.edu
  :created_at: 2024-03-12 23:05:00.000000000 Z
submission_2:
  :submitters:
  - :name: Ada Lovelace
    :sid: '7'
    :email: ada@example.edu
  :created_at: 2024-03-13 01:05:00.000000000 Z
submission_3:
  :submitters:
  - :name: Bob
    :email: bob@example.edu
  - :name: Eve
    :email: eve@example.edu
  :created_at: 2024-03-12 23:05:00.000000000 Z
"""
    place = "assignment_9_export"
    files: dict[str, str | bytes] = {f"{place}/submission_metadata.yml": listing}
    for number, text in enumerate((ONE, TWO, THREE), 1):
        files[f"{place}/submission_{number}/p.ipynb"] = text
    found = found_in(tmp_path, files)
    assert sources(found) == {"Ada Lovelace": TWO, "Bob": THREE, "Eve": THREE}
    assert found.layout == "an export from Gradescope"
    assert found.submissions[0].when == datetime(2024, 3, 13, 1, 5, tzinfo=UTC)
    assert "submission_2/p.ipynb was taken, not" in found.submissions[0].notes[0]


def test_a_newer_attempt_without_a_notebook_does_not_hide_the_older(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "1-9 - Ada- 11 March, 2024 1105 PM/p.ipynb": ONE,
        "1-9 - Ada- 12 March, 2024 105 PM/report.pdf": "x",
        "2-9 - Bob- 11 March, 2024 1105 PM/p.ipynb": ONE,
        "2-9 - Bob- 12 March, 2024 105 PM/p.ipynb": notebook("x", lab="02_backpropagation"),
        "3-9 - Eve- 11 March, 2024 1105 PM/p.ipynb": ONE,
        "3-9 - Eve- 12 March, 2024 105 PM/p.ipynb": notebook("stripped", lab=""),
    }
    assert sources(found_in(tmp_path, files)) == {
        "Ada": ONE,
        "Bob": ONE,
        "Eve": notebook("stripped", lab=""),
    }


def test_an_untouched_original_beside_the_solved_copy_does_not_count(tmp_path: Path) -> None:
    released = frozenset({"one = 1", "exercise"})
    files: dict[str, str | bytes] = {
        "ada/perceptron.ipynb": notebook("one = 1", "exercise"),
        "ada/solved.ipynb": notebook("one = 1", "exercise = 42"),
        "bob/a.ipynb": notebook("exercise = 1"),
        "bob/b.ipynb": notebook("exercise = 2"),
        "eve/a.ipynb": notebook("one = 1"),
        "eve/b.ipynb": notebook("one = 1", "exercise"),
    }
    found = found_in(tmp_path, files, ask=Asked(released=released))
    assert sources(found)["ada"] == notebook("one = 1", "exercise = 42")
    assert "take the newest with --newest" in sources(found)["bob"]
    assert "There are 2 notebooks" in sources(found)["eve"]


def test_the_newest_of_several_where_that_is_asked(tmp_path: Path) -> None:
    import os

    folder = write(tmp_path / "class", {"ada/a.ipynb": ONE, "ada/b.ipynb": TWO, "bob.ipynb": ONE})
    os.utime(folder / "ada/a.ipynb", (2_000_000_000, 2_000_000_000))
    found = find(folder, LAB, tmp_path / "work", ask=Asked(newest=True))
    assert sources(found) == {"ada": ONE, "bob": ONE}
    assert found.submissions[0].notes == ("class/ada/a.ipynb was taken, not class/ada/b.ipynb.",)


def test_a_pattern_for_a_platform_that_is_not_known(tmp_path: Path) -> None:
    files = {"L1#Ada Lovelace#77#2024-03-12.ipynb": ONE, "L1#Ada Lovelace#77#2024-03-13.ipynb": TWO}
    files |= {"L1#Bob#78#2024-03-12.ipynb": THREE, "odd.ipynb": ONE}
    pattern = r"L1#(?P<student>[^#]+)#(?P<id>\d+)#(?P<time>[\d-]+)"
    found = found_in(tmp_path, {**files}, pattern=pattern)
    assert sources(found) == {"Ada Lovelace": TWO, "Bob": THREE, "odd": ONE}
    assert [one.lms_id for one in found.submissions] == ["77", "78", ""]


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("(", "is no regular expression"),
        ("L1_(.+)", "has no group called student"),
        ("L2_(?P<student>.+)", "fits none of 1 names, such as 'ada.ipynb'"),
    ],
)
def test_a_pattern_that_cannot_be_used(tmp_path: Path, pattern: str, sentence: str) -> None:
    with pytest.raises(CourseError, match="--pattern") as error:
        found_in(tmp_path, {"ada.ipynb": ONE}, pattern=pattern)
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 March, 2024 1105 PM", datetime(2024, 3, 12, 23, 5)),
        ("Mar 12, 2024 105 PM", datetime(2024, 3, 12, 13, 5)),
        ("Mar 2, 2024 9:05 AM", datetime(2024, 3, 2, 9, 5)),
        ("2 March 2024 0905", datetime(2024, 3, 2, 9, 5)),
        ("2024-03-12-23-05-59", datetime(2024, 3, 12, 23, 5, 59)),
        ("2024-03-12T23:05:00+01:00", datetime.fromisoformat("2024-03-12T23:05:00+01:00")),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times_as_platforms_write_them(text: str, expected: datetime | None) -> None:
    assert moment(text) == expected


MOODLE = "Identifier,Full name,Email address,Last modified (submission)\n"
MOODLE += 'Participant 101,Ada Lovelace,ada@x.edu,"Tuesday, 12 March 2024, 11:05 PM"\n'
MOODLE += "Participant 102,Bob Smith,bob@x.edu,-\nParticipant 103,Eve,eve@x.edu,-\n"
CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
CANVAS += '"Lovelace, Ada",101,a1,ada,One\n"Smith, Bob",102,b1,bob,One\n"Eve",103,e1,eve,One\n'
CANVAS += '"Student, Test",999,,x,One\n'
BLACKBOARD = '"Last Name"\t"First Name"\t"Username"\t"Student ID"\n'
BLACKBOARD += '"Lovelace"\t"Ada"\t"ada"\t"1"\n"Smith"\t"Bob"\t"bob"\t"2"\n""\t"Eve"\t"eve"\t"3"\n'


@pytest.mark.parametrize(
    ("roster", "files", "numbers"),
    [
        (MOODLE.encode(), ["Ada Lovelace_101_assignsubmission_file_/p", "zoe_9_assignsubmission_"
         "file_/p", "B. S._102_assignsubmission_file_/p"], ["101", "102", "9"]),
        (("\ufeff" + CANVAS.replace(",", ";").replace("; ", ", ")).encode(),
         ["lovelaceada_101_5001_p", "smithbob_102_5002_p", "zoe_777_5003_p"],
         ["101", "102", "777"]),
        (BLACKBOARD.encode("utf-16"), [f"L_{who}_attempt_2024-03-12-23-05-00_p"
         for who in ("ada", "bob", "zoe")], ["", "", ""]),
        (CANVAS.encode("utf-8"), ["ada", "Smith Bob", "zoe"], ["101", "102", ""]),
    ],
)  # fmt: skip
def test_a_roster_names_the_students(
    tmp_path: Path, roster: bytes, files: list[str], numbers: list[str]
) -> None:
    (tmp_path / "roster.csv").write_bytes(roster)
    found = found_in(
        tmp_path,
        {f"{name}.ipynb": ONE for name in files},
        roster=read_roster(tmp_path / "roster.csv"),
    )
    assert [one.student for one in found.submissions] == ["Ada Lovelace", "Bob Smith", "zoe"]
    assert [one.lms_id for one in found.submissions] == numbers
    assert (found.strangers, found.absent) == (("zoe",), ("Eve",))
    assert "Not on the roster: zoe." in found.notes
    assert "On the roster, but handed in nothing: Eve." in found.notes


def test_moodles_worksheet_says_when_work_was_handed_in(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(MOODLE)
    files: dict[str, str | bytes] = {"Ada Lovelace_101_assignsubmission_file_/p.ipynb": ONE}
    found = found_in(tmp_path, files, roster=read_roster(tmp_path / "roster.csv"))
    assert found.submissions[0].when == datetime(2024, 3, 12, 23, 5)


def test_two_of_one_name_are_not_told_apart_by_it(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("name,id\nWei Wang,1\nWei Wang,2\nAda,3\n")
    found = found_in(
        tmp_path, {"Wei Wang.ipynb": ONE, "ada.ipynb": TWO}, roster=read_roster(tmp_path / "r.csv")
    )
    assert found.strangers == ("Wei Wang",) and found.absent == ("Wei Wang", "Wei Wang")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("colour,size\nred,1\n", "names students"), ("name\n", "lists no students"), ("", "names")],
)
def test_a_roster_that_is_none(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "r.csv").write_text(text)
    with pytest.raises(CourseError, match=sentence):
        read_roster(tmp_path / "r.csv")
