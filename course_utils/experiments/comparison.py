"""Networks and baselines on one series, trained, and measured one step ahead and running free."""

from __future__ import annotations

from typing import NamedTuple

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.preprocessing import StandardScaler

from course_utils.common.errors import CourseError
from course_utils.experiments.running import free_run
from course_utils.models.recurrent.baselines import Forecaster
from course_utils.sequences.series import (
    clock,
    main_period,
    nmse,
    split_in_time,
    windows,
)

Float = NDArray[np.float32]
Windows = tuple[Float, Float]


class Task(NamedTuple):
    """A series to be forecast, in standard deviations of its training part.

    training, validation, test: windows x (count, window, 1 + k) and next values y (count, 1).
    starts: windows of the test part to run free from, (runs, window, 1 + k). exogenous: (runs,
    horizon, k). truth: what followed, (runs, horizon). scaler: back to the series' own unit.
    """

    training: Windows
    validation: Windows
    test: Windows
    starts: Float
    exogenous: Float
    truth: Float
    scaler: StandardScaler


class Row(NamedTuple):
    """A line of the table: NMSE on the test part one step ahead, and over the free runs."""

    name: str
    model: Forecaster
    weights: int
    one_step: float
    free_running: float


def forecasting_task(
    series: ArrayLike,
    window: int = 12,
    horizon: int = 12,
    exogenous: ArrayLike | None = None,
) -> Task:
    """Split a series in time and cut it into windows and free runs.

    Args:
        series: (n,), any unit.
        window: steps of the past that a forecast sees.
        horizon: steps of a free run; runs start at every step of the test part that leaves room
            for one.
        exogenous: (n, k), inputs known in advance; None gives the sine and cosine of a clock with
            the strongest period of the training part.

    The parts are those of `split_in_time`: 60 % of the steps to learn from, 15 % to choose by, the
    last 25 % to report on. Nothing but the training part sets the scale and the clock.

    Raises CourseError where the series is too short for window and horizon.
    """
    values = np.asarray(series, np.float64)
    parts = split_in_time(len(values))
    if not np.ptp(values[parts.training]):
        raise CourseError(
            f"forecasting_task: the first {parts.training.stop} steps of the series do not vary; "
            "there is nothing to be learned from them."
        )
    scaler = StandardScaler().fit(values[parts.training, None])
    if exogenous is None:
        exogenous = clock(len(values), main_period(values[parts.training]))
    scaled = scaler.transform(values[:, None])[:, 0]
    training, validation, test = (windows(scaled, window, part, exogenous) for part in parts)
    x, y = test
    if not 1 <= horizon <= len(y):
        raise CourseError(
            f"forecasting_task: horizon={horizon}, but the test part has {len(y)} steps; take "
            "a horizon between 1 and that."
        )
    runs = len(y) - horizon + 1
    steps = np.arange(runs)[:, None] + np.arange(horizon)
    return Task(training, validation, test, x[:runs], x[steps, -1, 1:], y[steps, 0], scaler)


def fit(
    model: keras.Model,
    task: Task,
    *,
    rate: float = 1e-2,
    epochs: int = 8,
    steps: int = 40,
    batch: int = 64,
    verbose: int = 0,
) -> keras.callbacks.History:
    """Train a network one step ahead, and keep the weights of the best epoch.

    model: (batch, window, features) -> (batch, 1), untrained; it sees the first features of the
    task's windows, as many as its input has.


    Adam, whose rate falls along a cosine from `rate` to 0; mean squared error; gradients clipped
    at norm 1. An epoch is about `steps` batches, however short the series; the best is the one
    with the least error on the validation part. The weights before the first epoch count too: if
    nothing better is found, the network stays what it was. Set a seed before making the model.
    """
    (x, y), (x_validation, y_validation), *_ = task
    times = max(1, round(steps * batch / len(x)))
    x, y = np.tile(_seen(model, x), (times, 1, 1)), np.tile(y, (times, 1))
    total = epochs * -(-len(x) // batch)
    decay = keras.optimizers.schedules.CosineDecay(rate, total)
    model.compile(keras.optimizers.Adam(decay, clipnorm=1.0), "mse")
    best = keras.callbacks.EarlyStopping(patience=epochs, restore_best_weights=True)
    held_out, whole = (_seen(model, x_validation), y_validation), len(x_validation)
    untrained, error = model.get_weights(), model.evaluate(*held_out, whole, verbose=0)
    history = model.fit(
        x,
        y,
        batch,
        epochs,
        verbose,
        callbacks=[best],
        validation_data=held_out,
        validation_batch_size=whole,
    )
    if error <= min(history.history["val_loss"]):
        model.set_weights(untrained)
    return history


def measure(name: str, model: Forecaster, task: Task) -> Row:
    """Return the errors of a network or baseline on the test part."""
    x, y = task.test
    one_step = nmse(y, np.asarray(model.predict_on_batch(_seen(model, x))))
    alone = nmse(task.truth, free_runs(model, task))
    return Row(name, model, model.count_params(), one_step, alone)


def free_runs(model: Forecaster, task: Task) -> Float:
    """Return what a network or baseline forecasts from each of the task's starts: as `truth`."""
    starts = _seen(model, task.starts)
    later = task.exogenous[:, :, : starts.shape[2] - 1]
    return free_run(model, starts, task.truth.shape[1], later)


def _seen(model: Forecaster, x: Float) -> Float:
    """The features that the model takes; a baseline takes all and looks at the first."""
    shape = getattr(model, "input_shape", x.shape)
    return x[:, :, : shape[-1]]
