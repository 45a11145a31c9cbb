"""What `rnn_step` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


def _rnn_step_cases(rng):
    def draw(batch, features, units):
        shapes = (batch, features), (batch, units), (features, units), (units, units), (units,)
        return [rng.normal(size=shape).round(1) for shape in shapes]

    def size():
        return int(rng.integers(2, 5))

    one = [np.array(a) for a in ([[1.0]], [[0.5]], [[0.3]], [[-0.8]], [0.2])]
    yield Case("one unit, one example", *one)
    x, s, U, W, _ = draw(1, 2, 3)
    yield Case("no bias, one example", x, s, U, W, np.zeros(3))
    x, s, U, W, b = draw(size(), 2, 3)
    yield Case("a first step: the state is all zeros", x, 0 * s, U, W, b)
    yield Case("a batch", *draw(4, size(), 5))
    yield Case("as many features as units", *draw(3, 3, 3))
    x, s, U, W, b = draw(3, 4, 2)
    yield Case("one-hot inputs, whole numbers", np.eye(4, dtype=int)[[2, 0, 3]], s, U, W, b)
    # Of the same shapes as a case above, so that an answer kept by shape is found out.
    x, s, U, W, b = draw(3, 3, 3)
    yield Case("a first step: the state is whole zeros", x, np.zeros((3, 3), dtype=int), U, W, b)


def _by_concatenation(x, s, U, W, b):
    """One product: [x s 1] with U, W and b below one another."""
    row = np.concatenate([x, s, np.ones((len(x), 1))], axis=1)
    return np.tanh(row @ np.concatenate([U, W, b[None]], axis=0))


def _by_loops(x, s, U, W, b):
    new = np.zeros((len(x), len(b)))
    for n, m in np.ndindex(new.shape):
        new[n, m] = np.tanh(np.dot(x[n], U[:, m]) + np.dot(s[n], W[:, m]) + b[m])
    return new


def _in_single(x, s, U, W, b):
    x, s, U, W, b = (np.asarray(a, np.float32) for a in (x, s, U, W, b))
    return np.tanh(np.einsum("nf,fu->nu", x, U) + np.einsum("nv,vu->nu", s, W) + b)


def _in_place(x, s, U, W, b):
    s[...] = np.tanh(x @ U + s @ W + b)
    return s


rnn_step = Exercise(
    points=1,
    cases=_rnn_step_cases,
    hints=[
        "Three things are added up inside tanh. In which of them does the old state stand?",
        "x @ U has shape (batch, units). So has s @ W, and b is added to every row.",
        "np.tanh works on each number of an array.",
    ],
    alternatives=[_by_concatenation, _by_loops, _in_single],
    mistakes={
        "tanh is missing.": lambda x, s, U, W, b: x @ U + s @ W + b,
        "The old state is missing: add s W inside tanh.": lambda x, s, U, W, b: np.tanh(x @ U + b),
        "The input is missing: add x U inside tanh.": lambda x, s, U, W, b: np.tanh(s @ W + b),
        "The bias is missing: add b inside tanh.": lambda x, s, U, W, b: np.tanh(x @ U + s @ W),
        "W is transposed: in rows it is s W, with W as it is given.": lambda x, s, U, W, b: np.tanh(
            x @ U + s @ W.T + b
        ),
        "The state is multiplied by W number by number: a matrix product is asked, s @ W.": (
            lambda x, s, U, W, b: np.tanh(x @ U + s * np.diag(W) + b)
        ),
        "The bias stands outside tanh.": lambda x, s, U, W, b: np.tanh(x @ U + s @ W) + b,
        "tanh is taken of each part by itself. Add up first.": lambda x, s, U, W, b: (
            np.tanh(x @ U) + np.tanh(s @ W) + np.tanh(b)
        ),
        "This is the logistic function. The cell has tanh.": lambda x, s, U, W, b: (
            1 / (1 + np.exp(-(x @ U + s @ W + b)))
        ),
        "The old state is added as it is: multiply it by W.": lambda x, s, U, W, b: np.tanh(
            x @ U + s + b
        ),
        "The old state is added again outside tanh. The new state is tanh alone.": (
            lambda x, s, U, W, b: s + np.tanh(x @ U + s @ W + b)
        ),
        "The bias is subtracted: add it.": lambda x, s, U, W, b: np.tanh(x @ U + s @ W - b),
        "The two parts are multiplied: add them.": lambda x, s, U, W, b: np.tanh(
            (x @ U) * (s @ W) + b
        ),
        "This is the hyperbolic sine, np.sinh: tanh is asked.": lambda x, s, U, W, b: np.sinh(
            x @ U + s @ W + b
        ),
        "The state that was given is overwritten: return a new array.": _in_place,
        "The batch is summed up. Every example keeps a row of its own.": lambda x, s, U, W, b: (
            np.tanh((x @ U + s @ W + b).sum(axis=0))
        ),
        "The new state is put into an array of whole numbers, like s. Make one of floats.": (
            lambda x, s, U, W, b: np.tanh(x @ U + s @ W + b).astype(s.dtype)
        ),
        "The bias is added twice.": lambda x, s, U, W, b: np.tanh(x @ U + s @ W + 2 * b),
        "tanh is taken of the input's part alone. It goes around all three.": (
            lambda x, s, U, W, b: np.tanh(x @ U) + s @ W + b
        ),
        "Half of the old state is kept. The new state is tanh alone.": (
            lambda x, s, U, W, b: 0.5 * s + 0.5 * np.tanh(x @ U + s @ W + b)
        ),
        "All examples have the mean of the states. Each has its own row of s.": (
            lambda x, s, U, W, b: np.tanh(x @ U + s.mean(axis=0) @ W + b)
        ),
    },
)
