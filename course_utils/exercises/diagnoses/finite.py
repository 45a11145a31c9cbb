"""NaN or infinity where a finite number is asked."""

from __future__ import annotations

import numpy as np

from course_utils.exercises.diagnoses.pair import Pair, every


@every
def not_finite(pair: Pair) -> str | None:
    """Say which operation it was, by NumPy's own warnings, else by the numbers."""
    told = " ".join(pair.warnings)
    if "overflow" in told and "exp" in told:
        return (
            "exp of a large number overflows to infinity, and infinity / infinity is NaN: rewrite "
            "the formula so that exp only sees numbers that are not positive."
        )
    if "in log" in told:
        return (
            "The logarithm is taken of 0 or of a negative number: print its argument. If exp gave "
            "it, exp(-800) is 0 in floats: rewrite the formula."
        )
    if "divide" in told:
        return "Something is divided by 0: which denominator can vanish on this input?"
    if "in sqrt" in told:
        return "The square root is taken of a negative number."
    word = "NaN" if np.isnan(pair.got).any() else "infinity"
    return f"There is {word} in it: look for exp of large numbers, log of 0 and division by 0."


FINITE = (not_finite,)
