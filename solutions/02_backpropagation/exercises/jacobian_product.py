"""What `jacobian_product` is checked on."""

from functools import reduce

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _jacobian_cases(rng):
    def layers(*sizes):
        slopes = [rng.uniform(0.2, 1.0, size=n) for n in sizes[:-1]]
        weights = [rng.normal(size=pair) for pair in zip(sizes, sizes[1:], strict=False)]
        return slopes, weights

    yield Case("one layer", *layers(2, 2))  # J = diag(f'(z)) W
    yield Case("two layers of one size", *layers(3, 3, 3))  # the first layer's first
    slopes, weights = layers(3, 3, 3)
    yield Case("two layers, every slope is 1", [np.ones_like(s) for s in slopes], weights)
    yield Case("one layer, to fewer units", *layers(4, 2))  # the sizes may change
    yield Case("three layers of different sizes", *layers(2, 4, 3, 5))
    yield Case("one unit in between", *layers(3, 1, 2))
    yield Case("five layers", *layers(2, 3, 3, 2, 4, 2))  # as many as come
    slopes, weights = layers(3, 3, 2)
    slopes[0] = np.array([0.0, 1.0, 1.0])  # a ReLU that is closed
    yield Case("a closed unit: a slope of 0", slopes, weights)
    yield Case("slopes above 1 and below 0", [2 - 4 * slopes[1]], weights[:1])


def _by_reduce(slopes, weights):
    return reduce(np.matmul, [np.diag(s) @ W for s, W in zip(slopes, weights, strict=True)])


_J = "(s[:, None] * W)"
_START = "np.eye(len(slopes[0]))"
_STEP = f"product = product @ {_J}"

jacobian_product = Exercise(
    points=2,
    cases=_jacobian_cases,
    hints=[
        "Begin with one layer. Row i of J says what a change of z_i does to the next layer: which "
        "slope stands in all of that row?",
        "diag(s) @ W multiplies row i of W by s[i]. So does s[:, None] * W.",
        "Begin with numpy.eye(units of the first layer), and multiply by each J from the right.",
    ],
    alternatives=[
        _by_reduce,
        edit(_J, "(W.T * s).T"),
        edit(
            _START,
            "np.eye(weights[-1].shape[1])",
            "zip(slopes, weights, strict=True)",
            "zip(slopes[::-1], weights[::-1], strict=True)",
            _STEP,
            "product = s[:, None] * (W @ product)",
        ),
    ],
    mistakes={
        "The slopes are missing: J = diag(f'(z)) W.": edit(_J, "W"),
        "The slopes multiply the columns of W. Row i belongs to unit i: write s[:, None].": edit(
            _J, "(s[: W.shape[1]] * W if len(s) >= W.shape[1] else np.resize(s, W.shape[1]) * W)"
        ),
        "The slopes are squared: each factor counts once.": edit("s[:, None]", "s[:, None] ** 2"),
        "You divide by the slopes; diag(f'(z)) multiplies.": edit(
            _J, "(W / np.where(s == 0, 1e-3, s)[:, None])"
        ),
        "The weights are missing: only the slopes are multiplied.": edit(
            _J, "(s[:, None] * np.eye(*W.shape))"
        ),
        "You multiply from the left, so that the last layer comes first: the order is J1 J2 and "
        "so on.": edit(
            _START,
            "np.eye(weights[0].shape[0])",
            _STEP,
            f"J = {_J}\n    product = J @ product if J.shape[1] == len(product) else product @ J",
        ),
        "This is the product's transpose: rows belong to the first layer, columns to the last.": (
            edit("return product", "return product.T")
        ),
        "Only the last layer's Jacobian is left. Multiply it onto the product.": edit(
            _STEP, f"product = {_J}"
        ),
        "Only the first layer's Jacobian comes back: is the return inside the loop?": edit(
            "\nreturn product", "\n    return product"
        ),
        "The first layer is left out: begin with an identity matrix, or with its Jacobian.": edit(
            _START,
            "np.eye(weights[0].shape[1])",
            "zip(slopes, weights, strict=True)",
            "zip(slopes[1:], weights[1:], strict=True)",
        ),
        "The last layer is left out.": edit(
            "zip(slopes, weights, strict=True)", "zip(slopes[:-1], weights[:-1], strict=True)"
        ),
        "You return the Jacobians in a list. Multiply them.": edit(
            _START, "[]", _STEP, f"product.append({_J})"
        ),
        "You return the product after each layer. Only the last one is asked.": edit(
            _START, f"[{_START}]", _STEP, f"product.append(product[-1] @ {_J})"
        ),
        "s @ W sums over the units and leaves a vector: J keeps a row for each unit.": edit(
            _J, "(s @ W)", "product @", "np.ones(len(slopes[0]))[:, None] *"
        ),
        "The slopes of all layers are multiplied at the left. Each belongs to its own W.": edit(
            _J,
            "W",
            "return product",
            "return np.prod([np.mean(s) for s in slopes]) * product",
        ),
    },
)
