"""What `gru_step` is checked on."""

import numpy as np
from scipy.special import expit

from course_utils.exercises import Case, Exercise, edit


def _gru_cases(rng):
    def draw(name, batch, features, units, scale=1.0):
        shapes = (batch, features), (batch, units)
        x, h = (rng.normal(size=shape).round(1) for shape in shapes)
        shapes = (features, 3 * units), (units, 3 * units), (2, 3 * units)
        U, W, b = (scale * rng.normal(size=shape).round(1) for shape in shapes)
        return Case(name, x, np.tanh(h).round(2), U, W, b)

    def size():
        return int(rng.integers(2, 5))

    case = draw("one unit, no bias", 1, 1, 1)
    case.args[4][:] = 0
    yield case
    yield draw("one unit, one example", 1, 2, 1)
    case = draw("a first step: the state is 0", 2, 2, 3)
    case.args[1][:] = 0
    yield case
    yield draw("a batch", size(), 3, 2)
    yield draw("as many features as units", 3, 3, 3)
    yield draw("as many features as units, other numbers", 3, 3, 3)
    yield draw("gates wide open or shut", 2, 3, 2, scale=100.0)


def _unit_by_unit(x, h, U, W, b):
    units, found = h.shape[1], np.empty_like(h)
    for n, u in np.ndindex(h.shape):
        z_x, r_x, h_x = x[n] @ U[:, u::units] + b[0, u::units]
        z_h, r_h, h_h = h[n] @ W[:, u::units] + b[1, u::units]
        candidate = np.tanh(h_x + expit(r_x + r_h) * h_h)
        found[n, u] = candidate + expit(z_x + z_h) * (h[n, u] - candidate)
    return found


_OF_X, _OF_H = "np.split(x @ U + b[0], 3, axis=1)", "np.split(h @ W + b[1], 3, axis=1)"


gru_step = Exercise(
    points=2,
    cases=_gru_cases,
    atol=1e-6,
    hints=[
        "Keep the two sides apart: x @ U + b[0] comes from the input, h @ W + b[1] from the state. "
        "Cut each into three parts, z, r and h.",
        "For z and r add the two sides and take sigmoid.",
        "The candidate is tanh of the input's third part plus r times the state's third part.",
        "The new state is z times the old one plus (1 - z) times the candidate.",
    ],
    alternatives=[
        _unit_by_unit,
        edit(
            _OF_X,
            "(x @ A + c for A, c in zip(np.split(U, 3, 1), np.split(b[0], 3)))",
            _OF_H,
            "(h @ A + c for A, c in zip(np.split(W, 3, 1), np.split(b[1], 3)))",
        ),
        edit(
            _OF_X,
            "np.split((x @ U + b[0]).astype(np.float32), 3, axis=1)",
            _OF_H,
            "np.split((h @ W + b[1]).astype(np.float32), 3, axis=1)",
        ),
    ],
    mistakes={
        "r multiplies before the product with W here, as in the first paper. It comes after it: "
        "r * (h W + b').": edit("r * h_h", "((r * h) @ W + b[1])[:, 2 * h.shape[1] :]"),
        "z and 1 - z are swapped: z goes with the old state.": edit(
            "z * h + (1 - z)", "(1 - z) * h + z"
        ),
        "The order of the parts is z, r, h. Yours is r, z, h.": edit(
            "z_x, r_x", "r_x, z_x", "z_h, r_h", "r_h, z_h"
        ),
        "The order of the parts is z, r, h. Yours is h, z, r.": edit(
            "z_x, r_x, h_x", "h_x, z_x, r_x", "z_h, r_h, h_h", "h_h, z_h, r_h"
        ),
        "The order of the parts is z, r, h. Yours is z, h, r.": edit(
            "r_x, h_x", "h_x, r_x", "r_h, h_h", "h_h, r_h"
        ),
        "The three parts lie side by side, each `units` columns wide. You take every third "
        "column.": edit(
            _OF_X,
            "((x @ U + b[0])[:, k::3] for k in range(3))",
            _OF_H,
            "((h @ W + b[1])[:, k::3] for k in range(3))",
        ),
        "The reset gate is not used: it multiplies the state's part of the candidate.": edit(
            "r * h_h", "h_h"
        ),
        "The reset gate multiplies the input's part as well. It belongs to the state's part "
        "alone.": edit("h_x + r * h_h", "r * (h_x + h_h)"),
        "The reset gate multiplies the input's part. It belongs to the state's part.": edit(
            "h_x + r * h_h", "r * h_x + h_h"
        ),
        "The reset gate is upside down: r, not 1 - r.": edit("r * h_h", "(1 - r) * h_h"),
        "The candidate does not see the old state: add r times the state's part.": edit(
            " + r * h_h", ""
        ),
        "The candidate has the logistic function. It has tanh.": edit("np.tanh", "sigmoid"),
        "The candidate lacks its activation: tanh.": edit("np.tanh", ""),
        "The gates have tanh. They have sigmoid.": edit(
            "sigmoid(z_x", "np.tanh(z_x", "sigmoid(r_x", "np.tanh(r_x"
        ),
        "The gates lack their activation: sigmoid.": edit(
            "sigmoid(z_x", "(z_x", "sigmoid(r_x", "(r_x"
        ),
        "The old state is added whole: multiply it by z.": edit("z * h", "h"),
        "The candidate is added whole: multiply it by 1 - z.": edit("(1 - z) * ", ""),
        "The old state is missing: add z times it.": edit("z * h + ", ""),
        "The candidate comes back. Mix it with the old state: z h + (1 - z) candidate.": edit(
            "z * h + (1 - z) * ", ""
        ),
        "b[0] is missing: it goes with the input.": edit(" + b[0]", ""),
        "b[1] is missing: it goes with the state.": edit(" + b[1]", ""),
        "Both biases are missing.": edit(" + b[0]", "", " + b[1]", ""),
        "The two biases are swapped: b[0] goes with the input, b[1] with the state.": edit(
            "U + b[0]", "U + b[1]", "W + b[1]", "W + b[0]"
        ),
        "Both biases stand on the input's side. Then r does not act on b[1], as it should.": edit(
            " + b[1]", "", "b[0]", "b[0] + b[1]"
        ),
        "The state that was given is changed: h *= works in place. Make a new array.": edit(
            "return z * h", "h *= z\nreturn h"
        ),
        "The candidate's second part stands outside tanh. tanh goes around both.": edit(
            "np.tanh(h_x + r * h_h)", "(np.tanh(h_x) + r * h_h)"
        ),
        "The candidate is multiplied by z. It has what is left, 1 - z.": edit("(1 - z)", "z"),
    },
)
