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
    (lambda x: x @ x.T, matrices, lambda x: None, "a return is missing"),
    (np.mean, vectors, printed, "It prints, and what it returns is None"),
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
        (lambda x: x[6], "has length 6; the first entry is number 0"),
        (lambda x: x[x / 2], "Indices are integers"),
        (lambda x: x[x[:-1] > 0], "A mask has as many entries as the axis that it picks from"),
        (lambda x: x[[0, 1], [0]], "More indices than the array has axes"),
        (lambda x: np.eye(6)[[0, 1], [0, 1, 2]], "Two arrays of indices are used together"),
        (lambda x: np.concatenate([]), "The list of arrays is empty"),
        (lambda x: np.stack([]), "The list of arrays is empty"),
        (lambda x: np.stack([x, x[1:]]), "np.stack joins arrays of one shape"),
        (
            lambda x: np.concatenate([np.eye(2), np.eye(3)]),
            "along axis 1, array 0 has 2 entries and",
        ),
        (lambda x: np.concatenate([1.0, 2.0]), "single numbers stand in its list"),
        (lambda x: x.reshape(5, 2), "6 numbers do not fill shape (5,2)"),
        (lambda x: x[:0].max(), "of no numbers is asked"),
        (lambda x: max([]), "of no numbers is asked"),
        (lambda x: x.sum(axis=1), "Axis 1 is asked for, and the array has 1 axes"),
        (lambda x: [n for n in 3], "a int, which is one thing"),
        (lambda x: range(x[0]), "One whole number is asked"),
        (lambda x: [1, 2][1.0], "A list is indexed with a float"),
        (lambda x: len(3), "len() of a int"),
        (lambda x: np.sum(x, axes=0), "has no argument axes"),
        (lambda x: "a" - x.tolist(), "- between a str and a list"),
        (lambda x: {x: 1}, "A numpy.ndarray cannot be a key of a dict"),
        (lambda x: np.linalg.inv(np.zeros((2, 2))), "no inverse"),
        (lambda x: __import__("math").sqrt(-1), "no value for its argument"),
        (lambda x: (lambda a, b: a)(*[[1, 2, 3]][0]), "takes 2"),
        (lambda x: [a for a, b in [(1, 2, 3)]], "has more values"),
        (lambda x: np.array([[1], [1, 2]]), "rows of one length"),
    ],
)
def test_errors_are_explained(wrong, sentence):
    verdict = verdict_on(wrong, check_of(np.sin, vectors))
    assert verdict.status == "error"
    assert sentence in " ".join(verdict.why)
    assert verdict.failure.line or verdict.failure.kind == "TypeError"


def test_an_integer_array_where_the_decimals_were_is_told_from_nothing_put_in():
    check = check_of(lambda x: 0.5 * np.tanh(x), vectors)
    (why,) = verdict_on(lambda x: np.tanh(x).astype(int), check).why
    assert "integer type" in why
    (why,) = verdict_on(lambda x: np.zeros(len(x)), check).why
    assert why.startswith("Everything is 0: print")


# What a sentence says must be true of the answer as a whole.


def two_kinds(rng):
    yield Case("positive", np.array([2.0, 3.0]))
    yield Case("negative", np.array([-2.0, -3.5]))
    yield Case("nothing", np.zeros(2))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda x: np.where(x < 0, 1.25 * x, x), "off by one factor"),
        (lambda x: np.where(x < 0, x + 0.25, x), "more than asked"),
        (lambda x: np.where(x < 0, np.round(x), x), "rounded"),
        (lambda x: np.where(x < 0, np.trunc(x), x), "cut off"),
    ],
)
def test_what_a_case_that_passes_refutes_is_not_said(wrong, sentence):
    verdict = verdict_on(wrong, check_of(lambda x: x.copy(), two_kinds))
    assert verdict.status == "wrong"
    if sentence in {"rounded", "cut off"}:  # 2 and 3 are whole: here it may be so on all of them
        assert sentence in verdict.why[0]
    else:
        assert verdict.why == []


