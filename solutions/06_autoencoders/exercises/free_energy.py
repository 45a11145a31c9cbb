"""What `free_energy` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit

from ._machines import machine, states


def _every_state(units):
    """All states (2^units, units), float."""
    return ((np.arange(2**units)[:, None] >> np.arange(units)) & 1).astype(float)


def _free_energy_cases(rng):
    yield Case("one example", states(rng, 1, 3), *machine(rng, 3, 2))
    W, b, c = machine(rng, 4, 2)
    yield Case("no hidden biases", states(rng, 3, 4), W, b, np.zeros(2))
    W, b, c = machine(rng, 3, 2)
    yield Case("no visible biases", _every_state(3)[1:6], W, np.zeros(3), c)
    yield Case("no weights", _every_state(2), np.zeros((2, 3)), *machine(rng, 2, 3)[1:])
    yield Case("a batch", states(rng, 5, 4), *machine(rng, 4, 6))
    yield Case("as many hidden as visible units", states(rng, 3, 3), *machine(rng, 3, 3))
    W, b, c = machine(rng, 3, 2)
    yield Case("inputs of thousands", _every_state(3)[4:], W * 3000, b, c)


def _by_loops(v, W, b, c):
    result = []
    for example in v:
        total = -sum(x * y for x, y in zip(example, b, strict=True))
        for j in range(len(c)):
            x = c[j] + sum(example[i] * W[i, j] for i in range(len(b)))
            total -= x + np.log1p(np.exp(-x)) if x > 0 else np.log1p(np.exp(x))
        result.append(total)
    return np.array(result)


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
        _by_loops,
        edit("np.logaddexp(0, x)", "(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))"),
        edit("v @ W + c", "np.einsum('ni,ij->nj', v, W) + c[None]"),
        edit(
            "-v @ b - np.logaddexp(0, x).sum(axis=1)",
            "np.array([-row @ b - sum(np.logaddexp(0, y)) for row, y in zip(v, x)])",
        ),
    ],
    mistakes={
        "e^x overflows where x is large. np.logaddexp(0, x) is log(1 + e^x) without it.": edit(
            "np.logaddexp(0, x)", "np.log(1 + np.exp(x))"
        ),
        "The sign is flipped: this is -F, the log of the unnormalised probability.": edit(
            "-v @ b - ", "v @ b + "
        ),
        "The sign of the hidden part is wrong: both parts are subtracted.": edit("b - ", "b + "),
        "The sign of b.v is wrong: both parts are subtracted.": edit("-v", "v"),
        "The visible biases are missing: - b.v.": edit("-v @ b ", ""),
        "The hidden biases are missing: x = c + v W.": edit(" + c", ""),
        "The hidden part is missing.": edit(" - np.logaddexp(0, x).sum(axis=1)", ""),
        "The sum over the hidden units became a mean.": edit("sum", "mean"),
        "You sum over the examples. Sum over the hidden units: axis=1.": edit(
            "-v @ b", "-(v @ b).sum()", "axis=1", "axis=0"
        ),
        "One number for the whole batch came back. There is one for each example.": edit(
            "-v @ b", "-(v @ b).sum()", "axis=1", ""
        ),
        "The mean over the batch came back. There is a free energy for each example.": edit(
            "-v @ b", "-(v @ b).mean()", "axis=1)", "axis=1).mean()"
        ),
        "log(e^x) is just x: the 1 of the state h = 0 is missing.": edit("np.logaddexp(0, x)", "x"),
        "This is max(x, 0), the limit for large x. Take log(1 + e^x).": edit(
            "logaddexp", "maximum"
        ),
        "The hidden part is the sum of their probabilities. Take log(1 + e^x).": edit(
            "np.logaddexp(0, x)", "(1 / (1 + np.exp(-x)))"
        ),
        "This is the energy with the most probable h, v W h included. All h are summed over.": edit(
            "np.logaddexp(0, x)", "(x * (x > 0.5))"
        ),
    },
)
