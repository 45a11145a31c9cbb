"""Hidden checks: drawn from a seed in a process of their own, different from the public ones."""

import os
from pathlib import Path

import numpy as np
import pytest

from course_utils.authoring import notebook, references, source
from course_utils.common.errors import CourseError
from course_utils.exercises import Case, Exercise, Metric, Probe, archive
from course_utils.exercises.check import Check, make_check
from course_utils.exercises.observe import observe_all
from course_utils.exercises.plain import identical
from course_utils.exercises.verdict import judge
from course_utils.grading.hidden import drawing, hidden
from course_utils.grading.hidden.hidden import Drawing, HiddenLab
from course_utils.grading.protocol.session import question
from tests.support import sample_lab

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

HALVES = "scale = Exercise(points=1, cases=vectors, partial=True)\n"
PARTIAL = sample_lab.EXERCISES.replace(
    'scale = Exercise(points=1, cases=vectors, hints=["numpy has max."])\n', HALVES
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    sample_lab.write(folder, exercises=PARTIAL)
    return folder


@pytest.fixture(scope="module")
def lab(root: Path) -> HiddenLab:
    with Drawing(sample_lab.NAME, 7, root) as drawn:
        return drawn.result()


def test_the_hidden_lab_says_what_is_graded(lab: HiddenLab, root: Path) -> None:
    source_of = source.read(root / "solutions" / "01_lines" / "lines.py", root)
    assert list(lab.exercises) == ["scale", "slope", "Counter"]
    assert [one.title for one in lab.exercises.values()] == [
        "Exercise 1: scale",
        "Exercise 2: slope",
        "Exercise 3: Counter",
    ]
    assert (lab.name, lab.seed, lab.out_of) == ("01_lines", 7, 5)
    assert lab.digest == notebook.source_digest(source_of)
    assert lab.released == notebook.released(source_of)
    assert [one.partial for one in lab.exercises.values()] == [True, False, False]


def test_the_reference_passes_and_something_else_does_not(lab: HiddenLab) -> None:
    check = lab.exercises["scale"].check
    right = observe_all(lambda values: values / values.max(), check.cases)
    assert judge(check, right).status == "right"
    wrong = observe_all(lambda values: values / values.sum(), check.cases)
    assert judge(check, wrong).status == "wrong"


def test_only_drawn_cases_are_unseen(lab: HiddenLab) -> None:
    assert list(lab.exercises["scale"].unseen) == [False, True]
    assert list(lab.exercises["slope"].unseen) == [False]
    assert list(lab.exercises["Counter"].unseen) == [True, True]


def test_one_seed_draws_the_same_again_and_another_something_else(root: Path) -> None:
    sources = source.read(root / "solutions" / "01_lines" / "lines.py", root)
    first, again, other = (
        hidden.loads(drawing.draw(sources, seed)).exercises["scale"].check.cases[1].args
        for seed in (3, 3, 4)
    )
    assert identical(first, again)
    assert not identical(first, other)


def double(x: int) -> int:
    return 2 * x


def drawn(low: int, high: int) -> Exercise:
    """Doubling a number from low to high - 1, and a mistake that shows on all but 0 and 2."""
    return Exercise(
        points=1,
        cases=lambda rng: [Case("a number", int(rng.integers(low, high)))],
        mistakes={"It is a square.": lambda x: x**2},
    )


def test_cases_that_let_a_known_mistake_pass_are_drawn_again() -> None:
    firsts = 0
    for seed in range(1, 41):
        first, check = (make(seed) for make in (_first, _caught))
        assert check.mistakes[0].observations[0] is not None
        assert check.cases[0].args != (0,)
        if first.mistakes[0].observations[0] is not None:
            assert content(first) == content(check), "a good draw stays"
            firsts += 1
    assert 10 < firsts < 30
    assert content(_caught(3)) == content(_caught(3))


def _first(seed: int) -> Check:
    return make_check("double", drawn(0, 2), double, seed)


def content(check: Check) -> bytes:
    return archive.dumps(check.to_data())


def _caught(seed: int) -> Check:
    return drawing.hidden_check("double", drawn(0, 2), double, seed)


def test_a_mistake_that_no_draw_catches_is_a_sentence() -> None:
    with pytest.raises(CourseError, match=r"Exercise double: .* seed 3 .*'It is a square.'"):
        drawing.hidden_check("double", drawn(2, 3), double, 3)


def test_questions_do_not_say_what_is_right() -> None:
    metric = Metric("accuracy", np.array([1, 0]), at_least=0.9, inputs=np.ones((2, 3)))
    case = Case("on unseen digits", 1, metric=metric, probe=Probe(0, 1), shares=True, depth=2)
    asked = question(case, "4")
    assert (asked.name, asked.args, asked.kwargs) == ("4", (1,), {"depth": 2})
    assert (asked.probe, asked.shares) == (Probe(0, 1), True)
    assert asked.metric is not None
    assert asked.metric.target is None
    assert asked.metric.at_least == 0.0
    assert asked.metric.inputs is metric.inputs


def test_the_seed_of_the_public_cases_is_refused(root: Path) -> None:
    with pytest.raises(CourseError, match="Seed 0 draws the cases that students have"):
        Drawing(sample_lab.NAME, 0, root)


def test_a_released_notebook_that_is_not_the_sources_is_refused(tmp_path: Path) -> None:
    lab = sample_lab.write(tmp_path)
    lab.released_path.parent.mkdir(parents=True)
    lab.released_path.write_text("{}")
    with (
        Drawing(sample_lab.NAME, 1, tmp_path) as drawn,
        pytest.raises(CourseError, match="lines.ipynb is not what its source gives: run"),
    ):
        drawn.result()


def test_a_source_that_fails_is_one_sentence(tmp_path: Path) -> None:
    sample_lab.write(tmp_path, sample_lab.SCRIPT.replace("y = 3 * x + 1", "y = 3 * xx + 1"))
    with Drawing(sample_lab.NAME, 1, tmp_path) as drawn, pytest.raises(CourseError) as caught:
        drawn.result()
    assert "lines.py" in str(caught.value)
    assert "NameError: name 'xx' is not defined" in str(caught.value)


def test_exercises_that_print_do_not_disturb(tmp_path: Path) -> None:
    loud = sample_lab.EXERCISES.replace("import numpy as np", "import numpy as np\nprint('hello')")
    sample_lab.write(tmp_path, exercises=loud)
    with Drawing(sample_lab.NAME, 1, tmp_path) as drawn:
        assert drawn.result().out_of == 5


def test_checks_travel_as_bytes(lab: HiddenLab) -> None:
    again = hidden.loads(lab.content)
    assert archive.dumps(again.exercises["Counter"].check.to_data()) == archive.dumps(
        lab.exercises["Counter"].check.to_data()
    )


@pytest.mark.slow
@pytest.mark.parametrize("path", source.find_labs(), ids=lambda path: path.parent.name)
def test_every_function_and_class_of_the_labs_meets_inputs_nobody_has_seen(path: Path) -> None:
    """Else its answers could be looked up in checks.npz."""
    lab = source.read(path)
    answers = references.load(lab)
    for name, exercise in references.load_exercises(lab).items():
        if isinstance(answers[name], type) or callable(answers[name]):
            assert any(drawing._unseen(name, exercise, exercise.draw(name, 5))), name
