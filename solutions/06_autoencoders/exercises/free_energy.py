"""What `free_energy` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._machines import every_state, free, machine, sigmoid, softplus, states


def _free_energy_cases(rng):
    yield Case("one example", states(rng, 1, 3), *machine(rng, 3, 2))
    W, b, c = machine(rng, 4, 2)
    yield Case("no hidden biases", states(rng, 3, 4), W, b, np.zeros(2))
    W, b, c = machine(rng, 3, 2)
    yield Case("no visible biases", every_state(3)[1:6], W, np.zeros(3), c)
    yield Case("no weights", every_state(2), np.zeros((2, 3)), *machine(rng, 2, 3)[1:])
    yield Case("a batch", states(rng, 5, 4), *machine(rng, 4, 6))
    yield Case("as many hidden as visible units", states(rng, 3, 3), *machine(rng, 3, 3))
    W, b, c = machine(rng, 3, 2)
    yield Case("inputs of thousands", every_state(3)[4:], W * 3000, b, c)


def _terms(x):
    return softplus(x).sum(axis=1)


def _of(visible, hidden):
    """A free energy of a visible and a hidden part."""
    return lambda v, W, b, c: visible(v, b) + hidden(v @ W + c)


def _minus_dot(v, b):
    return -v @ b


def _by_loops(v, W, b, c):
    result = []
    for example in v:
        total = -sum(x * y for x, y in zip(example, b, strict=True))
        for j in range(len(c)):
            x = c[j] + sum(example[i] * W[i, j] for i in range(len(b)))
            total -= x + np.log1p(np.exp(-x)) if x > 0 else np.log1p(np.exp(x))
        result.append(total)
    return np.array(result)


def _in_double_rows(v, W, b, c):
    x = np.einsum("ni,ij->nj", v, W) + c[None]
    return -np.einsum("ni,i->n", v, b) - np.logaddexp(x, 0.0).sum(axis=-1)


def _overflowing(v, W, b, c):
    with np.errstate(over="ignore"):
        return -v @ b - np.log(1 + np.exp(v @ W + c)).sum(axis=1)


free_energy = Exercise(
    points=2,
    cases=_free_energy_cases,
    hints=[
        "Begin with x = v @ W + c: its shape is (batch, hidden).",
        "The formula has two parts: a product with b, and a sum over the hidden units, axis 1.",
        "log(1 + e^x) is log(e^0 + e^x).",
        "np.logaddexp(0, x) is log(e^0 + e^x), computed without e^x.",
    ],
    alternatives=[
        free,
        _by_loops,
        _in_double_rows,
        lambda v, W, b, c: np.array([float(free(row[None], W, b, c)[0]) for row in v]),
    ],
    mistakes={
        "e^x overflows where x is large. np.logaddexp(0, x) is log(1 + e^x) without it.": (
            _overflowing
        ),
        "The sign is flipped: this is -F, the log of the unnormalised probability.": _of(
            lambda v, b: v @ b, _terms
        ),
        "The sign of the hidden part is wrong: both parts are subtracted.": _of(_minus_dot, _terms),
        "The sign of b.v is wrong: both parts are subtracted.": _of(
            lambda v, b: v @ b, lambda x: -_terms(x)
        ),
        "The visible biases are missing: - b.v.": _of(
            lambda v, b: np.zeros(len(v)), lambda x: -_terms(x)
        ),
        "The hidden biases are missing: x = c + v W.": lambda v, W, b, c: free(v, W, b, 0 * c),
        "The hidden part is missing.": lambda v, W, b, c: -v @ b,
        "The sum over the hidden units became a mean.": _of(
            _minus_dot, lambda x: -softplus(x).mean(axis=1)
        ),
        "You sum over the examples. Sum over the hidden units: axis=1.": (
            lambda v, W, b, c: -(v @ b).sum() - softplus(v @ W + c).sum(axis=0)
        ),
        "One number for the whole batch came back. There is one for each example.": (
            lambda v, W, b, c: free(v, W, b, c).sum()
        ),
        "The mean over the batch came back. There is a free energy for each example.": (
            lambda v, W, b, c: free(v, W, b, c).mean()
        ),
        "log(e^x) is just x: the 1 of the state h = 0 is missing.": _of(
            _minus_dot, lambda x: -x.sum(axis=1)
        ),
        "This is max(x, 0), the limit for large x. Take log(1 + e^x).": _of(
            _minus_dot, lambda x: -np.maximum(x, 0).sum(axis=1)
        ),
        "The hidden part is the sum of their probabilities. Take log(1 + e^x).": _of(
            _minus_dot, lambda x: -np.where(x > 0, 1, sigmoid(-np.abs(x))).sum(axis=1)
        ),
        "This is the energy with the most probable h, v W h included. All h are summed over.": _of(
            _minus_dot, lambda x: -(x * (x > 0.5)).sum(axis=1)
        ),
    },
)
