"""Edits of a solution become answers, and what is wrong with one is said by name."""

from pathlib import Path

import numpy as np
import pytest

from course_utils.authoring import references
from course_utils.authoring.record import write_checks
from course_utils.common.errors import CourseError
from tests.support import sample_lab

EXERCISES = """\
import numpy as np

from course_utils.exercises import Call, Case, Exercise, Get, edit


def vectors(rng):
    yield Case("three numbers", np.array([1.0, 2.0, 4.0]))


def counts(rng):
    yield Case("twice", steps=[Call("scaled", np.array([1.0, 2.0])), Get("count")])


scale = Exercise(
    points=1,
    cases=vectors,
    mistakes={{"A mistake.": {mistake}}},
    alternatives=[edit("largest = values.max()\\nreturn", "return", "largest", "np.max(values)")],
)
slope = Exercise(points=1, mistakes={{"Off by one.": edit("x, y, 1", "x, y + 1, 1")}})
Counter = Exercise(points=1, cases=counts, mistakes={{"Twice.": edit("count += 1", "count += 2")}})
"""


def written(root: Path, mistake: str) -> sample_lab.LabSource:
    return sample_lab.write(root, exercises=EXERCISES.format(mistake=mistake))


def test_an_edit_becomes_an_answer(tmp_path: Path) -> None:
    solved = references.solved(written(tmp_path, 'edit("max", "min")'))
    x = np.array([1.0, 2.0, 4.0])
    exercise, reference = solved["scale"]
    assert exercise.mistakes["A mistake."](x) == pytest.approx([1, 2, 4])
    assert exercise.alternatives[0](x) == pytest.approx([0.25, 0.5, 1])
    assert reference(x) == pytest.approx([0.25, 0.5, 1])
    assert solved["slope"].exercise.mistakes["Off by one."] == pytest.approx((3, 2))
    counter = solved["Counter"].exercise.mistakes["Twice."]()
    assert counter.scaled(x) == pytest.approx([0.25, 0.5, 1])
    assert counter.count == 2


@pytest.mark.parametrize(
    ("mistake", "reason"),
    [
        ('edit("median", "min")', "'median' occurs 0 times in the solution"),
        ('edit("values", "x")', "'values' occurs 2 times in the solution"),
        ('edit("max", "max", "median", "min")', "'median' occurs 0 times"),
        ('edit("max()", "max(")', r"does not parse \("),
    ],
)
def test_an_edit_that_cannot_be_made_is_named(tmp_path: Path, mistake: str, reason: str) -> None:
    place = r"solutions/01_lines/exercises.py:\d+: exercise scale, edit "
    with pytest.raises(CourseError, match=place + f".*{reason}"):
        references.solved(written(tmp_path, mistake))


def test_an_edit_that_raises_is_named(tmp_path: Path) -> None:
    text = EXERCISES.format(mistake="None").replace("x, y + 1, 1", "x, nothing, 1")
    lab = sample_lab.write(tmp_path, exercises=text)
    with pytest.raises(CourseError, match="exercise slope, edit .* raises NameError: name 'nothi"):
        references.solved(lab)


def test_a_mistake_that_is_right_on_every_public_case_is_no_check(tmp_path: Path) -> None:
    lab = written(tmp_path, 'edit("values.max()", "np.max(values)")')
    with pytest.raises(CourseError, match="Exercise scale: the mistake 'A mistake.' is right on"):
        write_checks(references.solved(lab), tmp_path / "checks.npz", "digest")


def test_an_edit_sees_the_names_of_its_own_cell(tmp_path: Path) -> None:
    """x is bound anew further down; an edited answer has the x that the solved one had."""
    script = sample_lab.SCRIPT.replace(
        "scale(values)\n        ###", "scale(values) + 0 * x\n        ###"
    )
    script = script.replace("\n# %%\nclass Counter", "\n# %%\nx = np.zeros(3)\n\n\nclass Counter")
    lab = sample_lab.write(tmp_path, script, EXERCISES.format(mistake='edit("max", "min")'))
    solved = references.solved(lab)
    assert solved["slope"].exercise.mistakes["Off by one."] == pytest.approx((3, 2))


def test_functions_above_the_exercise_call_the_edited_answer(tmp_path: Path) -> None:
    above = "def less(n):\n    return again(n - 1)\n\n\ndef again(n):\n    return count(n)"
    cell = sample_lab.function("count", "return 1 + less(args[0]) if args[0] else 0")
    lab = sample_lab.lab_of(tmp_path, above, cell, exercises=("count",))
    lab.exercises_paths[0].write_text(
        "from course_utils.exercises import Exercise, edit\n\n"
        'count = Exercise(points=1, mistakes={"Two each.": edit("1 +", "2 +")})\n'
    )
    exercise, reference = references.solved(lab)["count"]
    assert reference(3) == 3
    assert exercise.mistakes["Two each."](3) == 6


def test_each_old_text_needs_a_new_one(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="every old text needs a new one; 'more' has none"):
        references.solved(written(tmp_path, 'edit("max", "min", "more")'))
