"""A chaotic series from an equation with a delay."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError

_BETA, _GAMMA, _EXPONENT = 0.2, 0.1, 10


def mackey_glass(
    n: int = 1000,
    tau: float = 17.0,
    *,
    spacing: float = 1.0,
    step: float = 0.1,
    transient: float = 1000.0,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Return a solution of the Mackey-Glass equation, float64 (n,), one value each `spacing`.

    dx/dt = beta x(t - tau) / (1 + x(t - tau)^10) - gamma x(t), beta = 0.2, gamma = 0.1

    M. C. Mackey and L. Glass, Oscillation and chaos in physiological control systems, Science
    197(4300), 1977, 287-289. Above tau = 16.8 it is chaotic (J. D. Farmer, Physica D 4(3), 1982,
    366-393). Time is without unit here; the values lie between 0.2 and 1.4.

    Integrated by the classical Runge-Kutta method of fourth order. The delayed values fall on
    steps, or halfway between two, where a cubic through both and their slopes gives them.

    Args:
        n: how many values.
        tau: the delay.
        spacing: time from one value to the next.
        step: of the integration, shortened so that it divides tau.
        transient: time that passes before the first value.
        seed: of the constant between 0.5 and 1.3 that x was until time 0. Other seeds give other
            stretches of the same kind.

    Raises CourseError where n or a time is not above 0 (the transient: below 0).
    """
    if n < 1 or min(tau, spacing, step) <= 0 or transient < 0:
        raise CourseError(
            f"mackey_glass: n={n}, tau={tau}, spacing={spacing}, step={step}, "
            f"transient={transient}; all are above 0, only the transient may be 0."
        )
    delay = math.ceil(tau / step - 1e-9)  # in steps
    h = tau / delay
    times = transient + spacing * np.arange(n, dtype=np.float64)
    start = float(np.random.default_rng(seed).uniform(0.5, 1.3))
    x, slopes = _integrate(start, delay, h, math.floor(times[-1] / h) + 1)
    return _between(x, slopes, times / h, h)


def _integrate(
    start: float, delay: int, h: float, steps: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x and dx/dt at times 0, h, ... steps * h, where x was `start` until time 0."""

    def slope(now: float, before: float) -> float:
        return _BETA * before / (1 + before**_EXPONENT) - _GAMMA * now

    x = [start] * (delay + 1)  # the last is time 0
    halfway = [start] * delay  # between each of x and its successor
    slopes = [slope(start, start)]
    for _ in range(steps):
        now, k1 = x[-1], slopes[-1]
        half_before, before = halfway[-delay], x[-delay]  # tau before t + h/2 and t + h
        k2 = slope(now + h / 2 * k1, half_before)
        k3 = slope(now + h / 2 * k2, half_before)
        k4 = slope(now + h * k3, before)
        x.append(now + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
        slopes.append(slope(x[-1], before))
        halfway.append((now + x[-1]) / 2 + h / 8 * (k1 - slopes[-1]))
    return np.array(x[delay:]), np.array(slopes)


def _between(
    x: NDArray[np.float64], slopes: NDArray[np.float64], places: NDArray[np.float64], h: float
) -> NDArray[np.float64]:
    """x at `places`, in steps, by the cubics through neighbours and their slopes (Hermite)."""
    left = np.minimum(places.astype(int), len(x) - 2)
    s = places - left
    a, b = x[left], x[left + 1]
    slope_a, slope_b = h * slopes[left], h * slopes[left + 1]
    bend = (1 - s) * (slope_a - (b - a)) + s * (b - a - slope_b)
    values: NDArray[np.float64] = a + s * (b - a) + s * (1 - s) * bend
    return values
