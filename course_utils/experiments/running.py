"""A network that goes on alone: each forecast becomes an input of the next."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.common.errors import CourseError
from course_utils.models.recurrent.baselines import Forecaster


def free_run(
    model: Forecaster, history: ArrayLike, steps: int, exogenous: ArrayLike | None = None
) -> NDArray[np.float32]:
    """Return the next `steps` values, each forecast from those before it, forecast or known.

    Args:
        model: any network or baseline of this package.
        history: a window (window,) or (window, features) to start from, or a batch of them
            (batch, window, features), as `course_utils.sequences.series.windows` makes them.
        steps: how many values, at least 1.
        exogenous: (steps, k) or (batch, steps, k), the exogenous inputs of the steps forecast;
            needed where the history has features beside the series. The first stands in the
            history's last row already.

    Returns: float32 (steps,), or (batch, steps) for a batch.

    Raises CourseError where the shapes do not fit.
    """
    start = np.asarray(history, np.float32)
    window = start[:, None] if start.ndim == 1 else start
    window = window[None] if window.ndim == 2 else window
    if window.ndim != 3 or steps < 1:
        raise CourseError(
            f"free_run: a history of shape {start.shape} and steps={steps}; the history is "
            "(window,), (window, features) or (batch, window, features), the steps at least 1."
        )
    batch, _, features = window.shape
    later = _inputs(exogenous, (batch, steps, features - 1))
    forecasts = np.empty((batch, steps), np.float32)
    for step in range(steps):
        value = np.asarray(model.predict_on_batch(window), np.float32)
        forecasts[:, step] = value[:, 0]
        if step + 1 < steps:
            row = np.concatenate([value, later[:, step + 1]], axis=1)
            window = np.concatenate([window[:, 1:], row[:, None]], axis=1)
    return forecasts if start.ndim == 3 else forecasts[0]


def _inputs(exogenous: ArrayLike | None, shape: tuple[int, int, int]) -> NDArray[np.float32]:
    if exogenous is None and shape[2] == 0:
        return np.empty(shape, np.float32)
    given = None if exogenous is None else np.asarray(exogenous, np.float32)
    if given is not None and given.shape in (shape, shape[1:]):
        return np.broadcast_to(given, shape)
    raise CourseError(
        f"free_run: exogenous inputs {'are missing' if given is None else f'of {given.shape}'}; "
        f"the history has {shape[2]} beside the series, so {shape[1]} steps take "
        f"{shape[1:]}, or {shape} for each of the batch."
    )
