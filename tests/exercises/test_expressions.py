"""Formulas as functions: what they may hold, and what they refuse."""

import math

import pytest

from course_utils.common.errors import CourseError
from course_utils.exercises import Fixture, fixtures
from course_utils.exercises.expressions import function_of


class Number(float):
    """A float with two of the methods."""

    def exp(self) -> float:
        return math.exp(self)

    def tanh(self) -> float:
        return math.tanh(self)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("(x + y) * z", -12),
        ("x - y / z", -0.75),
        ("2 * x ** 2 - 1.5", 6.5),
        ("-x ** 2", -4),
        ("q = x + y; r = q * q; r - q", 6),
        ("x.exp() + y.tanh()", math.exp(-2) + math.tanh(5)),
    ],
)
def test_it_computes_what_is_written(formula: str, value: float) -> None:
    function = function_of(formula)
    assert function(x=Number(-2), y=Number(5), z=Number(-4)) == pytest.approx(value)


@pytest.mark.parametrize(
    "formula",
    [
        "print(x)",
        "x.__class__",
        "x.data()",
        "x.exp(2)",
        "unknown + x",
        "'a' * x",
        "x = 1",
        "import os; x",
        "[x]",
    ],
)
def test_it_refuses_everything_else(formula: str) -> None:
    with pytest.raises(CourseError, match="A formula cannot hold"):
        function_of(formula)(x=Number(1))


def test_a_card_shows_the_formula() -> None:
    text = fixtures.in_words(Fixture("expression", formula="x * x"))
    assert text.startswith("expression(formula='x * x')")
