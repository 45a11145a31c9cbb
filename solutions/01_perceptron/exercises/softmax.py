"""What exercise softmax of lab 1 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit

_SUM = "powers.sum(axis=1, keepdims=True)"
_RESULT = f"powers / {_SUM}"


def _softmax_cases(rng):
    yield Case("one row of scores", rng.normal(size=(1, 3)))
    yield Case("a batch", rng.normal(size=(4, 3)) * 2)
    # "Each row is e^z / sum of e^z over that row"
    yield Case("as many rows as classes", rng.normal(size=(3, 3)))
    # "Large numbers are allowed, from -1000 to 1000 and beyond; the result is never nan"
    yield Case("beyond 1000", np.array([[1e6, 1e6 - 2.0, -1e6], [-1e6, -1e6 + 1.0, -1e6]]))
    yield Case("large scores", np.array([[1000.0, 1001.0, 1002.0]]))
    yield Case("large and small in one row", np.array([[1000.0, -1000.0, 0.0, 999.0]]))
    yield Case("very negative scores", np.array([[-1000.0, -1001.0, -1002.5]]))
    yield Case("rows far apart", np.array([[1000.0, 999.0], [-1000.0, -1002.0]]))


def _softmax_by_rows(Z):
    rows = []
    for z in Z:
        powers = np.exp(z - max(z))
        rows.append(powers / sum(powers))
    return np.array(rows)


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
        edit(_RESULT, "np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, None])"),
        edit(_RESULT, "(powers.T / powers.sum(axis=1)).T"),
        edit(_SUM, "np.einsum('ij->i', powers)[:, None]"),
    ],
    mistakes={
        "e^1000 overflows to inf, and inf / inf is nan: shift each row's scores before you take "
        "powers.": edit("Z - largest", "Z"),
        "nan_to_num hides the overflow but loses the probabilities: keep the powers from "
        "overflowing.": edit("Z - largest", "Z", _RESULT, f"np.nan_to_num({_RESULT})"),
        "Each column sums to 1; each row should: the classes lie along axis 1.": edit(
            "max(axis=1", "max(axis=0", "sum(axis=1", "sum(axis=0"
        ),
        "The sum runs over axis 0: each row needs its own sum.": edit("sum(axis=1", "sum(axis=0"),
        "The whole batch sums to 1; each row should: sum over axis 1.": edit(
            "max(axis=1, keepdims=True)", "max()", "sum(axis=1, keepdims=True)", "sum()"
        ),
        "The whole batch sums to 1, though you shift each row: the sum needs axis 1 too.": edit(
            "sum(axis=1, keepdims=True)", "sum()"
        ),
        "The whole batch sums to 1, and e^1000 overflows: sum over axis 1, and shift each row's "
        "scores before you take powers.": edit(
            "Z - largest", "Z", "sum(axis=1, keepdims=True)", "sum()"
        ),
        "Each column sums to 1, and e^1000 overflows: sum over axis 1, and shift each row's scores "
        "before you take powers.": edit("Z - largest", "Z", "sum(axis=1", "sum(axis=0"),
        "You subtract the largest score of the whole batch: a row far below it becomes 0 / 0. Each "
        "row has a maximum of its own.": edit("max(axis=1, keepdims=True)", "max()"),
        "You subtract the largest score of each column: each row has a maximum of its own.": edit(
            "max(axis=1", "max(axis=0"
        ),
        "The sums have shape (batch,), so NumPy lines them up with the columns. Keep their axis.": (
            edit("sum(axis=1, keepdims=True)", "sum(axis=1)")
        ),
        "The maxima have shape (batch,), so NumPy lines them up with the columns. Keep their "
        "axis.": edit("max(axis=1, keepdims=True)", "max(axis=1)"),
        "You subtract the mean of each row: a score far above it still overflows.": edit(
            "max", "mean"
        ),
        "You subtract the smallest score: powers of large differences still overflow.": edit(
            "max", "min"
        ),
        "You add the largest score where you should subtract it: the powers overflow sooner.": edit(
            "Z - largest", "Z + largest"
        ),
        "The numerator is shifted and the denominator is not: shift once, then use the same powers "
        "in both.": edit("powers.sum", "np.exp(Z).sum"),
        "The powers are missing: these are the scores divided by their sum.": edit(
            "powers / powers.sum", "Z / Z.sum"
        ),
        "The powers are not divided by their sum: the rows do not sum to 1.": edit(
            _RESULT, "powers"
        ),
        "These are the plain powers e^z, not divided by their sum, and e^1000 overflows.": edit(
            _RESULT, "np.exp(Z)"
        ),
        "You divide the scores by the largest one; subtract it instead.": edit(
            "Z - largest", "Z / largest"
        ),
        "The exponent has the wrong sign: the largest score gets most.": edit(
            "max", "min", "Z - largest", "largest - Z"
        ),
        "This is the logarithm of the softmax: return the probabilities.": edit(
            _RESULT, f"Z - largest - np.log({_SUM})"
        ),
        "This is the logistic function of each score by itself: the scores of a row have to "
        "compete.": edit(_RESULT, "logistic(Z)"),
        "This gives 1 to the largest score and 0 to the others: softmax gives each a share.": edit(
            _RESULT, "np.eye(Z.shape[1])[Z.argmax(axis=1)]"
        ),
        "You cut the scores off before you take powers: 1000 and 1002 then count alike.": edit(
            "Z - largest", "np.clip(Z, -500, 500)"
        ),
        "This is the power of 2, not of e.": edit("exp", "exp2"),
        "You divide by the mean; divide by the sum.": edit("sum", "mean"),
        "You divide by the root of the sum of squares: divide by the sum of the powers.": edit(
            _SUM, "np.linalg.norm(powers, axis=1, keepdims=True)"
        ),
        "The denominator has a 1 too much: that is the logistic function's.": edit(
            _SUM, f"(1 + {_SUM})"
        ),
        "1e-3 in the denominator shows in the result. Once you have subtracted the largest score, "
        "the sum is at least 1.": edit(_SUM, f"({_SUM} + 1e-3)"),
        "The sum goes on from row to row: begin each row with a new sum.": edit(
            _SUM, f"np.cumsum({_SUM}, axis=0)"
        ),
        "You answer for the first row only: each row of Z gets its own probabilities. Is the "
        "return inside the loop?": edit(_RESULT, f"({_RESULT})[0]"),
        "You divide the scores by the largest |score|; subtract the largest score instead.": edit(
            "Z.max", "np.abs(Z).max", "Z - largest", "Z / largest"
        ),
        "The exponent has the wrong sign and overflows: subtract the maximum from the scores, not "
        "the scores from it.": edit("Z - largest", "largest - Z"),
    },
)
