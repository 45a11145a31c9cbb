"""What `rnn_step` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


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


rnn_step = Exercise(
    points=1,
    cases=_rnn_step_cases,
    hints=[
        "Three things are added up inside tanh. In which of them does the old state stand?",
        "x @ U has shape (batch, units). So has s @ W, and b is added to every row.",
        "np.tanh works on each number of an array.",
    ],
    alternatives=[
        _by_concatenation,
        _by_loops,
        edit(
            "return", "x, s, U, W, b = (np.asarray(a, np.float32) for a in (x, s, U, W, b))\nreturn"
        ),
    ],
    mistakes={
        "tanh is missing.": edit("np.tanh", ""),
        "The old state is missing: add s W inside tanh.": edit(" + s @ W", ""),
        "The input is missing: add x U inside tanh.": edit("x @ U + ", ""),
        "The bias is missing: add b inside tanh.": edit(" + b", ""),
        "W is transposed: in rows it is s W, with W as it is given.": edit("W", "W.T"),
        "The state is multiplied by W number by number: a matrix product is asked, s @ W.": edit(
            "s @ W", "s * np.diag(W)"
        ),
        "The bias stands outside tanh.": edit(" + b)", ") + b"),
        "tanh is taken of each part by itself. Add up first.": edit(
            "U + s @ W + b", "U) + np.tanh(s @ W) + np.tanh(b"
        ),
        "This is the logistic function. The cell has tanh.": edit(
            "np.tanh(", "1 / (1 + np.exp(-(", "b)", "b)))"
        ),
        "The old state is added as it is: multiply it by W.": edit("s @ W", "s"),
        "The old state is added again outside tanh. The new state is tanh alone.": edit(
            "return", "return s +"
        ),
        "The bias is subtracted: add it.": edit("+ b", "- b"),
        "The two parts are multiplied: add them.": edit("x @ U + s @ W", "(x @ U) * (s @ W)"),
        "This is the hyperbolic sine, np.sinh: tanh is asked.": edit("tanh", "sinh"),
        "The state that was given is overwritten: return a new array.": edit(
            "return", "s[...] =", "b)", "b)\nreturn s"
        ),
        "The batch is summed up. Every example keeps a row of its own.": edit(
            "x @ U + s @ W + b", "(x @ U + s @ W + b).sum(axis=0)"
        ),
        "The new state is put into an array of whole numbers, like s. Make one of floats.": edit(
            "b)", "b).astype(s.dtype)"
        ),
        "The bias is added twice.": edit("+ b", "+ 2 * b"),
        "tanh is taken of the input's part alone. It goes around all three.": edit(
            "U +", "U) +", "b)", "b"
        ),
        "Half of the old state is kept. The new state is tanh alone.": edit(
            "return", "return 0.5 * s + 0.5 *"
        ),
        "All examples have the mean of the states. Each has its own row of s.": edit(
            "s @", "s.mean(axis=0) @"
        ),
    },
)
