"""What `Tanh` is checked on."""

import numpy as np

from course_utils.exercises import Exercise, edit

from ._activations import activation_cases

_KEEP_Z = "self.Z = Z\nself.A = "

Tanh = Exercise(
    points=1,
    cases=lambda rng: activation_cases(rng, np.array([[1000.0, -1000.0, 40.0, -40.0]])),
    hints=[
        "It has the form of Logistic: only the function and its slope are others.",
        "Keep A on self in forward; in backward multiply elementwise.",
    ],
    alternatives=[
        edit("self.A = ", _KEEP_Z, "* (1 - self.A**2)", "/ np.cosh(self.Z) ** 2"),
        edit(
            "np.tanh(Z)",
            "2 / (1 + np.exp(-2 * Z)) - 1",
            "return self.A",
            "return self.A.copy()",
            "(1 - self.A**2)",
            "(1 - self.A) * (1 + self.A)",
        ),
        edit("self.A = ", _KEEP_Z, "dA * (1 - self.A**2)", "dA - dA * np.tanh(self.Z) ** 2"),
    ],
    mistakes={
        "backward returns the slope alone. Multiply it by dA, what comes from the right.": edit(
            "dA * ", ""
        ),
        "backward returns dA as it came. Multiply it by the slope 1 - a^2.": edit(
            " * (1 - self.A**2)", ""
        ),
        "The slope is 1 - a^2, with the output a; you used the input z.": edit(
            "self.A = ", _KEEP_Z, "self.A**2", "self.Z**2"
        ),
        "The slope is 1 - a^2, with the output a of forward; you used dA.": edit(
            "self.A**2", "dA**2"
        ),
        "a (1 - a) is the slope of the logistic function. That of tanh is 1 - a^2.": edit(
            "(1 - self.A**2)", "self.A * (1 - self.A)"
        ),
        "You apply tanh to a once more: a is its output already.": edit(
            "self.A**2", "np.tanh(self.A) ** 2"
        ),
        "The slope is 1 - a^2; the square is missing.": edit("self.A**2", "self.A"),
        "The slope is 1 - a^2, not (1 - a)^2: the square belongs to a alone.": edit(
            "(1 - self.A**2)", "(1 - self.A) ** 2"
        ),
        "The slope is 1 - a^2, with a minus.": edit("1 - ", "1 + "),
        "The sign is flipped: the slope is 1 - a^2, and positive everywhere.": edit(
            "1 - self.A**2", "self.A**2 - 1"
        ),
        "dA multiplies only a part: dA * 1 - a^2 needs parentheses around 1 - a^2.": edit(
            "(1 - self.A**2)", "1 - self.A**2"
        ),
        "You add dA and the slope. By the chain rule they multiply.": edit("dA *", "dA +"),
        "You divide by the slope. By the chain rule dA is multiplied by it.": edit("dA *", "dA /"),
        "The slope is 1 / cosh^2: the square is missing.": edit(
            "self.A = ", _KEEP_Z, "* (1 - self.A**2)", "/ np.cosh(self.Z)"
        ),
        "delta is averaged over the batch. Each example keeps its own row, "
        "and the loss has divided already.": edit("(1 - self.A**2)", "(1 - self.A**2) / len(dA)"),
        "delta is summed over the batch. Each example keeps its own row.": edit(
            "dA * (1 - self.A**2)", "(dA * (1 - self.A**2)).sum(axis=0)"
        ),
        "forward returns the logistic function, from 0 to 1. tanh goes from -1 to 1.": edit(
            "np.tanh(Z)", "1 / (1 + np.exp(-Z))"
        ),
        "forward returns the tangent. The hyperbolic tangent is numpy.tanh.": edit("tanh", "tan"),
        "For large z this form becomes inf / inf, which is nan. numpy.tanh does not.": edit(
            "np.tanh(Z)", "(np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))"
        ),
        "backward uses the A of the first batch. forward must keep its A anew each time.": edit(
            "self.A = ", "A = ", "return self.A", 'self.A = getattr(self, "A", A)\nreturn A'
        ),
        "backward changes the A that forward kept (self.A **= 2). Make a new array.": edit(
            "return dA", "self.A **= 2\nreturn dA", "self.A**2", "self.A"
        ),
        "The slope is 1 - a^2, with the output a of forward; you apply tanh to dA.": edit(
            "self.A**2", "np.tanh(dA) ** 2"
        ),
        "The slope is 1 - a^2, a squared; you gave 1 - 2a.": edit("self.A**2", "2 * self.A"),
        "With the logistic function tanh z is 2 f(2z) - 1: z is doubled as well.": edit(
            "np.tanh(Z)", "2 / (1 + np.exp(-Z)) - 1"
        ),
        "forward returns the arc tangent. The hyperbolic tangent is numpy.tanh.": edit(
            "tanh", "arctan"
        ),
        "forward returns the hyperbolic sine. The hyperbolic tangent is numpy.tanh.": edit(
            "tanh", "sinh"
        ),
    },
)
