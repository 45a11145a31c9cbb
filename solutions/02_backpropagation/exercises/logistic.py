"""What `Logistic` is checked on."""

import numpy as np

from course_utils.exercises import Call, Case, Exercise, edit

from ._activations import activation_cases


def _logistic_cases(rng):
    extremes = np.array([[1000.0, -1000.0, 40.0, -40.0]])
    yield from activation_cases(rng, extremes)
    yield Case(
        "delta, large numbers", steps=[Call("forward", extremes), Call("backward", np.ones((1, 4)))]
    )


_A, _SLOPE = "(1 + np.tanh(Z / 2)) / 2", "self.A * (1 - self.A)"
_KEEP_Z = "self.Z = Z\nself.A = "

Logistic = Exercise(
    points=1,
    cases=_logistic_cases,
    hints=[
        "forward is your logistic of lab 1; keep its result on self.",
        "backward: the slope of the logistic function, from the A that you kept, times what comes "
        "from the right.",
    ],
    alternatives=[
        edit(_A, "1 / (1 + np.exp(-Z))"),
        edit(
            "self.A = ",
            "self.small = np.exp(-np.abs(Z))\nself.A = ",
            _A,
            "np.where(Z >= 0, 1.0, self.small) / (1 + self.small)",
            _SLOPE,
            "self.small / (1 + self.small) ** 2",
        ),
        edit(_A, "np.exp(-np.logaddexp(0, -Z))", _SLOPE, "(self.A - self.A**2)"),
    ],
    mistakes={
        "backward returns the slope alone. Multiply it by dA, what comes from the right.": edit(
            "dA * self.A", "self.A"
        ),
        "backward returns dA as it came. Multiply it by the slope a (1 - a).": edit(
            " * self.A * (1 - self.A)", ""
        ),
        "The slope is a (1 - a), with the output a; you used the input z.": edit(
            "self.A = ", _KEEP_Z, _SLOPE, "self.Z * (1 - self.Z)"
        ),
        "The slope is a (1 - a), with the output a of forward; you used dA.": edit(
            _SLOPE, "(1 - dA)"
        ),
        "1 - a^2 is the slope of tanh. That of the logistic function is a (1 - a).": edit(
            _SLOPE, "(1 - self.A**2)"
        ),
        "You apply the logistic function to a once more: a is its output already.": edit(
            "return dA", "A = 1 / (1 + np.exp(-self.A))\nreturn dA", _SLOPE, "A * (1 - A)"
        ),
        "The slope is a (1 - a); the factor a is missing.": edit("dA * self.A", "dA"),
        "The slope is a (1 - a); the factor 1 - a is missing.": edit(" * (1 - self.A)", ""),
        "The sign is flipped: the slope is a (1 - a), and positive everywhere.": edit(
            "1 - self.A", "self.A - 1"
        ),
        "You add dA and the slope. By the chain rule they multiply.": edit(
            "dA * self.A", "dA + self.A"
        ),
        "You divide by the slope. By the chain rule dA is multiplied by it.": edit(
            "dA * self.A * (1 - self.A)", "dA / (self.A * (1 - self.A))"
        ),
        "delta is averaged over the batch. Each example keeps its own "
        "row, and the loss has divided already.": edit("(1 - self.A)", "(1 - self.A) / len(dA)"),
        "delta is summed over the batch. Each example keeps its own row.": edit(
            "dA * self.A * (1 - self.A)", "(dA * self.A * (1 - self.A)).sum(axis=0)"
        ),
        "For large z this form becomes inf / inf, which "
        "is nan: e^z stands above and below the line.": edit(_A, "np.exp(Z) / (1 + np.exp(Z))"),
        "forward falls where it should rise: look at the sign in the exponent.": edit(
            _A, "1 / (1 + np.exp(Z))"
        ),
        "forward returns tanh, from -1 to 1. The logistic function goes from 0 to 1.": edit(
            _A, "np.tanh(Z)"
        ),
        "backward computes the slope from z with e^z, and becomes "
        "nan for large z: use the output a that forward kept.": edit(
            "self.A = ", _KEEP_Z, _SLOPE, "np.exp(self.Z) / (1 + np.exp(self.Z)) ** 2"
        ),
        "backward uses the A of the first batch. forward must keep its A anew each time.": edit(
            "self.A = (", "A = (", "return self.A", 'self.A = getattr(self, "A", A)\nreturn A'
        ),
        "backward changes the A that forward kept (self.A *= ...). Make a new array.": edit(
            "return dA * self.A * (1 - self.A)", "self.A *= 1 - self.A\nreturn dA * self.A"
        ),
        "forward is a softmax: its rows sum to 1. The logistic function treats each "
        "element by itself.": edit(_A, "np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True))"),
        "Below 0 forward should fall towards 0: you use "
        "|z|, and 1 / (1 + e^-|z|) is never below 1/2.": edit("Z / 2", "np.abs(Z) / 2"),
        "This is the hard sigmoid, made of straight lines. The exponential one is asked.": edit(
            _A, "np.clip(0.2 * Z + 0.5, 0, 1)"
        ),
        "For large z your e^z / (1 + e^z) is nan, and you put 0 there. It should "
        "be 1: keep e^z from overflowing.": edit(_A, "np.nan_to_num(np.exp(Z) / (1 + np.exp(Z)))"),
        "forward gives 0 and 1 only, a step. The logistic function rises smoothly.": edit(
            _A, "(Z > 0).astype(float)"
        ),
    },
)
