"""Splits in time, windows, errors of forecasts, and clocks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import r2_score

from course_utils import datasets
from course_utils.common.errors import CourseError
from course_utils.sequences import series


@given(st.integers(20, 500), st.floats(0.1, 0.4), st.floats(0.1, 0.4))
def test_parts_follow_one_another_and_leave_nothing_out(
    n: int, validation: float, test: float
) -> None:
    parts = series.split_in_time(n, validation, test)
    steps = [list(range(n))[part] for part in parts]
    assert sum(steps, []) == list(range(n))
    assert abs(len(steps[1]) - validation * n) <= 0.5 and abs(len(steps[2]) - test * n) <= 0.5


@pytest.mark.parametrize(
    ("n", "validation", "test"), [(100, 0, 0.2), (100, 0.5, 0.5), (3, 0.1, 0.1)]
)
def test_a_split_with_an_empty_part_is_refused(n: int, validation: float, test: float) -> None:
    with pytest.raises(CourseError, match="leave a part of"):
        series.split_in_time(n, validation, test)


@given(st.integers(2, 40), st.integers(1, 12), st.data())
def test_a_window_is_the_past_of_its_target(n: int, length: int, data: st.DataObject) -> None:
    if length >= n:
        length = n - 1
    first = data.draw(st.integers(0, n - 1))
    last = data.draw(st.integers(max(first, length) + 1, max(n, length + 1)))
    values = np.arange(n, dtype=np.float32)
    inputs = np.stack([values * 10, values * 100], axis=1)
    x, y = series.windows(values, length, slice(first, last), inputs)
    targets = list(range(max(first, length), last))
    assert x.shape == (len(targets), length, 3) and y.shape == (len(targets), 1)
    assert x.dtype == y.dtype == np.float32
    for row, target in enumerate(targets):
        assert y[row, 0] == target
        assert x[row, :, 0].tolist() == list(range(target - length, target))
        assert np.array_equal(x[row, :, 1], 10 * (x[row, :, 0] + 1))
        assert x[row, -1, 2] == 100 * target


def test_test_windows_have_test_targets_only_and_training_windows_none_of_them() -> None:
    values = np.arange(100.0)
    parts = series.split_in_time(100)
    (x, y), _, (x_test, y_test) = (series.windows(values, 12, part) for part in parts)
    assert max(x.max(), y.max()) < parts.validation.start
    assert y_test[:, 0].tolist() == list(range(75, 100))
    assert x_test[0, :, 0].tolist() == list(range(63, 75))


def test_windows_are_those_that_keras_deals_out() -> None:
    import keras

    values = np.random.default_rng(0).normal(size=50).astype(np.float32)[:, None]
    dealt = keras.utils.timeseries_dataset_from_array(values[:-1], values[12:], 12, batch_size=7)
    batches = [[np.asarray(part) for part in batch] for batch in dealt]
    x, y = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    ours_x, ours_y = series.windows(values[:, 0], 12)
    assert np.array_equal(ours_x, x) and np.array_equal(ours_y, y)


@pytest.mark.parametrize(
    ("values", "length", "exogenous", "sentence"),
    [
        (np.zeros((5, 2)), 2, None, r"the series is \(n,\)"),
        (np.zeros(5), 0, None, "the length at least 1"),
        (np.zeros(5), 5, None, "no step of"),
        (np.zeros(5), 2, np.zeros(4), r"one row for each step: \(5, k\)"),
    ],
)
def test_impossible_windows_are_refused(values, length, exogenous, sentence) -> None:
    with pytest.raises(CourseError, match=sentence):
        series.windows(values, length, exogenous=exogenous)


def test_nmse_is_0_for_the_truth_1_for_the_mean_and_knows_no_unit() -> None:
    y = np.array([1.0, 4.0, -2.0, 3.0])
    assert series.nmse(y, y) == 0
    assert series.nmse(y, np.full(4, y.mean())) == pytest.approx(1)
    guess = y + np.array([0.5, -0.5, 1, 0])
    assert series.nmse(7 * y + 3, 7 * guess + 3) == pytest.approx(series.nmse(y, guess))


def test_nmse_is_what_r2_leaves_and_tells_the_smallest_errors_apart() -> None:
    rng = np.random.default_rng(0)
    y = rng.normal(size=(30, 4))
    guess = y + rng.normal(size=y.shape)
    assert series.nmse(y, guess) == pytest.approx(1 - r2_score(y.ravel(), guess.ravel()), rel=1e-12)
    near = series.nmse(y, y + 1e-10)
    assert near == pytest.approx(1e-20 / y.var(), rel=1e-4) and r2_score(y, y + 1e-10) == 1


def test_nmse_refuses_shapes_that_broadcast_and_constants() -> None:
    with pytest.raises(CourseError, match=r"\(4, 1\), the prediction \(4,\)"):
        series.nmse(np.zeros((4, 1)), np.zeros(4))
    with pytest.raises(CourseError, match="does not vary"):
        series.nmse(np.ones(4), np.zeros(4))


@pytest.mark.parametrize("period", [5.0, 11.3, 40.0])
def test_the_main_period_of_a_noisy_wave_is_found(period: float) -> None:
    time = np.arange(400)
    noise = np.random.default_rng(0).normal(scale=0.5, size=400)
    wave = 3 + np.sin(2 * np.pi * time / period) + noise
    assert series.main_period(wave) == pytest.approx(period, rel=0.02)


def test_sunspots_come_about_every_eleven_years() -> None:
    assert 10.5 < series.main_period(datasets.sunspots()[1]) < 11.5


def test_a_clock_turns_once_in_its_period() -> None:
    clock = series.clock(23, 11)
    assert clock.shape == (23, 2) and clock[0].tolist() == [0, 1]
    assert np.allclose(clock[11:22], clock[:11]) and np.allclose((clock**2).sum(axis=1), 1)
