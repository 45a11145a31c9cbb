"""From observations to points, and to words that give no hidden number away."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.exercises import Call, Case, Exercise, Get, Metric
from course_utils.exercises.check import make_check
from course_utils.exercises.failure import Failure
from course_utils.exercises.keras_models import MARK
from course_utils.exercises.observe import Observation, observe_all
from course_utils.grading.hidden.hidden import HiddenExercise
from course_utils.grading.protocol import endings
from course_utils.grading.results import scoring
from course_utils.grading.results.results import ExerciseResult

Cases = Callable[[np.random.Generator], Iterable[Case]]


def cases(rng: np.random.Generator) -> Iterable[Case]:
    yield Case("nothing", np.zeros(3))
    yield Case("drawn numbers", rng.normal(size=5) + 7.123)
    yield Case("other numbers", rng.normal(size=(4, 2)) - 3.456)


def doubled(x: Any) -> Any:
    return 2 * x


def hidden(
    reference: Any = doubled, drawn: Cases = cases, unseen: Iterable[bool] = (), **more: Any
) -> HiddenExercise:
    partial = more.pop("partial", False)
    check = make_check("task", Exercise(points=2, cases=drawn, **more), reference, seed=5)
    flags = list(unseen) or [True] * len(check.cases)
    return HiddenExercise(check, "Exercise 1: task", partial, flags)


def scored(answer: Any, exercise: HiddenExercise | None = None) -> ExerciseResult:
    exercise = exercise or hidden()
    return scoring.score(exercise, observe_all(answer, exercise.check.cases))


def all_text(result: ExerciseResult) -> str:
    return " ".join([result.message, *result.why])


def test_a_right_answer_earns_its_points() -> None:
    result = scored(lambda x: x + x)
    assert (result.status, result.points, result.out_of) == ("right", 2, 2)
    assert result.passed == [("nothing", True), ("drawn numbers", True), ("other numbers", True)]
    assert (result.message, result.why) == ("", [])


def test_a_wrong_answer_earns_nothing_and_is_reported_in_general() -> None:
    result = scored(lambda x: x + 1)
    assert (result.status, result.points) == ("wrong", 0)
    assert result.message == "On the case 'nothing': Its values are not right."
    assert [ok for _, ok in result.passed] == [False, False, False]


def test_part_of_the_points_only_where_the_exercise_says_so() -> None:
    def half(x: Any) -> Any:
        return 2 * x if x.ndim == 1 else x

    assert scored(half).points == 0
    assert scored(half, hidden(partial=True)).points == pytest.approx(4 / 3)


def test_cases_that_students_have_seen_give_no_part_of_the_points() -> None:
    exercise = hidden(partial=True, unseen=[False, True, True])
    assert scored(lambda x: np.zeros(3) if not x.any() else None, exercise).points == 0
    assert scored(lambda x: 2 * x if x.ndim == 1 else x, exercise).points == 1
    assert scored(doubled, exercise).points == 2


def test_where_every_case_has_been_seen_it_is_all_or_nothing() -> None:
    exercise = hidden(partial=True, unseen=[False] * 3)
    assert scored(lambda x: 2 * x if x.ndim == 1 else x, exercise).points == 0
    assert scored(doubled, exercise).points == 2


def test_a_known_mistake_is_named() -> None:
    exercise = hidden(mistakes={"Twice, not squared.": lambda x: x**2})
    result = scored(lambda x: x * x, exercise)
    assert result.mistake == "Twice, not squared."
    assert result.why == ["Twice, not squared."]


def raising(text: str) -> Callable[[Any], Any]:
    def answer(x: Any) -> Any:
        raise ValueError(text)

    return answer


SECRET = "7123456 in letters"


@pytest.mark.parametrize(
    "error",
    [
        Failure("ValueError", SECRET, f"raise ValueError({SECRET!r})", 3),
        Failure("ValueError", "Exercise x", SECRET),
        Failure("NameError", f"name '{SECRET}' is not defined"),
        Failure("NotImplementedError", "Exercise secret: write it", stub="secret"),
    ],
)
def test_an_error_says_its_kind_and_the_case_alone(error: Failure) -> None:
    result = scoring.score(hidden(), [Observation("function", error=error)] * 3)
    if error.stub:
        assert (result.status, result.message) == ("waiting", scoring._WAITS_FOR_ANOTHER)
    else:
        assert result.message == f"It raised {error.kind} on the case 'nothing'."
    assert (result.why, result.line, result.mistake) == ([], "", "")


def test_a_class_of_ones_own_is_not_named() -> None:
    kind = type(f"Secret{7123456}", (Exception,), {})

    def answer(x: Any) -> Any:
        raise kind

    assert scored(answer).message == "It raised an exception on the case 'nothing'."


words = st.text(st.characters(codec="ascii", categories=["L"]), min_size=12, max_size=20)


@given(words, st.integers(0, 7))
def test_no_word_of_an_answer_is_reported(secret: str, way: int) -> None:
    """A property: whatever an answer says of its input, in every way that it can say something."""

    def answer(x: Any) -> Any:
        if way == 0:
            raise ValueError(secret)
        if way == 1:
            raise type(secret, (KeyError,), {})
        if way == 2:
            raise NotImplementedError(f"Exercise {secret}: with your code for {secret}")
        if way == 3:
            return {secret: 1}
        if way == 4:
            return np.array([secret])
        if way == 5:
            return np.zeros((len(x), sum(map(ord, secret))))
        if way == 6:
            return np.zeros(1, dtype=[(secret, float)])
        return facts(layers=[secret], inputs=[(None, sum(map(ord, secret)))])

    for exercise in (hidden(), hidden(lambda x: facts())):
        result = scored(answer, exercise)
        text = f"{all_text(result)} {result.line} {result.mistake}"
        assert secret not in text
        assert str(sum(map(ord, secret))) not in text


def test_on_the_public_cases_it_is_said_in_full() -> None:
    exercise = hidden()
    result = scored(raising("shapes (3,) and (2,) do not fit"), exercise)
    public = make_check("task", Exercise(points=2, cases=cases), doubled)
    scoring.in_public(
        result, public, observe_all(raising("shapes (3,) and (2,) do not fit"), public.cases)
    )
    assert result.message == "ValueError: shapes (3,) and (2,) do not fit"
    assert result.line == "raise ValueError(text)"


def test_right_in_public_and_wrong_in_hiding_is_said() -> None:
    result = scored(lambda x: x + 1)
    public = make_check("task", Exercise(points=2, cases=cases), doubled)
    scoring.in_public(result, public, observe_all(doubled, public.cases))
    assert result.message.startswith("It is right on the cases that you have. On the case 'noth")
    assert result.status == "wrong"


def test_an_error_for_want_of_another_exercise_waits() -> None:
    def answer(x: Any) -> Any:
        raise NotImplementedError("Exercise other: write it")

    exercise = hidden()
    seen = observe_all(answer, exercise.check.cases)
    result = scoring.score(exercise, seen, ["task", "other"])
    assert result.status == "waiting"
    assert result.message == "It uses exercise other, which is not done."


def test_a_stub_is_not_attempted() -> None:
    def answer(x: Any) -> Any:
        raise NotImplementedError("Exercise task: write it")

    assert scored(answer).status == "unattempted"


@pytest.mark.parametrize("kind", [endings.INCONSISTENT, endings.NO_DATA, endings.TOO_LARGE])
def test_what_the_sandbox_itself_found_has_a_sentence_of_its_own(kind: str) -> None:
    exercise = hidden()
    seen = observe_all(doubled, exercise.check.cases)
    seen[1] = Observation("function", error=Failure(kind, "details"))
    result = scoring.score(exercise, seen)
    assert (result.status, result.points, result.why) == ("wrong", 0, [])
    assert result.message == scoring._SANDBOX_ERRORS[kind]


def test_no_class_statement_names_an_exception_as_the_sandbox_does() -> None:
    named = {name: value for name, value in vars(endings).items() if name.isupper()}
    kinds = [value for value in named.values() if isinstance(value, str)]
    assert len(kinds) == 4


def test_an_answer_that_interrupts_itself_stopped_with_an_error() -> None:
    """The sandbox then has no observation, and so no kind of answer."""
    result = scoring.score(hidden(), [Observation(error=Failure("KeyboardInterrupt", ""))] * 3)
    assert (result.status, result.message) == (
        "error",
        "It raised KeyboardInterrupt on the case 'nothing'.",
    )


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda x: None, "Nothing (None) came back."),
        (lambda x: x * np.nan, "It holds NaN or infinity where a finite number is asked."),
        (lambda x: x > 0, "Its numbers are of another type (dtype) than is asked for."),
        (lambda x: x[:, None], "Its shape is not as asked."),
        (lambda x: "text", "It gives another kind of thing than is asked for."),
        (5, "It gives another kind of thing than is asked for."),
    ],
)
def test_how_it_differs_is_reported_by_the_stage(answer: Any, message: str) -> None:
    assert scored(answer).message == f"On the case 'nothing': {message}"


def test_an_input_changed_in_place_is_reported() -> None:
    def answer(x: Any) -> Any:
        x *= 2
        return x

    message = "On the case 'drawn numbers': It does not leave its inputs as it should."
    assert scored(answer).message == message


def test_a_true_or_false_that_is_asked_is_not_given_away() -> None:
    def truths(rng: np.random.Generator) -> Iterable[Case]:
        yield Case("one", 1)

    result = scored(lambda x: "no", hidden(lambda x: x > 0, truths))
    assert result.message.endswith(": It gives another kind of thing than is asked for.")


def test_a_dict_with_other_keys_is_reported_without_them() -> None:
    def text(rng: np.random.Generator) -> Iterable[Case]:
        yield Case("text", "secret words")

    result = scored(lambda t: {"a": 1}, hidden(lambda t: dict.fromkeys(t.split(), 1), text))
    assert result.message == "On the case 'text': Its shape is not as asked."


def test_a_score_that_misses_its_bound_is_reported() -> None:
    def trained(rng: np.random.Generator) -> Iterable[Case]:
        metric = Metric("accuracy", np.array([1, 0, 1, 1]), at_least=0.9, inputs=np.zeros((4, 2)))
        yield Case("unseen", metric=metric)

    exercise = hidden(lambda: lambda x: np.array([1, 0, 1, 1]), trained)
    result = scored(lambda: lambda x: np.array([1, 0, 0, 1]), exercise)
    assert result.message == "On the case 'unseen': Its accuracy is not at least 0.9, as asked."


def facts(**changes: Any) -> dict[str, Any]:
    made = {
        "kind": MARK,
        "inputs": [(None, 3)],
        "outputs": [(None, 1)],
        "parameters": 4,
        "trainable": 4,
        "layers": ["Dense 1 linear"],
        "chain": True,
        "compiled": None,
        "computes": [np.ones((4, 1))],
        "in training": [np.ones((4, 1))],
        "penalty": 0.0,
    }
    return made | changes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"inputs": [(None, 5)]}, "Input shape: not as asked."),
        ({"parameters": 9}, "Number of parameters: not as asked."),
        ({"penalty": 0.5}, "Regularisation loss: not as asked."),
        ({"computes": [np.zeros((4, 1))]}, "The model is not as asked."),
        ({"in training": [np.zeros((4, 1))]}, "The model is not as asked."),
    ],
)
def test_a_model_is_reported_by_the_fact_that_differs(
    changes: dict[str, Any], message: str
) -> None:
    exercise = hidden(lambda x: facts())
    found = scored(lambda x: facts(**changes), exercise)
    assert found.message == f"On the case 'nothing': {message}"


class Counter:
    def __init__(self) -> None:
        self.count = 0

    def add(self, x: float) -> float:
        self.count += 1
        return x + self.count


def test_a_class_is_scored_by_its_steps() -> None:
    def scripts(rng: np.random.Generator) -> Iterable[Case]:
        yield Case("twice", steps=[Call("add", rng.uniform()), Get("count")])

    class Lazy(Counter):
        def add(self, x: float) -> float:
            return x + 1

    exercise = hidden(Counter, scripts)
    assert scored(Counter, exercise).status == "right"
    assert scored(Lazy, exercise).status == "wrong"


@pytest.mark.parametrize(
    ("failure", "status", "message"),
    [
        (None, "missing", ""),
        (Failure("NotImplementedError", "x", stub="task"), "unattempted", ""),
        (
            Failure("NotImplementedError", "x", stub="other"),
            "waiting",
            "It uses exercise other, which is not done.",
        ),
        (
            Failure("ZeroDivisionError", "division by zero", "1 / 0", 3),
            "error",
            "Its cell stopped before there was an answer: ZeroDivisionError: division by zero",
        ),
    ],
)
def test_an_answer_that_does_not_exist(failure: Failure | None, status: str, message: str) -> None:
    result = scoring.missing(hidden(), failure)
    assert (result.status, result.message, result.points) == (status, message, 0)


numbers = st.floats(-1e6, 1e6, allow_nan=False).filter(lambda x: abs(x) > 1e-3 and x != round(x))


@given(st.lists(numbers, min_size=2, max_size=5, unique=True), st.sampled_from(["text", "value"]))
def test_no_hidden_number_is_reported(drawn: list[float], how: str) -> None:
    """Whatever an answer does with its input, the input's numbers do not come back."""

    def inputs(rng: np.random.Generator) -> Iterable[Case]:
        yield Case("drawn", np.array(drawn))

    exercise = hidden(lambda x: x**2 + x, inputs)
    answer = {
        "text": lambda x: (_ for _ in ()).throw(KeyError(float(x[0]))),
        "value": lambda x: x**3,
    }[how]
    text = all_text(scored(answer, exercise))
    digits = set(re.findall(r"\d+\.\d{3,}", text))
    for number in [*drawn, *(x**2 + x for x in drawn)]:
        assert not any(digit in f"{abs(number):.12f}" for digit in digits), text


def test_what_is_reported_is_bounded() -> None:
    result = scored(raising("x" * 5_000))
    assert len(result.message) <= 300
    kind = type("E" * 1_000, (Exception,), {})

    def answer(x: Any) -> Any:
        raise kind("short")

    assert len(scored(answer).message) <= 300


@pytest.mark.parametrize(("code", "line"), [("x = 1\n\nif x:\npass", 4), ("def f(:\n    pass", 1)])
def test_code_that_does_not_parse_is_told_by_its_line_in_the_cell(code: str, line: int) -> None:
    with pytest.raises(SyntaxError) as error:
        compile(code, "/somewhere/ipykernel_7/1234567.py", "exec")
    result = scoring.missing(hidden(), Failure.of(error.value.with_traceback(None)))
    assert result.message.endswith(f", in line {line} of this cell")
    assert "somewhere" not in result.message and "1234567" not in result.message
    assert result.line == code.splitlines()[line - 1].strip()


def test_a_text_that_the_answer_parses_itself_is_no_line_of_its_cell() -> None:
    with pytest.raises(SyntaxError) as error:
        compile("\n\n)", "<string>", "exec")
    result = scoring.missing(hidden(), Failure.of(error.value))
    assert "of this cell" not in result.message
