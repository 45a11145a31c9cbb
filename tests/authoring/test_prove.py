"""The proof of a check finds what is wrong with a check."""

import numpy as np
import pytest

from course_utils.authoring.prove import HIDDEN_SEEDS, prove
from course_utils.exercises import Call, Case, Exercise, Get
from tests.support.small_checks import matrices, squares, vectors


def problems(reference, cases=vectors, **more):
    return " ".join(prove("task", Exercise(points=1, cases=cases, **more), reference))


def test_a_sound_exercise_has_none():
    mistakes = {"Cosine.": np.cos, "Minus.": lambda x: -np.sin(x)}
    assert problems(np.sin, alternatives=[lambda x: np.cos(x - np.pi / 2)], mistakes=mistakes) == ""


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"alternatives": [np.cos]}, "alternative 1 is refused"),
        ({"mistakes": {"None at all.": np.sin}}, "'None at all.' passes"),
        (
            {"mistakes": {"One.": np.cos, "Two.": lambda x: np.cos(x)}},
            "'Two.' is taken for 'One.'",
        ),
        ({"rtol": 10.0}, "machine-made wrong answer 'zeros' passes"),
    ],
)
def test_unsound_ones_are_told(more, problem):
    assert problem in problems(np.sin, **more)


def test_a_mistake_that_shows_on_the_public_cases_alone():
    def cases(rng):
        yield Case("a number", float(rng.normal()))

    public = Exercise(points=1, cases=cases).draw("task")[0].args[0]
    found = problems(np.sin, cases, mistakes={"Sometimes.": lambda x: np.sin(x) + (x == public)})
    assert found.count("the mistake 'Sometimes.' passes") == len(HIDDEN_SEEDS)
    assert "hidden cases of seed 1" in found and "hidden cases of seed 2" in found


def test_on_hidden_cases_a_mistake_is_tried_up_to_the_first_that_it_fails():
    def cases(rng):
        for number in range(10):
            yield Case(f"number {number}", rng.normal(size=3))

    calls = []
    assert (
        problems(np.sin, cases, mistakes={"Cosine.": lambda x: calls.append(0) or np.cos(x)}) == ""
    )
    # On the ten public cases, on one of them again, and once for each hidden seed.
    assert len(calls) == 10 + 1 + len(HIDDEN_SEEDS)


def test_on_hidden_cases_a_mistake_is_first_tried_where_it_has_shown():
    def cases(rng):
        for number in range(10):
            yield Case(f"number {number}", np.append(rng.normal(size=3), number))

    calls = []

    def late(x):
        calls.append(x[-1])
        return np.sin(x) + (x[-1] == 9)

    assert problems(np.sin, cases, mistakes={"The last one.": late}) == ""
    assert calls == [*range(10), 9, *[9] * len(HIDDEN_SEEDS)]


def test_a_reference_that_is_not_the_same_twice():
    rng = np.random.default_rng(0)
    assert "seen again, is refused" in problems(lambda x: rng.normal(size=3))


def test_a_mistake_that_is_not_the_same_twice():
    rng = np.random.default_rng(0)
    mistakes = {"Drawn.": lambda x: rng.normal(size=3)}
    assert "'Drawn.' does something else" in problems(np.sin, mistakes=mistakes)


def test_cases_that_tell_nothing_apart():
    def zeros(rng):
        yield Case("one zero", np.zeros(3))
        yield Case("more zeros", np.zeros(4))

    assert "'zeros' is right on every case" in problems(np.sin, zeros)


def test_a_reference_that_runs_into_a_stub():
    def stub(x):
        raise NotImplementedError("Exercise other: write it.")

    assert "runs into the stub of other" in problems(stub)


@pytest.mark.parametrize("cases", [matrices, squares, vectors])
def test_functions_of_arrays(cases):
    assert problems(lambda x: (x.mean(axis=0), {"all": x.sum()}), cases) == ""


def test_a_class():
    class Total:
        def __init__(self, n):
            self.total = np.zeros(n)

        def add(self, x):
            self.total = self.total + x
            return self.total.sum()

    def cases(rng):
        yield Case("two", 3, steps=[Call("add", rng.normal(size=3)), Get("total")])
        yield Case("four", 2, steps=[Call("add", rng.normal(size=2)), Get("total")])

    assert problems(Total, cases) == ""


def test_a_value():
    assert prove("task", Exercise(points=1), {"w": np.array([1.0, 2.0]), "b": -1.5}) == []
