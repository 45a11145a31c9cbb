"""What `Tanh` is checked on."""

import numpy as np

from course_utils.exercises import Exercise

from ._activations import (
    activation,
    activation_cases,
    logistic_of,
    of_first_batch,
    quietly,
    spoiling_A,
)


def _tanh(backward, forward=np.tanh):
    return activation(quietly(forward), quietly(backward))


class _TanhByLogistic:
    def forward(self, Z):
        self.A = 2 * logistic_of(2 * Z) - 1
        return self.A.copy()

    def backward(self, dA):
        return dA * (1 - self.A) * (1 + self.A)


Tanh = Exercise(
    points=1,
    cases=lambda rng: activation_cases(rng, np.array([[1000.0, -1000.0, 40.0, -40.0]])),
    hints=[
        "It has the form of Logistic: only the function and its slope are others.",
        "Keep A on self in forward; in backward multiply elementwise.",
    ],
    alternatives=[
        _tanh(lambda dA, Z, A: dA / np.cosh(Z) ** 2),
        _TanhByLogistic,
        _tanh(lambda dA, Z, A: dA - dA * np.tanh(Z) ** 2),
    ],
    mistakes={
        "backward returns the slope alone. Multiply it by dA, what comes from the right.": _tanh(
            lambda dA, Z, A: 1 - A**2
        ),
        "backward returns dA as it came. Multiply it by the slope 1 - a^2.": _tanh(
            lambda dA, Z, A: dA
        ),
        "The slope is 1 - a^2, with the output a; you used the input z.": _tanh(
            lambda dA, Z, A: dA * (1 - Z**2)
        ),
        "The slope is 1 - a^2, with the output a of forward; you used dA.": _tanh(
            lambda dA, Z, A: dA * (1 - dA**2)
        ),
        "a (1 - a) is the slope of the logistic function. That of tanh is 1 - a^2.": _tanh(
            lambda dA, Z, A: dA * A * (1 - A)
        ),
        "You apply tanh to a once more: a is its output already.": _tanh(
            lambda dA, Z, A: dA * (1 - np.tanh(A) ** 2)
        ),
        "The slope is 1 - a^2; the square is missing.": _tanh(lambda dA, Z, A: dA * (1 - A)),
        "The slope is 1 - a^2, not (1 - a)^2: the square belongs to a alone.": _tanh(
            lambda dA, Z, A: dA * (1 - A) ** 2
        ),
        "The slope is 1 - a^2, with a minus.": _tanh(lambda dA, Z, A: dA * (1 + A**2)),
        "The sign is flipped: the slope is 1 - a^2, and positive everywhere.": _tanh(
            lambda dA, Z, A: dA * (A**2 - 1)
        ),
        "dA multiplies only a part: dA * 1 - a^2 needs parentheses around 1 - a^2.": _tanh(
            lambda dA, Z, A: dA * 1 - A**2
        ),
        "You add dA and the slope. By the chain rule they multiply.": _tanh(
            lambda dA, Z, A: dA + (1 - A**2)
        ),
        "You divide by the slope. By the chain rule dA is multiplied by it.": _tanh(
            lambda dA, Z, A: dA / (1 - A**2)
        ),
        "The slope is 1 / cosh^2: the square is missing.": _tanh(lambda dA, Z, A: dA / np.cosh(Z)),
        "delta is averaged over the batch. Each example keeps its own row, and the loss has "
        "divided already.": _tanh(lambda dA, Z, A: dA * (1 - A**2) / len(dA)),
        "delta is summed over the batch. Each example keeps its own row.": _tanh(
            lambda dA, Z, A: (dA * (1 - A**2)).sum(axis=0)
        ),
        "forward returns the logistic function, from 0 to 1. tanh goes from -1 to 1.": _tanh(
            lambda dA, Z, A: dA * (1 - A**2), logistic_of
        ),
        "forward returns the tangent. The hyperbolic tangent is numpy.tanh.": _tanh(
            lambda dA, Z, A: dA * (1 - A**2), np.tan
        ),
        "For large z this form becomes inf / inf, which is nan. numpy.tanh does not.": _tanh(
            lambda dA, Z, A: dA * (1 - A**2),
            lambda Z: (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z)),
        ),
        "backward uses the A of the first batch. forward must keep its A anew each "
        "time.": of_first_batch(_tanh(lambda dA, Z, A: dA * (1 - A**2))),
        "backward changes the A that forward kept (self.A **= 2). Make a new array.": spoiling_A(
            _tanh(lambda dA, Z, A: dA * (1 - A**2)), lambda A: np.square(A, out=A)
        ),
        "The slope is 1 - a^2, with the output a of forward; you apply tanh to dA.": _tanh(
            lambda dA, Z, A: dA * (1 - np.tanh(dA) ** 2)
        ),
        "The slope is 1 - a^2, a squared; you gave 1 - 2a.": _tanh(
            lambda dA, Z, A: dA * (1 - 2 * A)
        ),
        "With the logistic function tanh z is 2 f(2z) - 1: z is doubled as well.": _tanh(
            lambda dA, Z, A: dA * (1 - A**2), lambda Z: 2 * logistic_of(Z) - 1
        ),
        "forward returns the arc tangent. The hyperbolic tangent is numpy.tanh.": _tanh(
            lambda dA, Z, A: dA * (1 - A**2), np.arctan
        ),
        "forward returns the hyperbolic sine. The hyperbolic tangent is numpy.tanh.": _tanh(
            lambda dA, Z, A: dA * (1 - A**2), np.sinh
        ),
    },
)
