"""What `jacobian_products` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _jacobian_cases(rng):
    def draw(name, time, units):
        S = np.tanh(rng.normal(size=(time, units))).round(2)
        return Case(name, S, rng.normal(size=(units, units)).round(1))

    yield draw("one step", 1, 2)
    yield draw("two steps of one unit", 2, 1)
    yield draw("two steps", 2, 3)
    yield draw("three steps", 3, 2)
    yield draw("as many steps as units", 4, 4)
    yield draw("as many steps as units, other numbers", 4, 4)
    yield draw("more steps than units", int(rng.integers(6, 9)), 3)
    yield Case("states of 0: powers of W", np.zeros((4, 2)), rng.normal(size=(2, 2)).round(1))


def _one_by_one(S, W):
    """Every product from its own beginning."""
    found = []
    for k in range(len(S)):
        P = np.eye(len(W))
        for j in range(k + 1, len(S)):
            P = P @ W @ np.diag(1 - S[j] ** 2)
        found.append(P)
    return np.array(found)


def _by_columns(S, W):
    """Back from each unit of the last state, as bptt does."""
    P = np.zeros((len(S), *W.shape))
    for m in range(len(W)):
        g = np.eye(len(W))[m]
        for k in range(len(S) - 1, -1, -1):
            P[k, :, m] = g
            g = (g * (1 - S[k] ** 2)) @ W.T
    return P


_J = "W * (1 - S[k + 1] ** 2)"


jacobian_products = Exercise(
    points=2,
    cases=_jacobian_cases,
    hints=[
        "A change of the last state reaches the last state as it is. So which matrix is P[-1]?",
        "From S[k] to S[k + 1] leads the Jacobian J = W diag(1 - S[k + 1]^2); from there on it is "
        "P[k + 1]. In rows the first factor stands on the left.",
        "W * (1 - S[k + 1] ** 2) multiplies each column of W by its slope: that is the product "
        "with the diagonal matrix.",
        "P[k] = (W * (1 - S[k + 1] ** 2)) @ P[k + 1], for k from len(S) - 2 down to 0.",
    ],
    alternatives=[
        _one_by_one,
        _by_columns,
        edit(
            f"{_J} @ P[k + 1]",
            'np.einsum("ia,a,am->im", W, 1 - S[k + 1] ** 2, P[k + 1])',
            "S.shape[1]))",
            "S.shape[1]), np.float32)",
        ),
    ],
    mistakes={
        "The slope of tanh is missing in the Jacobian: these are powers of W.": edit(_J, "W"),
        "W is missing in the Jacobian: these are the slopes alone.": edit(
            _J, "np.diag(1 - S[k + 1] ** 2)"
        ),
        "The slopes belong to the columns of W, the units after the step. Yours multiply its "
        "rows.": edit(_J, f"{_J}[:, None]"),
        "W is transposed. In rows, ds of the next state is ds W times the slopes.": edit(
            "W", "W.T"
        ),
        "The slope of tanh is 1 - s^2. The states are tanh already: no tanh of them again.": edit(
            "S[k + 1]", "np.tanh(S[k + 1])"
        ),
        "The slope of tanh is 1 - s^2; the square is missing.": edit(" ** 2", ""),
        "The factors stand in the opposite order. In rows it is J of the earlier step, then the "
        "later ones.": edit(f"{_J} @ P[k + 1]", f"P[k + 1] @ ({_J})"),
        "Every P[k] is transposed: rows are the units of S[k], columns those of the last "
        "state.": edit("return P", "return P.transpose(0, 2, 1)"),
        "The list is the wrong way round: P[0] belongs to the first state, P[-1] to the "
        "last.": edit("return P", "return P[::-1]"),
        "These are the Jacobians of single steps. Multiply them up to the last state.": edit(
            " @ P[k + 1]", ""
        ),
        "The slopes are those of the state before the step. Those after it count: "
        "1 - S[k + 1]^2.": edit("S[k + 1]", "S[k]"),
        "The products begin at the first state. P[k] leads from S[k] to the last one.": edit(
            "P[-1]",
            "P[0]",
            "reversed(range(len(S) - 1))",
            "range(len(S) - 1)",
            f"P[k] = {_J} @ P[k + 1]",
            f"P[k + 1] = P[k] @ ({_J})",
        ),
        "P[-1] is W. The last state depends on itself by the identity.": edit(
            "np.eye(S.shape[1])", "W"
        ),
        "P[-1] is all ones. The identity has ones on its diagonal only.": edit(
            "np.eye(S.shape[1])", "1"
        ),
        "Matrices are multiplied number by number: use @ between them.": edit(
            "@ P[k + 1]", "* (P[k + 1] if k < len(S) - 2 else 1)"
        ),
        "Only the product from the first state comes back. All are asked (time, units, "
        "units).": edit("return P", "return P[0]"),
        "P[-1], the identity, is missing.": edit("return P", "return P[:-1]"),
        "One product too many: P[k] goes from S[k], so the slope at S[k] itself does not "
        "count.": edit("return P", "return W * (1 - S**2)[:, None] @ P"),
        "The states are changed: S[k] = ... works in place. Make new arrays.": edit(
            "P[k] =", "S[k + 1] = 1 - S[k + 1] ** 2\n    P[k] =", f"= {_J}", "= W * S[k + 1]"
        ),
        "The Jacobians are multiplied number by number: a matrix product is asked, @.": edit(
            "@", "*"
        ),
        "The Jacobians are added up. One after the other is their product.": edit("@", "+"),
        "The slopes stand behind P[k + 1]. They belong to W: (W * slopes) @ P[k + 1].": edit(
            f"{_J} @ P[k + 1]", "W @ P[k + 1] * (1 - S[k + 1] ** 2)"
        ),
        "The slope is that of the logistic function, s (1 - s). tanh has 1 - s^2.": edit(
            "(1 - S", "(S[k + 1] - S"
        ),
        "Every Jacobian has the slopes of the last state. J to S[k + 1] has those of "
        "S[k + 1].": edit("S[k + 1]", "S[-1]"),
        "The first product, P[0], is still 0: the loop goes down to k = 0.": edit(
            "range(len(S) - 1)", "range(1, len(S) - 1)"
        ),
    },
)
