"""The shape is wrong: transposed, broadcast by accident, an axis too many or too few."""

from __future__ import annotations

import numpy as np

from course_utils.exercises.diagnoses.pair import Pair, close, distinct, every


@every
def transposed(pair: Pair) -> str | None:
    """Rows and columns swapped; a square result counts too."""
    if pair.expected.ndim >= 2 and close(pair.expected.T, pair.got):
        return "It is the transpose of what is asked: rows and columns are swapped."
    return None


@every
def broadcast(pair: Pair) -> str | None:
    """(n,) met (n, 1) and became (n, n)."""
    want, have = pair.expected, pair.got
    column = want.ndim == 1 or (want.ndim == 2 and 1 in want.shape)
    if column and have.ndim == 2 and want.size > 1 and have.shape == (want.size, want.size):
        n = want.size
        return (
            f"An array of shape ({n},) met one of shape ({n}, 1), and NumPy broadcast them to "
            f"({n}, {n}): give both the same shape first."
        )
    return None


@every
def extra_axis(pair: Pair) -> str | None:
    """The numbers are right, but axes of length 1 are too many or missing."""
    want, have = pair.expected, pair.got
    if want.shape == have.shape or want.size != have.size or not close(want.ravel(), have.ravel()):
        return None
    if tuple(n for n in want.shape if n > 1) != tuple(n for n in have.shape if n > 1):
        return (
            f"The numbers are right, but they lie in shape {have.shape}: reshape to {want.shape}."
        )
    if have.ndim > want.ndim:
        return f"The numbers are right, but there is an axis too many: {have.shape}."
    return f"The numbers are right, but an axis of length 1 is missing: {have.shape}."


@every
def one_row(pair: Pair) -> str | None:
    """Only one of the rows came back: a return inside a loop, or an index left over."""
    want, have = pair.expected, pair.got
    if want.ndim < 1 or len(want) < 2:
        return None
    if have.size == 1 and distinct(want) < 3:
        return None
    if have.ndim == 0 and want.size > 1 and close(want.ravel()[0], have):
        return f"Only the first of {want.size} entries came back: is the return in the loop?"
    for index, word in ((0, "first"), (-1, "last")):
        if close(want[index], have) or close(want[index][None], have):
            return f"Only the {word} of {len(want)} entries came back: is the return in the loop?"
    return None


@every
def one_too_few(pair: Pair) -> str | None:
    """An end of the result is missing, or something was put before or after it."""
    want, have = pair.expected, pair.got
    if want.ndim < 1 or want.ndim != have.ndim or want.shape[1:] != have.shape[1:]:
        return None
    short, long = sorted((want, have), key=len)
    if len(long) - len(short) != 1 or not len(short):
        return None
    word = "lacks" if have is short else "has, besides what is asked,"
    if close(long[:-1], short):
        return f"It {word} an entry at the end: look at where the loop or the slice stops."
    if close(long[1:], short):
        return f"It {word} an entry at the start: look at where the loop or the slice begins."
    return None


@every
def cut_off(pair: Pair) -> str | None:
    """Several entries are missing at an end of one axis, or too many."""
    want, have = pair.expected, pair.got
    if want.ndim != have.ndim or not have.size:
        return None
    differing = [a for a in range(want.ndim) if want.shape[a] != have.shape[a]]
    if len(differing) != 1:
        return None
    (axis,) = differing
    n, kept = want.shape[axis], have.shape[axis]
    for word, places in (("first", range(kept)), ("last", range(n - kept, n))):
        if kept < n and close(want.take(places, axis=axis), have):
            return f"Only the {word} {kept} of {n} entries along axis {axis} came back."
    if kept > n and close(want, have.take(range(n), axis=axis)):
        return (
            f"The first {n} along axis {axis} are right; {kept - n} follow that nobody asked for."
        )
    return None


@every
def reduced(pair: Pair) -> str | None:
    """Summed or averaged over an axis that should have stayed, or not over one that should not."""
    want, have = pair.expected, pair.got
    for name in ("sum", "mean", "max", "min"):
        for axis in (None, *range(want.ndim)):
            if distinct(want) > 2 and close(getattr(want, name)(axis=axis), have):
                over = "everything" if axis is None else f"axis {axis}"
                return f"It is the {name} over {over} of what is asked: leave the axis in."
        for axis in (None, *range(have.ndim)):
            if have.ndim and have.size and close(getattr(have, name)(axis=axis), want):
                over = "everything" if axis is None else f"axis {axis}"
                return f"The {name} over {over} is still missing."
    return None


@every
def other_axis(pair: Pair) -> str | None:
    """A reduction of an input, over another axis than is asked."""
    for array in pair.inputs:
        if array.ndim < 2 or not array.size or array.dtype.kind not in "iuf":
            continue
        for name in ("sum", "mean", "max", "min", "std", "var", "argmax", "argmin"):
            reduce = getattr(np, name)
            by_axis = {axis: reduce(array, axis=axis) for axis in (None, *range(array.ndim))}
            asked = [axis for axis, found in by_axis.items() if _alike(found, pair.expected)]
            taken = [axis for axis, found in by_axis.items() if _alike(found, pair.got)]
            if asked and taken:
                return f"The {name} is taken over axis {taken[0]}; axis {asked[0]} is asked."
    return None


def _alike(a: object, b: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    """Equal up to axes of length 1, for `keepdims`."""
    return close(np.squeeze(np.asarray(a)), np.squeeze(b))


@every
def one_hot_or_index(pair: Pair) -> str | None:
    """Indices where one-hot rows are asked, or the other way round."""
    want, have = pair.expected, pair.got
    if want.ndim == 2 and have.ndim == 1 and want.size and close(want.argmax(axis=1), have):
        return "These are indices of the classes; one row for each example is asked."
    if have.ndim == 2 and want.ndim == 1 and have.size and close(have.argmax(axis=1), want):
        return "These are rows of class scores; the index of the class is asked: take the argmax."
    return None


SHAPES = (
    transposed,
    broadcast,
    extra_axis,
    one_row,
    one_too_few,
    cut_off,
    other_axis,
    one_hot_or_index,
    reduced,
)
