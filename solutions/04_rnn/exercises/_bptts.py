"""Right and wrong ways back through time, for `bptt`."""

import numpy as np


def deltas(X, S, G, U, W, s0, *, handed=lambda d, W: d @ W.T, slope=lambda s: 1 - s**2, reach=True):
    """delta at every step (batch, time, units). handed: what goes to the step before. reach:
    whether it is added to that step's own part."""
    later, found = np.zeros_like(s0), [None] * X.shape[1]
    for t in reversed(range(X.shape[1])):
        found[t] = (G[:, t] + later) * slope(S[:, t])
        later = handed(found[t], W) if reach else later
    return np.stack(found, axis=1)


def before(S, s0):
    return np.concatenate([s0[:, None], S[:, :-1]], axis=1)


def input_gradient(X, S, s0, d, U, W):
    return d @ U.T


def U_gradient(X, S, s0, d, U, W):
    return np.einsum("ntf,ntu->fu", X, d)


def W_gradient(X, S, s0, d, U, W):
    return np.einsum("ntv,ntu->vu", before(S, s0), d)


def b_gradient(X, S, s0, d, U, W):
    return d.sum(axis=(0, 1))


def way_back(
    of=deltas,
    dX=input_gradient,
    dU=U_gradient,
    dW=W_gradient,
    db=b_gradient,
    out=lambda *all_four: all_four,
    **pieces,
):
    """An answer to `bptt` with pieces exchanged; `pieces` go to `deltas`."""

    def answer(X, S, G, U, W, s0):
        d = of(X, S, G, U, W, s0, **pieces)
        return out(*(one(X, S, s0, d, U, W) for one in (dX, dU, dW, db)))

    return answer


def spliced(X, S, G, U, W, s0):
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


def example_by_example(X, S, G, U, W, s0):
    dX, dU, dW, db = np.zeros_like(X), np.zeros_like(U), np.zeros_like(W), np.zeros(len(W))
    for n in range(len(X)):
        carried = np.zeros(len(W))
        for t in range(X.shape[1] - 1, -1, -1):
            d = (G[n, t] + W @ carried) * (1 - S[n, t] ** 2)
            dX[n, t] = U @ d
            dU += np.outer(X[n, t], d)
            dW += np.outer(S[n, t - 1] if t else s0[n], d)
            db += d
            carried = d
    return [dX, dU, dW, db]


def recursive(X, S, G, U, W, s0):
    """The last step, then the rest with its gradient handed on."""
    start = S[:, -2] if X.shape[1] > 1 else s0
    d = G[:, -1] * (1 - S[:, -1] ** 2)
    own = (d @ U.T)[:, None], X[:, -1].T @ d, start.T @ d, d.sum(0)
    if X.shape[1] == 1:
        return own
    G = G[:, :-1].copy()
    G[:, -1] += d @ W.T
    dX, dU, dW, db = recursive(X[:, :-1], S[:, :-1], G, U, W, s0)
    return np.concatenate([dX, own[0]], axis=1), dU + own[1], dW + own[2], db + own[3]


def forwards(X, S, G, U, W, s0):
    """delta with the loop run from the first step to the last."""
    return deltas(X, S[:, ::-1], G[:, ::-1], U, W, s0)[:, ::-1]


def own_part_overwritten(X, S, G, U, W, s0):
    """Only the last step's error counts; before it g_t is replaced by what comes from later."""
    only_last = np.zeros_like(G)
    only_last[:, -1] = G[:, -1]
    return deltas(X, S, only_last, U, W, s0)


def handed_without_slope(X, S, G, U, W, s0):
    """What goes to the step before is dE/ds W^T, without the slope of tanh."""
    later, found = np.zeros_like(s0), [None] * X.shape[1]
    for t in reversed(range(X.shape[1])):
        whole = G[:, t] + later
        found[t] = whole * (1 - S[:, t] ** 2)
        later = whole @ W.T
    return np.stack(found, axis=1)


def one_step_back(X, S, G, U, W, s0):
    """Each error reaches its own step and the one before it, no further."""
    own = G * (1 - S**2)
    found = own.copy()
    found[:, :-1] += (own[:, 1:] @ W.T) * (1 - S[:, :-1] ** 2)
    return found
