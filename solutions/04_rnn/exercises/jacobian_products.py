"""What `jacobian_products` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._cells import changes


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


def _products(jacobian, S, W, *, later=True, first=None):
    """P with P[-1] = `first` or the identity; later: whether a new factor stands on the left."""
    P = [np.eye(len(W)) if first is None else first(W)]
    for s in S[:0:-1]:
        P.append(jacobian(s, W) @ P[-1] if later else P[-1] @ jacobian(s, W))
    return np.array(P[::-1])


def _J(s, W):
    return W * (1 - s**2)


def _of(jacobian=_J, out=lambda P: P, **how):
    return lambda S, W: out(_products(jacobian, S, W, **how))


def _einsum(S, W):
    P = np.zeros((len(S), *W.shape), dtype=np.float32)
    P[-1] = np.eye(len(W))
    for k in range(len(S) - 2, -1, -1):
        P[k] = np.einsum("ia,a,am->im", W, 1 - S[k + 1] ** 2, P[k + 1])
    return P


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


def _slope_before(S, W):
    """The slopes of the state before, in place of the one after."""
    return np.array(
        [
            *_products(_J, np.concatenate([S[:1], S[:-1]]), W)[:-1],
            np.eye(len(W)),
        ]
    )


def _from_the_start(S, W):
    """ds_k / ds_0."""
    P = [np.eye(len(W))]
    for s in S[1:]:
        P.append(P[-1] @ _J(s, W))
    return np.array(P)


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
    alternatives=[_einsum, _one_by_one, _by_columns],
    mistakes={
        "The slope of tanh is missing in the Jacobian: these are powers of W.": _of(lambda s, W: W),
        "W is missing in the Jacobian: these are the slopes alone.": _of(
            lambda s, W: np.diag(1 - s**2)
        ),
        "The slopes belong to the columns of W, the units after the step. Yours multiply its "
        "rows.": _of(lambda s, W: W * (1 - s**2)[:, None]),
        "W is transposed. In rows, ds of the next state is ds W times the slopes.": _of(
            lambda s, W: W.T * (1 - s**2)
        ),
        "The slope of tanh is 1 - s^2. The states are tanh already: no tanh of them again.": _of(
            lambda s, W: W * (1 - np.tanh(s) ** 2)
        ),
        "The slope of tanh is 1 - s^2; the square is missing.": _of(lambda s, W: W * (1 - s)),
        "The factors stand in the opposite order. In rows it is J of the earlier step, then the "
        "later ones.": _of(later=False),
        "Every P[k] is transposed: rows are the units of S[k], columns those of the last state.": (
            _of(out=lambda P: P.transpose(0, 2, 1))
        ),
        "The list is the wrong way round: P[0] belongs to the first state, P[-1] to the last.": (
            _of(out=lambda P: P[::-1])
        ),
        "These are the Jacobians of single steps. Multiply them up to the last state.": (
            lambda S, W: np.array([*(_J(s, W) for s in S[1:]), np.eye(len(W))])
        ),
        "The slopes are those of the state before the step. Those after it count: "
        "1 - S[k + 1]^2.": _slope_before,
        "The products begin at the first state. P[k] leads from S[k] to the last one.": (
            _from_the_start
        ),
        "P[-1] is W. The last state depends on itself by the identity.": _of(
            first=lambda W: W.copy()
        ),
        "P[-1] is all ones. The identity has ones on its diagonal only.": _of(
            first=lambda W: np.ones_like(W)
        ),
        "Matrices are multiplied number by number: use @ between them.": lambda S, W: np.array(
            [
                *(np.prod([_J(s, W) for s in S[k + 1 :]], axis=0) for k in range(len(S) - 1)),
                np.eye(len(W)),
            ]
        ),
        "Only the product from the first state comes back. All are asked (time, units, units).": (
            _of(out=lambda P: P[0])
        ),
        "P[-1], the identity, is missing.": _of(out=lambda P: P[:-1]),
        "One product too many: P[k] goes from S[k], so the slope at S[k] itself does not count.": (
            lambda S, W: np.array(
                [_J(s, W) @ P for s, P in zip(S, _products(_J, S, W), strict=True)]
            )
        ),
        "The states are changed: S[k] = ... works in place. Make new arrays.": changes(0, _of()),
        "The Jacobians are multiplied number by number: a matrix product is asked, @.": (
            lambda S, W: _folded(S, W, lambda J, P: J * P)
        ),
        "The Jacobians are added up. One after the other is their product.": (
            lambda S, W: _folded(S, W, lambda J, P: J + P)
        ),
        "The slopes stand behind P[k + 1]. They belong to W: (W * slopes) @ P[k + 1].": (
            lambda S, W: np.array([*_behind(S, W)][::-1])
        ),
        "The slope is that of the logistic function, s (1 - s). tanh has 1 - s^2.": _of(
            lambda s, W: W * (s - s**2)
        ),
        "Every Jacobian has the slopes of the last state. J to S[k + 1] has those of S[k + 1].": (
            lambda S, W: _products(_J, np.broadcast_to(S[-1], S.shape), W)
        ),
        "The first product, P[0], is still 0: the loop goes down to k = 0.": lambda S, W: (
            _products(_J, S, W) * ((np.arange(len(S)) > 0) | (len(S) == 1))[:, None, None]
        ),
    },
)


def _folded(S, W, combine):
    P = [np.eye(len(W))]
    for s in S[:0:-1]:
        P.append(combine(_J(s, W), P[-1]))
    return np.array(P[::-1])


def _behind(S, W):
    P = np.eye(len(W))
    yield P
    for s in S[:0:-1]:
        P = (W @ P) * (1 - s**2)
        yield P
