"""What `log_likelihood` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit

from ._machines import machine, states


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


#: An edit of the solution, which sums over the hidden states: Z over the visible ones.
_OVER_VISIBLE = "all_states(len(c)), W.T, c, b", "all_states(len(b)), W, b, c"


log_likelihood = Exercise(
    points=2,
    cases=_log_likelihood_cases,
    hints=[
        "Two parts: the mean of -F(v) over the batch, and log Z, one number for the machine.",
        "Z sums over all states of one layer: free_energy(all_states(...), ...).",
        "The machine with exchanged layers is W.T, c, b. Its visible layer is your hidden one.",
        "exponents = -free_energy(...); m = exponents.max(); m + log(sum(exp(exponents - m))).",
    ],
    alternatives=[
        edit(*_OVER_VISIBLE),
        edit(
            "-free_energy(all_states(len(c)), W.T, c, b)",
            "np.array([v @ b + h @ c + v @ W @ h for v in all_states(len(b)) for h in "
            "all_states(len(c))])",
        ),
        edit(
            "largest + np.log(np.exp(exponents - largest).sum())", "np.logaddexp.reduce(exponents)"
        ),
    ],
    mistakes={
        "e^(-F) overflows. Take the largest exponent out before you sum.": edit(
            "exponents.max()", "0"
        ),
        "Probabilities overflow before their log is taken. Stay with logs: log p = -F - log "
        "Z.": edit(
            "-free_energy(v, W, b, c) - log_z",
            "np.log(np.exp(-free_energy(v, W, b, c)) / np.exp(exponents).sum())",
        ),
        "log Z is missing: -F alone is not normalised.": edit(" - log_z", ""),
        "The sign is flipped: this is the negative log-likelihood.": edit("float", "-float"),
        "log Z is added. It is subtracted.": edit("- log_z", "+ log_z"),
        "The sign of F is wrong in Z: Z sums e^(-F).": edit(
            *_OVER_VISIBLE, "exponents = -free", "exponents = free"
        ),
        "The sign of F is wrong for the examples: log p = -F - log Z.": edit("(-free", "(free"),
        "Z sums over the examples. It sums over all states.": edit(
            "all_states(len(c)), W.T, c, b", "v, W, b, c"
        ),
        "You sum over the batch. The mean is asked.": edit("np.mean", "np.sum"),
        "There is a number for each example. Take their mean.": edit("float(np.mean", "("),
        "This is the log of the mean probability. The mean of the logs is asked.": edit(
            "np.mean(-free_energy(v, W, b, c) - log_z)",
            "np.logaddexp.reduce(-free_energy(v, W, b, c)) - np.log(len(v)) - log_z",
        ),
        "Z is a mean over the states. It is their sum.": edit(*_OVER_VISIBLE, "sum", "mean"),
        "The biases are not exchanged with the layers: with W.T the visible biases are c, the "
        "hidden ones b.": edit("W.T, c, b", "W.T, b, c"),
        "log Z is the largest exponent only: add the log of the sum of the rest.": edit(
            *_OVER_VISIBLE, " + np.log(np.exp(exponents - largest).sum())", ""
        ),
        "In bits: the natural log is asked.": edit("log_z))", "log_z)) / np.log(2)"),
    },
)
