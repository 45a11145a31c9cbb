"""General diagnoses: each common wrong answer is told by its own sentence."""

import numpy as np
import pytest

from course_utils.exercises import Call, Case, Exercise, Fixture
from course_utils.exercises.card import verdict_card
from course_utils.exercises.check import make_check
from tests.support.small_checks import check_of, matrices, squares, vectors, verdict_on


def softmax(x, axis=1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def mean_rows(x):
    return x.mean(axis=0)


def in_place(x):
    x -= 1
    return x


def printed(x):
    print(x.mean())


WRONG = [
    (lambda x: x @ x.T, matrices, lambda x: None, "A return is missing"),
    (np.mean, vectors, printed, "prints a result but does not return"),
    (lambda x: x * 2, matrices, lambda x: (x * 2).T, "transpose"),
    (lambda x: x @ np.diag(np.arange(len(x))), squares, lambda x: np.diag(np.arange(len(x))) @ x.T,
     "transpose"),
    (np.sin, vectors, lambda x: -np.sin(x), "sign is flipped"),
    (np.sin, vectors, lambda x: 1 - np.sin(x), "1 minus"),
    (np.mean, vectors, np.sum, "6 times too large: a sum where the mean"),
    (np.sum, vectors, np.mean, "6 times too small: a mean"),
    (lambda x: x.mean(0), matrices, lambda x: x.sum(0), "5 times too large"),
    (lambda x: x**2 / 2, vectors, lambda x: x**2, "one factor: 2 times"),
    (lambda x: np.var(x, ddof=1), vectors, np.var, "divided by n = 6 where n - 1"),
    (np.var, vectors, lambda x: np.var(x, ddof=1), "divided by n - 1 where n = 6"),
    (np.argsort, vectors, lambda x: np.argsort(x) + 1, "Everything is 1 more"),
    (mean_rows, matrices, lambda x: x.mean(1), "taken over axis 1; axis 0"),
    (mean_rows, squares, lambda x: x.mean(1), "taken over axis 1; axis 0"),
    (mean_rows, matrices, np.mean, "axis None; axis 0"),
    (np.cumsum, vectors, lambda x: np.roll(np.cumsum(x), 1), "shifted by one"),
    (np.cumsum, vectors, lambda x: np.concatenate([[0.0], np.cumsum(x)[:-1]]), "shifted by one"),
    (np.cumsum, vectors, lambda x: np.cumsum(x)[::-1], "reversed"),
    (np.cumsum, vectors, lambda x: np.cumsum(x)[:-1], "lacks an entry at the end"),
    (np.cumsum, vectors, lambda x: np.cumsum(x)[1:], "lacks an entry at the start"),
    (lambda x: 10 * x, vectors, lambda x: (10 * x).astype(int), "decimals are cut off"),
    (lambda x: 10 * x, vectors, lambda x: np.round(10 * x), "rounded"),
    (lambda x: x * 2, vectors, lambda x: np.abs(x * 2), "absolute value"),
    (np.std, vectors, np.var, "a square root is missing"),
    (np.exp, vectors, lambda x: x.copy(), "comes back unchanged"),
    (lambda x: np.log(1 + x**2), vectors, lambda x: 1 + x**2, "a logarithm is missing"),
    (lambda x: 1 + x**2, vectors, lambda x: 1 / (1 + x**2), "1 divided by"),
    (lambda x: x - 1, vectors, in_place, "caller's own array"),
    (lambda x: x - x.mean(), vectors, lambda x: x[:, None] - x, "broadcast them"),
    (lambda x: x * 2, vectors, lambda x: (x * 2)[:, None], "an axis too many"),
    (lambda x: (x * 2)[:, None], vectors, lambda x: x * 2, "axis of length 1 is missing"),
    (softmax, matrices, lambda x: softmax(x, 0), "sums to 1 along axis 0; along axis 1"),
    (softmax, squares, lambda x: np.exp(x) / np.exp(x).sum(), "whole array sums to 1"),
    (softmax, squares, np.exp, "should sum to 1 along axis 1"),
    (lambda x: x.max(1), matrices, lambda x: x.argmax(1), None),
    (lambda x: x.argmax(1), matrices, lambda x: np.eye(3)[x.argmax(1)], "take the argmax"),
    (lambda x: np.eye(3)[x.argmax(1)], matrices, lambda x: x.argmax(1), "indices of the classes"),
    (np.sin, vectors, lambda x: np.full(len(x), 0.5), "same whatever the input"),
    (np.sin, vectors, lambda x: np.sin(x)[0], "first of 6 entries"),
    (np.sin, vectors, lambda x: np.sin(x).round(3), "rounded to 3 decimals"),
    (np.sin, vectors, lambda x: 1.001 * np.sin(x), "nearly right"),
    (np.sin, vectors, lambda x: np.sin(x).astype(np.float16), "nearly right"),
    (np.sin, vectors, lambda x: np.sin(x) * (1 + 5e-5 * np.cos(9 * x)), "nearly right"),
    (lambda x: (x > 0) * 1.0, vectors, lambda x: x > 0, ".astype(float)"),
    (lambda x: x > 0, vectors, lambda x: (x > 0) * 1.0, "True and False are asked"),
    (np.sin, vectors, lambda x: [float(v) for v in np.sin(x)], "np.array(...)"),
    (np.sin, vectors, lambda x: (np.sin(v) for v in x), "make a generator"),
    (np.sin, vectors, lambda x: np.sin, "call it"),
    (lambda x: (x.min(), x.max()), vectors, np.min, "separated by commas"),
    (np.mean, vectors, lambda x: (x.mean(),), "A comma at the end"),
    (lambda x: x * 2, vectors, lambda x: (x * 2).sum(), "sum over everything"),
    (np.sum, matrices, lambda x: x.sum(0), "axis 0; axis None"),
    (lambda x: np.log1p(np.exp(-np.abs(100 * x))), vectors,
     lambda x: np.log(1 + np.exp(1000 * np.abs(x))), "overflows"),
    (lambda x: np.log(np.abs(x)), vectors, np.log, "logarithm is taken of 0 or of a negative"),
    (lambda x: (x > 0) * 1.0, vectors, lambda x: np.where(x > 0), "give it all three arguments"),
    (lambda x: (x > 0) * 1.0, vectors, lambda x: np.zeros_like(x), "Everything is 0"),
    (np.sin, vectors, lambda x: (x[x > 0], x[x < 0], x), "One array is asked, and this is a tuple"),
    (lambda x: 2 * x, matrices, lambda x: float(2 * x[0, 0]), "Only the first of 15 entries"),
    (softmax, matrices, lambda x: 3 * softmax(x), "or a division by a mean"),
    (lambda x: int(x[0] > 0), vectors, lambda x: str(x[0] > 0), "A string came back"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "cases", "wrong", "sentence"), WRONG)
def test_common_mistakes_are_told_without_the_author_naming_them(right, cases, wrong, sentence):
    verdict = verdict_on(wrong, check_of(right, cases))
    assert verdict.status == "wrong"
    if sentence is None:
        assert verdict.why == [] or "axis" not in verdict.why[0]
    else:
        assert sentence in " ".join(verdict.why)


@pytest.mark.parametrize(("right", "cases", "wrong", "sentence"), WRONG)
def test_the_right_one_passes(right, cases, wrong, sentence):
    assert verdict_on(right, check_of(right, cases)).status == "right"


def test_an_answer_kept_from_an_earlier_call_is_told():
    kept = {}
    check = check_of(lambda x: np.sin(x).sum(), vectors)
    verdict = verdict_on(lambda x: kept.setdefault("sum", np.sin(x).sum()), check)
    assert "right answer to another input, that of the case 'six numbers'" in verdict.why[0]


def test_a_step_of_a_class_that_answers_an_earlier_case_is_told():
    kept = {}

    class Right:
        def double(self, x):
            return 2 * x

    class Caching:
        def double(self, x):
            return kept.setdefault(x.shape, 2 * x)

    def cases(rng):
        for name in ("one", "two"):
            yield Case(name, steps=[Call("double", rng.normal(size=3))])

    verdict = verdict_on(Caching, check_of(Right, cases))
    assert "that of the case 'one'" in verdict.why[0]


def test_zeros_and_ones_fall_together_by_chance():
    """With two values only, a maximum, a shift or another order is no explanation."""
    check = check_of(lambda x: (x > 0) * 1.0, vectors)
    for wrong in (
        lambda x: 1.0 * (x > 0).any(),
        lambda x: np.roll((x > 0) * 1.0, 1),
        lambda x: np.sort((x > 0) * 1.0),
    ):
        verdict = verdict_on(wrong, check)
        assert verdict.status == "wrong"
        assert verdict.why == []


def test_a_mistake_is_refuted_by_a_case_that_is_right():
    def cases(rng):
        yield Case("positive", np.array([2.0, 3.0]))
        yield Case("negative", np.array([-2.0, -3.0]))

    check = check_of(np.abs, cases, mistakes={"It is always 7.": lambda x: 0 * x + 7})
    got = verdict_on(lambda x: np.where(x < 0, 7.0, x), check)
    assert got.why == []


def test_no_diagnosis_is_made_up():
    verdict = verdict_on(lambda x: np.sin(x**2) + x, check_of(np.cos, vectors))
    assert verdict.why == []


def test_an_empty_answer_is_wrong_and_no_accident():
    verdict = verdict_on(lambda x: np.array([]), check_of(lambda x: x * 2, matrices))
    assert verdict.status == "wrong" and "(0,)" in verdict.message


def test_a_relation_on_one_number_is_no_diagnosis():
    def one(rng):
        yield Case("one", np.array([2.0]))

    assert verdict_on(lambda x: np.array([0.3]), check_of(np.sin, one)).why == []


def test_a_named_mistake_goes_before_the_general_diagnosis():
    check = check_of(np.mean, vectors, mistakes={"You forgot to divide by n.": np.sum})
    verdict = verdict_on(lambda x: sum(x), check)
    assert verdict.why == ["You forgot to divide by n."]
    assert verdict.mistake == "You forgot to divide by n."


def test_mistakes_are_told_apart():
    mistakes = {"Sum.": np.sum, "Median.": np.median, "Always the first.": lambda x: x[0]}
    check = check_of(np.mean, vectors, mistakes=mistakes)
    for sentence, wrong in mistakes.items():
        assert verdict_on(wrong, check).mistake == sentence


def test_a_mistake_that_raises_is_named_by_its_error():
    def not_transposed(x):
        return x @ x

    check = check_of(lambda x: x.T @ x, matrices, mistakes={"Transpose x first.": not_transposed})
    assert verdict_on(not_transposed, check).why == ["Transpose x first."]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda x: np.max(0, x), "takes x for the axis"),
        (lambda x: float(x[0]).exp(), "what stands before the dot"),
        (lambda x: x @ np.ones(77), "columns of A must be as many as the rows of B"),
        (lambda x: x + np.ones(77), "do not fit elementwise"),
        (lambda x: np.log(x) if x > 0 else x, "An 'if' needs one True or False"),
        (lambda x: x[100], "Entry 100 was asked for, and axis 0 has length 6"),
        (lambda x: undefined_name, "Nothing is called undefined_name"),  # noqa: F821
        (lambda: 3, "takes 0 arguments (counting self) and is given 1"),
        (lambda x: 1 / 0, "denominator is 0"),
        (lambda x: None + x, "Something here is None"),
        (lambda x: ...[0] * x, "is still ...: fill it in"),
        (lambda x: float(...), "is still ...: fill it in"),
        (lambda x: 2.0 * ..., "is still ...: fill it in"),
        (lambda x: ...(x), "is still ...: fill it in"),
        (lambda x: (...).shape, "is still ...: fill it in"),
        (lambda x: x.legnth, "no legnth: check the spelling"),
        (lambda x: x(3), "Parentheses after"),
        (lambda x: x.shape[1], "(n,) has no shape[1]"),
        (lambda x: float(x), "use .astype(float)"),
        (lambda x: x ^ 2, "^ is no power"),
        (lambda x: x > 0 & x, "put each comparison in parentheses"),
    ],
)
def test_errors_are_explained(wrong, sentence):
    verdict = verdict_on(wrong, check_of(np.sin, vectors))
    assert verdict.status == "error"
    assert sentence in " ".join(verdict.why)
    assert verdict.failure.line or verdict.failure.kind == "TypeError"


