"""What exercise logistic of lab 1 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit

_RESULT = "np.where(z >= 0, 1 / (1 + small), small / (1 + small))"


def _logistic_cases(rng):
    yield Case("around 0", np.array([-1.0, 0.0, 2.0]))
    yield Case("a batch", rng.normal(size=(3, 4)) * 3)  # "of any shape"
    yield Case("three axes", rng.normal(size=(2, 1, 3)))
    yield Case("6 and 8 from 0", np.array([-8.0, -6.0, 6.0, 8.0]))
    # "1000 gives 1, -1000 gives 0", "never nan"
    yield Case("far to the right", np.array([15.0, 40.0, 1000.0]))
    yield Case("far to the left", np.array([-15.0, -40.0, -1000.0]))


def _logistic_by_mask(z):
    y = np.empty_like(z)
    y[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    y[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return y


#: What stands in the place of the result.
_WRONG_CURVES = {
    "For large z this form becomes inf / inf, which is nan: e^z stands above and below the "
    "line. Which form has e^-z instead?": "np.exp(z) / (1 + np.exp(z))",
    "nan_to_num hides the nan of inf / inf, and puts 0 there; the value is 1.": (
        "np.nan_to_num(np.exp(z) / (1 + np.exp(z)))"
    ),
    "Your curve falls where it should rise: look at the sign.": "1 / (1 + np.exp(z))",
    "Your curve falls where it should rise, and is nan far to the left: e^-z stands above the "
    "line, where 1 belongs.": "np.exp(-z) / (1 + np.exp(-z))",
    "The sign between 1 and the power is a plus.": "1 / (1 - np.exp(-z))",
    "This is 1 + e^-z; the result is 1 divided by that. Python reads 1 / 1 + e as (1 / 1) + e: "
    "put the denominator in parentheses.": "1 / 1 + np.exp(-z)",
    "Above the line stands 1, not e^z: with e^-z below it, this grows without end.": (
        "np.exp(z) / (1 + np.exp(-z))"
    ),
    "For negative z your form has e^-z; e^z belongs there, to come out below 1/2.": (
        "np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(-z) / (1 + np.exp(-z)))"
    ),
    "Below 0 you return 0. The logistic function falls to 0 slowly: 1/2 at z = 0.": (
        "np.where(z > 0, 1 / (1 + np.exp(-z)), 0.0)"
    ),
    "Your results sum to 1. Treat each z by itself.": "np.exp(z) / np.sum(np.exp(z))",
    "The 1 in the denominator is missing: this is e^z.": "1 / np.exp(-z)",
    "You return only the power e^-z, without the rest of the formula.": "np.exp(-z)",
    "This is tanh, from -1 to 1. The logistic function goes from 0 to 1.": "np.tanh(z)",
    "This is tanh(z / 2), from -1 to 1: shift and shrink it.": "np.tanh(z / 2)",
    "The absolute value makes both sides alike: below 0 the result must be under 1/2.": (
        "1 / (1 + small)"
    ),
    "e^-|z| / (1 + e^-|z|) holds for negative z only; positive z need the other form.": (
        "small / (1 + small)"
    ),
    "The square in the exponent loses the sign of z.": "1 / (1 + np.exp(-(z**2)))",
    "This is the derivative of the logistic function: return y, not y (1 - y).": (
        "small / (1 + small) ** 2"
    ),
    "This is the step: the logistic function is smooth.": "np.where(z >= 0, 1.0, 0.0)",
    "You round to 0 and 1: return the probability itself.": f"np.round({_RESULT})",
    "2.718 is only near e, and it shows: use numpy.exp.": "1 / (1 + 2.718 ** (-z))",
    "This is the power of 2, not of e: use numpy.exp.": "1 / (1 + 2.0 ** (-z))",
    "This is softplus, ln(1 + e^z); its slope is asked.": "np.logaddexp(0, z)",
    "nan_to_num hides the nan of inf / inf, and 1/2 is not the value: 1 is.": (
        "np.nan_to_num(np.exp(z) / (1 + np.exp(z)), nan=0.5)"
    ),
    "tanh(z) is too steep by a factor of 2: take tanh(z / 2).": "(np.tanh(z) + 1) / 2",
    "For negative z the denominator 1 + e^z is missing.": (
        "np.where(z >= 0, 1 / (1 + small), small)"
    ),
    "This is ReLU. The logistic function goes from 0 to 1.": "np.maximum(0.0, z)",
    "This is the Gaussian e^(-z^2): begin with 1 / (1 + e^-z).": "np.exp(-(z**2))",
    "You multiply by z in the end (swish): return y alone.": f"z * {_RESULT}",
    "z / (1 + |z|) goes from -1 to 1, and is another curve: use the formula with e^-z.": (
        "z / (1 + np.abs(z))"
    ),
    "The square is too much: the formula has none.": f"{_RESULT} ** 2",
    "This is the power of 10, not of e: use numpy.exp.": "1 / (1 + 10.0 ** (-z))",
    "2.71 is only near e, and it shows: use numpy.exp.": "1 / (1 + 2.71 ** (-z))",
    "You round to two decimals: return the number as it is.": f"np.round({_RESULT}, 2)",
}

logistic = Exercise(
    points=2,
    cases=_logistic_cases,
    hints=[
        "e to a negative number lies between 0 and 1, and never overflows. Which form of the "
        "formula has such a power for z above 0?",
        "Multiply numerator and denominator of the formula by e^z. Which form is safe for which "
        "sign of z?",
        "e^-|z| is safe for every z. Both forms can be written with it; numpy.where picks one.",
    ],
    alternatives=[
        edit(_RESULT, "1 / (1 + np.exp(-z))"),
        edit(_RESULT, "(1 + np.tanh(z / 2)) / 2"),
        edit(_RESULT, "np.exp(-np.logaddexp(0, -z))"),
        edit(_RESULT, "1 / (1 + np.exp(-np.clip(z, -500, 500)))"),
        _logistic_by_mask,
    ],
    mistakes={sentence: edit(_RESULT, wrong) for sentence, wrong in _WRONG_CURVES.items()}
    | {
        f"You cut z off at {limit} (np.clip), too early: the function goes on rising there.": edit(
            _RESULT, f"1 / (1 + np.exp(-np.clip(z, -{limit}, {limit})))"
        )
        for limit in (1, 5, 6, 10)
    }
    | {
        f"Beyond {limit} you return 0 and 1 outright, too early: near there the function is still "
        "different from them.": edit(
            _RESULT, f"np.where(np.abs(z) > {limit}, 1.0 * (z > 0), {_RESULT})"
        )
        for limit in (5, 6, 10)
    },
)
