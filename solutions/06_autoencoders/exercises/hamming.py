"""What `hamming` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


def _hamming_cases(rng):
    def codes(documents, length):
        return rng.integers(0, 256, (documents, length), dtype=np.uint8)

    def query(length):
        return rng.integers(0, 256, length, dtype=np.uint8)

    yield Case("one document, one byte", codes(1, 1), query(1))
    yield Case("documents of one byte", codes(5, 1), query(1))
    four = codes(6, 4)
    yield Case("codes of 32 bits", four, query(4))
    yield Case("the query is one of the documents", four, four[2].copy())
    yield Case("as many documents as bytes", codes(4, 4), query(4))
    opposite = query(100)
    yield Case("800 bits, all different", np.stack([~opposite, opposite]), opposite)


def _bits(codes):
    return np.unpackbits(codes, axis=-1)


_ONES = np.array([bin(number).count("1") for number in range(256)])


def _right(codes, query):
    return _ONES[codes ^ query].sum(axis=-1)


def _by_shifts(codes, query):
    different = np.bitwise_xor(codes, query[None])
    total = np.zeros(len(codes), dtype=np.int64)
    for place in range(8):
        total += ((different >> place) & 1).sum(axis=1, dtype=np.int64)
    return total


def _changed(change):
    return lambda codes, query: change(_right(codes, query))


hamming = Exercise(
    points=1,
    cases=_hamming_cases,
    hints=[
        "Which operation on bits gives 1 where two bits differ?",
        "codes ^ query compares each code with the query, bit by bit; the query is repeated for "
        "each row.",
        "np.bitwise_count counts the ones in each byte. Add up the bytes of a document.",
    ],
    alternatives=[
        _right,
        _by_shifts,
        lambda codes, query: (_bits(codes) != _bits(query)).sum(axis=1),
        lambda codes, query: np.array(
            [
                sum((int(x) ^ int(y)).bit_count() for x, y in zip(code, query, strict=True))
                for code in codes
            ]
        ),
    ],
    mistakes={
        "You count bytes that differ. Count their bits.": lambda codes, query: (codes != query).sum(
            axis=1
        ),
        "You count the bits that agree.": lambda codes, query: (
            8 * codes.shape[1] - _right(codes, query)
        ),
        "You count the ones that both have: & is and. Where two bits differ, ^ is 1.": (
            lambda codes, query: _ONES[codes & query].sum(axis=1)
        ),
        "You count the ones that either has: | is or. Where two bits differ, ^ is 1.": (
            lambda codes, query: _ONES[codes | query].sum(axis=1)
        ),
        "You add up differences of the bytes as numbers. Compare their bits.": (
            lambda codes, query: np.abs(codes.astype(int) - query.astype(int)).sum(axis=1)
        ),
        "You count the bits of each byte, and do not add up the bytes of a document.": (
            lambda codes, query: _ONES[codes ^ query]
        ),
        "You add up over the documents. Add up the bytes of each: axis=1.": (
            lambda codes, query: _ONES[codes ^ query].sum(axis=0)
        ),
        "All documents together: one number came back. There is one for each document.": (
            _changed(np.sum)
        ),
        "A distance of more than 255 does not fit into uint8: sum with dtype=int.": _changed(
            lambda distances: distances.astype(np.uint8)
        ),
        "This is a fraction of the bits. Their number is asked.": lambda codes, query: (
            _right(codes, query) / (8 * codes.shape[1])
        ),
        "You add up the bytes of codes ^ query as numbers. Count their ones.": (
            lambda codes, query: (codes ^ query).sum(axis=1, dtype=int)
        ),
        "The difference of the counts of ones is no distance: ones at different places cancel.": (
            lambda codes, query: np.abs(_ONES[codes].sum(axis=1) - _ONES[query].sum())
        ),
    },
)