def test_stubs_are_told_from_errors():
    def stub(x):
        raise NotImplementedError("Exercise task: write your code here.")

    def waits(x):
        raise NotImplementedError("Exercise neuron: write your code here.")

    def own(x):
        raise NotImplementedError("later")

    check = check_of(np.sin, vectors)
    assert verdict_on(stub, check).status == "unattempted"
    assert verdict_on(..., check).status == "unattempted"
    method = "Exercise task: replace this line with your code for Task.update."
    verdict = verdict_on(lambda x: (_ for _ in ()).throw(NotImplementedError(method)), check)
    assert (verdict.status, verdict.message) == ("unattempted", "Still to be written: Task.update.")
    half = verdict_on({"AND": 3, "OR": ...}, check_of({"AND": 3, "OR": 4}))
    assert (half.status, half.message) == ("unattempted", "Still to be filled in: OR.")
    assert verdict_on(waits, check).waits_for == "neuron"
    assert verdict_on(own, check).status == "error"


def test_a_right_answer_is_never_stubborn_about_printing(capsys):
    def chatty(x):
        print("here", x)
        return np.sin(x)

    assert verdict_on(chatty, check_of(np.sin, vectors)).status == "right"
    assert capsys.readouterr().out == ""


def test_hidden_cases_differ_from_the_public_ones():
    exercise = Exercise(points=1, cases=vectors)
    public, hidden = (make_check("task", exercise, np.sin, seed) for seed in (0, 1))
    assert not np.array_equal(public.cases[0].args[0], hidden.cases[0].args[0])
    again = make_check("task", exercise, np.sin, 1)
    np.testing.assert_array_equal(hidden.cases[0].args[0], again.cases[0].args[0])


