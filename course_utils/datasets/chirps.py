"""Made waves: chirps, whose frequency rises, and sums of harmonics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError


def chirps(
    count: int, length: int, *, low: float = 0.01, high: float = 0.05, seed: int = 0
) -> NDArray[np.float32]:
    """Return waves sin(phase) whose frequency rises evenly from `low` to `high`.

    Args:
        count: how many.
        length: in steps.
        low: frequency at the first step, in cycles per step, from 0 to 0.5.
        high: frequency at the last step, likewise.
        seed: of the phases at the first step.

    Returns: float32 (count, length), from -1 to 1.

    Raises CourseError where a size is below 1 or a frequency has less than 2 steps to a cycle.
    """
    _check("chirps", count, length)
    if not (0 <= low <= 0.5 and 0 <= high <= 0.5):
        raise CourseError(
            f"chirps: low={low}, high={high}; frequencies lie between 0 and 0.5 cycles per step, "
            "since a cycle has at least two steps."
        )
    rng = np.random.default_rng(seed)
    time = np.arange(length)
    cycles = low * time + (high - low) * time**2 / (2 * max(length - 1, 1))
    first = rng.random((count, 1))
    return np.sin(2 * np.pi * (cycles + first)).astype(np.float32)


def harmonics(
    count: int, length: int, *, period: float = 40.0, partials: int = 3, seed: int = 0
) -> NDArray[np.float32]:
    """Return sums of sines whose frequencies are 1, 2, ... `partials` times the lowest.

    Args:
        count: how many.
        length: in steps.
        period: of the lowest, in steps.
        partials: how many sines make a wave.
        seed: of the amplitudes, drawn evenly from 0.2 to 1 and then divided by their sum, and of
            the phases.

    Returns: float32 (count, length), between -1 and 1.

    Raises CourseError where a size is below 1 or the highest has less than 2 steps to a cycle.
    """
    _check("harmonics", count, length)
    if partials < 1 or period < 2 * partials:
        raise CourseError(
            f"harmonics: period={period}, partials={partials}; it takes at least 1 partial, and "
            "at least two steps in a cycle of the highest: period >= 2 * partials."
        )
    rng = np.random.default_rng(seed)
    amplitudes = rng.uniform(0.2, 1, (count, partials, 1))
    amplitudes /= amplitudes.sum(axis=1, keepdims=True)
    first = rng.random((count, partials, 1))
    cycles = np.arange(1, partials + 1)[:, None] / period * np.arange(length)
    waves = amplitudes * np.sin(2 * np.pi * (cycles + first))
    total: NDArray[np.float32] = waves.sum(axis=1).astype(np.float32)
    return total


def _check(name: str, count: int, length: int) -> None:
    if count < 1 or length < 1:
        raise CourseError(f"{name}: count={count}, length={length}; both are at least 1.")
