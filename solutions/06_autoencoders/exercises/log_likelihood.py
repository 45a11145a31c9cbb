"""What `log_likelihood` is checked on."""

import itertools

import numpy as np

from course_utils.exercises import Case, Exercise

from ._machines import every_state, free, machine, states


def _log_likelihood_cases(rng):
    yield Case("one example", states(rng, 1, 3), *machine(rng, 3, 2))
    yield Case("no weights", states(rng, 4, 3), np.zeros((3, 2)), *machine(rng, 3, 2)[1:])
    yield Case("all zero: every image is equally probable", states(rng, 2, 4), *_zeros(4, 2))
    yield Case("more visible units", states(rng, 5, 6), *machine(rng, 6, 3))
    yield Case("more hidden units", states(rng, 4, 3), *machine(rng, 3, 5))
    yield Case("as many of both", states(rng, 3, 4), *machine(rng, 4, 4))
    W, b, c = machine(rng, 4, 3)
    yield Case("energies of thousands", states(rng, 3, 4), np.abs(W) * 900 + 1, b, c)


def _zeros(visible, hidden):
    return np.zeros((visible, hidden)), np.zeros(visible), np.zeros(hidden)


def _log_sum(a):
    return a.max() + np.log(np.sum(np.exp(a - a.max())))


def _log_z(W, b, c):
    return _log_sum(-free(every_state(len(b)), W, b, c))


def _right(v, W, b, c):
    return float(np.mean(-free(v, W, b, c) - _log_z(W, b, c)))


def _over_pairs(v, W, b, c):
    """Sums over all pairs of states, in loops."""
    exponents = [
        float(np.dot(s, b) + np.dot(h, c) + s @ W @ np.array(h))
        for s in np.array(list(itertools.product([0.0, 1.0], repeat=len(b))))
        for h in itertools.product([0.0, 1.0], repeat=len(c))
    ]
    log_z = np.logaddexp.reduce(exponents)
    return float(np.mean([-free(row[None], W, b, c)[0] - log_z for row in v]))


def _over_hidden(v, W, b, c):
    log_z = np.logaddexp.reduce(-free(every_state(len(c)), W.T, c, b))
    return np.mean(-free(v, W, b, c)) - log_z


def _overflowing(v, W, b, c):
    with np.errstate(over="ignore"):
        z = np.exp(-free(every_state(len(b)), W, b, c)).sum()
        return float(np.mean(-free(v, W, b, c)) - np.log(z))


def _underflowing(v, W, b, c):
    with np.errstate(all="ignore"):
        z = np.exp(-free(every_state(len(b)), W, b, c)).sum()
        return float(np.mean(np.log(np.exp(-free(v, W, b, c)) / z)))


def _with_z(log_z):
    return lambda v, W, b, c: float(np.mean(-free(v, W, b, c)) - log_z(v, W, b, c))


log_likelihood = Exercise(
    points=2,
    cases=_log_likelihood_cases,
    hints=[
        "Two parts: the mean of -F(v) over the batch, and log Z, one number for the machine.",
        "Z sums over all states of one layer: free_energy(all_states(...), ...).",
        "The machine with exchanged layers is W.T, c, b. Its visible layer is your hidden one.",
        "exponents = -free_energy(...); m = exponents.max(); m + log(sum(exp(exponents - m))).",
    ],
    alternatives=[_right, _over_pairs, _over_hidden],
    mistakes={
        "e^(-F) overflows. Take the largest exponent out before you sum.": _overflowing,
        "Probabilities overflow before their log is taken. Stay with logs: log p = -F - log "
        "Z.": _underflowing,
        "log Z is missing: -F alone is not normalised.": (
            lambda v, W, b, c: float(np.mean(-free(v, W, b, c)))
        ),
        "The sign is flipped: this is the negative log-likelihood.": (
            lambda *inputs: -_right(*inputs)
        ),
        "log Z is added. It is subtracted.": _with_z(lambda v, W, b, c: -_log_z(W, b, c)),
        "The sign of F is wrong in Z: Z sums e^(-F).": _with_z(
            lambda v, W, b, c: _log_sum(free(every_state(len(b)), W, b, c))
        ),
        "The sign of F is wrong for the examples: log p = -F - log Z.": (
            lambda v, W, b, c: float(np.mean(free(v, W, b, c)) - _log_z(W, b, c))
        ),
        "Z sums over the examples. It sums over all states.": _with_z(
            lambda v, W, b, c: _log_sum(-free(v, W, b, c))
        ),
        "You sum over the batch. The mean is asked.": lambda v, W, b, c: float(
            np.sum(-free(v, W, b, c) - _log_z(W, b, c))
        ),
        "There is a number for each example. Take their mean.": (
            lambda v, W, b, c: -free(v, W, b, c) - _log_z(W, b, c)
        ),
        "This is the log of the mean probability. The mean of the logs is asked.": (
            lambda v, W, b, c: float(_log_sum(-free(v, W, b, c)) - np.log(len(v)) - _log_z(W, b, c))
        ),
        "Z is a mean over the states. It is their sum.": _with_z(
            lambda v, W, b, c: _log_z(W, b, c) - len(b) * np.log(2)
        ),
        "The biases are not exchanged with the layers: with W.T the visible biases are c, the "
        "hidden ones b.": _with_z(
            lambda v, W, b, c: _log_sum(
                -free(every_state(len(c)), W.T, np.resize(b, len(c)), np.resize(c, len(b)))
            )
        ),
        "log Z is the largest exponent only: add the log of the sum of the rest.": _with_z(
            lambda v, W, b, c: np.max(-free(every_state(len(b)), W, b, c))
        ),
        "In bits: the natural log is asked.": lambda *inputs: _right(*inputs) / np.log(2),
    },
)
