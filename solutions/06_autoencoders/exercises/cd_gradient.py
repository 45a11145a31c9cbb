"""What `cd_gradient` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit

from ._machines import machine, states


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


#: Edits that take the hidden states as they were drawn: after the last step, after the first.
_DRAWN_AT_THE_END = "_, fantasy", "fantasy_h, fantasy", "\nfantasy_h = sigmoid(fantasy @ W + c)", ""
_DRAWN_AT_THE_START = (
    "h = sigmoid(v @ W + c)",
    "h, _ = gibbs_step(v, W, b, c, u_hidden[0], u_visible[0])",
)


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
    alternatives=[
        _by_examples,
        edit("v.T @ h -", "np.einsum('ni,nj->ij', v, h) -", "(h - fantasy_h)", "-(fantasy_h - h)"),
        edit("dW, db, dc", "[dW, db, dc]"),
    ],
    mistakes={
        "The sign is flipped: data minus machine. (Yours is the gradient of the loss, -L.)": edit(
            "dW, db, dc", "-dW, -db, -dc"
        ),
        "You sum over the batch. The mean is asked.": edit(
            "dW, db, dc", "len(v) * dW, len(v) * db, len(v) * dc"
        ),
        "db and dc are sums over the batch. The mean is asked.": edit(
            "(v - fantasy).mean", "(v - fantasy).sum", "(h - fantasy_h).mean", "(h - fantasy_h).sum"
        ),
        "dW is a sum over the batch. The mean is asked.": edit(" / len(v)", ""),
        "dW is transposed: it has the shape of W, (visible, hidden).": edit("dW, db", "dW.T, db"),
        "The last hidden units are drawn states. Take p(h = 1 | the last visible states).": edit(
            *_DRAWN_AT_THE_END
        ),
        "The hidden units of both parts are drawn. Take their probabilities.": edit(
            *_DRAWN_AT_THE_END, *_DRAWN_AT_THE_START
        ),
        "The hidden units on the data are drawn. Take their probabilities.": edit(
            *_DRAWN_AT_THE_START
        ),
        "Only one step is taken. Take as many as there are uniform numbers: len(u_hidden).": edit(
            "u_hidden, u_visible", "u_hidden[:1], u_visible[:1]"
        ),
        "Each step starts at the data again. It goes on from the last visible states.": edit(
            "gibbs_step(fantasy", "gibbs_step(v"
        ),
        "The last visible units are probabilities. They are drawn in all k steps.": edit(
            "_, fantasy", "drawn, fantasy", "\nh =", "\nfantasy = sigmoid(drawn @ W.T + b)\nh ="
        ),
        "One step is missing: there are len(u_hidden) of them.": edit(
            "u_hidden, u_visible", "u_hidden[:-1], u_visible[:-1]"
        ),
        "The probabilities of the machine's part belong to the visible states before the last "
        "step. Compute them anew from the last ones.": edit(
            "    _,", "    before = fantasy\n    _,", "sigmoid(fantasy", "sigmoid(before"
        ),
        "db and dc are swapped: return dW, db, dc.": edit("dW, db, dc", "dW, dc, db"),
        "Only dW came back. Return dW, db, dc.": edit("dW, db, dc", "dW"),
        "The machine's part is missing: subtract the means after k steps.": edit(
            " - fantasy.T @ fantasy_h", "", " - fantasy)", ")", " - fantasy_h)", ")"
        ),
    },
)
