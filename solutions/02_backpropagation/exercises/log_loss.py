"""What `log_loss` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


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


def _terms(T, Y):
    return -T * np.log(Y) - (1 - T) * np.log(1 - Y)


def _swapped(T, Y):
    with np.errstate(all="ignore"):
        return _terms(Y, T).sum(axis=1)


def _clipped_terms(T, Y, low):
    return _terms(T, np.clip(Y, low, 1 - low))


log_loss = Exercise(
    points=2,
    cases=_log_loss_cases,
    hints=[
        "For each label only one of the two terms counts: which one where t = 1, which where t = "
        "0?",
        "Compute all terms elementwise, then sum over the labels, the columns. What shape is left?",
    ],
    alternatives=[
        lambda T, Y: -np.log(np.where(T == 1, Y, 1 - Y)).sum(axis=1),
        lambda T, Y: -np.log(np.prod(Y**T * (1 - Y) ** (1 - T), axis=1)),
        lambda T, Y: np.array(
            [
                sum(-np.log(y) if t else -np.log(1 - y) for t, y in zip(ts, ys, strict=True))
                for ts, ys in zip(T, Y, strict=True)
            ]
        ),
        lambda T, Y: -np.log(np.abs(1 - T - Y)).sum(axis=-1),
    ],
    mistakes={
        "Labels that are not there cost too: the term (1 - t) log(1 - y) is missing.": (
            lambda T, Y: -np.sum(T * np.log(Y), axis=1)
        ),
        "Labels that are there cost too: the term t log y is missing.": (
            lambda T, Y: -np.sum((1 - T) * np.log(1 - Y), axis=1)
        ),
        "You take the mean over the labels; their sum is asked.": (
            lambda T, Y: _terms(T, Y).mean(axis=1)
        ),
        "The sum runs over the examples (axis 0). Sum over the labels of each example.": (
            lambda T, Y: _terms(T, Y).sum(axis=0)
        ),
        "You sum over the whole batch. Each example has a loss of its own.": (
            lambda T, Y: _terms(T, Y).sum()
        ),
        "You take the mean over the whole batch. Each example has a loss of its own.": (
            lambda T, Y: _terms(T, Y).mean()
        ),
        "The labels are not summed: one number for each example is asked.": _terms,
        "The minus is missing: logarithms of probabilities are negative, and a loss is positive.": (
            lambda T, Y: -_terms(T, Y).sum(axis=1)
        ),
        "The minus stands before the first term only: put both terms in parentheses.": (
            lambda T, Y: np.sum(-T * np.log(Y) + (1 - T) * np.log(1 - Y), axis=1)
        ),
        "The two terms are swapped: log y counts where t = 1.": (
            lambda T, Y: -np.sum((1 - T) * np.log(Y) + T * np.log(1 - Y), axis=1)
        ),
        "log y counts where t = 1 only: in the second term it is log(1 - y).": (
            lambda T, Y: -np.sum(T * np.log(Y) + (1 - T) * np.log(Y), axis=1)
        ),
        "The factor 1 - t is missing: log(1 - y) counts where t = 0 only.": (
            lambda T, Y: -np.sum(T * np.log(Y) + np.log(1 - Y), axis=1)
        ),
        "This is 1 - log y; the second term is the logarithm of 1 - y.": (
            lambda T, Y: -np.sum(T * np.log(Y) + (1 - T) * (1 - np.log(Y)), axis=1)
        ),
        "This is the logarithm to base 10; take the natural one, numpy.log.": (
            lambda T, Y: _terms(T, Y).sum(axis=1) / np.log(10)
        ),
        "This is the logarithm to base 2; take the natural one, numpy.log.": (
            lambda T, Y: _terms(T, Y).sum(axis=1) / np.log(2)
        ),
        "This is the squared error. The loss asked for has logarithms.": (
            lambda T, Y: np.sum((T - Y) ** 2, axis=1)
        ),
        "The logarithm is missing: this is the sum of the probabilities given to what is false.": (
            lambda T, Y: np.sum(np.abs(T - Y), axis=1)
        ),
        "The probabilities of a row are divided by their sum first. Each label stands for itself; "
        "they need not sum to 1.": lambda T, Y: _terms(
            T, np.clip(Y / Y.sum(axis=1, keepdims=True), 1e-12, 1 - 1e-12)
        ).sum(axis=1),
        "The result is one column, (batch, 1); (batch,) is asked: leave keepdims out.": (
            lambda T, Y: _terms(T, Y).sum(axis=1, keepdims=True)
        ),
        "You keep y away from 0 and 1, as Keras does. Here y is never 0 or 1: take it as it "
        "is.": lambda T, Y: _clipped_terms(T, Y, 1e-7).sum(axis=1),
        "You keep y at least 0.01 away from 0 and 1. It is never 0 or 1: take it as it is.": (
            lambda T, Y: _clipped_terms(T, Y, 0.01).sum(axis=1)
        ),
        "You count the labels that are wrong. The loss depends on how sure y is.": (
            lambda T, Y: np.sum((Y > 0.5) != T, axis=1)
        ),
        "Y holds probabilities already: no logistic function is needed.": (
            lambda T, Y: _terms(T, 1 / (1 + np.exp(-Y))).sum(axis=1)
        ),
        "Y holds probabilities already: no softmax is needed.": lambda T, Y: _terms(
            T, np.clip(np.exp(Y) / np.exp(Y).sum(axis=1, keepdims=True), 1e-12, 1 - 1e-12)
        ).sum(axis=1),
        "T and Y are swapped inside the formula: the logarithm is taken of y.": _swapped,
        "The logarithm is missing: this is the product of the probabilities given to what is "
        "true.": lambda T, Y: np.prod(np.where(T == 1, Y, 1 - Y), axis=1),
        "(1 - t) needs its parentheses: 1 - t log(1 - y) is something else.": (
            lambda T, Y: np.sum(-T * np.log(Y) - 1 - T * np.log(1 - Y), axis=1)
        ),
        "numpy.log1p(y) is log(1 + y). For log(1 - y) take log1p(-y).": (
            lambda T, Y: np.sum(-T * np.log(Y) - (1 - T) * np.log1p(Y), axis=1)
        ),
        "log(1 - y) is no difference of logarithms: subtract first.": (
            lambda T, Y: np.sum(-T * np.log(Y) + (1 - T) * np.log(Y), axis=1)
        ),
        "Only one label of a row counts in yours. Several may be there at once: sum over all.": (
            lambda T, Y: -np.log(Y[np.arange(len(T)), T.argmax(axis=1)])
        ),
        "The last label does not count in yours: sum over all of them.": (
            lambda T, Y: _terms(T, Y)[:, : max(1, T.shape[1] - 1)].sum(axis=1)
        ),
    },
)
