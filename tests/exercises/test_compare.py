"""Observation against reference: in order, and no stricter than the exercise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.exercises import Metric
from course_utils.exercises.check import compare_observations
from course_utils.exercises.compare import Tolerance, compare
from course_utils.exercises.exercise import Opaque
from course_utils.exercises.failure import Failure
from course_utils.exercises.metrics import below_bound
from course_utils.exercises.observe import Observation
from course_utils.exercises.plain import identical
from tests.support.plain_data import plain

TOLERANCE = Tolerance(1e-5, 1e-8)
X = np.array([[1.0, 2.0], [3.0, 4.0]])


@given(plain)
def test_everything_equals_itself(data):
    assert compare(data, data, TOLERANCE) is None


@given(plain, plain)
def test_what_passes_is_alike(one, other):
    """No false pass: what compares equal agrees in structure, so far as structure is compared."""
    if compare(one, other, TOLERANCE) is None and not identical(one, other):
        shapes = [np.shape(x) for x in (one, other) if isinstance(x, np.ndarray)]
        assert len(set(shapes)) <= 1


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (X, X.astype(np.float32)),
        (np.array([1.0, 2.0]), np.array([1, 2])),
        (np.array([1, 2]), np.array([1.0, 2.0])),
        (2.0, 2),
        (2.0, np.array(2.0)),
        (np.array(2.0), 2.0),
        ((1.0, X), [1.0, X]),
        ([1.0, 2.0], np.array([1.0, 2.0])),
        (X, X * (1 + 1e-7)),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf])),
        (True, np.array(True)),
        (1, True),
        ([3, 2, 0], np.array([3, 2, 0])),
        ([1.0, -1.5], np.array([1.0, -1.5], dtype=np.float32)),
    ],
)
def test_right_answers_of_another_dress_pass(expected, got):
    assert compare(expected, got, TOLERANCE) is None


@pytest.mark.parametrize(
    ("expected", "got", "stage", "path"),
    [
        (X, None, "missing", ""),
        (X, "text", "type", ""),
        (X, X.tolist(), "type", ""),
        (X, Opaque("a generator"), "type", ""),
        ((1.0, X), X, "type", ""),
        ((1.0, X), (1.0, X.T[:1]), "shape", "[1]"),
        ((1.0, X), (1.0,), "shape", ""),
        (X, X > 0, "dtype", ""),
        (X > 0, X, "dtype", ""),
        (np.array([1, 0]), np.array([True, False]), "dtype", ""),
        (1.0, True, "dtype", ""),
        (X, X * 1j, "dtype", ""),
        (X, X * np.inf, "finite", ""),
        ({"w": X}, {"w": X + 1}, "value", "['w']"),
        ({"w": X}, {"W": X}, "shape", ""),
        ({"w": X}, {"w": X, "b": 1}, "shape", ""),
        ("adam", "sgd", "value", ""),
        (X, X[:, :1], "shape", ""),
        (2.0, np.array([2.0]), "shape", ""),
        (None, 1, "type", ""),
    ],
)
def test_stages_and_places(expected, got, stage, path):
    found = compare(expected, got, TOLERANCE)
    assert (found.stage, found.path) == (stage, path)


def test_the_first_differing_element_is_named():
    got = X.copy()
    got[1, 0] = 7
    found = compare(X, got, TOLERANCE)
    assert found.index == (1, 0)
    assert found.message == "Expected 3, got 7 at index [1, 0]; 1 of 4 elements differ."


@given(st.floats(1e-4, 1e3), st.floats(2e-3, 0.5))
def test_a_thousandth_is_never_forgiven(size, error):
    expected = np.array([size, -size])
    assert compare(expected, expected * (1 + error), TOLERANCE).stage == "value"
    assert compare(expected, (expected * (1 + error)).astype(np.float32), TOLERANCE)


def test_lists_stand_for_arrays_in_values_only():
    assert compare(X, X.tolist(), TOLERANCE, lists=True) is None
    assert compare(X, [[1, 2], [3]], TOLERANCE, lists=True).stage == "type"


def see(value=None, error=None, **more):
    failure = None if error is None else Failure(error, "text")
    return Observation(kind="function", value=value, error=failure, **more)


@pytest.mark.parametrize(
    ("expected", "got", "passes"),
    [
        (see(error="ValueError"), see(error="ValueError"), True),
        (see(error="ValueError"), see(error="KeyError"), False),
        (see(error="ValueError"), see(3), False),
        (see(3), see(error="ValueError"), False),
        (see(3, changed={"0": X}), see(3, changed={"0": X.copy()}), True),
        (see(3, changed={"0": X}), see(3, changed={"0": X + 1}), False),
        (see(3, changed={"0": X}), see(3), False),
        (see(3), see(3, changed={"0": X}), False),
        (see(3), Observation(kind="value", value=3), False),
    ],
)
def test_errors_changes_and_kinds(expected, got, passes):
    assert (compare_observations(expected, got, TOLERANCE) is None) == passes


LABELS = np.array([0, 1, 1, 2])
SCORES = np.eye(3)[LABELS]


@pytest.mark.parametrize(
    ("predictions", "stage"),
    [
        (SCORES, None),
        (LABELS, None),
        (SCORES[::-1], "value"),
        (SCORES[:2], "shape"),
        (SCORES[..., None], "shape"),
        (np.array(["0", "1", "1", "2"]), "shape"),
        (SCORES * np.nan, "finite"),
        (None, "missing"),
        ("three", "shape"),
    ],
)
def test_accuracy_bounds(predictions, stage):
    found = below_bound(Metric("accuracy", LABELS, at_least=0.9), predictions)
    assert (found and found.stage) == stage


def test_probabilities_and_squared_error():
    truth = np.array([0, 1, 1])
    bound = Metric("accuracy", truth, at_least=1.0)
    assert below_bound(bound, np.array([[0.2], [0.7], [0.5]])) is None
    found = below_bound(Metric("mse", truth, at_most=0.1), np.array([0.0, 1.0, 0.0]))
    assert found.message == "The mean squared error is 0.3333; at most 0.1 is asked."


def test_predictions_of_another_size_have_no_squared_error():
    found = below_bound(Metric("mse", LABELS, at_most=0.1), SCORES)
    assert found.stage == "shape" and "4 examples" in found.message


def test_a_metric_needs_one_bound():
    with pytest.raises(ValueError, match="one of the two"):
        Metric("mse", LABELS)
