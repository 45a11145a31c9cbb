"""What `Logistic` is checked on."""

import numpy as np

from course_utils.exercises import Call, Case, Exercise

from ._activations import (
    activation,
    activation_cases,
    logistic_of,
    of_first_batch,
    quietly,
    spoiling_A,
)


def _logistic_cases(rng):
    extremes = np.array([[1000.0, -1000.0, 40.0, -40.0]])
    yield from activation_cases(rng, extremes)
    yield Case(
        "delta, large numbers", steps=[Call("forward", extremes), Call("backward", np.ones((1, 4)))]
    )


def _logistic(backward, forward=logistic_of):
    return activation(quietly(forward), quietly(backward))


class _LogisticByMasks:
    def forward(self, Z):
        self.Z = Z.copy()
        A = np.empty_like(Z)
        A[Z >= 0] = 1 / (1 + np.exp(-Z[Z >= 0]))
        A[Z < 0] = np.exp(Z[Z < 0]) / (1 + np.exp(Z[Z < 0]))
        return A

    def backward(self, dA):
        small = np.exp(-np.abs(self.Z))
        return dA * small / (1 + small) ** 2


def _softmax(Z):
    powers = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


_slope_logistic = lambda dA, Z, A: dA * A * (1 - A)  # noqa: E731

Logistic = Exercise(
    points=1,
    cases=_logistic_cases,
    hints=[
        "forward is your logistic of lab 1; keep its result on self.",
        "backward: the slope of the logistic function, from the A that you kept, times what comes "
        "from the right.",
    ],
    alternatives=[
        _logistic(_slope_logistic, lambda Z: 1 / (1 + np.exp(-Z))),
        _LogisticByMasks,
        _logistic(lambda dA, Z, A: dA * (A - A**2), lambda Z: np.exp(-np.logaddexp(0, -Z))),
    ],
    mistakes={
        "backward returns the slope alone. Multiply it by dA, what comes from the "
        "right.": _logistic(lambda dA, Z, A: A * (1 - A)),
        "backward returns dA as it came. Multiply it by the slope a (1 - a).": _logistic(
            lambda dA, Z, A: dA
        ),
        "The slope is a (1 - a), with the output a; you used the input z.": _logistic(
            lambda dA, Z, A: dA * Z * (1 - Z)
        ),
        "The slope is a (1 - a), with the output a of forward; you used dA.": _logistic(
            lambda dA, Z, A: dA * (1 - dA)
        ),
        "1 - a^2 is the slope of tanh. That of the logistic function is a (1 - a).": _logistic(
            lambda dA, Z, A: dA * (1 - A**2)
        ),
        "You apply the logistic function to a once more: a is its output already.": _logistic(
            lambda dA, Z, A: dA * logistic_of(A) * (1 - logistic_of(A))
        ),
        "The slope is a (1 - a); the factor a is missing.": _logistic(
            lambda dA, Z, A: dA * (1 - A)
        ),
        "The slope is a (1 - a); the factor 1 - a is missing.": _logistic(lambda dA, Z, A: dA * A),
        "The sign is flipped: the slope is a (1 - a), and positive everywhere.": _logistic(
            lambda dA, Z, A: dA * A * (A - 1)
        ),
        "You add dA and the slope. By the chain rule they multiply.": _logistic(
            lambda dA, Z, A: dA + A * (1 - A)
        ),
        "You divide by the slope. By the chain rule dA is multiplied by it.": _logistic(
            lambda dA, Z, A: dA / (A * (1 - A))
        ),
        "delta is averaged over the batch. Each example keeps its own row, and the loss has "
        "divided already.": _logistic(lambda dA, Z, A: dA * A * (1 - A) / len(dA)),
        "delta is summed over the batch. Each example keeps its own row.": _logistic(
            lambda dA, Z, A: (dA * A * (1 - A)).sum(axis=0)
        ),
        "For large z this form becomes inf / inf, which is nan: e^z stands above and below the "
        "line.": _logistic(_slope_logistic, lambda Z: np.exp(Z) / (1 + np.exp(Z))),
        "forward falls where it should rise: look at the sign in the exponent.": _logistic(
            _slope_logistic, lambda Z: 1 / (1 + np.exp(Z))
        ),
        "forward returns tanh, from -1 to 1. The logistic function goes from 0 to 1.": _logistic(
            _slope_logistic, np.tanh
        ),
        "backward computes the slope from z with e^z, and becomes nan for large z: use the output "
        "a that forward kept.": _logistic(lambda dA, Z, A: dA * np.exp(Z) / (1 + np.exp(Z)) ** 2),
        "backward uses the A of the first batch. forward must keep its A anew each "
        "time.": of_first_batch(_logistic(_slope_logistic)),
        "backward changes the A that forward kept (self.A *= ...). Make a new array.": spoiling_A(
            _logistic(_slope_logistic), lambda A: np.multiply(A, 1 - A, out=A)
        ),
        "forward is a softmax: its rows sum to 1. The logistic function treats each element by "
        "itself.": _logistic(_slope_logistic, _softmax),
        "Below 0 forward should fall towards 0: you use |z|, and 1 / (1 + e^-|z|) is never below "
        "1/2.": _logistic(_slope_logistic, lambda Z: 1 / (1 + np.exp(-np.abs(Z)))),
        "This is the hard sigmoid, made of straight lines. The exponential one is asked.": (
            _logistic(_slope_logistic, lambda Z: np.clip(0.2 * Z + 0.5, 0, 1))
        ),
        "For large z your e^z / (1 + e^z) is nan, and you put 0 there. It should be 1: keep e^z "
        "from overflowing.": _logistic(
            _slope_logistic, lambda Z: np.nan_to_num(np.exp(Z) / (1 + np.exp(Z)))
        ),
        "forward gives 0 and 1 only, a step. The logistic function rises smoothly.": _logistic(
            _slope_logistic, lambda Z: (Z > 0).astype(float)
        ),
    },
)
