"""What `rnn_forward` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._cells import changes, run


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


def _example_by_example(X, U, W, b, s0):
    S = np.zeros((*X.shape[:2], len(b)), dtype=np.float32)
    for n in range(len(X)):
        s = s0[n]
        for t in range(X.shape[1]):
            s = np.tanh(X[n, t] @ U + s @ W + b)
            S[n, t] = s
    return S


def _never_updated(X, U, W, b, s0):
    return np.stack([np.tanh(X[:, t] @ U + s0 @ W + b) for t in range(X.shape[1])], axis=1)


def _whole_state_of_first(X, U, W, b, s0):
    return run(X, U, W, b, np.broadcast_to(s0[:1], s0.shape))


def _backwards(X, U, W, b, s0):
    return run(X[:, ::-1], U, W, b, s0)


def _shifted(X, U, W, b, s0):
    """The states before each step."""
    return np.concatenate([s0[:, None], run(X, U, W, b, s0)[:, :-1]], axis=1)


def _with_start(X, U, W, b, s0):
    return np.concatenate([s0[:, None], run(X, U, W, b, s0)], axis=1)


def _across_the_batch(X, U, W, b, s0):
    """Runs along the first axis instead of the second."""
    s, S = s0[0] + np.zeros((X.shape[1], len(b))), []
    for x in X:
        s = np.tanh(x @ U + s @ W + b)
        S.append(s)
    return np.stack(S)


rnn_forward = Exercise(
    points=2,
    cases=_rnn_forward_cases,
    hints=[
        "Which axis of X is time? X[:, t] is the input of step t for the whole batch.",
        "Begin with s = s0. At each step put the new state in place of the old one, and keep it.",
        "S = np.zeros((batch, time, units)) to begin with, and S[:, t] = s in the loop. Or collect "
        "the states in a list and use np.stack(states, axis=1) at the end.",
    ],
    alternatives=[_recursive, _inputs_first, _example_by_example],
    mistakes={
        "Every step starts from s0. The state of one step goes into the next.": _never_updated,
        "s0 is not used: before the first step the state is s0. (S[:, -1] is the last step.)": (
            lambda X, U, W, b, s0: run(X, U, W, b, np.zeros_like(s0))
        ),
        "Only the last state comes back. Return all of them (batch, time, units).": (
            lambda X, U, W, b, s0: run(X, U, W, b, s0)[:, -1]
        ),
        "Time stands in front of the batch: np.stack(states, axis=1) puts it second.": (
            lambda X, U, W, b, s0: np.swapaxes(run(X, U, W, b, s0), 0, 1)
        ),
        "A list of states comes back, with time in front. One array (batch, time, units) is "
        "asked.": lambda X, U, W, b, s0: list(np.swapaxes(run(X, U, W, b, s0), 0, 1)),
        "The loop runs along the batch. Time is the second axis: X[:, t].": _across_the_batch,
        "S[:, t] holds the state before step t. It is the one after it.": _shifted,
        "s0 stands in front of the states. S begins with the state after the first input.": (
            _with_start
        ),
        "The sequence runs backwards: begin with X[:, 0].": _backwards,
        "All sequences start from the first one's state. Each has its own row of s0.": (
            _whole_state_of_first
        ),
        "tanh is missing.": lambda X, U, W, b, s0: _linear(X, U, W, b, s0),
        "The bias is missing.": lambda X, U, W, b, s0: run(X, U, W, 0 * b, s0),
        "W is transposed: in rows it is s W, with W as it is given.": lambda X, U, W, b, s0: run(
            X, U, W.T, b, s0
        ),
        "The states never meet W, so that each step stands alone.": lambda X, U, W, b, s0: np.tanh(
            X @ U + b
        ),
        "The loop stops one step too early: the last state is still 0.": lambda X, U, W, b, s0: (
            np.concatenate([run(X, U, W, b, s0)[:, :-1], 0 * s0[:, None]], axis=1)
        ),
        "Every place of S holds the last state. Keep a copy of each, not the same array.": (
            lambda X, U, W, b, s0: np.repeat(run(X, U, W, b, s0)[:, -1:], X.shape[1], axis=1)
        ),
        "The states that were given, s0, are changed: work on a copy.": changes(4, run),
        "The loop runs from the last step to the first, though each state is in its place.": (
            lambda X, U, W, b, s0: run(X[:, ::-1], U, W, b, s0)[:, ::-1]
        ),
        "tanh comes only into S. The state that goes into the next step has it too.": (
            lambda X, U, W, b, s0: np.tanh(_linear(X, U, W, b, s0))
        ),
        "Only the first step is done: `return` stands inside the loop.": lambda X, U, W, b, s0: (
            run(X, U, W, b, s0) * (np.arange(X.shape[1]) < 1)[:, None]
        ),
    },
)


def _linear(X, U, W, b, s0):
    s, S = s0, []
    for t in range(X.shape[1]):
        s = X[:, t] @ U + s @ W + b
        S.append(s)
    return np.stack(S, axis=1)
