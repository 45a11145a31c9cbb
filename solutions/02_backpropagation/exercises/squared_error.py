"""What `SquaredError` is checked on."""

from course_utils.exercises import Call, Case, Exercise, edit


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


_SQUARES, _DY = "(Y - T) ** 2", "(self.Y - self.T)"

SquaredError = Exercise(
    points=1,
    cases=_squared_cases,
    hints=[
        "Sum over the units of an example, mean over the examples, times 1/2: by which one number "
        "is the whole sum divided?",
        "The 2 from the square and the 1/2 cancel in the gradient. The batch size does not.",
    ],
    alternatives=[
        edit(
            "self.Y, self.T = Y, T\nreturn np.sum((Y - T) ** 2) / (2 * len(Y))",
            "self.difference = Y - T\n"
            "return 0.5 * float(np.mean(np.linalg.norm(Y - T, axis=1) ** 2))",
            "(self.Y - self.T) / len(self.Y)",
            "self.difference / self.difference.shape[0]",
        ),
        edit("np.sum((Y - T) ** 2) / (2 * len(Y))", "np.mean(np.sum(0.5 * (T - Y) ** 2, axis=1))"),
        edit("np.sum((Y - T) ** 2)", "np.vdot(Y - T, Y - T)"),
    ],
    mistakes={
        "E lacks the factor 1/2.": edit("(2 * len(Y))", "len(Y)"),
        "E and dE/dY lack the factor 1/2.": edit(
            "(2 * len(Y))", "len(Y)", _DY, "2 * (self.Y - self.T)"
        ),
        "E is summed over the batch; the mean over the examples is asked.": edit(
            "(2 * len(Y))", "2"
        ),
        "E and dE/dY are summed over the batch; E is the mean over the examples.": edit(
            "(2 * len(Y))", "2", " / len(self.Y)", ""
        ),
        "E is the mean over the units too. Sum over the units, "
        "and take the mean over the examples only.": edit("sum", "mean", "(2 * len(Y))", "2"),
        "E and dE/dY take the mean over the units too. Sum over "
        "the units, and take the mean over the examples only.": edit(
            "sum", "mean", "(2 * len(Y))", "2", "len(self.Y)", "self.Y.size"
        ),
        "This is Keras's mean squared error: without "
        "the 1/2, and with the mean over the units.": edit(
            "sum",
            "mean",
            " / (2 * len(Y))",
            "",
            _DY,
            "2 * (self.Y - self.T)",
            "len(self.Y)",
            "self.Y.size",
        ),
        "forward returns one error for each example. Return their mean, one number.": edit(
            "2) / (2 * len(Y))", "2, axis=1) / 2"
        ),
        "The square is missing: this is the absolute error.": edit(_SQUARES, "np.abs(Y - T)"),
        "The square is missing: positive and negative differences cancel.": edit(_SQUARES, "Y - T"),
        "You sum before you square. Square each difference.": edit("(Y - T) ** 2)", "Y - T) ** 2"),
        "E is under a square root. No root is asked.": edit(
            "np.sum((Y - T) ** 2) / (2 * len(Y))", "np.sqrt(np.sum((Y - T) ** 2) / (2 * len(Y)))"
        ),
        "Python reads a / 2 * n as (a / 2) * n: put the denominator in parentheses.": edit(
            "(2 * len(Y))", "2 * len(Y)"
        ),
        "dE/dY has a factor 2 too many: it cancels with the 1/2 of E.": edit(
            _DY, "2 * (self.Y - self.T)"
        ),
        "dE/dY has a factor 1/2 too many: the 2 from the square cancels it.": edit(
            "len(self.Y)", "(2 * len(self.Y))"
        ),
        "dE/dY lacks the division by the batch size: E is the mean over the batch.": edit(
            " / len(self.Y)", ""
        ),
        "dE/dY has the wrong sign: it is Y - T.": edit(_DY, "(self.T - self.Y)"),
        "dE/dY takes the mean over the units too. Divide by the number of examples only.": edit(
            "len(self.Y)", "self.Y.size"
        ),
        "dE/dY is not squared: the derivative of a square is a difference.": edit(
            _DY, "(self.Y - self.T) ** 2"
        ),
        "backward returns one number. dE/dY has one for each output, the shape of Y.": edit(
            "(self.Y - self.T) / len(self.Y)", "np.mean(self.Y - self.T)"
        ),
        "y (1 - y) belongs to the logistic activation, whose own backward multiplies "
        "by it. Here dE/dY is asked.": edit(_DY, "(self.Y - self.T) * self.Y * (1 - self.Y)"),
        "dE/dY is summed over the batch. Each example keeps its own row.": edit(
            _DY, "np.sum(self.Y - self.T, axis=0)"
        ),
        "backward changes what forward kept (/= works in place). Make a new array.": edit(
            "self.Y, self.T = Y, T",
            "self.difference = Y - T",
            "return (self.Y - self.T) / len(self.Y)",
            "self.difference /= len(self.difference)\nreturn self.difference",
        ),
        "backward uses the first batch. forward must keep Y and T anew each time.": edit(
            "= Y, T", '= self.first = getattr(self, "first", (Y, T))'
        ),
        "This is the length of Y - T over 2 batch: the norm has a root, "
        "which is still to be squared.": edit("np.sum((Y - T) ** 2)", "np.linalg.norm(Y - T)"),
        "A matrix product mixes examples. Square each difference by itself.": edit(
            _SQUARES, "(Y - T) @ (Y - T).T"
        ),
        "This is a difference of squares. The square of the difference is asked.": edit(
            _SQUARES, "Y**2 - T**2"
        ),
        "E is divided by batch - 1. Here the mean divides by the batch size.": edit(
            "len(Y))", "max(1, len(Y) - 1))"
        ),
        "E and dE/dY are divided by the number of units. Sum over the units, and divide by "
        "the number of examples.": edit("len(Y))", "Y.shape[1])", "len(self.Y)", "self.Y.shape[1]"),
    },
)
