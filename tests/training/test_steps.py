"""One compiled step of training: the numbers by hand, what comes back, what is refused."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from course_utils import training
from course_utils.common.errors import CourseError

RNG = np.random.default_rng(0)
X, T = RNG.normal(size=(6, 3)).astype("float32"), RNG.normal(size=(6, 2)).astype("float32")


def test_a_step_moves_the_variables_by_the_gradient_of_the_sum_of_the_losses() -> None:
    W, free = keras.Variable(np.ones((3, 2), "float32")), keras.Variable(1.0)

    def loss(x: Any, t: Any) -> Any:
        columns = keras.ops.mean((free * keras.ops.matmul(x, W) - t) ** 2, axis=0)
        return columns, keras.ops.sum(x)

    step = training.compiled_step(loss, [W], keras.optimizers.SGD(0.5))
    expected = np.ones((3, 2))
    for _ in range(3):
        residuals = X @ expected - T
        (losses, total), (gradient,) = step(X, T)
        by_hand = 2 * X.T @ residuals / len(X)
        for found, right in (
            (losses, (residuals**2).mean(axis=0)),
            (total, X.sum()),
            (gradient, by_hand),
        ):
            np.testing.assert_allclose(keras.ops.convert_to_numpy(found), right, rtol=1e-4)
        expected = expected - 0.5 * by_hand
        np.testing.assert_allclose(W.numpy(), expected, rtol=1e-4, atol=1e-5)
    assert float(free.numpy()) == 1


def test_a_backend_for_which_it_is_not_written_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "numpy")
    with pytest.raises(CourseError, match="Keras runs on numpy.*KERAS_BACKEND"):
        training.compiled_step(lambda: 0, [], keras.optimizers.SGD())
