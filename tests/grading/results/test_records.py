"""What is graded is on disk, whole or not at all, and is used again only for what it was."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT
from course_utils.grading.results.records import Records, Settings, opened
from course_utils.grading.results.results import EXERCISE_STATUSES, STATUSES, ExerciseResult, Result

texts = st.text(max_size=20)
exercises = st.builds(
    ExerciseResult,
    exercise=texts,
    status=st.sampled_from(EXERCISE_STATUSES),
    points=st.floats(0, 10),
    passed=st.lists(st.tuples(texts, st.booleans()), max_size=3),
    why=st.lists(texts, max_size=2),
)
whole = st.builds(
    Result,
    student=texts,
    origin=texts,
    digest=texts,
    lab=texts,
    status=st.sampled_from(STATUSES),
    review=st.lists(texts, max_size=2),
    exercises=st.lists(exercises, max_size=3),
    notebook=st.dictionaries(texts, st.lists(texts), max_size=2),
)


@given(whole)
def test_a_result_comes_back_from_json_as_it_was(result: Result) -> None:
    assert Result.from_data(json.loads(json.dumps(result.to_data()))) == result


@pytest.mark.parametrize("damage", [{"status": "lost"}, {"exercises": 3}, {"more": 1}])
def test_what_is_no_result_is_refused(damage: dict[str, object]) -> None:
    data = Result("Ada", "ada.ipynb", "d", "01_lines").to_data() | damage
    with pytest.raises((ValueError, KeyError, TypeError)):
        Result.from_data(data)


def result_of(**changes: object) -> Result:
    made = {"student": "Ada", "origin": "ada.ipynb", "digest": "d", "lab": "01_lines", "key": "k"}
    return Result(**(made | changes))  # type: ignore[arg-type]


@pytest.fixture
def kept(tmp_path: Path) -> Records:
    return Records(tmp_path, Settings("01_lines", 3))


def test_a_record_is_used_again(kept: Records) -> None:
    kept.keep(result_of(points=2.0), "ada")
    assert kept.kept("k", "Ada", "ada") == result_of(points=2.0)


@pytest.mark.parametrize(("key", "student"), [("other", "Ada"), ("k", "ada")])
def test_a_record_of_something_else_is_not(kept: Records, key: str, student: str) -> None:
    kept.keep(result_of(), "ada")
    assert kept.kept(key, student, "ada") is None


def test_what_the_grader_failed_on_is_tried_again(kept: Records) -> None:
    kept.keep(result_of(status="not graded"), "ada")
    assert kept.kept("k", "Ada", "ada") is None


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"status": "graded"}', "[" * 100_000])
def test_a_damaged_record_is_graded_anew(kept: Records, content: str) -> None:
    kept.keep(result_of(), "ada")
    (kept.out / "records" / "ada.json").write_text(content)
    assert kept.kept("k", "Ada", "ada") is None


def test_the_key_changes_with_all_that_a_result_depends_on(tmp_path: Path) -> None:
    keys = {
        Records(tmp_path, Settings(lab, seed)).key(digest, content)
        for lab, seed, digest, content in [
            ("01_lines", 3, "d", "c"),
            ("02_lines", 3, "d", "c"),
            ("01_lines", 4, "d", "c"),
            ("01_lines", 3, "e", "c"),
            ("01_lines", 3, "d", "e"),
        ]
    }
    assert len(keys) == 5


def test_settings_are_written_once_and_hold(tmp_path: Path) -> None:
    with opened(tmp_path / "grades", "01_lines", None) as first:
        first.claim()
        written = json.loads((tmp_path / "grades" / "settings.json").read_text())
    assert (written["lab"], written["seed"]) == ("01_lines", first.settings.seed)
    assert first.settings.seed > 0
    with opened(tmp_path / "grades", "01_lines", None) as again:
        assert again.settings == first.settings
    with opened(tmp_path / "other", "01_lines", None) as other:
        assert other.settings.seed != first.settings.seed


def test_another_lab_or_seed_is_not_mixed_in(tmp_path: Path) -> None:
    with opened(tmp_path, "01_lines", 5) as first:
        first.claim()
    for lab, seed, sentence in (
        ("02_curves", 5, "holds the grades of lab 01_lines"),
        ("01_lines", 6, "was begun with --seed 5"),
    ):
        with pytest.raises(CourseError, match=sentence), opened(tmp_path, lab, seed):
            pass


def test_a_start_that_failed_claims_nothing(tmp_path: Path) -> None:
    with opened(tmp_path, "01_lines", 5):
        pass
    with opened(tmp_path, "02_curves", 6) as other:
        assert other.settings.lab == "02_curves"


def test_damaged_settings_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{")
    with (
        pytest.raises(CourseError, match=r"settings.json cannot be read"),
        opened(tmp_path, "01_lines", None),
    ):
        pass


def test_a_place_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(CourseError, match="cannot be made"),
        opened(tmp_path / "file" / "grades", "01_lines", None),
    ):
        pass


def test_two_gradings_do_not_share_a_folder(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from course_utils.grading.results.records import opened\n"
        "with opened(Path(sys.argv[1]), '01_lines', 3): print('open', flush=True); input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with (
            pytest.raises(CourseError, match="Another grading is at work"),
            opened(tmp_path, "01_lines", 3),
        ):
            pass
        other.kill()
    with opened(tmp_path, "01_lines", 3):
        pass


def test_a_reader_never_sees_half_a_record(kept: Records) -> None:
    kept.keep(result_of(), "ada")
    stop = threading.Event()

    def overwrite() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            kept.keep(result_of(note="x" * (number % 5) * 50_000), "ada")

    writer = threading.Thread(target=overwrite)
    writer.start()
    try:
        assert all(kept.kept("k", "Ada", "ada") is not None for _ in range(300))
    finally:
        stop.set()
        writer.join()


def test_a_file_that_a_person_changed_is_set_aside(kept: Records) -> None:
    path = kept.out / "grades.csv"
    assert kept.set_aside_edited([path]) == []
    path.write_text("as graded")
    kept.note_written([path])
    assert kept.set_aside_edited([path]) == []
    for number in (1, 2):
        path.write_text(f"with a bonus {number}")
        (note,) = kept.set_aside_edited([path])
        assert note == (
            f"grades.csv had been changed by hand: it is kept as grades.changed-{number}.csv."
        )
        assert not path.exists()
        aside = kept.out / f"grades.changed-{number}.csv"
        assert aside.read_text() == f"with a bonus {number}"
        path.write_text("as graded")
        kept.note_written([path])


def test_a_file_of_unknown_origin_is_not_overwritten(kept: Records) -> None:
    path = kept.out / "grades.csv"
    path.write_text("somebody's")
    (kept.out / "written.json").write_text("{")
    assert len(kept.set_aside_edited([path])) == 1
    assert (kept.out / "grades.changed-1.csv").read_text() == "somebody's"
