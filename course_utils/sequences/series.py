"""Time series: parts in the order of time, windows to learn from, and the error of a forecast."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.common.errors import CourseError

Array = NDArray[np.float64]


class Parts(NamedTuple):
    """Where a series is learned from, chosen by, and reported on; one after the other."""

    training: slice
    validation: slice
    test: slice


def split_in_time(n: int, validation: float = 0.15, test: float = 0.25) -> Parts:
    """Cut n steps into three parts in the order of time, the test part last.

    A random split would leave neighbours of every test step in the training part; a forecast is
    made from the past alone.

    Args: validation, test: the fractions of the steps, above 0 and together below 1.

    Raises CourseError where a part would be empty.
    """
    first_test = n - round(test * n)
    first_validation = first_test - round(validation * n)
    if not 0 < first_validation < first_test < n:
        raise CourseError(
            f"split_in_time: validation={validation} and test={test} leave a part of {n} steps "
            "empty; both are fractions above 0 that add up to less than 1."
        )
    return Parts(
        slice(0, first_validation), slice(first_validation, first_test), slice(first_test, n)
    )


def windows(
    series: ArrayLike,
    length: int,
    part: slice = slice(None),  # noqa: B008  # immutable
    exogenous: ArrayLike | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return each step's past and the step itself: what to predict from, what to predict.

    Of a series alone, these are the windows of keras.utils.timeseries_dataset_from_array, which
    deals them out in batches, for series too long for the memory.

    Args:
        series: (n,).
        length: how many steps of the past are seen.
        part: where the steps to predict lie. Their past may reach back before it: when a forecast
            is made, the past is known. Steps without a full past are left out.
        exogenous: (n, k) or (n,), other inputs that are known one step ahead, or None.

    Returns:
        x: float32 (count, length, 1 + k) = (batch, time, features), oldest first. Feature 0 is the
        series. Beside the value of step t stand the exogenous inputs of step t + 1, so that the
        last row holds those of the step to be predicted. y: float32 (count, 1).

    Raises CourseError where the shapes do not fit or no step has a full past.
    """
    values = np.asarray(series, np.float32)
    if values.ndim != 1 or length < 1:
        raise CourseError(
            f"windows: a series of shape {values.shape} and length={length}; the series is (n,), "
            "the length at least 1."
        )
    columns = [values[:-1, None]]
    if exogenous is not None:
        columns.append(_table(exogenous, len(values))[1:])
    targets = np.arange(len(values))[part]
    targets = targets[targets >= length]
    if not len(targets):
        raise CourseError(
            f"windows: no step of {part} has {length} steps before it in a series of "
            f"{len(values)}; take a shorter length or a longer series."
        )
    past = targets[:, None] + np.arange(-length, 0)
    return np.concatenate(columns, axis=1)[past], values[targets, None]


def nmse(y: ArrayLike, prediction: ArrayLike) -> float:
    """Return the normalised mean squared error: mean((y - prediction)^2) / variance of y.

    0 is perfect; 1 is what the mean of y would do. Both are of one shape, any. It is 1 - R^2, where
    R^2 is sklearn.metrics.r2_score of the numbers in a row; but the difference of 1 and R^2 cannot
    tell errors below 1e-16 from 0.

    Raises CourseError where the shapes differ or y does not vary.
    """
    wanted, got = np.asarray(y, np.float64), np.asarray(prediction, np.float64)
    if wanted.shape != got.shape:
        raise CourseError(
            f"nmse: y has shape {wanted.shape}, the prediction {got.shape}; give both the same."
        )
    variance = wanted.var() if wanted.size else 0.0
    if variance == 0:
        raise CourseError("nmse: y does not vary, so there is no variance to divide by.")
    return float(np.mean((wanted - got) ** 2) / variance)


def main_period(series: ArrayLike) -> float:
    """Return the length in steps of the strongest cycle of a series (n,), of at least 4 steps.

    It is the peak of the power of the Fourier transform, of the series less the straight line that
    fits it best, weighted by a Hann window and padded to eight times its length.
    """
    values = np.asarray(series, np.float64)
    line = np.polynomial.Polynomial.fit(steps := np.arange(len(values)), values, 1)
    weighted = (values - line(steps)) * np.hanning(len(values))
    size = 8 * len(values)
    power = np.abs(np.fft.rfft(weighted, size)) ** 2
    power[:16] = 0  # fewer than two cycles in the series
    return float(size / np.argmax(power))


def clock(n: int, period: float) -> Array:
    """Return sine and cosine of 2 pi t / period for t = 0 ... n - 1, (n, 2).

    An exogenous input that is known in advance: the time within a cycle of `period` steps.
    """
    angle = 2 * np.pi * np.arange(n) / period
    return np.stack([np.sin(angle), np.cos(angle)], axis=1)


def _table(exogenous: Any, n: int) -> NDArray[np.float32]:
    table = np.asarray(exogenous, np.float32)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or len(table) != n:
        raise CourseError(
            f"windows: exogenous inputs of shape {table.shape} beside a series of {n} steps; "
            f"give one row for each step: ({n}, k)."
        )
    return table
