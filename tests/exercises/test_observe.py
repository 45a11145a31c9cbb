"""Observing answers: their inputs, output, failures and memory are kept in hand."""

import os
import resource
import subprocess
import sys
import warnings

import numpy as np
import pytest

from course_utils.exercises import Call, Case, Fixture, Get, Metric
from course_utils.exercises.exercise import Opaque
from course_utils.exercises.guard import KEPT_OUTPUT
from course_utils.exercises.observe import kind_of, observe, observe_all


def on(answer, *args, **kwargs):
    return observe(answer, Case("one", *args, **kwargs))


def test_a_function_sees_copies_and_its_changes_are_told():
    x, rows = np.ones(3), [np.zeros(2)]

    def spoil(x, rows):
        x += 1
        rows[0][0] = 5

    seen = on(spoil, x, rows=rows)
    assert seen.changed.keys() == {"0", "rows"}
    np.testing.assert_array_equal(seen.changed["0"], [2, 2, 2])
    np.testing.assert_array_equal(x, 1)
    np.testing.assert_array_equal(rows[0], 0)


def test_an_answer_cannot_change_the_next_case():
    case = Case("one", np.ones(2))
    first, second = observe_all(lambda x: np.multiply(x, 2, out=x), [case, case])
    np.testing.assert_array_equal(first.value, second.value)


@pytest.mark.parametrize("error", [SystemExit, ValueError, MemoryError, GeneratorExit])
def test_whatever_is_raised_is_an_observation(error):
    def fail():
        raise error("so it is")

    seen = on(fail)
    assert seen.error.kind == error.__name__
    assert seen.error.message == "so it is"
    assert seen.error.line == 'raise error("so it is")'


def test_an_exception_that_cannot_be_printed():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    def fail():
        raise Mute

    assert on(fail).error.message == ""


def test_an_interrupt_is_the_students():
    def fail():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        on(fail)


def test_endless_recursion_ends():
    def fall(x):
        return fall(x)

    assert on(fall, 1).error.kind == "RecursionError"


def test_a_million_lines_are_cut_and_counted(capsys):
    def loud():
        for i in range(1_000_000):
            print(i)
        print("to stderr", file=sys.stderr)
        return 1

    seen = on(loud)
    assert seen.value == 1
    assert len(seen.printed) < KEPT_OUTPUT + 100
    assert "1,000,001 lines" in seen.printed
    assert capsys.readouterr() == ("", "")


def test_a_huge_array_is_named_not_copied():
    seen = on(lambda: np.zeros(10**10 // 8))
    assert isinstance(seen.value, Opaque)
    assert "too large" in seen.value.words


@pytest.mark.skipif(sys.platform != "linux", reason="the memory fence is Linux's")
@pytest.mark.skipif(
    os.path.exists("/proc/driver/nvidia/version"), reason="no fence where CUDA reserves memory"
)
def test_more_memory_than_there_is_raises_and_the_fence_goes_again():
    before = resource.getrlimit(resource.RLIMIT_AS)
    seen = on(lambda: np.ones(2**42, dtype=np.uint8))
    assert seen.error.kind in {"MemoryError", "_ArrayMemoryError"}
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_warnings_are_kept_and_not_shown():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        seen = on(lambda: np.exp(np.array([1000.0])))
    assert seen.warnings == ["overflow encountered in exp"]


def test_fixtures_are_built_anew_for_each_case():
    case = Case("one", Fixture("rng", seed=3), [Fixture("cube")])
    one, two = observe_all(lambda rng, fs: (rng.normal(), fs[0](2.0)), [case, case])
    assert one.value == two.value
    assert one.value[1] == 8.0
    assert one.changed == {}


class Counter:
    def __init__(self, start, step=1):
        self.count, self.step = start, step

    def add(self, x):
        self.count = self.count + self.step * x
        return self.count


def test_a_class_is_constructed_and_driven():
    steps = [Get("count"), Call("add", np.ones(2)), Get("count")]
    seen = observe(Counter, Case("two steps", 3, steps=steps, step=2))
    assert seen.value[0] == 3
    np.testing.assert_array_equal(seen.value[2], [5, 5])


def test_a_class_fails_at_a_step_with_what_came_before():
    seen = observe(Counter, Case("a typo", 3, steps=[Get("count"), Get("total")]))
    assert seen.value == [3]
    assert seen.error.kind == "AttributeError"


def test_a_class_whose_construction_fails_has_no_value():
    seen = observe(Counter, Case("nothing given", steps=[Get("count")]))
    assert seen.value is None
    assert seen.error.kind == "TypeError"


def test_a_step_that_changes_its_input_is_told_with_its_number():
    class Spoiler:
        def fit(self, x):
            x *= 2

    seen = observe(Spoiler, Case("fit", steps=[Call("fit", np.ones(2))]))
    assert list(seen.changed) == ["0:0"]


def test_a_returned_predictor_is_asked_for_its_predictions():
    metric = Metric("accuracy", np.array([0, 1]), at_least=1.0, inputs=np.array([1.0, 2.0]))
    seen = observe(lambda: lambda x: x > 1.5, Case("trained", metric=metric))
    np.testing.assert_array_equal(seen.value, [False, True])


@pytest.mark.parametrize(
    ("answer", "kind"), [(len, "function"), (Counter, "class"), (3, "value"), (Counter(1), "value")]
)
def test_kinds(answer, kind):
    assert kind_of(answer) == kind


def test_the_engine_loads_neither_tensorflow_nor_matplotlib():
    code = (
        "import sys, course_utils.lab, course_utils.exercises.verdict;"
        "print({'tensorflow', 'keras', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


class _Keeping:
    """Keeps its input, and may spoil it at a later step."""

    def keep(self, x):
        self.x = x

    def spoil(self):
        self.x += 1

    def leave(self):
        return None


def test_an_input_of_an_earlier_step_is_still_the_callers():
    steps = [Call("leave"), Call("keep", np.ones(2)), Call("leave"), Call("spoil"), Call("leave")]
    seen = observe(_Keeping, Case("one", steps=steps))
    assert seen.changed.keys() == {"3:1:0"}
    np.testing.assert_array_equal(seen.changed["3:1:0"], [2, 2])
    assert observe(_Keeping, Case("one", steps=steps[:3])).changed == {}


def test_what_a_fixture_noted_is_observed_beside_the_result():
    def three_times(loss):
        return float(
            sum(loss(np.ones((2, 1)), np.ones((4, 2)), np.zeros((4, 1))) for _ in range(3))
        )

    seen = on(three_times, Fixture("counted_loss"))
    assert seen.value == {"returned": 12.0, "counted_loss": 3}
    assert on(lambda loss: 12.0, Fixture("counted_loss")).value["counted_loss"] == 0