def test_a_factor_that_zeros_cannot_refute_is_said():
    verdict = verdict_on(lambda x: 1.25 * x, check_of(lambda x: x.copy(), two_kinds))
    assert "1.25 times what is asked" in verdict.why[0]


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        (lambda x: np.abs(np.sin(x)) + 1, lambda x: np.abs(np.sin(x)) + 1 + 2e-4, "signs are lost"),
        (lambda x: np.floor(9 * x), lambda x: np.floor(9 * x) + 1e-3 * (x > 0), "cut off"),
        (lambda x: (x > 0) * 1.0, lambda x: (x > 0) * 1.0 + 5e-5, "square"),
    ],
)
def test_a_transform_that_changes_nothing_explains_nothing(right, wrong, sentence):
    verdict = verdict_on(wrong, check_of(right, vectors))
    assert verdict.status == "wrong"
    assert sentence not in " ".join(verdict.why)


def test_signs_of_whole_columns_are_told():
    def axes(x):
        return x @ np.arange(1.0, 10).reshape(3, 3)

    check = check_of(axes, matrices)
    verdict = verdict_on(lambda x: axes(x) * [1, -1, 1], check)
    assert verdict.why == ["It is right but for the sign of whole columns (1)."]
    verdict = verdict_on(lambda x: axes(x) * [[-1], [1], [-1], [1], [1]][: len(x)], check)
    assert verdict.why == ["It is right but for the sign of whole rows (0, 2)."]
    assert verdict_on(lambda x: -axes(x), check).why == ["The sign is flipped."]


def test_entries_that_are_missing_at_an_end_are_told():
    check = check_of(lambda x: 2 * x, matrices)
    verdict = verdict_on(lambda x: 2 * x[:3], check)
    assert verdict.why == ["Only the first 3 of 5 entries along axis 0 came back."]
    verdict = verdict_on(lambda x: 2 * x[:, 1:], check)
    assert verdict.why == ["Only the last 2 of 3 entries along axis 1 came back."]


def test_entries_that_are_too_many_at_the_end_are_told():
    check = check_of(lambda x: 2 * x, matrices)
    verdict = verdict_on(lambda x: np.concatenate([2 * x, x[:2]]), check)
    assert verdict.why == ["The first 5 along axis 0 are right; 2 follow that nobody asked for."]


@pytest.mark.parametrize(
    "wrong",
    [lambda x: {"mean": x.mean()}, lambda x: {"Mean": 1.0, "sum": 1.0}, lambda x: (1.0, 2.0)],
)
def test_a_dict_of_other_keys_is_told_which_are_asked(wrong):
    check = check_of(lambda x: {"mean": x.mean(), "sum": x.sum()}, vectors)
    assert verdict_on(wrong, check).why == [
        "A dict with these keys is asked, spelled like this: 'mean', 'sum'."
    ]


# Known mistakes.


def three(rng):
    for name, start in (("from zero", 0.0), ("from one", 1.0), ("from two", 2.0)):
        yield Case(name, start, rng.normal(size=3))


def test_a_mistake_that_fits_one_simple_case_is_not_told():
    """Where the start is 0 both forget something else, and do the same."""
    mistakes = {"The start is not squared.": lambda start, x: x * (1 + start)}
    check = check_of(lambda start, x: 2 * x * (1 + start**2), three, mistakes=mistakes)
    assert verdict_on(lambda start, x: x * (1 + start), check).why == list(mistakes)
    verdict = verdict_on(lambda start, x: x * (1 + start**3 + start), check)
    assert list(mistakes)[0] not in verdict.why


def test_a_mistake_besides_which_more_is_wrong_is_told_if_two_cases_show_it():
    def right(start, x):
        return np.sin(x) + start

    def forgets(start, x):
        return np.sin(x)

    def fails_at_zero(start, x):
        return np.sin(x) if start else np.cos(x)

    mistakes = {"The start is left out.": forgets}
    check = check_of(right, three, mistakes=mistakes)
    assert verdict_on(fails_at_zero, check).why == []  # the first case told has another reason
    assert verdict_on(lambda start, x: np.sin(x) if start < 2 else x, check).why == []


