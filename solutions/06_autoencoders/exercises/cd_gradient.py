"""What `cd_gradient` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._machines import machine, sigmoid, states


def _cd_gradient_cases(rng):
    def case(name, k, batch, visible, hidden):
        uniform = [rng.random((k, batch, units)).round(3) for units in (hidden, visible)]
        return Case(name, states(rng, batch, visible), *machine(rng, visible, hidden), *uniform)

    yield case("one example, one step", 1, 1, 4, 3)
    yield case("a batch, one step", 1, 6, 5, 3)
    yield case("more hidden units", 1, 5, 3, 6)
    yield case("two steps", 2, 6, 4, 5)
    yield case("five steps", 5, 4, 5, 4)
    yield case("as many of both, three steps", 3, 5, 4, 4)


def _chain(v, W, b, c, u_hidden, u_visible):
    """The states after each step: [(h, v)]."""
    seen = []
    for u_h, u_v in zip(u_hidden, u_visible, strict=True):
        h = (u_h < sigmoid(v @ W + c)).astype(float)
        v = (u_v < sigmoid(h @ W.T + b)).astype(float)
        seen.append((h, v))
    return seen


def _parts(v, h, fantasy, fantasy_h):
    return (
        (v.T @ h - fantasy.T @ fantasy_h) / len(v),
        (v - fantasy).mean(axis=0),
        (h - fantasy_h).mean(axis=0),
    )


def _right(v, W, b, c, u_hidden, u_visible):
    fantasy = _chain(v, W, b, c, u_hidden, u_visible)[-1][1]
    return _parts(v, sigmoid(v @ W + c), fantasy, sigmoid(fantasy @ W + c))


def _by_examples(v, W, b, c, u_hidden, u_visible):
    """Each example by itself, outer products added up."""
    dW, db, dc = np.zeros(W.shape), np.zeros(b.shape), np.zeros(c.shape)
    for n, start in enumerate(v):
        state = start
        for k in range(len(u_hidden)):
            h = u_hidden[k, n] < 1 / (1 + np.exp(-(state @ W + c)))
            state = (u_visible[k, n] < 1 / (1 + np.exp(-(W @ h + b)))) * 1.0
        p, q = (1 / (1 + np.exp(-(s @ W + c))) for s in (start, state))
        dW += np.outer(start, p) - np.outer(state, q)
        db += start - state
        dc += p - q
    return dW / len(v), db / len(v), dc / len(v)


def _by_einsum(v, W, b, c, u_hidden, u_visible):
    fantasy = _chain(v, W, b, c, u_hidden, u_visible)[-1][1]
    both = np.stack([v, fantasy])
    p = sigmoid(both @ W + c)
    sign = np.array([1.0, -1.0]) / len(v)
    return (
        np.einsum("s,sni,snj->ij", sign, both, p),
        np.einsum("s,sni->i", sign, both),
        np.einsum("s,snj->j", sign, p),
    )


def _changed(change):
    return lambda *inputs: tuple(change(part) for part in _right(*inputs))


def _drawn_at_the_end(v, W, b, c, *u):
    h, fantasy = _chain(v, W, b, c, *u)[-1]
    return _parts(v, sigmoid(v @ W + c), fantasy, h)


def _drawn_at_both(v, W, b, c, *u):
    seen = _chain(v, W, b, c, *u)
    return _parts(v, seen[0][0], seen[-1][1], seen[-1][0])


def _drawn_at_the_start(v, W, b, c, *u):
    seen = _chain(v, W, b, c, *u)
    fantasy = seen[-1][1]
    return _parts(v, seen[0][0], fantasy, sigmoid(fantasy @ W + c))


def _one_step(v, W, b, c, u_hidden, u_visible):
    return _right(v, W, b, c, u_hidden[:1], u_visible[:1])


def _each_from_the_data(v, W, b, c, u_hidden, u_visible):
    return _right(v, W, b, c, u_hidden[-1:], u_visible[-1:])


def _means_down(v, W, b, c, u_hidden, u_visible):
    h = _chain(v, W, b, c, u_hidden, u_visible)[-1][0]
    fantasy = sigmoid(h @ W.T + b)
    return _parts(v, sigmoid(v @ W + c), fantasy, sigmoid(fantasy @ W + c))


def _biases_summed(v, *inputs):
    dW, db, dc = _right(v, *inputs)
    return dW, db * len(v), dc * len(v)


def _weights_summed(v, *inputs):
    dW, db, dc = _right(v, *inputs)
    return dW * len(v), db, dc


def _picked(*places):
    return lambda *inputs: tuple(_right(*inputs)[place] for place in places)


def _stale_hidden(v, W, b, c, *u):
    seen = _chain(v, W, b, c, *u)
    before = seen[-2][1] if len(seen) > 1 else v
    return _parts(v, sigmoid(v @ W + c), seen[-1][1], sigmoid(before @ W + c))


cd_gradient = Exercise(
    points=3,
    cases=_cd_gradient_cases,
    hints=[
        "Walk first: k times gibbs_step, each from the visible states of the last, with "
        "u_hidden[step] and u_visible[step].",
        "Then compare two pairs: v with p(h = 1 | v), and the last visible states with p(h = 1 | "
        "them).",
        "The mean over the batch of v_i h_j, for all i and j at once, is v.T @ h / batch.",
        "db is the mean over the batch (axis 0) of v minus the last visible states; dc likewise "
        "with the probabilities.",
    ],
    alternatives=[_by_examples, _by_einsum, lambda *inputs: list(_right(*inputs))],
    mistakes={
        "The sign is flipped: data minus machine. (Yours is the gradient of the loss, -L.)": (
            _changed(lambda part: -part)
        ),
        "You sum over the batch. The mean is asked.": lambda v, *inputs: tuple(
            part * len(v) for part in _right(v, *inputs)
        ),
        "db and dc are sums over the batch. The mean is asked.": _biases_summed,
        "dW is a sum over the batch. The mean is asked.": _weights_summed,
        "dW is transposed: it has the shape of W, (visible, hidden).": (
            lambda *inputs: (_right(*inputs)[0].T, *_right(*inputs)[1:])
        ),
        "The last hidden units are drawn states. Take p(h = 1 | the last visible "
        "states).": _drawn_at_the_end,
        "The hidden units of both parts are drawn. Take their probabilities.": _drawn_at_both,
        "The hidden units on the data are drawn. Take their probabilities.": _drawn_at_the_start,
        "Only one step is taken. Take as many as there are uniform numbers: "
        "len(u_hidden).": _one_step,
        "Each step starts at the data again. It goes on from the last visible "
        "states.": _each_from_the_data,
        "The last visible units are probabilities. They are drawn in all k steps.": _means_down,
        "One step is missing: there are len(u_hidden) of them.": (
            lambda v, W, b, c, u_hidden, u_visible: _parts(
                v,
                sigmoid(v @ W + c),
                *(lambda last: (last, sigmoid(last @ W + c)))(
                    [(None, v), *_chain(v, W, b, c, u_hidden, u_visible)][-2][1]
                ),
            )
        ),
        "The probabilities of the machine's part belong to the visible states before the last "
        "step. Compute them anew from the last ones.": _stale_hidden,
        "db and dc are swapped: return dW, db, dc.": _picked(0, 2, 1),
        "Only dW came back. Return dW, db, dc.": lambda *inputs: _right(*inputs)[0],
        "The machine's part is missing: subtract the means after k steps.": (
            lambda v, W, b, c, *u: (
                v.T @ sigmoid(v @ W + c) / len(v),
                v.mean(axis=0),
                sigmoid(v @ W + c).mean(axis=0),
            )
        ),
    },
)
