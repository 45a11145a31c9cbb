"""What `SquaredError` is checked on."""

import numpy as np

from course_utils.exercises import Call, Case, Exercise


def _squared_cases(rng):
    def case(name, batch, units, back=False):
        Y, T = rng.normal(size=(batch, units)), rng.normal(size=(batch, units))
        return Case(name, steps=[Call("forward", Y, T), *([Call("backward")] if back else [])])

    yield case("E, one example, one unit", 1, 1)
    yield case("E, one example", 1, 3)
    yield case("E, a batch", 4, 3)
    yield case("E, one unit", 5, 1)
    yield case("dE/dY, one example", 1, 3, back=True)
    yield case("dE/dY, a batch", 4, 3, back=True)
    yield case("dE/dY, one unit", 5, 1, back=True)
    first, second = rng.normal(size=(2, 2, 3)), rng.normal(size=(2, 2, 3))
    forward = [Call("forward", *first), Call("forward", *second)]
    yield Case("a second batch", steps=[*forward, Call("backward")])
    yield Case("backward twice", steps=[forward[0], Call("backward"), Call("backward")])


def _squared_error(
    E=lambda Y, T: np.sum((Y - T) ** 2) / (2 * len(Y)), dY=lambda Y, T: (Y - T) / len(Y)
):
    class Squared:
        def forward(self, Y, T):
            self.Y, self.T = Y, T
            return E(Y, T)

        def backward(self):
            return dY(self.Y, self.T)

    return Squared


class _SquaredByDifference:
    def forward(self, Y, T):
        self.difference = Y - T
        return 0.5 * float(np.mean(np.linalg.norm(self.difference, axis=1) ** 2))

    def backward(self):
        return self.difference / self.difference.shape[0]


class _SquaredSpoilingItself(_SquaredByDifference):
    def backward(self):
        self.difference /= len(self.difference)
        return self.difference


class _SquaredOfFirstBatch(_SquaredByDifference):
    def forward(self, Y, T):
        E = super().forward(Y, T)
        self.first = getattr(self, "first", self.difference)
        self.difference = self.first
        return E


