"""Small machines for the cases of several exercises, and sums over their states."""

import numpy as np


def machine(rng, visible, hidden, scale=1.0):
    """W, b and c of a machine, rounded so that a card can show them."""
    shapes = (visible, hidden), (visible,), (hidden,)
    return [(scale * rng.normal(size=shape)).round(2) for shape in shapes]


def states(rng, batch, units):
    """Random states 0 and 1 (batch, units), float."""
    return (rng.random((batch, units)) < 0.5).astype(float)


def every_state(units):
    """All states (2^units, units), float."""
    return ((np.arange(2**units)[:, None] >> np.arange(units)) & 1).astype(float)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def free(v, W, b, c):
    """The free energy, the sum over the hidden units written out."""
    return -(v * b).sum(axis=1) - softplus(v @ W + c).sum(axis=1)