def test_two_cases_of_one_name_are_refused():
    def twice(rng):
        yield Case("one", 1.0)
        yield Case("one", 2.0)

    with pytest.raises(ValueError, match="different names"):
        check_of(np.sin, twice)


GATES = {"AND": [1.0, -1.5], "OR": [1.0, -0.5]}


def test_entries_of_a_dict_of_values_are_explained_one_by_one_and_not_given_away():
    mistakes = {
        "AND: the bias.": {**GATES, "AND": [1, -1]},
        "OR: the bias.": {**GATES, "OR": [1, 0]},
        "Swapped.": {"AND": GATES["OR"], "OR": GATES["AND"]},
    }
    check = check_of(GATES, mistakes=mistakes)
    for sentence, wrong in mistakes.items():
        assert verdict_on(wrong, check).why == [sentence]
    both = verdict_on({"AND": [1, -1], "OR": [1, 0]}, check)
    assert both.why == ["AND: the bias.", "OR: the bias."]
    one = verdict_on({"AND": [1, -1], "OR": [7, 7]}, check)
    assert one.why == ["AND: the bias."]
    assert verdict_on({"AND": [1, -1.2], "OR": [1, -0.5]}, check).why == []
    assert "-1.5" not in repr(verdict_card(one))


def test_a_mistake_that_is_no_plain_data_is_named_too():
    check = check_of(np.sin, vectors, mistakes={"It returns the function.": lambda x: np.sin})
    assert verdict_on(lambda x: np.sin, check).mistake == "It returns the function."


def test_a_formula_called_by_position_is_told_to_be_called_by_name():
    def cases(rng):
        yield Case("one", Fixture("expression", formula="x + y"), x=1.0, y=2.0)

    check = check_of(lambda f, **inputs: f(**inputs), cases)
    verdict = verdict_on(lambda f, **inputs: f(*inputs.values()), check)
    assert "f(**inputs)" in verdict.why[0]
