"""A class of hostile, broken and odd submissions: each gets its due, and nothing else changes."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from course_utils.authoring import notebook
from course_utils.common.errors import CourseError
from course_utils.grading.apart.apart import Apart
from course_utils.grading.hidden.hidden import Drawing, HiddenLab
from course_utils.grading.intake.submissions import find
from course_utils.grading.kernels.kernels import Kernels
from course_utils.grading.results.results import Result
from course_utils.grading.sandbox.limits import Limits
from course_utils.grading.workers import LocalWorkers
from tests.grading.hostile import files, recipes, trial_lab

pytestmark = pytest.mark.slow

RECIPES = {recipe.name: recipe for recipe in recipes.read_all()}
FULL = sum(trial_lab.POINTS.values())
#: What a hostile answer leaves behind wherever it can write.
TRACE = Path("/tmp/course-hostile-was-here")
MB = 2**20
#: Low, so that what never ends is soon ended, and the machine that tests is not harmed.
LIMITS = Limits(
    wall=40, cell=5, observe=8, cpu=60, memory=1500 * MB, files=64 * MB, file=64 * MB, processes=96
)


class Graded(NamedTuple):
    """The class after grading: results by student, the hidden cases' numbers by their first
    digits, and the files before and after."""

    results: dict[str, Result]
    numbers: list[str]
    before: dict[str, str]
    after: dict[str, str]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    root = tmp_path_factory.mktemp("course")
    lab = trial_lab.write(root)
    submissions = root / "submissions"
    submissions.mkdir()
    released = notebook.released(lab)
    for recipe in RECIPES.values():
        made = recipes.notebook(recipe, released)
        # Not by nbformat, which would mend it.
        (submissions / f"{recipe.name}.ipynb").write_text(json.dumps(made), encoding="utf-8")
    solved = recipes.notebook(RECIPES["everything_right"], released)
    for name, write in (files.UNREADABLE | files.READABLE).items():
        write(submissions / f"{name}.ipynb", solved)
    before = digests(root)
    TRACE.unlink(missing_ok=True)
    hidden = (submissions, root)
    try:
        with (
            Apart() as apart,
            Drawing(lab.name, 7, root) as drawing,
            Kernels(LIMITS, hidden=hidden) as kernels,
        ):
            found = find(submissions, lab.name, tmp_path_factory.mktemp("work"), apart)
            drawn = drawing.result()
            workers = LocalWorkers(kernels, apart, jobs=2)
            graded = workers.results(found.submissions, drawn)
            results = {one.student: result for one, result in graded}
    except CourseError as error:
        if not str(error).startswith(("No sandbox works here", "Grading needs Linux")):
            raise
        pytest.skip(str(error))
    yield Graded(results, numbers(drawn), before, digests(root))
    TRACE.unlink(missing_ok=True)


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def numbers(lab: HiddenLab) -> list[str]:
    """The first digits of every number of the hidden cases that is none by chance."""
    arrays = [
        argument
        for name in ("step", "row_means")
        for case in lab.exercises[name].check.cases
        for argument in case.args
    ]
    drawn = [f"{abs(value):.5f}" for array in arrays for value in np.ravel(array)]
    return [number for number in drawn if not number.endswith("000")]


def points(result: Result) -> dict[str, float]:
    return {one.exercise: one.points for one in result.exercises}


def test_there_are_at_least_forty_hostile_and_broken_submissions() -> None:
    hostile = [path for kind in ("cheats", "broken") for path in (recipes.FOLDER / kind).iterdir()]
    assert len(hostile) + len(files.UNREADABLE) >= 40


@pytest.mark.parametrize("name", RECIPES)
def test_each_gets_the_points_it_deserves(graded: Graded, name: str) -> None:
    result = graded.results[name]
    assert points(result) == RECIPES[name].points, (result.status, result.note, result.review)
    assert result.points == sum(RECIPES[name].points.values())


@pytest.mark.parametrize("name", [name for name, recipe in RECIPES.items() if recipe.review])
def test_a_person_is_asked_to_review_where_a_run_was_cut_short(graded: Graded, name: str) -> None:
    assert graded.results[name].review


@pytest.mark.parametrize("name", [path.stem for path in (recipes.FOLDER / "honest").glob("*.py")])
def test_nobody_is_sent_to_an_honest_submission(graded: Graded, name: str) -> None:
    assert graded.results[name].review == []
    assert graded.results[name].status in {"graded", "empty"}


@pytest.mark.parametrize("name", files.UNREADABLE)
def test_what_is_no_notebook_of_the_lab_gets_a_sentence(graded: Graded, name: str) -> None:
    result = graded.results.get(name)
    if result is None:  # Not a file at all: nothing was handed in under this name.
        assert name in {"folder_named_like_a_notebook"}
        return
    assert result.points == 0
    assert result.review or result.status == "empty"
    assert all(sentence.endswith((".", ")")) for sentence in result.review or [result.note])


@pytest.mark.parametrize("name", files.READABLE)
def test_what_is_odd_to_read_gets_all_its_points(graded: Graded, name: str) -> None:
    assert graded.results[name].points == FULL, graded.results[name].note


def test_no_file_outside_of_the_sandboxes_has_changed(graded: Graded) -> None:
    assert graded.after == graded.before
    assert not TRACE.exists()


@pytest.mark.parametrize("name", ["noisy_libraries", "constant_answer", "nan_and_inf"])
def test_no_number_of_a_hidden_case_reaches_a_result(graded: Graded, name: str) -> None:
    text = json.dumps(graded.results[name].to_data())
    assert not [number for number in graded.numbers if number in text]
