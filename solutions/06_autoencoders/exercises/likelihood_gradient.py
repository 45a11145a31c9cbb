"""What `likelihood_gradient` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit

from ._machines import machine, states


def _likelihood_gradient_cases(rng):
    yield Case("one example", states(rng, 1, 3), *machine(rng, 3, 2))
    yield Case("a batch", states(rng, 5, 4), *machine(rng, 4, 3))  # a mean over the batch
    yield Case("more hidden units", states(rng, 4, 3), *machine(rng, 3, 5))
    yield Case("as many of everything", states(rng, 4, 4), *machine(rng, 4, 4))
    zeros = np.zeros((4, 2)), np.zeros(4), np.zeros(2)
    yield Case("all zero: every image is equally probable", states(rng, 3, 4), *zeros)
    yield Case("ten visible units", states(rng, 6, 10), *machine(rng, 10, 2, scale=0.5))
    W, b, c = machine(rng, 4, 3)
    # "finite for free energies of some thousands"
    yield Case("free energies of thousands", states(rng, 3, 4), np.abs(W) * 900 + 1, b, c)


def _as_in_the_package(v, W, b, c):
    """The course's own sum, over the layer that has fewer units."""
    from course_utils.models.rbm import RBM, exact_gradient

    return tuple(exact_gradient(RBM(W, b, c), v))


def _by_terms(v, W, b, c):
    """State by state, weighted by p(v) from `logsumexp`; the hidden means by tanh."""
    from scipy.special import logsumexp

    every = np.array(list(np.ndindex((2,) * len(b))), dtype=float)
    minus_f = np.array([s @ b + sum(np.logaddexp(0, s @ W + c)) for s in every])
    p = np.exp(minus_f - logsumexp(minus_f))
    weighted = [(1 / len(v), s) for s in v] + [(-q, s) for q, s in zip(p, every, strict=True)]
    dW, db, dc = np.zeros(W.shape), np.zeros(len(b)), np.zeros(len(c))
    for q, s in weighted:
        h = (1 + np.tanh((s @ W + c) / 2)) / 2
        dW, db, dc = dW + q * np.outer(s, h), db + q * s, dc + q * h
    return dW, db, dc


likelihood_gradient = Exercise(
    points=3,
    cases=_likelihood_gradient_cases,
    hints=[
        "The slope of -F(v) with respect to W_ij is v_i times sigma(x_j), x = c + v W. The "
        "gradient is the mean of that over the batch, minus its mean over all states, each with "
        "its probability.",
        "states = all_states(len(b)), and their probabilities are e^(-F) / Z. Take the largest "
        "exponent out before exp; the same factor stands in Z.",
        "The mean of v_i h_j over the batch is v.T @ h / len(v). Over the states it is "
        "(states.T * p) @ sigmoid(states @ W + c).",
        "db and dc are the same with v_i and h_j alone: v.mean(axis=0) - p @ states, and likewise "
        "with the hidden means.",
    ],
    alternatives=[
        _as_in_the_package,
        _by_terms,
        edit("(states.T * p) @ h_states", "np.einsum('n,ni,nj->ij', p, states, h_states)"),
        edit("dW, db, dc", "[dW, db, dc]"),
    ],
    mistakes={
        "The machine's part is missing: subtract the means over all states.": edit(
            " - (states.T * p) @ h_states", "", " - p @ states", "", " - p @ h_states", ""
        ),
        "The sign is flipped: this is the gradient of -L.": edit("dW, db, dc", "-dW, -db, -dc"),
        "The two parts are added. The machine's part is subtracted.": edit(
            "- (states", "+ (states", "- p @ states", "+ p @ states", "- p @ h", "+ p @ h"
        ),
        "All states count equally here. Each has its probability, e^(-F) / Z.": edit(
            "p = p / p.sum()", "p = np.full(len(states), 1 / len(states))"
        ),
        "The probabilities of the states do not add up to 1: divide by their sum, Z.": edit(
            "p = p / p.sum()\n", ""
        ),
        "The sign of F is wrong: p(v) is e^(-F) / Z.": edit("= -free_energy", "= free_energy"),
        "e^(-F) overflows. Take the largest exponent out before exp.": edit(
            " - exponents.max()", ""
        ),
        "You sum over the batch. The mean is asked.": edit(
            " / len(v)", "", "v.mean", "v.sum", "h.mean", "h.sum"
        ),
        "dW is a sum over the batch. The mean is asked.": edit(" / len(v)", ""),
        "dW is transposed: it has the shape of W, (visible, hidden).": edit("dW, db", "dW.T, db"),
        "db and dc are swapped: return the slopes of W, of b and of c.": edit(
            "dW, db, dc", "dW, dc, db"
        ),
        "Only dW came back. Return all three.": edit("dW, db, dc", "dW"),
        "The hidden biases are missing: sigma(c + v W), for data and states alike.": edit(
            "sigmoid(v @ W + c)", "sigmoid(v @ W)", "sigmoid(states @ W + c)", "sigmoid(states @ W)"
        ),
        "The hidden inputs stand where their probabilities belong: take sigma of them.": edit(
            "sigmoid(v @ W + c)", "v @ W + c", "sigmoid(states @ W + c)", "states @ W + c"
        ),
        "The hidden units are rounded. Take their probabilities.": edit(
            "sigmoid(v @ W + c)",
            "np.round(sigmoid(v @ W + c))",
            "sigmoid(states @ W + c)",
            "np.round(sigmoid(states @ W + c))",
        ),
        "The machine's part is a product of means. It is the mean of the product v_i h_j.": edit(
            "(states.T * p) @ h_states", "np.outer(p @ states, p @ h_states)"
        ),
        "In db all states count equally. Each has its probability.": edit(
            "p @ states", "states.mean(axis=0)"
        ),
        "The machine's part is taken after one step from the data: this is contrastive divergence. "
        "The exact one sums over all states.": edit(
            "h, h_states =",
            "states = sigmoid(sigmoid(v @ W + c) @ W.T + b)\np = np.full(len(v), 1 / len(v))\n"
            "h, h_states =",
        ),
        "The visible biases are missing in F: give b to free_energy.": edit(
            "free_energy(states, W, b, c)", "free_energy(states, W, 0 * b, c)"
        ),
    },
)
