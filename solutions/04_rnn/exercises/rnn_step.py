"""What `rnn_step` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _rnn_step_cases(rng):
    """By sentence: "Return the next state": all. "A batch": the batches. "All are arrays of
    numbers": those of whole numbers. "Stay as they are" and "a float array": looked at in every
    case."""

    def draw(batch, features, units):
        shapes = (batch, features), (batch, units), (features, units), (units, units), (units,)
        return [rng.normal(size=shape).round(1) for shape in shapes]

    def size():
        return int(rng.integers(2, 5))

    one = [np.array(a) for a in ([[1.0]], [[0.5]], [[0.3]], [[-0.8]], [0.2])]
    yield Case("one unit, one example", *one)
    x, h, U, W, _ = draw(1, 2, 3)
    yield Case("no bias, one example", x, h, U, W, np.zeros(3))
    x, h, U, W, b = draw(size(), 2, 3)
    yield Case("a first step: the state is all zeros", x, 0 * h, U, W, b)
    yield Case("a batch", *draw(4, size(), 5))
    yield Case("as many features as units", *draw(3, 3, 3))
    x, h, U, W, b = draw(3, 4, 2)
    yield Case("one-hot inputs, whole numbers", np.eye(4, dtype=int)[[2, 0, 3]], h, U, W, b)
    # Of the same shapes as a case above, so that an answer kept by shape is found out.
    whole = [rng.integers(-1, 2, size=a.shape) for a in (U, W, b)]
    yield Case("weights that are whole numbers", x, h, *whole)
    x, h, U, W, b = draw(3, 3, 3)
    yield Case("a first step: the state is whole zeros", x, np.zeros((3, 3), dtype=int), U, W, b)


def _by_concatenation(x, h, U, W, b):
    """One product: [x h 1] with U, W and b below one another."""
    row = np.concatenate([x, h, np.ones((len(x), 1))], axis=1)
    return np.tanh(row @ np.concatenate([U, W, b[None]], axis=0))


def _by_loops(x, h, U, W, b):
    new = np.zeros((len(x), len(b)))
    for n, m in np.ndindex(new.shape):
        new[n, m] = np.tanh(np.dot(x[n], U[:, m]) + np.dot(h[n], W[:, m]) + b[m])
    return new


rnn_step = Exercise(
    points=1,
    cases=_rnn_step_cases,
    hints=[
        "Three things are added up inside tanh. In which of them does the old state stand?",
        "x @ U has shape (batch, units). So has h @ W, and b is added to every row.",
        "np.tanh works on each number of an array.",
    ],
    alternatives=[
        _by_concatenation,
        _by_loops,
        edit(
            "return", "x, h, U, W, b = (np.asarray(a, np.float32) for a in (x, h, U, W, b))\nreturn"
        ),
    ],
    mistakes={
        "tanh is missing.": edit("np.tanh", ""),
        "The old state is missing: add h W inside tanh.": edit(" + h @ W", ""),
        "The input is missing: add x U inside tanh.": edit("x @ U + ", ""),
        "The bias is missing: add b inside tanh.": edit(" + b", ""),
        "W is transposed: in rows it is h W, with W as it is given.": edit("W", "W.T"),
        "The state is multiplied by W number by number: a matrix product is asked, h @ W.": edit(
            "h @ W", "h * np.diag(W)"
        ),
        "The bias stands outside tanh.": edit(" + b)", ") + b"),
        "tanh is taken of each part by itself. Add up first.": edit(
            "U + h @ W + b", "U) + np.tanh(h @ W) + np.tanh(b"
        ),
        "This is the logistic function. The cell has tanh.": edit(
            "np.tanh(", "1 / (1 + np.exp(-(", "b)", "b)))"
        ),
        "The old state is added as it is: multiply it by W.": edit("h @ W", "h"),
        "The old state is added again outside tanh. The new state is tanh alone.": edit(
            "return", "return h +"
        ),
        "The bias is subtracted: add it.": edit("+ b", "- b"),
        "The two parts are multiplied: add them.": edit("x @ U + h @ W", "(x @ U) * (h @ W)"),
        "This is the hyperbolic sine, np.sinh: tanh is asked.": edit("tanh", "sinh"),
        "The state that was given is overwritten: return a new array.": edit(
            "return", "h[...] =", "b)", "b)\nreturn h"
        ),
        "The batch is summed up. Every example keeps a row of its own.": edit(
            "x @ U + h @ W + b", "(x @ U + h @ W + b).sum(axis=0)"
        ),
        "The new state is put into an array of whole numbers, like h. Make one of floats.": edit(
            "b)", "b).astype(h.dtype)"
        ),
        "The bias is added twice.": edit("+ b", "+ 2 * b"),
        "tanh is taken of the input's part alone. It goes around all three.": edit(
            "U +", "U) +", "b)", "b"
        ),
        "Half of the old state is kept. The new state is tanh alone.": edit(
            "return", "return 0.5 * h + 0.5 *"
        ),
        "All examples have the mean of the states. Each has its own row of h.": edit(
            "h @", "h.mean(axis=0) @"
        ),
    },
)
