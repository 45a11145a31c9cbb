"""What `log_loss` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _log_loss_cases(rng):
    def case(name, batch, labels, T=None):
        targets = rng.permutation(np.arange(batch * labels) % 2).reshape(batch, labels)
        T = targets.astype(float) if T is None else np.full((batch, labels), T)
        return Case(
            name, T, rng.uniform(0.05, 0.45, size=(batch, labels)) + 0.5 * (rng.random() < 0.5)
        )

    yield case("one example", 1, 3)
    yield case("one label: a yes or no", 5, 1)
    yield case("every label is there", 3, 2, T=1.0)
    yield case("no label is there", 3, 2, T=0.0)
    yield case("a batch", 4, 3)
    yield case("as many examples as labels", 3, 3)
    near = np.array([[10 ** -rng.uniform(7.6, 8.0), 0.3], [0.7, 10 ** -rng.uniform(2.5, 3.5)]])
    yield Case("sure and wrong", np.array([[1.0, 0.0], [0.0, 1.0]]), near)


_TERMS = "T * np.log(Y) + (1 - T) * np.log(1 - Y)"
_MINUS_SUM = "-np.sum(" + _TERMS

log_loss = Exercise(
    points=2,
    cases=_log_loss_cases,
    hints=[
        "For each label only one of the two terms counts: which one where t = 1, which where t = "
        "0?",
        "Compute all terms elementwise, then sum over the labels, the columns. What shape is left?",
    ],
    alternatives=[
        edit(_TERMS, "np.log(np.where(T == 1, Y, 1 - Y))"),
        lambda T, Y: -np.log(np.prod(Y**T * (1 - Y) ** (1 - T), axis=1)),
        edit(_TERMS, "np.log(np.abs(1 - T - Y))", "axis=1", "axis=-1"),
        lambda T, Y: np.array(
            [
                sum(-np.log(y) if t else -np.log(1 - y) for t, y in zip(ts, ys, strict=True))
                for ts, ys in zip(T, Y, strict=True)
            ]
        ),
    ],
    mistakes={
        "Labels that are not there cost too: the term (1 - t) log(1 - y) is missing.": edit(
            " + (1 - T) * np.log(1 - Y)", ""
        ),
        "Labels that are there cost too: the term t log y is missing.": edit(
            "T * np.log(Y) + ", ""
        ),
        "You take the mean over the labels; their sum is asked.": edit("sum", "mean"),
        "The sum runs over the examples (axis 0). Sum over the labels of each example.": edit(
            "axis=1", "axis=0"
        ),
        "You sum over the whole batch. Each example has a loss of its own.": edit(", axis=1", ""),
        "You take the mean over the whole batch. Each example has a loss of its own.": edit(
            "sum", "mean", ", axis=1", ""
        ),
        "The labels are not summed: one number for each example is asked.": edit(
            "np.sum", "", ", axis=1", ""
        ),
        "The minus is missing: logarithms of probabilities "
        "are negative, and a loss is positive.": edit("-np.sum", "np.sum"),
        "The minus stands before the first term only: put both terms in parentheses.": edit(
            "-np.sum(", "np.sum(-"
        ),
        "The two terms are swapped: log y counts where t = 1.": edit(
            "T * np.log(Y) + (1 - T)", "(1 - T) * np.log(Y) + T"
        ),
        "log y counts where t = 1 only: in the second term it is log(1 - y).": edit(
            "np.log(1 - Y)", "np.log(Y)"
        ),
        "The factor 1 - t is missing: log(1 - y) counts where t = 0 only.": edit("(1 - T) * ", ""),
        "This is 1 - log y; the second term is the logarithm of 1 - y.": edit(
            "np.log(1 - Y)", "(1 - np.log(Y))"
        ),
        "This is the logarithm to base 10; take the natural one, numpy.log.": edit(
            "axis=1)", "axis=1) / np.log(10)"
        ),
        "This is the logarithm to base 2; take the natural one, numpy.log.": edit(
            "axis=1)", "axis=1) / np.log(2)"
        ),
        "This is the squared error. The loss asked for has logarithms.": edit(
            _MINUS_SUM, "np.sum((T - Y) ** 2"
        ),
        "The logarithm is missing: this is the sum "
        "of the probabilities given to what is false.": edit(_MINUS_SUM, "np.sum(np.abs(T - Y)"),
        "The probabilities of a row are divided by their sum first. Each label stands for itself; "
        "they need not sum to 1.": edit("return", "Y = Y / Y.sum(axis=1, keepdims=True)\nreturn"),
        "The result is one column, (batch, 1); (batch,) is asked: leave keepdims out.": edit(
            "axis=1", "axis=1, keepdims=True"
        ),
        "You keep y away from 0 and 1, as Keras does. Here y is "
        "never 0 or 1: take it as it is.": edit("return", "Y = np.clip(Y, 1e-7, 1 - 1e-7)\nreturn"),
        "You keep y at least 0.01 away from 0 and 1. It is never 0 or 1: take it as it is.": edit(
            "return", "Y = np.clip(Y, 0.01, 0.99)\nreturn"
        ),
        "You count the labels that are wrong. The loss depends on how sure y is.": edit(
            _MINUS_SUM, "np.sum((Y > 0.5) != T"
        ),
        "Y holds probabilities already: no logistic function is needed.": edit(
            "return", "Y = 1 / (1 + np.exp(-Y))\nreturn"
        ),
        "Y holds probabilities already: no softmax is needed.": edit(
            "return", "Y = np.exp(Y) / np.exp(Y).sum(axis=1, keepdims=True)\nreturn"
        ),
        "T and Y are swapped inside the formula: the logarithm is taken of y.": edit(
            _TERMS, "Y * np.log(T) + (1 - Y) * np.log(1 - T)"
        ),
        "The logarithm is missing: this is the product of the probabilities "
        "given to what is true.": edit(_MINUS_SUM, "np.prod(np.where(T == 1, Y, 1 - Y)"),
        "(1 - t) needs its parentheses: 1 - t log(1 - y) is something else.": edit(
            "-np.sum(T * np.log(Y) + (1 - T)", "np.sum(-T * np.log(Y) - 1 - T"
        ),
        "numpy.log1p(y) is log(1 + y). For log(1 - y) take log1p(-y).": edit(
            "log(1 - Y)", "log1p(Y)"
        ),
        "log(1 - y) is no difference of logarithms: subtract first.": edit(
            "np.log(1 - Y)", "(np.log(1) - np.log(Y))"
        ),
        "Only one label of a row counts in yours. Several may be there at once: sum over "
        "all.": edit(_MINUS_SUM + ", axis=1)", "-np.log(Y[np.arange(len(T)), T.argmax(axis=1)])"),
        "The last label does not count in yours: sum over all of them.": edit(
            "return", "last = max(1, T.shape[1] - 1)\nT, Y = T[:, :last], Y[:, :last]\nreturn"
        ),
    },
)
