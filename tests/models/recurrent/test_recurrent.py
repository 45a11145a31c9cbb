"""Forecasts of series: trained, running free, measured; and the adding problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from course_utils import datasets
from course_utils.common.errors import CourseError
from course_utils.experiments import comparison, memory, running
from course_utils.models import recurrent
from course_utils.sequences.series import nmse, split_in_time, windows

pytestmark = pytest.mark.slow


def _noise(*shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def _network(features: int = 1, window: int = 6, units: int = 5) -> keras.Model:
    """The last value plus a change that begins with weights of 0."""
    x = keras.Input((window, features))
    hidden = keras.layers.Dense(units, activation="tanh")(keras.layers.Flatten()(x))
    change = keras.layers.Dense(1, kernel_initializer="zeros", name="change")(hidden)
    return keras.Model(x, x[:, -1, :1] + change)


def _drawn(features: int = 1) -> keras.Model:
    """The same, whose change has other weights."""
    keras.utils.set_random_seed(0)
    model = _network(features)
    model.get_layer("change").set_weights([_noise(5, 1), _noise(1)])
    return model


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (lambda: memory.adding_network("elman"), "none of plain, orthogonal, gru, lstm"),
        (lambda: memory.learn_adding("gru", 5, batches=3), "at least 8"),
    ],
)
def test_impossible_networks_are_refused(build: Callable[[], object], sentence: str) -> None:
    with pytest.raises(CourseError, match=sentence):
        build()


class _Sum:
    """The next value is half the last plus the exogenous inputs beside it."""

    def predict_on_batch(self, x: Any) -> Any:
        return x[:, -1, :1] / 2 + x[:, -1, 1:].sum(axis=1, keepdims=True)

    def count_params(self) -> int:
        return 0


def test_a_free_run_feeds_its_forecasts_back() -> None:
    assert running.free_run(_Sum(), [9, 9, 8], 3).tolist() == [4, 2, 1]
    batch = np.array([[[8.0]], [[16.0]]])
    assert running.free_run(_Sum(), batch, 2).tolist() == [[4, 2], [8, 4]]


def test_a_free_run_sees_each_exogenous_input_at_the_step_it_belongs_to() -> None:
    history = np.array([[0.0, 5.0], [8.0, 10.0]])  # 10 is of the first step forecast
    run = running.free_run(_Sum(), history, 3, [[10.0], [100.0], [1000.0]])
    assert run.tolist() == [14, 107, 1053.5]


@pytest.mark.parametrize("features", [1, 3])
def test_the_first_step_of_a_free_run_is_the_one_step_forecast(features: int) -> None:
    model = _drawn(features)
    x = _noise(4, 6, features)
    later = _noise(4, 3, features - 1)
    run = running.free_run(model, x, 3, later)
    assert run.shape == (4, 3)
    assert np.allclose(run[:, :1], np.asarray(model(x)), atol=1e-6)
    one = running.free_run(model, x[2], 3, later[2])
    assert np.allclose(one, run[2], atol=1e-6)


def test_impossible_free_runs_are_refused() -> None:
    with pytest.raises(CourseError, match=r"are missing; .* so 4 steps take \(4, 2\)"):
        running.free_run(_drawn(3), _noise(6, 3), 4)
    with pytest.raises(CourseError, match=r"of \(3, 2\)"):
        running.free_run(_drawn(3), _noise(6, 3), 4, _noise(3, 2))
    with pytest.raises(CourseError, match="the steps at least 1"):
        running.free_run(_drawn(), _noise(6), 0)


def test_a_linear_autoregression_continues_a_sum_of_two_sines_exactly() -> None:
    """A sum of k sines obeys a linear recursion of order 2k."""
    time = np.arange(300)
    series = np.sin(0.3 * time) + 0.5 * np.sin(0.7 * time + 1)
    linear = recurrent.LinearAutoregression(*windows(series, 4, slice(0, 200)))
    run = running.free_run(linear, series[196:200], 50)
    assert np.allclose(run, series[200:250], atol=1e-3)
    assert linear.count_params() == 5


def test_persistence_repeats_the_last_value() -> None:
    x = _noise(4, 6, 3)
    assert np.array_equal(recurrent.Persistence().predict_on_batch(x), x[:, -1, :1])
    assert np.all(running.free_run(recurrent.Persistence(), x[0, :, 0], 5) == x[0, -1, 0])


def test_a_task_is_honest_about_time() -> None:
    years = np.arange(200.0)
    task = comparison.forecasting_task(years + np.sin(years), window=8, horizon=10)
    parts = split_in_time(200)
    raw = years + np.sin(years)
    for part, (_, y) in zip(parts, task[:3], strict=True):
        wanted = raw[max(part.start, 8) : part.stop]
        assert np.allclose(task.scaler.inverse_transform(y)[:, 0], wanted, atol=1e-3)
    # The training part alone, and the standard deviation of all of it, sets the scale.
    scaled = (raw - raw[:120].mean()) / raw[:120].std()
    assert np.allclose(task.training[1][:, 0], scaled[8:120], rtol=1e-6)
    assert task.scaler.mean_[0] == pytest.approx(raw[:120].mean(), rel=1e-12)
    assert task.scaler.scale_[0] == pytest.approx(raw[:120].std(), rel=1e-12)
    assert task.truth.shape == (41, 10) and task.exogenous.shape == (41, 10, 2)
    # What each run is to find follows its start; its clock goes on from the start's last row.
    assert np.array_equal(task.truth[1:, 0], task.truth[:-1, 1])
    assert np.allclose(task.starts[5, -1, 0], task.truth[4, 0])
    assert np.array_equal(task.exogenous[:, 0], task.starts[:, -1, 1:])
    with pytest.raises(CourseError, match="horizon=51"):
        comparison.forecasting_task(years + np.sin(years), horizon=51)
    with pytest.raises(CourseError, match="the first 120 steps of the series do not vary"):
        comparison.forecasting_task(np.maximum(years, 130))


def _rising() -> np.ndarray[Any, np.dtype[np.float64]]:
    """Noise with a memory on a slope: its test part lies above all that is learned from."""
    noise = np.random.default_rng(0).normal(size=400)
    wave = np.zeros(400)
    for t in range(2, 400):
        wave[t] = 1.2 * wave[t - 1] - 0.5 * wave[t - 2] + noise[t]
    return wave + 0.1 * np.arange(400)


SERIES = {
    "sunspots": lambda: datasets.sunspots()[1],
    "Mackey-Glass": lambda: datasets.mackey_glass(900, spacing=6),
    "rising": _rising,
}


@pytest.mark.parametrize("name", SERIES)
def test_a_network_does_not_lose_to_persistence_one_step_ahead(name: str) -> None:
    task = comparison.forecasting_task(SERIES[name](), horizon=11)
    keras.utils.set_random_seed(0)
    model = _network(window=12, units=24)
    comparison.fit(model, task)
    baselines = recurrent.Persistence(), recurrent.LinearAutoregression(*task.training)
    worst, linear = (comparison.measure("", baseline, task) for baseline in baselines)
    row = comparison.measure("network", model, task)
    assert row.one_step < worst.one_step
    if name == "Mackey-Glass":  # a law without noise, and not a linear one
        assert row.one_step < linear.one_step / 3 and row.free_running < linear.free_running


def test_where_nothing_can_be_learned_a_network_stays_persistence() -> None:
    """A rise is followed by a fall in training, by a rise after it: what is learned is wrong."""
    change = np.random.default_rng(0).normal(size=200)
    for t in range(1, 200):
        change[t] += (-0.9 if t < 120 else 0.9) * change[t - 1]
    task = comparison.forecasting_task(change.cumsum(), horizon=11)
    keras.utils.set_random_seed(0)
    model = _network(window=12)
    comparison.fit(model, task, epochs=2, steps=10)
    x, _ = task.test
    assert np.array_equal(model.predict_on_batch(x[:, :, :1]), x[:, -1, :1])


def test_a_row_holds_what_its_model_does() -> None:
    task = comparison.forecasting_task(datasets.sunspots()[1], horizon=5)
    row = comparison.measure("persistence", recurrent.Persistence(), task)
    x, y = task.test
    assert row.one_step == pytest.approx(nmse(y, x[:, -1, :1]))
    repeated = np.repeat(task.starts[:, -1, :1], 5, axis=1)
    assert row.free_running == pytest.approx(nmse(task.truth, repeated))


def test_orthogonal_cells_start_with_an_orthogonal_matrix_and_plain_ones_do_not() -> None:
    for cell, is_orthogonal in (("orthogonal", True), ("plain", False)):
        recurrent_weights = np.asarray(memory.adding_network(cell).layers[0].weights[1])
        product = recurrent_weights @ recurrent_weights.T
        assert np.allclose(product, np.eye(32), atol=1e-5) == is_orthogonal


def test_a_gru_learns_to_add_over_a_short_lag_within_seconds() -> None:
    points = memory.learn_adding("gru", 8, batches=240)
    assert [point.batches for point in points] == list(range(30, 241, 30))
    assert points[-1].error < 0.02 < points[0].error < 0.25


def test_the_record_shows_what_gates_do() -> None:
    last = {(point.cell, point.lag): point.error for point in memory.recorded_adding()}
    cells = ("plain", "orthogonal", "gru", "lstm")
    assert all(last[cell, 20] < 0.05 for cell in cells)
    assert all(last[cell, lag] < 0.01 for cell in ("gru", "lstm") for lag in (50, 100))
    assert all(last[cell, 50] > 0.1 for cell in ("plain", "orthogonal"))
