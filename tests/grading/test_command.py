"""The `grade` command: what it says and leaves, and that nothing is lost when it is stopped."""

import csv
import errno
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from rich.console import Console

from course_utils.commands import cli
from course_utils.common import catalog
from course_utils.common.errors import CourseError
from course_utils.common.paths import LABS, ROOT, SOLUTIONS
from course_utils.grading import command, console, workers
from course_utils.grading.apart.apart import Shared
from course_utils.grading.command import Order, grade_class
from course_utils.grading.hidden.hidden import Drawing, HiddenLab
from course_utils.grading.intake.submissions import Submission
from course_utils.grading.results.results import Result
from course_utils.grading.run.attempt import Unavailable
from course_utils.grading.run.engine import grade as grade_here
from course_utils.grading.sandbox.processes import descendants
from tests.support import sample_lab, small_class
from tests.support.fake_kernels import FakeKernels, LentFakes

pytestmark = pytest.mark.slow

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    """The folder of a course with `handed/` in it, and what each student deserves."""
    root = tmp_path_factory.mktemp("course")
    return root, small_class.hand_in(small_class.course(root), root / "handed", 6)


@cache
def drawn(lab: str, seed: int, root: Path) -> HiddenLab:
    with Drawing(lab, seed, root) as drawing:
        return drawing.result()


@pytest.fixture
def fake(
    monkeypatch: pytest.MonkeyPatch, handed: tuple[Path, dict[str, float]]
) -> list[FakeKernels]:
    """Grade without a sandbox, and draw the hidden cases of one lab once; the kernels made."""
    made: list[FakeKernels] = []

    class Remembered(Drawing):
        def result(self) -> HiddenLab:
            return drawn(*self.order) if self.order[2] == handed[0] else super().result()

        def __init__(self, *order: Any) -> None:
            self.order = order
            if order[2] != handed[0]:
                super().__init__(*order)

        def __exit__(self, *_: object) -> None:
            if self.order[2] != handed[0]:
                super().__exit__()

    monkeypatch.setattr(command, "Drawing", Remembered)

    def kernels(**_: object) -> FakeKernels:
        made.append(FakeKernels())
        return made[-1]

    monkeypatch.setattr(command, "Kernels", kernels)
    return made


Grade = Callable[..., tuple[list[Result], list[str]]]


@pytest.fixture
def said() -> list[str]:
    """What the last grading said."""
    return []


@pytest.fixture
def grade(handed: tuple[Path, dict[str, float]], tmp_path: Path, said: list[str]) -> Grade:
    """Grade the class into tmp_path/grades; the results, and what was said."""

    def run(**changes: object) -> tuple[list[Result], list[str]]:
        said.clear()
        order = {
            "submissions": handed[0] / "handed",
            "lab": "01_lines",
            "out": tmp_path / "grades",
            "seed": 5,
            "root": handed[0],
        }
        return grade_class(Order(**(order | changes)), said.append), said  # type: ignore[arg-type]

    return run


def csv_of(out: Path) -> list[list[str]]:
    """grades.csv without the seconds, which no two runs share."""
    rows = list(csv.reader((out / "grades.csv").read_text("utf-8-sig").splitlines()))
    seconds = rows[0].index("seconds")
    return [row[:seconds] + row[seconds + 1 :] for row in rows]


def test_a_class_gets_what_it_deserves_and_its_files(
    grade: Grade, fake: list[FakeKernels], handed: tuple[Path, dict[str, float]], tmp_path: Path
) -> None:
    results, said = grade(fmt="nbgrader")
    assert {one.student: one.points for one in results} == handed[1]
    assert said[0].startswith("handed: 6 notebooks of 6 students")
    assert said[1] == "Found 6 at the top: 6 graded."
    assert said[2].startswith("Grading lab 01_lines with seed 5, ")
    assert "WITHOUT a sandbox" in said[2]
    out = tmp_path / "grades"
    assert {path.name for path in out.iterdir()} == {
        *("grades.csv", "grades.json", "grades_nbgrader.csv", "report.html", "feedback"),
        *("records", "settings.json", "written.json", ".lock"),
    }
    assert {path.stem for path in (out / "feedback").iterdir()} == set(handed[1])
    assert len(csv_of(out)) == 7