SquaredError = Exercise(
    points=1,
    cases=_squared_cases,
    hints=[
        "Sum over the units of an example, mean over the examples, times 1/2: by which one number "
        "is the whole sum divided?",
        "The 2 from the square and the 1/2 cancel in the gradient. The batch size does not.",
    ],
    alternatives=[
        _SquaredByDifference,
        _squared_error(E=lambda Y, T: np.mean(np.sum(0.5 * (T - Y) ** 2, axis=1))),
        _squared_error(E=lambda Y, T: np.vdot(Y - T, Y - T) / 2 / len(T)),
    ],
    mistakes={
        "E lacks the factor 1/2.": _squared_error(E=lambda Y, T: np.sum((Y - T) ** 2) / len(Y)),
        "E and dE/dY lack the factor 1/2.": _squared_error(
            E=lambda Y, T: np.sum((Y - T) ** 2) / len(Y), dY=lambda Y, T: 2 * (Y - T) / len(Y)
        ),
        "E is summed over the batch; the mean over the examples is asked.": _squared_error(
            E=lambda Y, T: np.sum((Y - T) ** 2) / 2
        ),
        "E and dE/dY are summed over the batch; E is the mean over the examples.": _squared_error(
            E=lambda Y, T: np.sum((Y - T) ** 2) / 2, dY=lambda Y, T: Y - T
        ),
        "E is the mean over the units too. Sum over the units, and take the mean over the examples "
        "only.": _squared_error(E=lambda Y, T: np.mean((Y - T) ** 2) / 2),
        "E and dE/dY take the mean over the units too. Sum over the units, and take the mean over "
        "the examples only.": _squared_error(
            E=lambda Y, T: np.mean((Y - T) ** 2) / 2, dY=lambda Y, T: (Y - T) / Y.size
        ),
        "This is Keras's mean squared error: without the 1/2, and with the mean over the units.": (
            _squared_error(
                E=lambda Y, T: np.mean((Y - T) ** 2), dY=lambda Y, T: 2 * (Y - T) / Y.size
            )
        ),
        "forward returns one error for each example. Return their mean, one "
        "number.": _squared_error(E=lambda Y, T: np.sum((Y - T) ** 2, axis=1) / 2),
        "The square is missing: this is the absolute error.": _squared_error(
            E=lambda Y, T: np.sum(np.abs(Y - T)) / (2 * len(Y))
        ),
        "The square is missing: positive and negative differences cancel.": _squared_error(
            E=lambda Y, T: np.sum(Y - T) / (2 * len(Y))
        ),
        "You sum before you square. Square each difference.": _squared_error(
            E=lambda Y, T: np.sum(Y - T) ** 2 / (2 * len(Y))
        ),
        "E is under a square root. No root is asked.": _squared_error(
            E=lambda Y, T: np.sqrt(np.sum((Y - T) ** 2) / (2 * len(Y)))
        ),
        "Python reads a / 2 * n as (a / 2) * n: put the denominator in "
        "parentheses.": _squared_error(E=lambda Y, T: np.sum((Y - T) ** 2) / 2 * len(Y)),
        "dE/dY has a factor 2 too many: it cancels with the 1/2 of E.": _squared_error(
            dY=lambda Y, T: 2 * (Y - T) / len(Y)
        ),
        "dE/dY has a factor 1/2 too many: the 2 from the square cancels it.": _squared_error(
            dY=lambda Y, T: (Y - T) / (2 * len(Y))
        ),
        "dE/dY lacks the division by the batch size: E is the mean over the batch.": _squared_error(
            dY=lambda Y, T: Y - T
        ),
        "dE/dY has the wrong sign: it is Y - T.": _squared_error(dY=lambda Y, T: (T - Y) / len(Y)),
        "dE/dY takes the mean over the units too. Divide by the number of examples only.": (
            _squared_error(dY=lambda Y, T: (Y - T) / Y.size)
        ),
        "dE/dY is not squared: the derivative of a square is a difference.": _squared_error(
            dY=lambda Y, T: (Y - T) ** 2 / len(Y)
        ),
        "backward returns one number. dE/dY has one for each output, the shape of Y.": (
            _squared_error(dY=lambda Y, T: np.mean(Y - T))
        ),
        "y (1 - y) belongs to the logistic activation, whose own backward multiplies by it. Here "
        "dE/dY is asked.": _squared_error(dY=lambda Y, T: (Y - T) * Y * (1 - Y) / len(Y)),
        "dE/dY is summed over the batch. Each example keeps its own row.": _squared_error(
            dY=lambda Y, T: np.sum(Y - T, axis=0) / len(Y)
        ),
        "backward changes what forward kept (/= works in place). Make a new array.": (
            _SquaredSpoilingItself
        ),
        "backward uses the first batch. forward must keep Y and T anew each time.": (
            _SquaredOfFirstBatch
        ),
        "This is the length of Y - T over 2 batch: the norm has a root, which is still to be "
        "squared.": _squared_error(E=lambda Y, T: np.linalg.norm(Y - T) / (2 * len(Y))),
        "A matrix product mixes examples. Square each difference by itself.": _squared_error(
            E=lambda Y, T: np.sum((Y - T) @ (Y - T).T) / (2 * len(Y))
        ),
        "This is a difference of squares. The square of the difference is asked.": _squared_error(
            E=lambda Y, T: np.sum(Y**2 - T**2) / (2 * len(Y))
        ),
        "E is divided by batch - 1. Here the mean divides by the batch size.": _squared_error(
            E=lambda Y, T: np.sum((Y - T) ** 2) / (2 * max(1, len(Y) - 1))
        ),
        "E and dE/dY are divided by the number of units. Sum over the units, and divide by the "
        "number of examples.": _squared_error(
            E=lambda Y, T: np.sum((Y - T) ** 2) / (2 * Y.shape[1]),
            dY=lambda Y, T: (Y - T) / Y.shape[1],
        ),
    },
)
