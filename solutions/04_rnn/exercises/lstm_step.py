"""What `lstm_step` is checked on."""

import numpy as np
from scipy.special import expit

from course_utils.exercises import Case, Exercise, edit


def _lstm_cases(rng):
    def draw(name, batch, features, units, scale=1.0):
        shapes = (batch, features), (batch, units), (batch, units)
        x, h, c = (rng.normal(size=shape).round(1) for shape in shapes)
        shapes = (features, 4 * units), (units, 4 * units), (4 * units,)
        U, W, b = (scale * rng.normal(size=shape).round(1) for shape in shapes)
        return Case(name, x, np.tanh(h).round(2), c, U, W, b)

    def size():
        return int(rng.integers(2, 5))

    case = draw("one unit, no bias", 1, 1, 1)
    case.args[5][:] = 0
    yield case
    yield draw("one unit, one example", 1, 2, 1)
    case = draw("a first step: output and cell are 0", 2, 2, 3)
    case.args[1][:] = case.args[2][:] = 0
    yield case
    yield draw("a batch", size(), 3, 2)
    yield draw("as many features as units", 4, 4, 4)
    yield draw("as many features as units, other numbers", 4, 4, 4)
    yield draw("gates wide open or shut", 2, 3, 2, scale=100.0)


def _unit_by_unit(x, h, c, U, W, b):
    units = h.shape[1]
    new_h, new_c = np.empty_like(h), np.empty_like(c)
    for n, u in np.ndindex(h.shape):
        z = x[n] @ U[:, u::units] + h[n] @ W[:, u::units] + b[u::units]
        new_c[n, u] = expit(z[1]) * c[n, u] + expit(z[0]) * np.tanh(z[2])
        new_h[n, u] = expit(z[3]) * np.tanh(new_c[n, u])
    return new_h, new_c


_SPLIT = "np.split(x @ U + h @ W + b, 4, axis=1)"


lstm_step = Exercise(
    points=3,
    cases=_lstm_cases,
    atol=1e-6,
    hints=[
        "First all four at once: x @ U + h @ W + b has shape (batch, 4 units). Then cut it into "
        "four parts.",
        "np.split(Z, 4, axis=1) gives i, f, c and o in this order, before their activations.",
        "Three of them are gates: sigmoid. The third one, c, is the candidate: tanh.",
        "The new cell is f times the old cell plus i times the candidate. The new h is o times "
        "tanh of the new cell.",
    ],
    alternatives=[
        _unit_by_unit,
        edit(
            _SPLIT,
            "(x @ A + h @ B + d for A, B, d in zip(*(np.split(M, 4, -1) for M in (U, W, b))))",
        ),
        edit(
            _SPLIT,
            "np.split((x @ U + h @ W + b).astype(np.float32), 4, axis=1)",
            "return sigmoid(o) * np.tanh(c), c",
            "return [sigmoid(o) * np.tanh(c), c]",
        ),
    ],
    mistakes={
        "The order of the parts is i, f, c, o. Yours is i, f, o, c.": edit(
            "candidate, o", "o, candidate"
        ),
        "The order of the parts is i, f, c, o. Yours is i, c, f, o.": edit(
            "f, candidate", "candidate, f"
        ),
        "i and f are swapped: the order is i, f, c, o; f goes with the old cell, i with the "
        "candidate.": edit("i, f", "f, i"),
        "The order of the parts is i, f, c, o. Yours is f, i, o, c.": edit(
            "i, f, candidate, o", "f, i, o, candidate"
        ),
        "The order of the parts is i, f, c, o. Yours is o, f, c, i.": edit(
            "i, f, candidate, o", "o, f, candidate, i"
        ),
        "The four parts lie side by side, each `units` columns wide. You take every fourth "
        "column.": edit(_SPLIT, "((x @ U + h @ W + b)[:, k::4] for k in range(4))"),
        "The candidate has the logistic function. It has tanh.": edit(
            "np.tanh(candidate)", "sigmoid(candidate)"
        ),
        "The gates have tanh. They have sigmoid.": edit(
            "sigmoid(f)", "np.tanh(f)", "sigmoid(i)", "np.tanh(i)", "sigmoid(o)", "np.tanh(o)"
        ),
        "The gates lack their activation: sigmoid.": edit(
            "sigmoid(f)", "f", "sigmoid(i)", "i", "sigmoid(o)", "o"
        ),
        "The candidate lacks its activation: tanh.": edit("np.tanh(candidate)", "candidate"),
        "h lacks tanh: it is o times tanh of the new cell.": edit("np.tanh(c)", "c"),
        "h has sigmoid of the cell. It is o times tanh of the new cell.": edit(
            "np.tanh(c)", "sigmoid(c)"
        ),
        "The forget gate is upside down: f times the old cell, so an open gate keeps.": edit(
            "sigmoid(f)", "(1 - sigmoid(f))"
        ),
        "The input gate is not used: this is f c + (1 - f) candidate. An LSTM has i for it.": edit(
            "sigmoid(i)", "(1 - sigmoid(f))"
        ),
        "The forget gate is not used: the old cell is multiplied by it.": edit("sigmoid(f) * ", ""),
        "The candidate comes in without its gate: multiply it by i.": edit("sigmoid(i) * ", ""),
        "The old cell is missing: add f times it.": edit("sigmoid(f) * c + ", ""),
        "The new cell goes through tanh before it is kept. Only for h it does.": edit(
            "return", "c = np.tanh(c)\nreturn", "* np.tanh(c)", "* c"
        ),
        "h is made of the old cell. It is o times tanh of the new one.": edit(
            "\nc =", "\nnew =", "(c), c", "(c), new"
        ),
        "The gates look at the cell. They look at x and at h.": edit("h @", "c @"),
        "The old output is missing in the gates: add h W.": edit(" + h @ W", ""),
        "The input is missing in the gates: add x U.": edit("x @ U + ", ""),
        "The bias is missing.": edit(" + b", ""),
        "c comes before h: return h, then c.": edit(
            "sigmoid(o) * np.tanh(c), c", "c, sigmoid(o) * np.tanh(c)"
        ),
        "The old cell comes back: return the new one.": edit(
            "\nc =", "\nnew =", "np.tanh(c)", "np.tanh(new)"
        ),
        "Only h comes back. Return h and c.": edit("(c), c", "(c)"),
        "The cell that was given is changed: c *= works in place. Make a new array.": edit(
            "c = sigmoid(f) * c + ", "c *= sigmoid(f)\nc += "
        ),
        "The output gate is not used: h is o times tanh of the new cell.": edit(
            "sigmoid(o) * ", ""
        ),
        "1 is added to the forget gate's score. Its bias stands in b already.": edit(
            "sigmoid(f)", "sigmoid(f + 1)"
        ),
    },
)