def test_the_same_command_grades_nothing_twice(
    grade: Grade, fake: list[FakeKernels], tmp_path: Path
) -> None:
    first, _ = grade()
    before = (tmp_path / "grades" / "grades.csv").read_bytes()
    again, said = grade()
    assert len(fake) == 1
    assert "6 of 6 are graded already." in said
    assert [one.points for one in again] == [one.points for one in first]
    assert (tmp_path / "grades" / "grades.csv").read_bytes() == before


def test_again_grades_one_student(grade: Grade, fake: list[FakeKernels], tmp_path: Path) -> None:
    grade()
    path = tmp_path / "grades" / "records" / "student01.json"
    record = json.loads(path.read_text()) | {"note": "to be replaced"}
    path.write_text(json.dumps(record))
    _, said = grade(again=["Student01"])
    assert "5 of 6 are graded already." in said
    assert json.loads(path.read_text())["note"] == ""
    assert fake[1].lent == 1


def test_again_with_a_name_that_nobody_has(grade: Grade, fake: list[FakeKernels]) -> None:
    with pytest.raises(CourseError, match="no submission of a student 'studnt01': did you mean"):
        grade(again=["studnt01"])


def test_names_that_differ_in_capitals_are_two() -> None:
    class_of_two = [
        Submission(name, slug, Path(), "", "") for name, slug in (("Ada", "Ada"), ("ada", "ada-2"))
    ]
    assert command._students(class_of_two, ["Ada"]) == {"Ada"}
    assert command._students(class_of_two, ["ada"]) == {"ada"}
    assert command._students(class_of_two, ["ADA-2"]) == {"ada"}


def test_a_new_version_of_a_submission_is_graded(fake: list[FakeKernels], tmp_path: Path) -> None:
    lab = small_class.course(tmp_path)
    small_class.hand_in(lab, tmp_path / "handed", 2)
    order = Order(tmp_path / "handed", "01_lines", tmp_path / "grades", root=tmp_path)
    said: list[str] = []
    assert [one.points for one in grade_class(order, said.append)] == [5, 1]
    os.replace(tmp_path / "handed" / "student00.ipynb", tmp_path / "handed" / "student01.ipynb")
    assert [one.points for one in grade_class(order, said.append)] == [5, 5]


def test_a_lab_that_has_changed_is_graded_anew(fake: list[FakeKernels], tmp_path: Path) -> None:
    small_class.hand_in(small_class.course(tmp_path), tmp_path / "handed", 2)
    order = Order(tmp_path / "handed", "01_lines", tmp_path / "grades", root=tmp_path)
    grade_class(order, lambda line: None)
    sample_lab.write(tmp_path, exercises=sample_lab.EXERCISES.replace("points=1", "points=1.0"))
    grade_class(order, lambda line: None)
    assert len(fake) == 2


def test_what_an_instructor_changed_is_kept(
    grade: Grade, fake: list[FakeKernels], tmp_path: Path
) -> None:
    grade()
    table = tmp_path / "grades" / "grades.csv"
    table.write_text(table.read_text() + "a bonus\n")
    _, said = grade()
    assert "grades.csv had been changed by hand: it is kept as grades.changed-1.csv." in said
    assert "a bonus" not in table.read_text()
    assert "a bonus" in (tmp_path / "grades" / "grades.changed-1.csv").read_text()


def test_a_missing_page_of_feedback_is_made_again(
    grade: Grade, fake: list[FakeKernels], tmp_path: Path
) -> None:
    grade()
    page = tmp_path / "grades" / "feedback" / "student00.html"
    before = page.read_text()
    page.unlink()
    grade()
    assert page.read_text() == before