def add(a, b):
    if a.shape != b.shape:
        raise ValueError(f"Received shapes {a.shape} and {b.shape}")
    return a + b


def two_blocks(rng):
    for name, n in (("small", 4), ("large", 6)):
        yield Case(name, rng.normal(size=(n, n)))


def test_the_order_of_operands_in_an_errors_text_tells_nothing():
    def right(x):
        return add(x[::2], x[1::2])

    mistakes = {
        "The first is not halved.": lambda x: add(x, x[1::2]),
        "The second is not halved.": lambda x: add(x[::2], x),
    }
    check = check_of(right, two_blocks, mistakes=mistakes)
    for wrong in (lambda x: add(x[1::2], x), lambda x: add(x, x[::2])):
        assert verdict_on(wrong, check).mistake == ""
    one = {"One of the two is not halved.": mistakes["The first is not halved."]}
    check = check_of(right, two_blocks, mistakes=one)
    for wrong in (lambda x: add(x[1::2], x), lambda x: add(x, x[::2])):
        assert verdict_on(wrong, check).why == list(one)


def test_floats_are_no_indices():
    check = check_of(np.argsort, vectors)
    assert verdict_on(lambda x: np.argsort(x).astype(np.int32), check).status == "right"
    verdict = verdict_on(lambda x: np.argsort(x).astype(float), check)
    assert "integer type, got float64" in verdict.message
    assert verdict.why == [
        "Floats cannot be indices: .astype(int) makes integers, and // divides them."
    ]
    nested = check_of(lambda x: {"best": (np.argsort(x), x.max())}, vectors)
    verdict = verdict_on(lambda x: {"best": (np.argsort(x) * 1.0, x.max())}, nested)
    assert verdict.why and verdict.status == "wrong"


def test_floats_pass_where_the_reference_only_keeps_the_type_of_its_input():
    def cases(rng):
        yield Case("integers", np.arange(3))
        yield Case("floats", rng.normal(size=3))

    assert verdict_on(lambda x: x * 2.0, check_of(lambda x: x * 2, cases)).status == "right"
    assert verdict_on(lambda x: float(len(x)), check_of(len, vectors)).status == "right"
    assert verdict_on([1.0, 2.0], check_of(np.array([1, 2]))).status == "right"


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


def one_and_many(rng):
    """One row, then four: a sum over the rows is right on the first."""
    yield Case("one row", rng.normal(size=(1, 3)) + 2)
    yield Case("four rows", rng.normal(size=(4, 3)) + 2)
    yield Case("six rows", rng.normal(size=(6, 3)) + 2)


def test_a_factor_is_told_with_the_number_of_a_case_that_fails():
    why = verdict_on(lambda x: x.sum(axis=0), check_of(mean_rows, one_and_many)).why
    assert why[0].startswith("It is 4 times too large")


def test_what_is_nearly_right_has_no_sign_flipped():
    check = check_of(lambda x: x * 2, matrices)
    nearly = verdict_on(lambda x: x * (2 + 5e-5), check)
    assert nearly.status == "wrong"
    assert "sign" not in "".join(nearly.why)


def test_rounding_errors_where_numbers_are_asked_are_no_factor():
    def two_widths(rng):
        yield Case("wide", rng.normal(size=(5, 3)) + 2)
        yield Case("narrow", rng.normal(size=(7, 2)) + 2)

    check = check_of(lambda x: x.mean(axis=0), two_widths)
    nothing = verdict_on(lambda x: (x - x.mean(axis=0)).mean(axis=0), check)
    assert nothing.status == "wrong"
    assert "factor" not in "".join(nothing.why)


def test_of_two_values_only_the_one_that_differs_is_spoken_of():
    check = check_of(lambda x: (float(len(x)), x * 2), vectors)
    assert verdict_on(lambda x: (len(x) + 1.0, x * 2), check).why[0].startswith("This value is 1")
    none = verdict_on(lambda x: (float(len(x)), None), check)
    assert none.why == [
        "One of the values that came back is None: is it set before it is returned?"
    ]
