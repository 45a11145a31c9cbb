"""What `contractive_penalty` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


def _contractive_cases(rng):
    def case(name, batch, features, units, scale=0.7):
        X = rng.normal(size=(batch, features))
        return Case(
            name, X, scale * rng.normal(size=(features, units)), 0.5 * rng.normal(size=units)
        )

    yield case("one example, one unit", 1, 3, 1)
    yield case("one example", 1, 3, 2)
    yield case("a batch", 5, 4, 2)
    yield case("more units than features", 3, 2, 6)
    yield case("as many of everything", 3, 3, 3)
    yield case("units near their limits", 4, 3, 2, scale=3.0)
    yield Case(
        "at z = 0 the slope is largest", np.zeros((2, 2)), rng.normal(size=(2, 3)), np.zeros(3)
    )


def _logistic(z):
    return 1 / (1 + np.exp(-z))


def _penalty(
    activation=_logistic,
    slope=lambda H: H * (1 - H),
    power=2,
    weights=lambda W: np.sum(W**2, axis=0),
    result=lambda norms: np.mean(norms),
):
    """An answer with one step exchanged."""

    def contractive_penalty(X, W, b):
        return result(slope(activation(X @ W + b)) ** power @ weights(W))

    return contractive_penalty


def _by_jacobians(X, W, b):
    total = 0.0
    for x in X:
        h = _logistic(W.T @ x + b)
        J = np.diag(h * (1 - h)) @ W.T
        total += np.linalg.norm(J, "fro") ** 2
    return total / len(X)


def _by_einsum(X, W, b):
    H = _logistic(X @ W + b)
    J = np.einsum("nj,ij->nji", H - H**2, W)
    return np.einsum("nji,nji->", J, J) / len(X)


def _by_traces(X, W, b):
    S = 0.25 / np.cosh((X @ W + b) / 2) ** 2
    return sum(np.trace((s[:, None] * W.T) @ (W * s)) for s in S) / len(S)


def _by_autodiff(X, W, b):
    import tensorflow as tf

    X = tf.Variable(X)
    with tf.GradientTape() as tape:
        H = tf.sigmoid(X @ W + b)
    J = tape.batch_jacobian(H, X)
    return float(tf.reduce_sum(J**2) / len(J))


contractive_penalty = Exercise(
    points=2,
    cases=_contractive_cases,
    hints=[
        "h_j = f(z_j), z_j = sum over i of x_i W_ij + b_j. What is dh_j/dx_i for one example?",
        "dh_j/dx_i = h_j (1 - h_j) W_ij. Square it and sum over i and j: what does not depend on i "
        "comes out of the sum over i.",
        "For one example: sum over j of (h_j (1 - h_j))^2 times the sum over i of W_ij^2. Then the "
        "mean over the examples.",
    ],
    alternatives=[_by_jacobians, _by_einsum, _by_traces, _by_autodiff],
    mistakes={
        "The slope h (1 - h) is not squared: the whole entry of the Jacobian is.": _penalty(
            power=1
        ),
        "The weights are not squared: the whole entry of the Jacobian is.": _penalty(
            weights=lambda W: W.sum(axis=0)
        ),
        "The slope of the units is missing: this is the squared norm of W.": _penalty(
            slope=np.ones_like
        ),
        "The weights are missing: dh_j/dx_i = h_j (1 - h_j) W_ij.": _penalty(
            weights=lambda W: np.ones(W.shape[1])
        ),
        "1 - h^2 is the slope of tanh; the logistic function has h (1 - h).": _penalty(
            slope=lambda H: 1 - H**2
        ),
        "The units are logistic here, not tanh.": _penalty(
            activation=np.tanh, slope=lambda H: 1 - H**2
        ),
        "The slope is taken of z: h (1 - h) needs the activations, after the logistic "
        "function.": _penalty(activation=lambda z: z),
        "You take the logistic function twice: h (1 - h) needs h itself.": _penalty(
            activation=lambda z: _logistic(_logistic(z))
        ),
        "You sum over the examples. Their mean is asked.": _penalty(result=np.sum),
        "There is one number for each example. Their mean is asked.": _penalty(
            result=lambda norms: norms
        ),
        "This is the norm. The squared norm is asked: no root.": _penalty(
            result=lambda norms: np.mean(np.sqrt(norms))
        ),
        "The root of the mean is too much: the squared norm is asked.": _penalty(
            result=lambda norms: np.sqrt(np.mean(norms))
        ),
        "A mean over units and examples. Sum over the units, take the mean over the examples.": (
            lambda X, W, b: _penalty()(X, W, b) / W.shape[1]
        ),
        "A mean over the features. Sum over them.": _penalty(
            weights=lambda W: np.mean(W**2, axis=0)
        ),
        "The whole sum of squared weights belongs to each unit here. A unit has its own column, "
        "axis 0.": _penalty(weights=lambda W: np.full(W.shape[1], np.sum(W**2))),
        "The bias is forgotten: z = X W + b.": lambda X, W, b: _penalty()(X, W, 0 * b),
        "The mean over the examples is taken before the square. Square first.": (
            lambda X, W, b: (
                np.mean(_logistic(X @ W + b) * (1 - _logistic(X @ W + b)), axis=0) ** 2
                @ np.sum(W**2, axis=0)
            )
        ),
        "A half is too much: the squared norm itself is asked.": _penalty(
            result=lambda norms: np.mean(norms) / 2
        ),
    },
)