def test_a_stop_keeps_what_is_done_and_says_how_to_go_on(
    grade: Grade,
    said: list[str],
    fake: list[FakeKernels],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    kept = command.Records.keep

    def interrupted(self: command.Records, result: Result, slug: str) -> None:
        kept(self, result, slug)
        if len(list((tmp_path / "grades" / "records").iterdir())) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(command.Records, "keep", interrupted)
    with pytest.raises(KeyboardInterrupt):
        grade(jobs=1)
    assert said[-1] == (
        f"2 of 6 are graded and kept in {tmp_path / 'grades'}. The same command goes on from there."
    )
    monkeypatch.setattr(command.Records, "keep", kept)
    assert not (tmp_path / "grades" / "grades.csv").exists()
    results, more = grade()
    assert "3 of 6 are graded already." in more
    assert sum(one.points for one in results) == 14


def test_kernels_that_are_gone_stop_the_class(
    grade: Grade, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "Kernels", lambda **_: FakeKernels(after=2))
    with pytest.raises(Unavailable, match="no kernels"):
        grade(jobs=1)
    assert len(list((tmp_path / "grades" / "records").iterdir())) >= 1


def test_a_bar_counts_what_is_to_be_reviewed() -> None:
    output = Console(record=True, width=100, file=io.StringIO())
    with console.Bar(4, done=1, review=1, console=output) as bar:
        for review in ([], ["a reason"], []):
            bar.advance(Result("Ada", "a", "d", "01_lines", review=review))
    assert output.export_text().splitlines()[-1] == "4 of 4 graded, 2 to look at."


# What a student hands in stops nobody.


def test_a_page_that_cannot_be_made_costs_the_page(
    grade: Grade, fake: list[FakeKernels], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "_page", ends_itself)
    results, _ = grade()
    assert sum(one.points for one in results) == 14
    assert all("The notebook is not on the page" in one.review[-1] for one in results)
    assert len(list((tmp_path / "grades" / "feedback").iterdir())) == 6
    record = json.loads((tmp_path / "grades" / "records" / "student00.json").read_text())
    assert "not on the page" in record["look"][-1]


def test_a_grading_process_that_is_killed_costs_one_grade(
    grade: Grade, fake: list[FakeKernels], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(workers, "_grade", killed_at_student_3)
    results, _ = grade()
    status = {one.student: one.status for one in results}
    assert [name for name, found in status.items() if found == "not graded"] == ["student03"]
    lost = next(one for one in results if one.student == "student03")
    assert "its process was ended" in lost.review[0]
    monkeypatch.undo()
    assert not (tmp_path / "grades" / ".unpacked").exists()


def test_a_full_disk_is_a_sentence(
    grade: Grade, fake: list[FakeKernels], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(command.Records, "keep", full)
    with pytest.raises(CourseError, match="cannot be written .No space left on device.: make room"):
        grade()


def test_a_folder_without_submissions_claims_nothing(
    fake: list[FakeKernels], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    sample_lab.write(tmp_path)
    order = Order(tmp_path / "empty", "01_lines", tmp_path / "grades", root=tmp_path)
    with pytest.raises(CourseError, match="no notebook"):
        grade_class(order, lambda line: None)
    assert not (tmp_path / "grades" / "settings.json").exists()


def ends_itself(*_: object) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def killed_at_student_3(submission: Submission, shared: Shared, lent: LentFakes) -> Result:
    if submission.student == "student03":
        os.kill(os.getpid(), signal.SIGKILL)
    return grade_here(submission, shared.get(), lent.opened())


# A part of a class, decisions of a person, lateness.


def hand_in_late(tmp_path: Path, fake: list[FakeKernels]) -> tuple[Order, Path]:
    """Grade two of three students; the third hands in later, alone in a folder."""
    small_class.hand_in(small_class.course(tmp_path), tmp_path / "handed", 3)
    (tmp_path / "later").mkdir()
    os.replace(tmp_path / "handed" / "student02.ipynb", tmp_path / "later" / "student02.ipynb")
    out = tmp_path / "grades"
    grade_class(Order(tmp_path / "handed", "01_lines", out, root=tmp_path, fmt="canvas"), print)
    return Order(tmp_path / "later", "01_lines", out, root=tmp_path), out


def test_late_hand_ins_graded_alone_wipe_nobody(fake: list[FakeKernels], tmp_path: Path) -> None:
    order, out = hand_in_late(tmp_path, fake)
    said: list[str] = []
    results = grade_class(order, said.append)
    assert [(one.student, one.points) for one in results] == [
        ("student00", 5),
        ("student01", 1),
        ("student02", 0),
    ]
    assert [row[0] for row in csv_of(out)[1:]] == ["student00", "student01", "student02"]
    canvas = (out / "grades_canvas.csv").read_text()
    assert "student02" in canvas and "student00" in canvas, "an export from before is made anew"
    assert any("student00 and student01: graded before and not among" in line for line in said)
    report = (out / "report.html").read_text()
    assert "student02</bdi>: new, 0" in report and "3 submissions" in report


def test_two_names_that_make_one_file_keep_their_records(
    fake: list[FakeKernels], tmp_path: Path
) -> None:
    small_class.hand_in(small_class.course(tmp_path), tmp_path / "handed", 1)
    for place, name in (("first", "a b"), ("second", "a-b")):
        (tmp_path / place).mkdir()
        content = (tmp_path / "handed" / "student00.ipynb").read_bytes()
        (tmp_path / place / f"{name}.ipynb").write_bytes(content)
        results = grade_class(
            Order(tmp_path / place, "01_lines", tmp_path / "grades", root=tmp_path), print
        )
    assert [(one.student, one.points) for one in results] == [("a b", 5), ("a-b", 5)]
    assert len(list((tmp_path / "grades" / "feedback").iterdir())) == 2


def test_a_decision_is_read_by_every_later_run_and_shown_everywhere(
    grade: Grade, fake: list[FakeKernels], tmp_path: Path
) -> None:
    grade(fmt="moodle")
    out = tmp_path / "grades"
    rows = "student,exercise,points,comment\nstudent01,slope,1.5,The idea is right.\n"
    (out / "decisions.csv").write_text(rows + "student02,total,4,Spoke with her.\n")
    for _ in range(2):
        results, _ = grade()
        points = {one.student: one.points for one in results}
        assert (points["student01"], points["student02"]) == (2.5, 4)
        assert (out / "decisions.csv").read_text().startswith(rows)
        for file in ("grades.csv", "grades_moodle.csv", "feedback/student01.html"):
            assert "The idea is right." in (out / file).read_text(), file
        page = (out / "feedback" / "student02.html").read_text()
        assert "Your points: 4 of 5" in page and "Spoke with her." in page
    assert len(fake) == 1, "nothing is graded again for a decision"


def test_what_is_to_be_looked_at_waits_in_decisions_csv(
    fake: list[FakeKernels], tmp_path: Path
) -> None:
    small_class.hand_in(small_class.course(tmp_path), tmp_path / "handed", 1)
    (tmp_path / "handed" / "broken.ipynb").write_text("no notebook")
    order = Order(tmp_path / "handed", "01_lines", tmp_path / "grades", root=tmp_path)
    grade_class(order, print)
    table = (tmp_path / "grades" / "decisions.csv").read_text("utf-8-sig").splitlines()
    assert table[0] == "student,exercise,points,comment,why"
    assert table[1].startswith("broken,total,,,") and len(table) == 2
    page = (tmp_path / "grades" / "feedback" / "broken.html").read_text()
    assert "Your points: not decided yet" in page and "0 of 5" not in page
    assert "handed/" not in page, "the instructor's folder is no student's concern"
    assert "1 row of decisions.csv waits" in (tmp_path / "grades" / "report.html").read_text()


LONG = """\
def scale(values):
    largest = values[0]
    for number in range(1, len(values)):
        if values[number] > largest:
            largest = values[number]
    scaled = []
    for number in range(len(values)):
        scaled.append(values[number] / largest)
    return np.array(scaled)
"""


def test_answers_that_are_alike_stand_side_by_side(fake: list[FakeKernels], tmp_path: Path) -> None:
    small_class.hand_in(small_class.course(tmp_path), tmp_path / "handed", 3)
    for name, code in (("student00", LONG), ("student02", LONG.replace("largest", "top"))):
        path = tmp_path / "handed" / f"{name}.ipynb"
        handed = nbformat.read(path, as_version=4)
        for cell in handed.cells:
            if cell.id == "exercise-scale":
                cell.source = f"{code}\n\nlab.check('scale', scale)"
        nbformat.write(handed, path)
    out = tmp_path / "grades"
    order = Order(tmp_path / "handed", "01_lines", out, root=tmp_path)
    grade_class(order, print)
    page = (out / "likeness.html").read_text()
    assert "student00" in page and "student02" in page and "student01" not in page
    assert "but for names and layout" in page
    assert 'href="likeness.html"' in (out / "report.html").read_text()
    assert "student01" in (out / "report.html").read_text()


def test_days_late_cost_what_was_asked_and_are_on_the_page(
    fake: list[FakeKernels], tmp_path: Path
) -> None:
    small_class.hand_in(small_class.course(tmp_path), tmp_path / "handed", 1)
    place = tmp_path / "class" / "7-1 - Ada- 14 March, 2026 1105 AM"
    place.mkdir(parents=True)
    os.replace(tmp_path / "handed" / "student00.ipynb", place / "p.ipynb")
    out = tmp_path / "grades"
    order = Order(
        tmp_path / "class", "01_lines", out, root=tmp_path, due="2026-03-12 23:59", penalty=10
    )
    (result,) = grade_class(order, print)
    assert (result.days_late, result.taken_off, result.points) == (2, 1, 4)
    page = (out / "feedback" / "Ada.html").read_text()
    assert "Handed in 2 days late, which costs 1 points." in page
    assert "handed in 2026-03-14 11:05:00" in page and "seed " in page
    assert "Handed in late" in (out / "report.html").read_text()


# What the command line takes, and its sentences.


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere", "--lab", "1", "--out", "grades"], "nowhere does not exist"),
        (["handed", "--lab", "77", "--out", "grades"], "There is no lab '77'"),
        (["handed", "--lab", "1", "--out", "handed/grades"], "lies among the submissions"),
        (["handed", "--lab", "1", "--out", "a_file"], "a_file is no folder"),
        (["empty", "--lab", "1", "--out", "grades"], "There is no notebook (.ipynb) in empty"),
        (["handed", "--lab", "1", "--out", "g", "--seed", "0"], "0 is not in the range"),
        (["handed", "--lab", "1", "--out", "g", "--format", "word"], "'word' is not one of"),
        (["handed", "--out", "g"], "Missing option '--lab'"),
        (["handed", "--lab", "percepton", "--out", "g"], "did you mean 01_perceptron?"),
        (["handed", "--lab", "1", "--out", "g", "--penalty", "10"], "--penalty needs --due"),
        (["handed", "--lab", "1", "--out", "g", "--due", "noon"], "--due 'noon' is no date"),
        (["handed", "--lab", "1", "--out", "g", "--roster", "no.csv"], "'no.csv' does not exist"),
        (["handed", "--lab", "1"], "Missing option '--out'"),
    ],
)
def test_bad_input_is_a_sentence(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "handed").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "a_file").touch()
    assert cli.main(["grade", *arguments]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said


def test_the_summary_names_who_needs_review() -> None:
    results = [
        Result("Ada", "a", "d", "l", points=3, out_of=5),
        Result("[bold]Bob", "b", "d", "l", status="crashed", review=["It ended."], out_of=5),
    ]
    output = Console(record=True, width=100, file=io.StringIO())
    console.show(results, Path("grades"), output)
    said = output.export_text()
    assert "3 of 5 points" in said, "the mean of those graded to the end, as in the report"
    assert "Crashed" in said
    assert "[bold]Bob: It ended." in said
    assert "grades/grades.csv: the grades" in said


def test_advice_is_not_cut_off() -> None:
    advice = f"It is no notebook {'and so on ' * 30}: save it in Jupyter and hand it in again."
    output = Console(record=True, width=80, file=io.StringIO())
    console.show([Result("Ada", "a", "d", "l", review=[advice])], Path("grades"), output)
    assert advice in " ".join(output.export_text().split())


def test_names_that_the_console_cannot_write_do_not_end_the_command() -> None:
    code = (
        "from course_utils.commands import cli; import click\n"
        "cli.course.add_command(click.Command('say', callback=lambda: print('\u674e\u660e')))\n"
        "raise SystemExit(cli.main(['say']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
    )
    assert (done.returncode, done.stdout.strip()) == (0, b"\\u674e\\u660e"), done.stderr


def test_a_summary_of_many_is_short() -> None:
    results = [Result(f"s{i}", "a", "d", "l", review=["A reason."]) for i in range(200)]
    output = Console(record=True, width=100, file=io.StringIO())
    console.show(results, Path("grades"), output)
    assert len(output.export_text().splitlines()) < 25


# The real thing.

_PROGRAM = """
import sys
from pathlib import Path
from course_utils.grading.command import Order, grade_class

root, out = map(Path, sys.argv[1:])
order = Order(root / "handed", "01_lines", out, seed=9, root=root, trust_students=True, jobs=2)
grade_class(order, print)
"""


def program(root: Path, out: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(root), str(out)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_killed_in_the_middle_and_started_again_it_gives_the_same_grades(tmp_path: Path) -> None:
    deserved = small_class.hand_in(small_class.course(tmp_path), tmp_path / "handed", 12)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert program(tmp_path, whole).wait() == 0
    running = program(tmp_path, killed)
    while running.poll() is None and len(list(killed.glob("records/*.json"))) < 5:
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    assert not (killed / "grades.csv").exists()
    assert program(tmp_path, killed).wait() == 0
    assert csv_of(killed) == csv_of(whole)
    total = csv_of(whole)[0].index("total")
    assert [float(row[total]) for row in csv_of(whole)[1:]] == list(deserved.values())
    assert not (killed / ".unpacked").exists()


@pytest.mark.timeout(600)
def test_sigterm_stops_it_with_a_sentence_and_nobody_is_left(tmp_path: Path) -> None:
    small_class.hand_in(small_class.course(tmp_path), tmp_path / "handed", 12)
    out = tmp_path / "grades"
    running = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(tmp_path), str(out)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    while running.poll() is None and len(list(out.glob("records/*.json"))) < 3:
        time.sleep(0.05)
    family = descendants(running.pid)[1:]
    assert family
    running.send_signal(signal.SIGTERM)
    said, _ = running.communicate(timeout=60)
    assert running.returncode != 0
    assert "are graded and kept in" in said
    deadline = time.monotonic() + 10
    while alive := [pid for pid in family if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, alive
        time.sleep(0.1)


@pytest.mark.timeout(600)
def test_lab_1_gives_the_points_that_are_deserved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The solved lab, the released one, one with a known mistake: models and classes too."""
    solved = nbformat.read(catalog.notebook(SOLUTIONS, "01_perceptron"), as_version=4)
    handed = tmp_path / "handed"
    handed.mkdir()
    nbformat.write(solved, handed / "right.ipynb")
    (handed / "empty.ipynb").write_bytes(catalog.notebook(LABS, "01_perceptron").read_bytes())
    for cell in solved.cells:
        if cell.id == "exercise-heaviside":
            assert ">=" in cell.source
            cell.source = cell.source.replace(">=", ">")
        if cell.id == "exercise-build_mlp":
            cell.source = cell.source.replace('"relu"', '"tanh"')
    nbformat.write(solved, handed / "partly.ipynb")
    out = tmp_path / "grades"
    command_line = ["grade", str(handed), "--lab", "1", "--out", str(out), "--trust-students"]
    assert cli.main(command_line) == 0
    assert "Students" in capsys.readouterr().out
    graded = {one["student"]: one for one in _records(out)}
    assert {name: one["points"] for name, one in graded.items()} == {
        "right": 17,
        "partly": 14,
        "empty": 0,
    }
    wrong = {one["exercise"]: one for one in graded["partly"]["exercises"] if one["points"] == 0}
    assert set(wrong) == {"heaviside", "build_mlp"}
    assert "use >=" in wrong["heaviside"]["mistake"]
    assert wrong["build_mlp"]["mistake"]
    # The solved notebook's cards were saved before its answers were changed.
    assert [name for name, one in graded.items() if one["look"]] == ["partly"]
    assert "Right on the notebook's own card" in graded["partly"]["look"][0]


def _records(out: Path) -> Iterator[dict[str, object]]:
    for path in sorted((out / "records").iterdir()):
        yield json.loads(path.read_text())
