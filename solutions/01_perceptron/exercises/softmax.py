"""What exercise softmax of lab 1 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._shared import naive_logistic, quietly


def _softmax(Z, shift=lambda Z: Z.max(axis=1, keepdims=True), axis=1):
    with np.errstate(all="ignore"):
        powers = np.exp(Z - shift(Z))
        return powers / powers.sum(axis=axis, keepdims=True)


def _softmax_over(Z, change):
    """The powers, over their sums as `change` makes them."""
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return powers / change(powers.sum(axis=1, keepdims=True))


def _softmax_by_rows(Z):
    rows = []
    for z in Z:
        powers = np.exp(z - max(z))
        rows.append(powers / sum(powers))
    return np.array(rows)


def _softmax_by_logs(Z):
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, None])


def _softmax_transposed(Z):
    powers = np.exp(Z.T - Z.max(axis=1))
    return (powers / powers.sum(axis=0)).T


def _softmax_unshaped_sum(Z):
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1)


def _softmax_unshaped_max(Z):
    powers = np.exp(Z - Z.max(axis=1))
    return powers / powers.sum(axis=1, keepdims=True)


def _softmax_cases(rng):
    yield Case("one row of scores", rng.normal(size=(1, 3)))
    yield Case("a batch", rng.normal(size=(4, 3)) * 2)
    yield Case("as many rows as classes", rng.normal(size=(3, 3)))
    yield Case("large scores", np.array([[1000.0, 1001.0, 1002.0]]))
    yield Case("large and small in one row", np.array([[1000.0, -1000.0, 0.0, 999.0]]))
    yield Case("very negative scores", np.array([[-1000.0, -1001.0, -1002.5]]))
    yield Case("rows far apart", np.array([[1000.0, 999.0], [-1000.0, -1002.0]]))


softmax = Exercise(
    points=2,
    cases=_softmax_cases,
    hints=[
        "Adding one number to all scores of a row multiplies numerator and denominator alike: the "
        "probabilities stay. Which number would you add, so that no power overflows?",
        "Subtract from each row its own largest score. Then the largest power is e^0 = 1.",
        "keepdims=True keeps the shape (batch, 1) of a maximum or a sum over axis 1, so that it "
        "fits to the rows again.",
    ],
    alternatives=[
        _softmax_by_rows,
        _softmax_by_logs,
        _softmax_transposed,
        lambda Z: np.array(
            [np.exp(z - z.max()) / np.einsum("i->", np.exp(z - z.max())) for z in Z]
        ),
    ],
    mistakes={
        "e^1000 overflows to inf, and inf / inf is nan: shift each row's scores before you take "
        "powers.": lambda Z: _softmax(Z, shift=lambda Z: 0.0),
        "nan_to_num hides the overflow but loses the probabilities: keep the powers from "
        "overflowing.": lambda Z: np.nan_to_num(_softmax(Z, shift=lambda Z: 0.0)),
        "Each column sums to 1; each row should: the classes lie along axis 1.": (
            lambda Z: _softmax(Z, lambda Z: Z.max(axis=0, keepdims=True), axis=0)
        ),
        "The sum runs over axis 0: each row needs its own sum.": (lambda Z: _softmax(Z, axis=0)),
        "The whole batch sums to 1; each row should: sum over axis 1.": (
            lambda Z: _softmax(Z, lambda Z: Z.max(), axis=None)
        ),
        "The whole batch sums to 1, though you shift each row: the sum needs axis 1 too.": (
            lambda Z: _softmax(Z, axis=None)
        ),
        "The whole batch sums to 1, and e^1000 overflows: sum over axis 1, and shift each row's "
        "scores before you take powers.": lambda Z: _softmax(Z, lambda Z: 0.0, axis=None),
        "Each column sums to 1, and e^1000 overflows: sum over axis 1, and shift each row's scores "
        "before you take powers.": lambda Z: _softmax(Z, lambda Z: 0.0, axis=0),
        "You subtract the largest score of the whole batch: a row far below it becomes 0 / 0. Each "
        "row has a maximum of its own.": lambda Z: _softmax(Z, lambda Z: Z.max()),
        "You subtract the largest score of each column: each row has a maximum of its own.": (
            lambda Z: _softmax(Z, lambda Z: Z.max(axis=0, keepdims=True))
        ),
        "The sums have shape (batch,), so NumPy lines them up with the columns. Keep their axis.": (
            _softmax_unshaped_sum
        ),
        "The maxima have shape (batch,), so NumPy lines them up with the columns. Keep their "
        "axis.": _softmax_unshaped_max,
        "You subtract the mean of each row: a score far above it still overflows.": (
            lambda Z: _softmax(Z, lambda Z: Z.mean(axis=1, keepdims=True))
        ),
        "You subtract the smallest score: powers of large differences still overflow.": (
            lambda Z: _softmax(Z, lambda Z: Z.min(axis=1, keepdims=True))
        ),
        "You add the largest score where you should subtract it: the powers overflow sooner.": (
            lambda Z: _softmax(Z, lambda Z: -Z.max(axis=1, keepdims=True))
        ),
        "The numerator is shifted and the denominator is not: shift once, then use the same powers "
        "in both.": quietly(
            lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True)) / np.exp(Z).sum(axis=1)[:, None]
        ),
        "The powers are missing: these are the scores divided by their sum.": quietly(
            lambda Z: Z / Z.sum(axis=1, keepdims=True)
        ),
        "The powers are not divided by their sum: the rows do not sum to 1.": (
            lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True))
        ),
        "These are the plain powers e^z, not divided by their sum, and e^1000 overflows.": quietly(
            np.exp
        ),
        "You divide the scores by the largest one; subtract it instead.": quietly(
            lambda Z: _softmax(Z / Z.max(axis=1, keepdims=True))
        ),
        "The exponent has the wrong sign: the largest score gets most.": (lambda Z: _softmax(-Z)),
        "This is the logarithm of the softmax: return the probabilities.": (
            lambda Z: Z - np.logaddexp.reduce(Z, axis=1)[:, None]
        ),
        "This is the logistic function of each score by itself: the scores of a row have to "
        "compete.": quietly(naive_logistic),
        "This gives 1 to the largest score and 0 to the others: softmax gives each a share.": (
            lambda Z: np.eye(Z.shape[1])[Z.argmax(axis=1)]
        ),
        "You cut the scores off before you take powers: 1000 and 1002 then count alike.": (
            lambda Z: _softmax(np.clip(Z, -500, 500))
        ),
        "This is the power of 2, not of e.": lambda Z: _softmax(Z * np.log(2)),
        "You divide by the mean; divide by the sum.": (lambda Z: _softmax(Z) * Z.shape[1]),
        "You divide by the root of the sum of squares: divide by the sum of the powers.": (
            lambda Z: _softmax(Z) / np.linalg.norm(_softmax(Z), axis=1, keepdims=True)
        ),
        "The denominator has a 1 too much: that is the logistic function's.": (
            lambda Z: _softmax_over(Z, lambda sums: sums + 1)
        ),
        "1e-3 in the denominator shows in the result. Once you have subtracted the largest score, "
        "the sum is at least 1.": lambda Z: _softmax_over(Z, lambda sums: sums + 1e-3),
        "The sum goes on from row to row: begin each row with a new sum.": (
            lambda Z: _softmax_over(Z, lambda sums: np.cumsum(sums, axis=0))
        ),
        "You answer for the first row only: each row of Z gets its own probabilities. Is the "
        "return inside the loop?": lambda Z: _softmax(Z)[0],
        "You divide the scores by the largest |score|; subtract the largest score instead.": (
            quietly(lambda Z: _softmax(Z / np.abs(Z).max(axis=1, keepdims=True)))
        ),
        "The exponent has the wrong sign and overflows: subtract the maximum from the scores, not "
        "the scores from it.": lambda Z: _softmax(-Z, lambda Z: -(-Z).max(axis=1, keepdims=True)),
    },
)
