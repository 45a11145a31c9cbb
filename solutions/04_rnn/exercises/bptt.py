"""What `bptt` is checked on, gradient by gradient."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._bptts import (
    U_gradient,
    W_gradient,
    b_gradient,
    before,
    example_by_example,
    forwards,
    handed_without_slope,
    input_gradient,
    one_step_back,
    own_part_overwritten,
    recursive,
    spliced,
    way_back,
)
from ._cells import changes, run


def _bptt_cases(rng):
    def draw(name, batch, time, features, units, start=True, last_only=False):
        shapes = (features, units), (units, units), (units,), (batch, units)
        U, W, b, s0 = (rng.normal(size=shape).round(1) for shape in shapes)
        X = rng.normal(size=(batch, time, features)).round(1)
        s0 = np.tanh(s0) if start else 0 * s0
        S = run(X, U, W, b, s0)
        G = rng.normal(size=S.shape).round(1)
        if last_only:
            G[:, :-1] = 0
        return Case(name, X, S, G, U, W, s0)

    def size():
        return int(rng.integers(2, 5))

    yield draw("one step, one example, from zeros", 1, 1, 2, 3, start=False)
    yield draw("one step", 2, 1, 2, 3)
    yield draw("two steps, from zeros", 1, 2, 2, 3, start=False)
    yield draw("an error at the last step only", 1, 4, 1, 2, last_only=True)
    yield draw("one sequence", 1, size() + 1, 2, 3)
    yield draw("a batch", size(), 4, 3, 2)
    yield draw("one unit, one feature", 2, 5, 1, 1)
    yield draw("all axes 3", 3, 3, 3, 3)
    yield draw("all axes 3, other numbers", 3, 3, 3, 3)


def _mean(gradient):
    return lambda X, *rest: gradient(X, *rest) / len(X)


bptt = Exercise(
    points=3,
    cases=_bptt_cases,
    atol=1e-6,
    hints=[
        "Begin with zeros for the four gradients and for what comes from the step after. Then go "
        "through t in reversed(range(time)).",
        "At each step: dE/ds is G[:, t] plus what comes from the step after; delta is dE/ds times "
        "1 - S[:, t] ** 2, number by number.",
        "dX[:, t] is delta @ U.T. dU gets X[:, t].T @ delta, dW gets the state before step t, "
        "transposed, times delta, db gets the sum of delta over the batch. All three with +=.",
        "At the end of each round hand delta @ W.T on to the step before. The state before step 0 "
        "is s0, not S[:, -1].",
    ],
    alternatives=[spliced, example_by_example, recursive, way_back()],
    mistakes={
        "Nothing comes back from later steps: add delta of the step after, times W transposed.": (
            way_back(reach=False)
        ),
        "What comes from later is multiplied by W. On the way back it is W transposed.": (
            way_back(handed=lambda d, W: d @ W)
        ),
        "What comes from later lacks W: it is delta of the step after, times W transposed.": (
            way_back(handed=lambda d, W: d)
        ),
        "What is handed back lacks the slope of tanh: hand on delta W^T, not dE/ds W^T.": (
            way_back(of=handed_without_slope)
        ),
        "Each error goes back one step only. Hand on all of delta, not just the own part.": (
            way_back(of=one_step_back)
        ),
        "The slope of tanh is missing in delta.": way_back(slope=lambda s: 1),
        "The slope of tanh is 1 - s^2. S holds the states already: no tanh of them again.": (
            way_back(slope=lambda s: 1 - np.tanh(s) ** 2)
        ),
        "The slope is that of the logistic function, s (1 - s). tanh has 1 - s^2.": (
            way_back(slope=lambda s: s * (1 - s))
        ),
        "The slope of tanh is 1 - s^2; the square is missing.": way_back(slope=lambda s: 1 - s),
        "Only the error at the last step counts. Every step adds its own G[:, t].": (
            way_back(of=own_part_overwritten)
        ),
        "The loop runs forwards. Begin at the last step.": way_back(of=forwards),
        "dE/dW is made of the states after each step. W met those before it.": (
            way_back(dW=lambda X, S, s0, d, U, W: np.einsum("ntv,ntu->vu", S, d))
        ),
        "dE/dW lacks the share of the first step: there the state before is s0.": (
            way_back(dW=lambda X, S, s0, d, U, W: W_gradient(X, S, 0 * s0, d, U, W))
        ),
        "At t = 0 the index t - 1 is the last step. Before the first step stands s0.": (
            way_back(dW=lambda X, S, s0, d, U, W: np.einsum("ntv,ntu->vu", np.roll(S, 1, 1), d))
        ),
        "dE/dW is transposed: the state before stands on the left, s^T delta.": (
            way_back(dW=lambda *a: W_gradient(*a).T)
        ),
        "dE/dU keeps only one step. Shares add up over all steps: +=, not =.": (
            way_back(dU=lambda X, S, s0, d, U, W: X[:, 0].T @ d[:, 0])
        ),
        "dE/dW keeps only one step. Shares add up over all steps: +=, not =.": (
            way_back(dW=lambda X, S, s0, d, U, W: s0.T @ d[:, 0])
        ),
        "dE/dU, dE/dW and dE/db keep only the first step. Shares add up: +=, not =.": way_back(
            dU=lambda X, S, s0, d, U, W: X[:, 0].T @ d[:, 0],
            dW=lambda X, S, s0, d, U, W: s0.T @ d[:, 0],
            db=lambda X, S, s0, d, U, W: d[:, 0].sum(axis=0),
        ),
        "dE/db keeps only one step. Shares add up over all steps: +=, not =.": (
            way_back(db=lambda X, S, s0, d, U, W: d[:, 0].sum(axis=0))
        ),
        "dE/db is not summed over the batch.": (
            way_back(db=lambda X, S, s0, d, U, W: d.sum(axis=1))
        ),
        "dE/db is one number. Each unit has a bias of its own.": (
            way_back(db=lambda X, S, s0, d, U, W: d.sum())
        ),
        "dE/dX is made with W. The inputs came in through U.": (
            way_back(dX=lambda X, S, s0, d, U, W: d @ W.T)
        ),
        "dE/dX has the steps in the opposite order: put step t at dX[:, t].": (
            way_back(dX=lambda *a: input_gradient(*a)[:, ::-1])
        ),
        "dE/dX holds the first step only. Every step has its own.": (
            way_back(dX=lambda *a: input_gradient(*a) * (np.arange(a[0].shape[1]) < 1)[:, None])
        ),
        "dE/dU, dE/dW and dE/db are divided by the batch size. The layer sums; the loss has "
        "divided already.": way_back(
            dU=_mean(U_gradient), dW=_mean(W_gradient), db=_mean(b_gradient)
        ),
        "The weights' gradients are divided by the number of steps. They are sums.": way_back(
            dU=lambda *a: U_gradient(*a) / a[0].shape[1],
            dW=lambda *a: W_gradient(*a) / a[0].shape[1],
            db=lambda *a: b_gradient(*a) / a[0].shape[1],
        ),
        "dE/dX is missing: return dE/dX, dE/dU, dE/dW and dE/db.": (
            way_back(out=lambda dX, dU, dW, db: (dU, dW, db))
        ),
        "dE/dX comes first: dE/dX, dE/dU, dE/dW, dE/db.": (
            way_back(out=lambda dX, dU, dW, db: (dU, dW, db, dX))
        ),
        "dE/dU and dE/dW are swapped.": way_back(out=lambda dX, dU, dW, db: (dX, dW, dU, db)),
        "All signs are flipped. These are the gradients; the minus of the descent comes later.": (
            way_back(out=lambda *four: tuple(-one for one in four))
        ),
        "The gradients of the outputs, G, are changed: G[:, t] += works in place. Make a new "
        "array.": changes(2, way_back()),
        "dE/dW multiplies sums: the state before and delta of one step belong together.": (
            way_back(dW=lambda X, S, s0, d, U, W: before(S, s0).sum(axis=1).T @ d.sum(axis=1))
        ),
        "dE/db has the same number for all units: sum delta over the batch alone, axis=0.": (
            way_back(db=lambda X, S, s0, d, U, W: np.full(len(W), d.sum()))
        ),
        "dE/dX is made of dE/ds. It is delta, with the slope of tanh, times U^T.": (
            way_back(dX=lambda X, S, s0, d, U, W: (d / (1 - S**2)) @ U.T)
        ),
        "The slope is that of the state before. delta at t has the slope at S[:, t].": (
            lambda X, S, G, U, W, s0: _slope_of_before(X, S, G, U, W, s0)
        ),
        "What comes from later adds up along the way. Replace it at each step: it is delta of the "
        "step after alone, times W^T.": lambda X, S, G, U, W, s0: _adding_up(X, S, G, U, W, s0),
        "The first step is left out: the loop must go down to t = 0.": (
            lambda X, S, G, U, W, s0: _without_first(X, S, G, U, W, s0)
        ),
    },
)


def _by_deltas(delta, X, S, U, W, s0):
    d = np.stack(delta, axis=1)
    return (
        input_gradient(X, S, s0, d, U, W),
        U_gradient(X, S, s0, d, U, W),
        W_gradient(X, S, s0, d, U, W),
        b_gradient(X, S, s0, d, U, W),
    )


def _slope_of_before(X, S, G, U, W, s0):
    later, found = 0 * s0, [None] * X.shape[1]
    for t in reversed(range(X.shape[1])):
        found[t] = (G[:, t] + later) * (1 - S[:, t - 1] ** 2)
        later = found[t] @ W.T
    return _by_deltas(found, X, S, U, W, s0)


def _adding_up(X, S, G, U, W, s0):
    later, found = 0 * s0, [None] * X.shape[1]
    for t in reversed(range(X.shape[1])):
        found[t] = (G[:, t] + later) * (1 - S[:, t] ** 2)
        later = later + found[t] @ W.T
    return _by_deltas(found, X, S, U, W, s0)


def _without_first(X, S, G, U, W, s0):
    later, found = 0 * s0, [0 * s0] * X.shape[1]
    for t in reversed(range(1, X.shape[1])):
        found[t] = (G[:, t] + later) * (1 - S[:, t] ** 2)
        later = found[t] @ W.T
    return _by_deltas(found, X, S, U, W, s0)
