"""What `bptt` is checked on, gradient by gradient."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _states(X, U, W, b, s0):
    """States (batch, time, units) of a recurrent layer."""
    s, states = s0, []
    for t in range(X.shape[1]):
        s = np.tanh(X[:, t] @ U + s @ W + b)
        states.append(s)
    return np.stack(states, axis=1)


def _bptt_cases(rng):
    def draw(name, batch, time, features, units, start=True, last_only=False):
        shapes = (features, units), (units, units), (units,), (batch, units)
        U, W, b, s0 = (rng.normal(size=shape).round(1) for shape in shapes)
        X = rng.normal(size=(batch, time, features)).round(1)
        s0 = np.tanh(s0) if start else 0 * s0
        S = _states(X, U, W, b, s0)
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


def _spliced(X, S, G, U, W, s0):
    """Each error by itself: from every step all the way back, as the double sum has it."""
    dX, dU, dW, db = np.zeros_like(X), np.zeros_like(U), np.zeros_like(W), np.zeros(len(W))
    for t in range(X.shape[1]):
        g = G[:, t]
        for k in range(t, -1, -1):
            d = g * (1 - S[:, k] * S[:, k])
            dX[:, k] += d @ U.T
            dU += X[:, k].T @ d
            dW += (S[:, k - 1] if k else s0).T @ d
            db += d.sum(axis=0)
            g = d @ W.T
    return dX, dU, dW, db


def _recursive(X, S, G, U, W, s0):
    """The last step, then the rest with its gradient handed on."""
    start = S[:, -2] if X.shape[1] > 1 else s0
    d = G[:, -1] * (1 - S[:, -1] ** 2)
    own = (d @ U.T)[:, None], X[:, -1].T @ d, start.T @ d, d.sum(0)
    if X.shape[1] == 1:
        return own
    G = G[:, :-1].copy()
    G[:, -1] += d @ W.T
    dX, dU, dW, db = _recursive(X[:, :-1], S[:, :-1], G, U, W, s0)
    return np.concatenate([dX, own[0]], axis=1), dU + own[1], dW + own[2], db + own[3]


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
    alternatives=[_spliced, _recursive, edit("return dX, dU, dW, db", "return [dX, dU, dW, db]")],
    mistakes={
        "Nothing comes back from later steps: add delta of the step after, times W "
        "transposed.": edit(" + later", ""),
        "What comes from later is multiplied by W. On the way back it is W transposed.": edit(
            "delta @ W.T", "delta @ W"
        ),
        "What comes from later lacks W: it is delta of the step after, times W transposed.": edit(
            "delta @ W.T", "delta"
        ),
        "What is handed back lacks the slope of tanh: hand on delta W^T, not dE/ds W^T.": edit(
            "later = delta", "later = (G[:, t] + later)"
        ),
        "Each error goes back one step only. Hand on all of delta, not just the own part.": edit(
            "later = delta", "later = G[:, t] * (1 - S[:, t] ** 2)"
        ),
        "The slope of tanh is missing in delta.": edit(" * (1 - S[:, t] ** 2)", ""),
        "The slope of tanh is 1 - s^2. S holds the states already: no tanh of them again.": edit(
            "S[:, t] **", "np.tanh(S[:, t]) **"
        ),
        "The slope is that of the logistic function, s (1 - s). tanh has 1 - s^2.": edit(
            "(1 - S[:, t] ** 2)", "S[:, t] * (1 - S[:, t])"
        ),
        "The slope of tanh is 1 - s^2; the square is missing.": edit(" ** 2", ""),
        "Only the error at the last step counts. Every step adds its own G[:, t].": edit(
            "np.zeros_like(s0)", "G[:, -1]", "(G[:, t] + later)", "later"
        ),
        "The loop runs forwards. Begin at the last step.": edit(
            "reversed(range(X.shape[1]))", "range(X.shape[1])"
        ),
        "dE/dW is made of the states after each step. W met those before it.": edit(
            "before.T", "S[:, t].T"
        ),
        "dE/dW lacks the share of the first step: there the state before is s0.": edit(
            "else s0", "else 0 * s0"
        ),
        "At t = 0 the index t - 1 is the last step. Before the first step stands s0.": edit(
            " if t > 0 else s0", ""
        ),
        "dE/dW is transposed: the state before stands on the left, s^T delta.": edit(
            "before.T @ delta", "delta.T @ before"
        ),
        "dE/dU keeps only one step. Shares add up over all steps: +=, not =.": edit(
            "dU +=", "dU ="
        ),
        "dE/dW keeps only one step. Shares add up over all steps: +=, not =.": edit(
            "dW +=", "dW ="
        ),
        "dE/dU, dE/dW and dE/db keep only the first step. Shares add up: +=, not =.": edit(
            "dU +=", "dU =", "dW +=", "dW =", "db +=", "db ="
        ),
        "dE/db keeps only one step. Shares add up over all steps: +=, not =.": edit(
            "db +=", "db ="
        ),
        "dE/db is not summed over the batch.": edit(
            "np.zeros(len(W))", "np.zeros(s0.shape)", ".sum(axis=0)", ""
        ),
        "dE/db is one number. Each unit has a bias of its own.": edit(
            "np.zeros(len(W))", "0.0", "sum(axis=0)", "sum()"
        ),
        "dE/dX is made with W. The inputs came in through U.": edit(
            "np.zeros_like(X)", "np.zeros_like(S)", "U.T", "W.T"
        ),
        "dE/dX has the steps in the opposite order: put step t at dX[:, t].": edit(
            "dX[:, t]", "dX[:, -1 - t]"
        ),
        "dE/dX holds the first step only. Every step has its own.": edit("dX[:, t]", "dX[:, 0]"),
        "dE/dU, dE/dW and dE/db are divided by the batch size. The layer sums; the loss has "
        "divided already.": edit(
            "return dX, dU, dW, db", "return dX, *(d / len(X) for d in (dU, dW, db))"
        ),
        "The weights' gradients are divided by the number of steps. They are sums.": edit(
            "return dX, dU, dW, db", "return dX, *(d / X.shape[1] for d in (dU, dW, db))"
        ),
        "dE/dX is missing: return dE/dX, dE/dU, dE/dW and dE/db.": edit(
            "return dX, dU", "return dU"
        ),
        "dE/dX comes first: dE/dX, dE/dU, dE/dW, dE/db.": edit(
            "return dX, dU, dW, db", "return dU, dW, db, dX"
        ),
        "dE/dU and dE/dW are swapped.": edit("return dX, dU, dW", "return dX, dW, dU"),
        "All signs are flipped. These are the gradients; the minus of the descent comes "
        "later.": edit("return dX, dU, dW, db", "return -dX, -dU, -dW, -db"),
        "The gradients of the outputs, G, are changed: G[:, t] += works in place. Make a new "
        "array.": edit("delta = (G[:, t] + later)", "G[:, t] += later\n    delta = G[:, t]"),
        "dE/dW multiplies sums: the state before and delta of one step belong together.": edit(
            "later = np",
            "states = deltas = 0\nlater = np",
            "dW += before.T @ delta",
            "states, deltas = states + before, deltas + delta",
            "return dX, dU, dW",
            "return dX, dU, states.T @ deltas",
        ),
        "dE/db has the same number for all units: sum delta over the batch alone, axis=0.": edit(
            "sum(axis=0)", "sum()"
        ),
        "dE/dX is made of dE/ds. It is delta, with the slope of tanh, times U^T.": edit(
            "dX[:, t] = delta", "dX[:, t] = (G[:, t] + later)"
        ),
        "The slope is that of the state before. delta at t has the slope at S[:, t].": edit(
            "S[:, t] **", "S[:, t - 1] **"
        ),
        "What comes from later adds up along the way. Replace it at each step: it is delta of the "
        "step after alone, times W^T.": edit("later = delta", "later = later + delta"),
        "The first step is left out: the loop must go down to t = 0.": edit(
            "range(X.shape[1])", "range(1, X.shape[1])"
        ),
    },
)
