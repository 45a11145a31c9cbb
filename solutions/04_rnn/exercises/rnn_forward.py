"""What `rnn_forward` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _rnn_forward_cases(rng):
    def draw(batch, time, features, units, start=True):
        shapes = (features, units), (units, units), (units,), (batch, units)
        U, W, b, s0 = (rng.normal(size=shape).round(1) for shape in shapes)
        X = rng.normal(size=(batch, time, features)).round(1)
        return X, U, W, b, s0 if start else 0 * s0

    def size():
        return int(rng.integers(2, 5))

    yield Case("one step", *draw(1, 1, 2, 3))
    yield Case("two steps of one unit, from zeros", *draw(1, 2, 1, 1, start=False))
    yield Case("one sequence", *draw(1, size(), 2, 3))
    yield Case("a batch, from zeros", *draw(3, size(), 2, 4, start=False))
    yield Case("a batch, from given states", *draw(size(), 5, 3, 2))
    yield Case("all axes 3", *draw(3, 3, 3, 3))
    _, U, W, b, s0 = draw(2, 5, 4, 3)
    symbols = np.eye(4, dtype=int)[rng.integers(4, size=(2, 5))]
    yield Case("one-hot inputs, whole numbers", symbols, U, W, b, s0)
    X, U, W, b, _ = draw(3, 3, 3, 3)
    yield Case("all axes 3, from whole zeros", X, U, W, b, np.zeros((3, 3), dtype=int))


def _recursive(X, U, W, b, s0):
    if X.shape[1] == 0:
        return np.zeros((len(X), 0, len(b)))
    s = np.tanh(X[:, 0] @ U + s0 @ W + b)
    return np.concatenate([s[:, None], _recursive(X[:, 1:], U, W, b, s)], axis=1)


def _inputs_first(X, U, W, b, s0):
    """All products with the inputs at once, time in front."""
    Z = np.swapaxes(X @ U + b, 0, 1).astype(float)
    for t in range(len(Z)):
        Z[t] = np.tanh(Z[t] + (Z[t - 1] if t else s0) @ W)
    return np.swapaxes(Z, 0, 1)


rnn_forward = Exercise(
    points=2,
    cases=_rnn_forward_cases,
    hints=[
        "Which axis of X is time? X[:, t] is the input of step t for the whole batch.",
        "Begin with s = s0. At each step put the new state in place of the old one, and keep it.",
        "S = np.zeros((batch, time, units)) to begin with, and S[:, t] = s in the loop. Or collect "
        "the states in a list and use np.stack(states, axis=1) at the end.",
    ],
    alternatives=[_recursive, _inputs_first, edit("len(b))", "len(b)), np.float32")],
    mistakes={
        "Every step starts from s0. The state of one step goes into the next.": edit(
            "t], s,", "t], s0,"
        ),
        "s0 is not used: before the first step the state is s0. (S[:, -1] is the last step.)": edit(
            "s0", "0 * s0"
        ),
        "Only the last state comes back. Return all of them (batch, time, units).": edit(
            "return S", "return s"
        ),
        "Time stands in front of the batch: np.stack(states, axis=1) puts it second.": edit(
            "return S", "return S.swapaxes(0, 1)"
        ),
        "A list of states comes back, with time in front. One array (batch, time, units) is "
        "asked.": edit("return S", "return list(S.swapaxes(0, 1))"),
        "The loop runs along the batch. Time is the second axis: X[:, t].": edit(
            "s0", "s0[:1]", "X.shape[1]", "len(X)", "X[:, t]", "X[t]", "S[:, t]", "S[t]"
        ),
        "S[:, t] holds the state before step t. It is the one after it.": edit(
            "s = rnn_step", "S[:, t], s = s, rnn_step", "\n    S[:, t] = s", ""
        ),
        "s0 stands in front of the states. S begins with the state after the first input.": edit(
            "return S", "return np.concatenate([s0[:, None], S], axis=1)"
        ),
        "The sequence runs backwards: begin with X[:, 0].": edit("X[:, t]", "X[:, -1 - t]"),
        "All sequences start from the first one's state. Each has its own row of s0.": edit(
            "s0", "s0[:1]"
        ),
        "tanh is missing.": edit("rnn_step(X[:, t], s, U, W, b)", "X[:, t] @ U + s @ W + b"),
        "The bias is missing.": edit("W, b", "W, 0 * b"),
        "W is transposed: in rows it is s W, with W as it is given.": edit("W", "W.T"),
        "The states never meet W, so that each step stands alone.": edit("W", "0 * W"),
        "The loop stops one step too early: the last state is still 0.": edit(
            "X.shape[1]", "X.shape[1] - 1"
        ),
        "Every place of S holds the last state. Keep a copy of each, not the same array.": edit(
            "S[:, t] = s", "S[:] = s[:, None]"
        ),
        "The states that were given, s0, are changed: work on a copy.": edit(
            "s = rnn_step", "s[...] = rnn_step"
        ),
        "The loop runs from the last step to the first, though each state is in its place.": edit(
            "range(X.shape[1])", "reversed(range(X.shape[1]))"
        ),
        "tanh comes only into S. The state that goes into the next step has it too.": edit(
            "rnn_step(X[:, t], s, U, W, b)", "X[:, t] @ U + s @ W + b", "= s\n", "= np.tanh(s)\n"
        ),
        "Only the first step is done: `return` stands inside the loop.": edit(
            "return", "    return"
        ),
    },
)
