"""What `gru_step` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._cells import blocks, changes, sigmoid


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


def _step(
    order="zrh",
    gate=sigmoid,
    squash=np.tanh,
    candidate=lambda h_x, r, h_h: h_x + r * h_h,
    mix=lambda z, h, new: z * h + (1 - z) * new,
    bias=lambda b: b,
    parts=blocks,
):
    """A step with pieces exchanged. bias: what is made of the two rows of b."""

    def step(x, h, U, W, b):
        b = bias(b)
        of_x = dict(zip(order, parts(x @ U + b[0], 3), strict=True))
        of_h = dict(zip(order, parts(h @ W + b[1], 3), strict=True))
        z, r = (gate(of_x[name] + of_h[name]) for name in "zr")
        return mix(z, h, squash(candidate(of_x["h"], r, of_h["h"])))

    return step


def _three_products(x, h, U, W, b):
    """Each part with matrices of its own."""
    n = h.shape[1]
    (Uz, Ur, Uh), (Wz, Wr, Wh) = (np.split(M, [n, 2 * n], axis=1) for M in (U, W))
    (bz, br, bh), (cz, cr, ch) = (np.split(row, 3) for row in b)
    keep = 1 / (1 + np.exp(-np.clip(x @ Uz + bz + h @ Wz + cz, -500, 500)))
    reset = 1 / (1 + np.exp(-np.clip(x @ Ur + br + h @ Wr + cr, -500, 500)))
    new = np.tanh(x @ Uh + bh + reset * (h @ Wh + ch))
    return new + keep * (h - new)


def _by_reshape(x, h, U, W, b):
    zx = (x @ U + b[0]).reshape(len(x), 3, -1).astype(np.float32)
    zh = (h @ W + b[1]).reshape(len(x), 3, -1).astype(np.float32)
    z, r = np.moveaxis(sigmoid(zx[:, :2] + zh[:, :2]), 1, 0)
    return (1 - z) * np.tanh(zx[:, 2] + r * zh[:, 2]) + z * h


def _unit_by_unit(x, h, U, W, b):
    units, found = h.shape[1], np.empty_like(h)
    for n, u in np.ndindex(h.shape):
        columns = [u, u + units, u + 2 * units]
        zx, rx, hx = x[n] @ U[:, columns] + b[0, columns]
        zh, rh, hh = h[n] @ W[:, columns] + b[1, columns]
        z, r = sigmoid(zx + zh), sigmoid(rx + rh)
        found[n, u] = z * h[n, u] + (1 - z) * np.tanh(hx + r * hh)
    return found


def _reset_before(x, h, U, W, b):
    """Cho's first form: r meets h before the product."""
    n = h.shape[1]
    z, r, _ = blocks(x @ U + b[0] + h @ W + b[1], 3)
    z, r = sigmoid(z), sigmoid(r)
    new = np.tanh((x @ U + b[0] + b[1])[:, 2 * n :] + (r * h) @ W[:, 2 * n :])
    return z * h + (1 - z) * new


def _every_third(Z, count):
    return list(np.moveaxis(Z.reshape(len(Z), -1, count), 2, 0))


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
    alternatives=[_three_products, _by_reshape, _unit_by_unit],
    mistakes={
        "r multiplies before the product with W here, as in the first paper. It comes after it: "
        "r * (h W + b').": _reset_before,
        "z and 1 - z are swapped: z goes with the old state.": _step(
            mix=lambda z, h, new: (1 - z) * h + z * new
        ),
        "The order of the parts is z, r, h. Yours is r, z, h.": _step("rzh"),
        "The order of the parts is z, r, h. Yours is h, z, r.": _step("hzr"),
        "The order of the parts is z, r, h. Yours is z, h, r.": _step("zhr"),
        "The three parts lie side by side, each `units` columns wide. You take every third "
        "column.": _step(parts=_every_third),
        "The reset gate is not used: it multiplies the state's part of the candidate.": _step(
            candidate=lambda h_x, r, h_h: h_x + h_h
        ),
        "The reset gate multiplies the input's part as well. It belongs to the state's part "
        "alone.": _step(candidate=lambda h_x, r, h_h: r * (h_x + h_h)),
        "The reset gate multiplies the input's part. It belongs to the state's part.": _step(
            candidate=lambda h_x, r, h_h: r * h_x + h_h
        ),
        "The reset gate is upside down: r, not 1 - r.": _step(
            candidate=lambda h_x, r, h_h: h_x + (1 - r) * h_h
        ),
        "The candidate does not see the old state: add r times the state's part.": _step(
            candidate=lambda h_x, r, h_h: h_x
        ),
        "The candidate has the logistic function. It has tanh.": _step(squash=sigmoid),
        "The candidate lacks its activation: tanh.": _step(squash=lambda z: z),
        "The gates have tanh. They have sigmoid.": _step(gate=np.tanh),
        "The gates lack their activation: sigmoid.": _step(gate=lambda z: z),
        "The old state is added whole: multiply it by z.": _step(
            mix=lambda z, h, new: h + (1 - z) * new
        ),
        "The candidate is added whole: multiply it by 1 - z.": _step(
            mix=lambda z, h, new: z * h + new
        ),
        "The old state is missing: add z times it.": _step(mix=lambda z, h, new: (1 - z) * new),
        "The candidate comes back. Mix it with the old state: z h + (1 - z) candidate.": _step(
            mix=lambda z, h, new: new
        ),
        "b[0] is missing: it goes with the input.": _step(bias=lambda b: [0 * b[0], b[1]]),
        "b[1] is missing: it goes with the state.": _step(bias=lambda b: [b[0], 0 * b[1]]),
        "Both biases are missing.": _step(bias=lambda b: 0 * b),
        "The two biases are swapped: b[0] goes with the input, b[1] with the state.": _step(
            bias=lambda b: b[::-1]
        ),
        "Both biases stand on the input's side. Then r does not act on b[1], as it should.": _step(
            bias=lambda b: [b.sum(axis=0), 0 * b[1]]
        ),
        "The state that was given is changed: h *= works in place. Make a new array.": changes(
            1, _step()
        ),
        "The candidate's second part stands outside tanh. tanh goes around both.": (
            lambda x, h, U, W, b: _outside(x, h, U, W, b)
        ),
        "The candidate is multiplied by z. It has what is left, 1 - z.": _step(
            mix=lambda z, h, new: z * h + z * new
        ),
    },
)


def _outside(x, h, U, W, b):
    z, r, new = blocks(x @ U + b[0], 3)
    hz, hr, hh = blocks(h @ W + b[1], 3)
    z, r = sigmoid(z + hz), sigmoid(r + hr)
    return z * h + (1 - z) * (np.tanh(new) + r * hh)
