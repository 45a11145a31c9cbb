"""Characters predicted from the few before them: the baselines of a network that writes.

Interpolated Kneser-Ney smoothing, R. Kneser and H. Ney, Improved backing-off for m-gram language
modeling, ICASSP 1995, in the interpolated form of S. F. Chen and J. Goodman, An empirical study of
smoothing techniques for language modeling, Computer Speech & Language 13(4), 1999, 359-394.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError
from course_utils.sequences.text import VOCABULARY, encode

_SIZE = len(VOCABULARY)
_LONGEST = 9  # 96^9 fits the 63 bits of an n-gram's number
_DISCOUNTS = tuple(np.arange(0.05, 1.0, 0.05))

Numbers = NDArray[np.int64]


class _Counts(NamedTuple):
    """How often each n-gram and each context of one length occurs; both sorted by number."""

    grams: Numbers
    times: Numbers
    contexts: Numbers  # the first n - 1 characters of the n-grams
    total: Numbers  # sum of `times` over each context
    kinds: Numbers  # how many different characters follow each context


class NGrams:
    """The probability of a character given the order - 1 before it, counted in a text.

    P_n(c | h) = (max(N(hc) - D, 0) + D K(h) P_{n-1}(c | h')) / N(h)

    N counts in the text; for the orders below the highest, in how many different characters' wake
    the n-gram occurs. K(h) is how many different characters follow h; h' is h without its first
    character; D is the discount; P_0 is uniform over the vocabulary. Where h never occurs, P_n is
    P_{n-1}. An n-gram of order 1 ignores what came before, one of order 2 is a bigram.
    """

    def __init__(self, text: str, order: int, discount: float = 0.75) -> None:
        """Count in `text`, of characters of VOCABULARY. order: 1 to 9. discount: D, 0 to 1.

        Raises CourseError where order or discount is impossible or the text is shorter than order.
        """
        if not 1 <= order <= _LONGEST:
            raise CourseError(f"NGrams: order={order} must be a whole number from 1 to {_LONGEST}.")
        if not 0 < discount < 1:
            raise CourseError(f"NGrams: discount={discount} must lie between 0 and 1.")
        if len(text) < order:
            raise CourseError(f"NGrams: {len(text)} characters hold no n-gram of order {order}.")
        self.order, self.discount = order, discount
        self._counts = _count(text, order)

    def probabilities(self, text: str) -> NDArray[np.float64]:
        """Return the probability of each character given those before it, float64 (characters,).

        The first characters are taken to follow a run of newlines.
        """
        p = np.full(len(text), 1 / _SIZE)
        padded = "\n" * (self.order - 1) + text
        for length, counts in enumerate(self._counts, start=1):
            p = self._interpolated(_grams(padded[self.order - length :], length), counts, p)
        return p

    def bits_per_character(self, text: str) -> float:
        """Return the mean of -log2 P over the characters of `text`."""
        return float(-np.log2(self.probabilities(text)).mean())

    def _interpolated(
        self, grams: Numbers, counts: _Counts, shorter: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        times = _looked_up(grams, counts.grams, counts.times)
        contexts = grams // _SIZE
        total = _looked_up(contexts, counts.contexts, counts.total)
        kinds = _looked_up(contexts, counts.contexts, counts.kinds)
        own = np.maximum(times - self.discount, 0) + self.discount * kinds * shorter
        return np.where(total > 0, own / np.maximum(total, 1), shorter)


def tuned(training: str, validation: str, order: int) -> NGrams:
    """Count in `training`, and take the discount that predicts `validation` in the fewest bits.

    The discounts tried are 0.05, 0.10 ... 0.95. Raises CourseError as NGrams does.
    """
    best = NGrams(training, order)
    trials = {}
    for discount in _DISCOUNTS:
        best.discount = float(discount)
        trials[best.discount] = best.bits_per_character(validation)
    best.discount = min(trials, key=trials.__getitem__)
    return best


def _grams(text: str, length: int) -> Numbers:
    """Each n-gram of the text as one number, in base 96, the first character highest."""
    codes = encode(text).astype(np.int64)
    places = _SIZE ** np.arange(length - 1, -1, -1, dtype=np.int64)
    return np.lib.stride_tricks.sliding_window_view(codes, length) @ places


def _count(text: str, order: int) -> list[_Counts]:
    """The counts of orders 1 to `order`."""
    grams, times = np.unique(_grams(text, order), return_counts=True)
    found = [_by_context(grams, times)]
    for length in range(order - 1, 0, -1):
        # One for each different longer n-gram that ends in this one.
        grams, times = np.unique(grams % _SIZE**length, return_counts=True)
        found.append(_by_context(grams, times))
    return found[::-1]


def _by_context(grams: Numbers, times: Numbers) -> _Counts:
    contexts, first, kinds = np.unique(grams // _SIZE, return_index=True, return_counts=True)
    return _Counts(grams, times, contexts, np.add.reduceat(times, first), kinds)


def _looked_up(wanted: Numbers, keys: Numbers, values: Numbers) -> Numbers:
    """The value of each wanted key, 0 where it is not among the sorted keys."""
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], 0)
