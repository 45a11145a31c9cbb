"""What several exercises of lab 1 share."""

import numpy as np


def quietly(function):
    """The wrong answer without NumPy's warnings: they are the point of it."""

    def quiet(*args):
        with np.errstate(all="ignore"):
            return function(*args)

    return quiet


def naive_logistic(z):
    return 1 / (1 + np.exp(-z))


BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
