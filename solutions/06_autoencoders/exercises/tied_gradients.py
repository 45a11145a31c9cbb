"""What `tied_gradients` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


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


def _gradients(
    slope=lambda H: 1 - H**2,
    error=lambda R, X: R - X,
    size=lambda X: len(X),
    weights=lambda there, back: there + back,
    bias=lambda dZ: dZ.sum(axis=0),
    result=lambda dW, db: (dW, db),
):
    """An answer with one step exchanged."""

    def tied_gradients(X, W, b):
        H = np.tanh(X @ W + b)
        dR = error(H @ W.T, X) / size(X)
        dZ = dR @ W * slope(H)
        return result(weights(X.T @ dZ, dR.T @ H), bias(dZ))

    return tied_gradients


def _by_examples(X, W, b):
    dW, db = np.zeros(W.shape), np.zeros(b.shape)
    for x in X:
        h = np.tanh(W.T @ x + b)
        e = W @ h - x
        delta = (1 - h**2) * (W.T @ e)
        dW += np.outer(e, h) + np.outer(x, delta)
        db += delta
    return dW / len(X), db / len(X)


def _by_einsum(X, W, b):
    H = np.tanh(np.einsum("ni,ij->nj", X, W) + b)
    E = np.einsum("nj,ij->ni", H, W) - X
    D = np.einsum("ni,ij->nj", E, W) / np.cosh(np.einsum("ni,ij->nj", X, W) + b) ** 2
    return np.einsum("ni,nj->ij", E, H) / len(X) + np.einsum("ni,nj->ij", X, D) / len(X), D.mean(0)


def _by_differences(X, W, b):
    """Complex steps: exact to rounding, without a single derivative."""

    def loss(W, b):
        R = np.tanh(X @ W + b) @ W.T
        return np.sum((R - X) ** 2) / 2 / len(X)

    dW, db = np.zeros(W.shape), np.zeros(b.shape)
    for i, j in np.ndindex(*W.shape):
        step = np.zeros(W.shape, complex)
        step[i, j] = 1e-30j
        dW[i, j] = loss(W + step, b).imag / 1e-30
    for j in range(len(b)):
        db[j] = loss(W, b + 1e-30j * (np.arange(len(b)) == j)).imag / 1e-30
    return dW, db


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
    alternatives=[_by_examples, _by_einsum, _by_differences, _by_keras],
    mistakes={
        "The part of the way there is missing: W is used twice, and the two parts add up.": (
            _gradients(weights=lambda there, back: back)
        ),
        "The part of the way back is missing: W is used twice, and the two parts add up.": (
            _gradients(weights=lambda there, back: there)
        ),
        "You average the two parts. They add up.": _gradients(
            weights=lambda there, back: (there + back) / 2
        ),
        "You subtract the two parts. They add up.": _gradients(
            weights=lambda there, back: back - there
        ),
        "The slope of tanh is missing: dZ = dH * (1 - H^2).": _gradients(slope=np.ones_like),
        "h (1 - h) is the slope of the logistic function; tanh has 1 - h^2.": _gradients(
            slope=lambda H: H * (1 - H)
        ),
        "The slope of tanh is 1 - h^2, with the square.": _gradients(slope=lambda H: 1 - H),
        "You take the slope of tanh at h: H is tanh already, and its slope is 1 - H^2.": _gradients(
            slope=lambda H: 1 - np.tanh(H) ** 2
        ),
        "The signs are flipped: the error is R - X, not X - R.": _gradients(
            error=lambda R, X: X - R
        ),
        "A factor of 2 too much: E has a half before the square.": _gradients(
            error=lambda R, X: 2 * (R - X)
        ),
        "The sum over the batch is asked for as a mean: divide by the number of examples.": (
            _gradients(size=lambda X: 1)
        ),
        "You divide by the number of all numbers of X. Divide by the number of examples.": (
            _gradients(size=lambda X: X.size)
        ),
        "dE/db is the mean of dZ over the batch; dR holds the division already, so take the "
        "sum.": _gradients(bias=lambda dZ: dZ.mean(axis=0)),
        "dE/db has one number for each example. Sum over the batch, axis 0.": _gradients(
            bias=lambda dZ: dZ.sum(axis=1)
        ),
        "dE/db is not summed over the batch.": _gradients(bias=lambda dZ: dZ),
        "dE/dW is transposed: it has the shape of W.": _gradients(result=lambda dW, db: (dW.T, db)),
        "The two results are swapped: first dE/dW, then dE/db.": _gradients(
            result=lambda dW, db: (db, dW)
        ),
        "dE/db is missing: return (dW, db).": _gradients(result=lambda dW, db: dW),
        "The bias is forgotten on the way forward: H = tanh(X W + b).": lambda X, W, b: (
            _gradients()(X, W, np.zeros_like(b))
        ),
    },
)
