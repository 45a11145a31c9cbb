"""The cases that the three activations share."""

import numpy as np

from course_utils.exercises import Call, Case


def activation_cases(rng, extremes):
    def through(name, *shape, low=0.2, high=1.6, extra=()):
        signs = np.where(rng.random(shape) < 0.5, -1.0, 1.0)
        signs.flat[0], signs.flat[1] = 1.0, -1.0  # never all of one sign
        Z = signs * rng.uniform(low, high, size=shape)
        return Case(name, steps=[Call("forward", Z), *extra])

    def gradient(*shape):
        dA = rng.normal(size=shape)
        dA.flat[0], dA.flat[1] = -1.3, 0.7
        return Call("backward", dA)

    yield through("A, one example", 1, 4)
    yield through("A, a batch", 3, 2)
    if extremes is not None:
        yield Case("A, large numbers", steps=[Call("forward", extremes)])
    yield through("delta, one example", 1, 4, extra=[gradient(1, 4)])
    yield through("delta, a batch", 3, 2, extra=[gradient(3, 2)])
    yield through("delta, where dE/dA is 1", 2, 3, extra=[Call("backward", np.ones((2, 3)))])
    yield through("delta, z far from 0", 2, 3, low=4.0, high=6.0, extra=[gradient(2, 3)])
    second = [gradient(2, 3), Call("forward", rng.normal(size=(2, 3))), gradient(2, 3)]
    yield through("a second batch", 2, 3, extra=second)
    yield through("backward twice", 2, 3, extra=[gradient(2, 3), gradient(2, 3)])
