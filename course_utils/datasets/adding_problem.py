"""The adding problem: two numbers to be remembered among many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError


def adding_problem(
    batch: int, lag: int, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return sequences in which two numbers are marked, and the sums of the two.

    Args:
        batch: how many sequences.
        lag: their length, at least 2.
        seed: the same gives the same.

    Returns:
        x: float32 (batch, lag, 2) = (batch, time, features): a number drawn evenly from 0 to 1,
        and a mark, 1 at two steps and else 0; one lies in the first half, one in the second.
        t: float32 (batch, 1), the sum of the two marked numbers. Who answers 1 always, the mean,
        has a mean squared error of 1/6 = 0.1667, the variance of the sum.

    Source: S. Hochreiter and J. Schmidhuber, Long short-term memory, Neural Computation 9(8),
    1997, 1735-1780, experiment 4, in the form of Q. V. Le, N. Jaitly and G. E. Hinton, A simple
    way to initialize recurrent networks of rectified linear units, arXiv:1504.00941, 2015.

    Raises CourseError where batch or lag is too small.
    """
    if batch < 1 or lag < 2:
        raise CourseError(
            f"adding_problem: batch={batch}, lag={lag}; it takes at least 1 sequence of 2 steps."
        )
    rng = np.random.default_rng(seed)
    numbers = rng.random((batch, lag), dtype=np.float32)
    marks = np.zeros((batch, lag), np.float32)
    rows, half = np.arange(batch), lag // 2
    marks[rows, rng.integers(0, half, batch)] = 1
    marks[rows, rng.integers(half, lag, batch)] = 1
    t = (numbers * marks).sum(axis=1, keepdims=True)
    return np.stack([numbers, marks], axis=-1), t
