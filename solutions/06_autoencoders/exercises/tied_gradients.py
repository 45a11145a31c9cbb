"""What `tied_gradients` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _tied_cases(rng):
    def case(name, batch, features, units, scale=0.6):
        X = rng.normal(size=(batch, features))
        W = scale * rng.normal(size=(features, units))
        return Case(name, X, W, 0.5 * rng.normal(size=units))

    yield case("one example, one unit", 1, 3, 1)
    yield case("one example", 1, 4, 2)
    yield case("a batch", 5, 4, 2)
    yield case("more units than features", 3, 2, 5)
    yield case("as many of everything", 3, 3, 3)
    yield case("units near their limits", 4, 3, 2, scale=2.0)
    X, W, _ = case("", 4, 3, 2).args
    yield Case("zero bias", X, W, np.zeros(2))


def _by_differences(X, W, b):
    """Complex steps: exact to rounding, without a single derivative."""

    def slope(W, b):
        R = np.tanh(X @ W + b) @ W.T
        return np.sum((R - X) ** 2).imag / 1e-30 / 2 / len(X)

    steps_W, steps_b = 1e-30j * np.eye(W.size), 1e-30j * np.eye(b.size)
    dW = [slope(W + step.reshape(W.shape), b) for step in steps_W]
    return np.reshape(dW, W.shape), np.array([slope(W, b + step) for step in steps_b])


def _by_keras(X, W, b):
    import tensorflow as tf

    W, b = tf.Variable(W), tf.Variable(b)
    with tf.GradientTape() as tape:
        R = tf.matmul(tf.tanh(X @ W + b), W, transpose_b=True)
        loss = tf.reduce_sum((R - X) ** 2) / 2 / len(X)
    return tuple(gradient.numpy() for gradient in tape.gradient(loss, [W, b]))


tied_gradients = Exercise(
    points=3,
    cases=_tied_cases,
    hints=[
        "W is used twice, on the way there and on the way back. What does the chain rule say of a "
        "variable that is used twice?",
        "Go forward first: H = tanh(X W + b), R = H W^T. Then backward: dR = (R - X) / batch.",
        "The way back R = H W^T gives the first part of dE/dW, dR^T H, and dH = dR W.",
        "Through tanh: dZ = dH * (1 - H^2). The way there gives the second part, X^T dZ, and dE/db "
        "is the sum of dZ over the batch.",
    ],
    alternatives=[
        edit("1 - H**2", "np.cosh(X @ W + b) ** -2", "X.T @ dZ", "sum(map(np.outer, X, dZ))"),
        edit("dR.T @ H", "np.einsum('ni,nj->ij', dR, H)"),
        _by_differences,
        _by_keras,
    ],
    mistakes={
        "The part of the way there is missing: W is used twice, and the two parts add up.": edit(
            "X.T @ dZ + ", ""
        ),
        "The part of the way back is missing: W is used twice, and the two parts add up.": edit(
            " + dR.T @ H", ""
        ),
        "You average the two parts. They add up.": edit("return dW", "return dW / 2"),
        "You subtract the two parts. They add up.": edit("X.T @ dZ +", "-X.T @ dZ +"),
        "The slope of tanh is missing: dZ = dH * (1 - H^2).": edit(" * (1 - H**2)", ""),
        "h (1 - h) is the slope of the logistic function; tanh has 1 - h^2.": edit(
            "1 - H**2", "H * (1 - H)"
        ),
        "The slope of tanh is 1 - h^2, with the square.": edit("H**2", "H"),
        "You take the slope of tanh at h: H is tanh already, and its slope is 1 - H^2.": edit(
            "H**2", "np.tanh(H) ** 2"
        ),
        "The signs are flipped: the error is R - X, not X - R.": edit("R - X", "X - R"),
        "A factor of 2 too much: E has a half before the square.": edit("(R - X)", "2 * (R - X)"),
        "The sum over the batch is asked for as a mean: divide by the number of examples.": edit(
            " / len(X)", ""
        ),
        "You divide by the number of all numbers of X. Divide by the number of examples.": edit(
            "len(X)", "X.size"
        ),
        "dE/db is the mean of dZ over the batch; dR holds the division already, so take the "
        "sum.": edit("dZ.sum", "dZ.mean"),
        "dE/db has one number for each example. Sum over the batch, axis 0.": edit(
            "axis=0", "axis=1"
        ),
        "dE/db is not summed over the batch.": edit(".sum(axis=0)", ""),
        "dE/dW is transposed: it has the shape of W.": edit("return dW", "return dW.T"),
        "The two results are swapped: first dE/dW, then dE/db.": edit("dW, db", "db, dW"),
        "dE/db is missing: return (dW, db).": edit("dW, db", "dW"),
        "The bias is forgotten on the way forward: H = tanh(X W + b).": edit(" + b", ""),
    },
)
