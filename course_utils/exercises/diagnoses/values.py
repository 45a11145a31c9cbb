"""The shape is right and the numbers are not: NaN, sign, factor, offset, order, rounding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.exercises.diagnoses.pair import (
    Array,
    Pair,
    close,
    distinct,
    every,
    failing,
    same_shape,
    varied,
)

#: Off by less than this, in proportion, an answer is imprecise rather than another formula.
NEARLY = 5e-3
#: What was done to the right numbers -> the sentence.
_TRANSFORMS: list[tuple[Callable[[Array], Any], str]] = [
    (np.negative, "The sign is flipped."),
    (lambda e: 1 - e, "It is 1 minus what is asked: the two outcomes are swapped."),
    (np.square, "It is the square of what is asked: a square root is missing."),
    (np.sqrt, "It is the square root of what is asked."),
    (np.exp, "It is the exponential of what is asked: a logarithm is missing."),
    (np.log, "It is the logarithm of what is asked: an exponential is missing."),
    (np.reciprocal, "It is 1 divided by what is asked: numerator and denominator are swapped."),
    (np.abs, "The signs are lost: it is the absolute value of what is asked."),
    (np.trunc, "The decimals are cut off: integer arithmetic (an integer array, int(), or //)."),
    (np.round, "The numbers are rounded: return them as they are."),
    (np.floor, "The numbers are rounded down: integer arithmetic, or // for /."),
    (np.ceil, "The numbers are rounded up."),
    (np.sign, "Only the sign of what is asked came back."),
]


def transformed(pairs: Sequence[Pair]) -> str | None:
    """One well-known function of the right numbers."""
    if not varied(pairs) or not same_shape(pairs):
        return None
    with np.errstate(all="ignore"):
        for transform, sentence in _TRANSFORMS:
            if all(close(transform(pair.expected), pair.got) for pair in pairs) and all(
                _clearly(transform(pair.expected), pair.expected) for pair in failing(pairs)
            ):
                return sentence
    return None


def _clearly(changed: Array, array: Array) -> bool:
    """Whether a transform changes an array by more than imprecision would."""
    known = np.isfinite(changed) & np.isfinite(array)
    largest = np.max(np.abs(array), initial=0.0, where=known)
    return bool(np.max(np.abs(changed - array), initial=0.0, where=known) > NEARLY * largest)


def factor(pairs: Sequence[Pair]) -> str | None:
    """Off by a constant factor: a sum for a mean, a missing 1/2, a missing division by n."""
    if not same_shape(pairs):
        return None
    telling = [pair for pair in pairs if not pair.right or np.any(pair.expected)]
    ratios = [_ratio(pair) for pair in telling]
    if any(ratio is None for ratio in ratios):
        return None
    found = [ratio for ratio in ratios if ratio is not None]
    counted = _counted(found, telling)
    if counted:
        return counted
    near = abs(found[0] - 1) < NEARLY  # no factor that anybody forgets: `imprecise` says it better
    nothing = abs(found[0]) < 1e-9  # what should be there is not: no factor either
    if varied(pairs) and not near and not nothing and np.allclose(found, found[0], rtol=1e-4):
        return f"Everything is off by one factor: {found[0]:.4g} times what is asked."
    return None


def _ratio(pair: Pair) -> float | None:
    """got / expected where it is the same number everywhere, else None."""
    with np.errstate(all="ignore"):
        solid = np.abs(pair.expected) > 1e-12
        if not solid.any():
            return None
        ratio = float(np.median(pair.got[solid] / pair.expected[solid]))
    return ratio if np.isfinite(ratio) and close(pair.expected * ratio, pair.got) else None


def _counted(ratios: list[float], pairs: Sequence[Pair]) -> str | None:
    """Whether the factor is a length of the inputs: then somebody forgot, or added, a division."""
    for axis in range(3):
        lengths = [_length(pair, axis) for pair in pairs]
        if None in lengths or all(n in (1, 2) for n in lengths):
            continue
        sizes = np.array(lengths, dtype=float)
        for wanted, sentence in (
            (
                sizes,
                "It is {n} times too large: a sum where the mean over {n} is asked, or a "
                "division by a mean where one by the sum is.",
            ),
            (
                1 / sizes,
                "It is {n} times too small: a mean over {n} where the sum is asked, or a "
                "division by a sum where one by the mean is.",
            ),
            (1 / sizes**2, "It is divided by {n} twice, or by {n} squared."),
            (sizes / (sizes - 1 + 1e-12), "It is divided by n - 1 where n = {n} is asked."),
            ((sizes - 1) / sizes, "It is divided by n = {n} where n - 1 is asked."),
        ):
            if np.allclose(ratios, wanted, rtol=1e-4):
                told = next(n for n, pair in zip(lengths, pairs, strict=True) if not pair.right)
                return sentence.format(n=told)
    return None


def _length(pair: Pair, axis: int) -> int | None:
    """The length of one axis of the first array among the inputs; axis 2 is its whole size."""
    for array in pair.inputs:
        if array.ndim:
            return array.size if axis == 2 else (array.shape + (1, 1))[axis]
    return None


#: A larger constant is no slip of counting, but another number altogether.
_LARGEST_OFFSET = 100.0


def offset(pairs: Sequence[Pair]) -> str | None:
    """Off by a constant: counting from 1, a 1 added or forgotten."""
    if not same_shape(pairs) or not varied(pairs):
        return None
    gaps = np.concatenate([np.ravel(pair.got - pair.expected) for pair in pairs])
    gap = abs(float(gaps[0]))
    if not np.allclose(gaps, gaps[0], rtol=1e-5, atol=1e-9) or gap > _LARGEST_OFFSET:
        return None
    word = "more" if gaps[0] > 0 else "less"
    whole = all(np.all(pair.expected == np.round(pair.expected)) for pair in pairs)
    where = ": count from where the text says" if whole and gap == round(gap) else ""
    return f"Everything is {gap:.4g} {word} than asked{where}."


@every
def reordered(pair: Pair) -> str | None:
    """The right numbers in another order."""
    want, have = pair.expected, pair.got
    if want.shape != have.shape or want.ndim < 1 or distinct(want) < 3 or close(want, have):
        return None
    for axis in range(want.ndim):
        if want.shape[axis] > 1 and close(np.flip(want, axis=axis), have):
            return f"The order is reversed along axis {axis}."
        for step in (1, -1):
            if want.shape[axis] > 2 and close(np.roll(want, step, axis=axis), have):
                return f"It is shifted by one along axis {axis}."
    if _shifted(want, have):
        return "It is shifted by one along axis 0: an index is off by one."
    if close(np.sort(want, axis=None), np.sort(have, axis=None)):
        return "The numbers are right, but they stand in another order."
    return None


def _shifted(want: Array, have: Array) -> bool:
    if len(want) < 4:
        return False
    return close(want[1:], have[:-1]) or close(want[:-1], have[1:])


@every
def unchanged(pair: Pair) -> str | None:
    """The input came back."""
    if any(array.ndim and close(array, pair.got) for array in pair.inputs):
        return "Your input comes back unchanged: the result is not what is returned."
    return None


def ignores_input(pairs: Sequence[Pair]) -> str | None:
    """The same answer whatever the input."""
    wrong = failing(pairs)
    if all(not np.any(pair.got) for pair in wrong):
        if all(pair.integer for pair in wrong) and any(np.any(p.expected % 1) for p in wrong):
            return "Everything is 0, of an integer type, and that cuts off the decimals."
        return "Everything is 0: print what it is made of, step by step, to see where that begins."
    # One that is right on some case may be an answer kept from it.
    if len(wrong) < max(2, len(pairs)) or all(close(p.expected, wrong[0].expected) for p in wrong):
        return None
    flat = np.unique(np.concatenate([np.ravel(pair.got) for pair in wrong]))
    same = all(close(wrong[0].got, pair.got) for pair in wrong)
    if same or len(flat) == 1:
        return "The answer is the same whatever the input: the input is not used."
    return None


@every
def other_signs(pair: Pair) -> str | None:
    """Right but for the signs of whole columns or rows, as eigenvectors come."""
    want, have = pair.expected, pair.got
    if want.ndim != 2 or want.shape != have.shape or distinct(np.abs(want)) < 3:
        return None
    for word, ours, theirs in (("columns", want.T, have.T), ("rows", want, have)):
        flipped = [i for i, (a, b) in enumerate(zip(ours, theirs, strict=True)) if not close(a, b)]
        if flipped and all(close(-ours[i], theirs[i]) for i in flipped):
            which = ", ".join(map(str, flipped[:4])) + (", ..." if len(flipped) > 4 else "")
            return f"It is right but for the sign of whole {word} ({which})."
    return None


@every
def normalised_elsewhere(pair: Pair) -> str | None:
    """Sums to 1 along another axis than is asked (a softmax over the wrong axis)."""
    want, have = pair.expected, pair.got
    if want.ndim < 2 or want.shape != have.shape:
        return None
    asked = [axis for axis in range(want.ndim) if _sums_to_one(want, axis)]
    taken = [axis for axis in range(have.ndim) if _sums_to_one(have, axis)]
    if asked and taken and asked[0] not in taken:
        return f"It sums to 1 along axis {taken[0]}; along axis {asked[0]} is asked."
    if asked and not taken and _sums_to_one(have, None):
        return f"The whole array sums to 1; each slice along axis {asked[0]} should."
    if asked and not taken:
        return f"It should sum to 1 along axis {asked[0]}, and does not: what is it divided by?"
    return None


def _sums_to_one(array: Array, axis: int | None) -> bool:
    with np.errstate(all="ignore"):
        return bool(np.allclose(array.sum(axis=axis), 1.0, atol=1e-5))


def rounded(pairs: Sequence[Pair]) -> str | None:
    """Rounded to some decimals, everywhere to the same number of them."""
    if not varied(pairs) or not same_shape(pairs):
        return None
    for places in range(1, 7):
        if all(np.array_equal(np.round(pair.expected, places), pair.got) for pair in pairs):
            decimals = "1 decimal" if places == 1 else f"{places} decimals"
            return f"The numbers are rounded to {decimals}: return them as they are."
    return None


@every
def imprecise(pair: Pair) -> str | None:
    """Nearly right: rounding, a rough constant, too large an epsilon."""
    want, have = pair.expected, pair.got
    if want.shape != have.shape or not np.any(want):
        return None
    gap = float(np.max(np.abs(have - want)) / np.max(np.abs(want)))
    if 0 < gap < NEARLY:
        return (
            f"It is nearly right, off by up to {gap:.1e} of the largest value: rounding, float16 "
            "or float32, or an added epsilon?"
        )
    return None


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
VALUES = (
    unchanged,
    ignores_input,
    transformed,
    other_signs,
    rounded,
    factor,
    offset,
    normalised_elsewhere,
    reordered,
    imprecise,
)
