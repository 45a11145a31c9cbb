"""What `contractive_penalty` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


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


def _by_autodiff(X, W, b):
    import tensorflow as tf

    X = tf.constant(X)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(X)
        H = tf.unstack(tf.sigmoid(X @ W + b), axis=1)
    return float(sum(tf.reduce_sum(tape.gradient(h, X) ** 2) for h in H) / len(X))


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
    alternatives=[
        edit("slopes**2 @ np.sum(W**2, axis=0)", "[np.linalg.norm(s * W) ** 2 for s in slopes]"),
        edit("slopes**2 @ np.sum(W**2, axis=0)", "np.einsum('nj,ij->n', slopes**2, W**2)"),
        _by_autodiff,
    ],
    mistakes={
        "The slope h (1 - h) is not squared: the whole entry of the Jacobian is.": edit(
            "slopes**2", "slopes"
        ),
        "The weights are not squared: the whole entry of the Jacobian is.": edit("W**2", "W"),
        "The slope of the units is missing: this is the squared norm of W.": edit(
            "H * (1 - H)", "np.ones_like(H)"
        ),
        "The weights are missing: dh_j/dx_i = h_j (1 - h_j) W_ij.": edit(
            "slopes**2 @ np.sum(W**2, axis=0)", "np.sum(slopes**2, axis=1)"
        ),
        "1 - h^2 is the slope of tanh; the logistic function has h (1 - h).": edit(
            "H * (1 - H)", "1 - H**2"
        ),
        "The units are logistic here, not tanh.": edit(
            "1 / (1 + np.exp(-(X @ W + b)))", "np.tanh(X @ W + b)", "H * (1 - H)", "1 - H**2"
        ),
        "The slope is taken of z: h (1 - h) needs the activations, after the logistic "
        "function.": edit("1 / (1 + np.exp(-(X @ W + b)))", "X @ W + b"),
        "You take the logistic function twice: h (1 - h) needs h itself.": edit(
            "slopes =", "H = 1 / (1 + np.exp(-H))\nslopes ="
        ),
        "You sum over the examples. Their mean is asked.": edit("np.mean", "np.sum"),
        "There is one number for each example. Their mean is asked.": edit(
            "np.mean(norms)", "norms"
        ),
        "This is the norm. The squared norm is asked: no root.": edit(
            "(norms)", "(np.sqrt(norms))"
        ),
        "The root of the mean is too much: the squared norm is asked.": edit(
            "np.mean(norms)", "np.sqrt(np.mean(norms))"
        ),
        "A mean over units and examples. Sum over the units, take the mean over the "
        "examples.": edit("(norms)", "(norms) / W.shape[1]"),
        "A mean over the features. Sum over them.": edit("np.sum", "np.mean"),
        "The whole sum of squared weights belongs to each unit here. A unit has its own column, "
        "axis 0.": edit("np.sum(W**2, axis=0)", "np.full(len(b), np.sum(W**2))"),
        "The bias is forgotten: z = X W + b.": edit(" + b", ""),
        "The mean over the examples is taken before the square. Square first.": edit(
            "slopes**2", "slopes.mean(axis=0) ** 2"
        ),
        "A half is too much: the squared norm itself is asked.": edit("(norms)", "(norms) / 2"),
    },
)
