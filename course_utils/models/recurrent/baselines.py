"""What a network has to beat: forecasts that need no network.

They take and return what the networks do, through `predict_on_batch`, so that they stand in the
same table and run free as well.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float = NDArray[np.float32]


class Forecaster(Protocol):
    """Windows (batch, window, features) -> the next value (batch, 1). A Keras model is one."""

    def predict_on_batch(self, x: Any) -> Any:
        """Return the forecasts of a batch."""

    def count_params(self) -> int:
        """Return how many numbers were learned."""


class Persistence:
    """The next value is the last one: tomorrow as today."""

    name = "persistence"

    def predict_on_batch(self, x: ArrayLike) -> Float:
        """x: (batch, window, features) -> float32 (batch, 1)."""
        return np.asarray(x, np.float32)[:, -1, :1]

    def count_params(self) -> int:
        """Return 0: it has nothing to fit."""
        return 0


class LinearAutoregression:
    """The next value is a weighted sum of the window and 1, fitted by least squares.

    y(t + 1) = w_0 y(t) + ... + w_{p-1} y(t - p + 1) + b. It sees feature 0 alone.

    G. U. Yule fitted the first one, to the sunspot numbers: On a method of investigating
    periodicities in disturbed series, Philosophical Transactions of the Royal Society A 226, 1927,
    267-298.
    """

    name = "linear"

    def __init__(self, x: ArrayLike, y: ArrayLike) -> None:
        """Fit to windows x (count, window, features) and next values y (count, 1)."""
        wanted = np.asarray(y, np.float64)
        self.coefficients = np.linalg.lstsq(_inputs(x), wanted)[0]

    def predict_on_batch(self, x: ArrayLike) -> Float:
        """x: (batch, window, features) -> float32 (batch, 1)."""
        return (_inputs(x) @ self.coefficients).astype(np.float32)

    def count_params(self) -> int:
        """Return one weight for each step of the window, and the bias."""
        return int(self.coefficients.size)


def _inputs(x: ArrayLike) -> NDArray[np.float64]:
    window = np.asarray(x, np.float64)[:, :, 0]
    return np.concatenate([window, np.ones((len(window), 1))], axis=1)
