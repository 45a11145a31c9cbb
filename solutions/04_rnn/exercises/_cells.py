"""What the exercises on recurrent cells share: plain forms of the cells, with pieces exchanged."""

import numpy as np


def run(X, U, W, b, s0):
    """States (batch, time, units) of a recurrent layer."""
    s, states = s0, []
    for t in range(X.shape[1]):
        s = np.tanh(X[:, t] @ U + s @ W + b)
        states.append(s)
    return np.stack(states, axis=1)


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def blocks(Z, count):
    return np.split(Z, count, axis=1)


def changes(argument, answer):
    """The answer, which then adds 1 to one of its arguments, by position."""

    def changing(*arguments):
        result = answer(*arguments)
        arguments[argument][...] += 1
        return result

    return changing
