"""Kinds of units: what a layer of a Boltzmann machine does with the input it gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit  # type: ignore[import-untyped]

Floats = NDArray[Any]


@dataclass(frozen=True)
class Units:
    """One kind of units, as a function of their total input x (bias included), elementwise.

    name: "binary" (0 or 1) or "gaussian" (a real number, with a variance of 1).
    activation: the same function in Keras. mean: of the unit, given x. draw: a state of the unit,
    given x and a generator. cumulant: log of the sum, or integral, of exp(x s - own(s)) over the
    states s, but for a constant. own: the energy of a state by itself, -log of its base measure.

    M. Welling, M. Rosen-Zvi and G. Hinton, Exponential family harmoniums with an application to
    information retrieval, NIPS 2004.
    """

    name: str
    activation: str
    mean: Callable[[Floats], Floats]
    draw: Callable[[Floats, np.random.Generator], Floats]
    cumulant: Callable[[Floats], Floats]
    own: Callable[[Floats], Floats]


def _noisy(x: Floats, rng: np.random.Generator) -> Floats:
    noisy: Floats = x + rng.standard_normal(x.shape, dtype=np.float32).astype(x.dtype, copy=False)
    return noisy


def _fires(x: Floats, rng: np.random.Generator) -> Floats:
    fires: Floats = (rng.random(x.shape, dtype=np.float32) < expit(x)).astype(x.dtype)
    return fires


UNITS = {
    "binary": Units(
        name="binary",
        activation="sigmoid",
        mean=expit,
        draw=_fires,
        cumulant=lambda x: np.logaddexp(x, x.dtype.type(0)),
        own=np.zeros_like,
    ),
    "gaussian": Units(
        name="gaussian",
        activation="linear",
        mean=lambda x: x,
        draw=_noisy,
        cumulant=lambda x: x**2 / 2,
        own=lambda s: s**2 / 2,
    ),
}
