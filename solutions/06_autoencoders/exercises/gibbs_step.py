"""What `gibbs_step` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._machines import machine, sigmoid, states


def _uniform(rng, batch, visible, hidden):
    return rng.random((batch, hidden)).round(3), rng.random((batch, visible)).round(3)


def _gibbs_step_cases(rng):
    def case(name, batch, visible, hidden, scale=1.0):
        parts = machine(rng, visible, hidden, scale)
        return Case(
            name, states(rng, batch, visible), *parts, *_uniform(rng, batch, visible, hidden)
        )

    yield case("one example", 1, 4, 3)
    yield case("a batch", 6, 5, 4)
    yield case("more hidden units", 5, 3, 6)
    yield case("as many of both", 6, 4, 4)
    W, b, c = machine(rng, 4, 5)
    yield Case("no weights", states(rng, 5, 4), 0 * W, b, c, *_uniform(rng, 5, 4, 5))
    W, b, c = machine(rng, 5, 4, 2.0)
    yield Case("no biases", states(rng, 6, 5), W, 0 * b, 0 * c, *_uniform(rng, 6, 5, 4))


def _step(up=sigmoid, down=sigmoid, hidden=lambda p, u: u < p, visible=lambda p, u: u < p):
    def step(v, W, b, c, u_hidden, u_visible):
        h = np.asarray(hidden(up(v @ W + c), u_hidden), dtype=float)
        return h, np.asarray(visible(down(h @ W.T + b), u_visible), dtype=float)

    return step


def _by_loops(v, W, b, c, u_hidden, u_visible):
    h, result = np.zeros(u_hidden.shape), np.zeros(v.shape)
    for n, j in np.ndindex(h.shape):
        x = c[j] + sum(v[n, i] * W[i, j] for i in range(len(b)))
        h[n, j] = 1.0 if u_hidden[n, j] < 1 / (1 + np.exp(-x)) else 0.0
    for n, i in np.ndindex(result.shape):
        y = b[i] + sum(h[n, j] * W[i, j] for j in range(len(c)))
        result[n, i] = 1.0 if u_visible[n, i] < 1 / (1 + np.exp(-y)) else 0.0
    return h, result


def _by_log_odds(v, W, b, c, u_hidden, u_visible):
    """u < sigmoid(x) is logit(u) < x."""
    h = np.where(np.log(u_hidden / (1 - u_hidden)) < v @ W + c, 1.0, 0.0)
    return h, np.where(np.log(u_visible / (1 - u_visible)) < h @ W.T + b, 1.0, 0.0)


def _through_means(v, W, b, c, u_hidden, u_visible):
    p = sigmoid(v @ W + c)
    h = (u_hidden < p).astype(float)
    return h, (u_visible < sigmoid(p @ W.T + b)).astype(float)


def _fixed(p, u):
    return p > 0.5


gibbs_step = Exercise(
    points=1,
    cases=_gibbs_step_cases,
    hints=[
        "Two lines: first the hidden units, then the visible ones from the hidden states.",
        "The input of the hidden units is v @ W + c. On the way down, W is transposed.",
        "(u < p) is an array of True and False; .astype(float) makes 1 and 0 of it.",
    ],
    alternatives=[
        _by_loops,
        _by_log_odds,
        lambda *inputs: [np.array(part) for part in _step()(*inputs)],
    ],
    mistakes={
        "The units fire where u lies above p. A unit fires with probability p: where u < p.": (
            _step(hidden=lambda p, u: u > p, visible=lambda p, u: u > p)
        ),
        "The hidden units fire where u lies above p: where u < p.": _step(
            hidden=lambda p, u: u > p
        ),
        "The visible units fire where u lies above p: where u < p.": _step(
            visible=lambda p, u: u > p
        ),
        "The hidden units came back as probabilities. Draw them: 1 where u < p.": _step(
            hidden=lambda p, u: p
        ),
        "The visible units came back as probabilities. Draw them: 1 where u < p.": _step(
            visible=lambda p, u: p
        ),
        "The visible units are drawn from the hidden probabilities. Draw the hidden states first, "
        "and go on from those.": _through_means,
        "The uniform numbers are not used: the units are rounded. Compare u with p.": _step(
            hidden=_fixed, visible=_fixed
        ),
        "The hidden units are rounded. Compare u with p.": _step(hidden=_fixed),
        "The visible units are rounded. Compare u with p.": _step(visible=_fixed),
        "The hidden biases are missing: v W + c.": lambda v, W, b, c, *u: _step()(
            v, W, b, 0 * c, *u
        ),
        "The visible biases are missing: h W^T + b.": lambda v, W, b, c, *u: _step()(
            v, W, 0 * b, c, *u
        ),
        "The sign in the logistic function is wrong: 1 / (1 + e^(-x)).": _step(
            up=lambda x: sigmoid(-x), down=lambda x: sigmoid(-x)
        ),
        "u is compared with the input. Compare it with the probability, the logistic function of "
        "the input.": _step(up=lambda x: x, down=lambda x: x),
        "The two are in the wrong order: first the hidden states, then the visible ones.": (
            lambda *inputs: _step()(*inputs)[::-1]
        ),
        "Only the visible states came back. Return both: h, v.": lambda *inputs: _step()(*inputs)[
            1
        ],
        "The visible states that you return are the old ones.": lambda v, *inputs: (
            _step()(v, *inputs)[0],
            v.copy(),
        ),
    },
)
