"""What is exact for a machine small enough to sum over its states: the gradient."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp  # type: ignore[import-untyped]

from course_utils.common.errors import CourseError
from course_utils.models.rbm.machine import RBM

Floats = NDArray[Any]

#: 2 to the 20th states are a million; each further unit doubles the time.
_MOST_UNITS = 20
_CHUNK = 2**14


class Gradient(NamedTuple):
    """Of the mean log-likelihood, in the shapes of the machine's W, b and c; float64."""

    W: NDArray[np.float64]
    b: NDArray[np.float64]
    c: NDArray[np.float64]

    def flat(self) -> NDArray[np.float64]:
        """All of its numbers in a row."""
        return np.concatenate([part.ravel() for part in self])


def exact_gradient(machine: RBM, v: Floats) -> Gradient:
    """Return the gradient of the mean log-likelihood of a batch (batch, visible).

    <v h> on the data minus <v h> under the machine, the latter summed over the states of one binary
    layer, the smaller one where both are; the sum over the other has a closed form.

    Raises CourseError where no layer is binary and has at most 20 units.
    """
    v = np.asarray(v, float)
    h = machine.hidden_mean(v)
    small = _smaller_below(machine)
    chunks = [(s, _minus_free_energy(small, s)) for s in _states(small)]
    log_z = logsumexp([logsumexp(minus_f) for _, minus_f in chunks])
    W = np.zeros(small.W.shape)
    b, c = np.zeros(len(small.b)), np.zeros(len(small.c))
    for s, minus_f in chunks:
        p = np.exp(minus_f - log_z)
        other = small.hidden_mean(s)
        W += (s * p[:, None]).T @ other
        b += p @ s
        c += p @ other
    if small.b is not machine.b:
        W, b, c = W.T, c, b
    return Gradient(v.T @ h / len(v) - W, v.mean(axis=0) - b, h.mean(axis=0) - c)


def _minus_free_energy(machine: RBM, s: Floats) -> Floats:
    """-F(s), the log of each visible state's probability but for log Z: (batch,)."""
    above = machine.hidden.cumulant(machine.to_hidden(s)).sum(axis=1)
    minus_f: Floats = s @ machine.b - machine.visible.own(s).sum(axis=1) + above
    return minus_f


def _smaller_below(machine: RBM) -> RBM:
    """The machine, or its transpose, whose visible layer is the one to be summed over."""
    ways = [way for way in (machine, machine.transposed()) if way.visible.name == "binary"]
    if not ways or min(len(way.b) for way in ways) > _MOST_UNITS:
        raise CourseError(
            f"The partition function of a machine of {len(machine.b)} {machine.visible.name} and "
            f"{len(machine.c)} {machine.hidden.name} units cannot be summed; one layer must be "
            f"binary and have at most {_MOST_UNITS} units."
        )
    return min(ways, key=lambda way: len(way.b))


def _states(machine: RBM) -> list[Floats]:
    """All states of the visible units, float (2^visible, visible), in chunks."""
    count = len(machine.b)
    numbers = np.arange(2**count)
    bits = 2 ** np.arange(count)
    return [
        (numbers[i : i + _CHUNK, None] & bits > 0).astype(float)
        for i in range(0, len(numbers), _CHUNK)
    ]
