"""What `lstm_step` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._cells import blocks, changes, sigmoid


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


def _step(
    order="ifco",
    gate=sigmoid,
    squash=np.tanh,
    shown=np.tanh,
    cell=lambda i, f, g, c: f * c + i * g,
    scores=lambda x, h, c, U, W, b: x @ U + h @ W + b,
    out=lambda h, c, new: (h, new),
    curves=None,
):
    """A step with pieces exchanged. curves: for each of i, f, c, o its activation."""

    def step(x, h, c, U, W, b):
        parts = dict(zip(order, blocks(scores(x, h, c, U, W, b), 4), strict=True))
        use = {"i": gate, "f": gate, "o": gate, "c": squash} | (curves or {})
        i, f, g, o = (use[name](parts[name]) for name in "ifco")
        new = cell(i, f, g, c)
        return out(o * shown(new), c, new)

    return step


def _four_products(x, h, c, U, W, b):
    """Each gate with matrices of its own."""
    n = h.shape[1]
    z = [x @ U[:, k : k + n] + h @ W[:, k : k + n] + b[k : k + n] for k in range(0, 4 * n, n)]
    i, f, o = (np.exp(-np.logaddexp(0, -z[k])) for k in (0, 1, 3))
    new = f * c + i * np.tanh(z[2])
    return [o * np.tanh(new), new]


def _by_reshape(x, h, c, U, W, b):
    scores = np.hstack([x, h]) @ np.vstack([U, W]) + b
    z = scores.reshape(len(x), 4, -1).astype(np.float32)
    gates = sigmoid(z[:, [0, 1, 3]])
    new = gates[:, 1] * c + gates[:, 0] * np.tanh(z[:, 2])
    return gates[:, 2] * np.tanh(new), new


def _unit_by_unit(x, h, c, U, W, b):
    units = h.shape[1]
    new_h, new_c = np.empty_like(h), np.empty_like(c)
    for n, u in np.ndindex(h.shape):
        z = [
            x[n] @ U[:, u + k * units] + h[n] @ W[:, u + k * units] + b[u + k * units]
            for k in range(4)
        ]
        new_c[n, u] = sigmoid(z[1]) * c[n, u] + sigmoid(z[0]) * np.tanh(z[2])
        new_h[n, u] = sigmoid(z[3]) * np.tanh(new_c[n, u])
    return new_h, new_c


def _interleaved(x, h, c, U, W, b):
    """Every fourth column belongs to one gate."""
    z = (x @ U + h @ W + b).reshape(len(x), -1, 4)
    new = sigmoid(z[..., 1]) * c + sigmoid(z[..., 0]) * np.tanh(z[..., 2])
    return sigmoid(z[..., 3]) * np.tanh(new), new


def _peephole(x, h, c, U, W, b):
    """The gates look at the cell in place of the output."""
    return _step()(x, c, c, U, W, b)


def _old_cell_shown(x, h, c, U, W, b):
    _, _, _, o = blocks(x @ U + h @ W + b, 4)
    return sigmoid(o) * np.tanh(c), _step()(x, h, c, U, W, b)[1]


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
    alternatives=[_four_products, _by_reshape, _unit_by_unit],
    mistakes={
        "The order of the parts is i, f, c, o. Yours is i, f, o, c.": _step("ifoc"),
        "The order of the parts is i, f, c, o. Yours is i, c, f, o.": _step("icfo"),
        "i and f are swapped: the order is i, f, c, o; f goes with the old cell, i with the "
        "candidate.": _step("fico"),
        "The order of the parts is i, f, c, o. Yours is f, i, o, c.": _step("fioc"),
        "The order of the parts is i, f, c, o. Yours is o, f, c, i.": _step("ofci"),
        "The four parts lie side by side, each `units` columns wide. You take every fourth "
        "column.": _interleaved,
        "The candidate has the logistic function. It has tanh.": _step(squash=sigmoid),
        "The gates have tanh. They have sigmoid.": _step(gate=np.tanh),
        "The gates lack their activation: sigmoid.": _step(gate=lambda z: z),
        "The candidate lacks its activation: tanh.": _step(squash=lambda z: z),
        "h lacks tanh: it is o times tanh of the new cell.": _step(shown=lambda c: c),
        "h has sigmoid of the cell. It is o times tanh of the new cell.": _step(shown=sigmoid),
        "The forget gate is upside down: f times the old cell, so an open gate keeps.": _step(
            cell=lambda i, f, g, c: (1 - f) * c + i * g
        ),
        "The input gate is not used: this is f c + (1 - f) candidate. An LSTM has i for it.": _step(
            cell=lambda i, f, g, c: f * c + (1 - f) * g
        ),
        "The forget gate is not used: the old cell is multiplied by it.": _step(
            cell=lambda i, f, g, c: c + i * g
        ),
        "The candidate comes in without its gate: multiply it by i.": _step(
            cell=lambda i, f, g, c: f * c + g
        ),
        "The old cell is missing: add f times it.": _step(cell=lambda i, f, g, c: i * g),
        "The new cell goes through tanh before it is kept. Only for h it does.": _step(
            cell=lambda i, f, g, c: np.tanh(f * c + i * g), shown=lambda c: c
        ),
        "h is made of the old cell. It is o times tanh of the new one.": _old_cell_shown,
        "The gates look at the cell. They look at x and at h.": _peephole,
        "The old output is missing in the gates: add h W.": _step(
            scores=lambda x, h, c, U, W, b: x @ U + b
        ),
        "The input is missing in the gates: add x U.": _step(
            scores=lambda x, h, c, U, W, b: h @ W + b
        ),
        "The bias is missing.": _step(scores=lambda x, h, c, U, W, b: x @ U + h @ W),
        "c comes before h: return h, then c.": _step(out=lambda h, c, new: (new, h)),
        "The old cell comes back: return the new one.": _step(out=lambda h, c, new: (h, c)),
        "Only h comes back. Return h and c.": _step(out=lambda h, c, new: h),
        "The cell that was given is changed: c *= works in place. Make a new array.": changes(
            2, _step()
        ),
        "The output gate is not used: h is o times tanh of the new cell.": _step(
            curves={"o": np.ones_like}
        ),
        "1 is added to the forget gate's score. Its bias stands in b already.": _step(
            curves={"f": lambda z: sigmoid(z + 1)}
        ),
    },
)
