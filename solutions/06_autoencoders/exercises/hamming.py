"""What `hamming` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


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
        edit("np.bitwise_count", "np.vectorize(lambda byte: bin(byte).count('1'))"),
        edit("bitwise_count(codes ^ query", "unpackbits(codes ^ query, axis=1"),
        edit("np.bitwise_count(codes ^ query)", "sum((codes ^ query) >> n & 1 for n in range(8))"),
    ],
    mistakes={
        "You count bytes that differ. Count their bits.": edit(
            "np.bitwise_count(codes ^", "(codes !="
        ),
        "You count the bits that agree.": edit("codes ^ query", "~(codes ^ query)"),
        "You count the ones that both have: & is and. Where two bits differ, ^ is 1.": edit(
            "^", "&"
        ),
        "You count the ones that either has: | is or. Where two bits differ, ^ is 1.": edit(
            "^", "|"
        ),
        "You add up differences of the bytes as numbers. Compare their bits.": edit(
            "np.bitwise_count(codes ^ query)", "np.abs(codes.astype(int) - query)"
        ),
        "You count the bits of each byte, and do not add up the bytes of a document.": edit(
            ".sum(axis=1, dtype=int)", ""
        ),
        "You add up over the documents. Add up the bytes of each: axis=1.": edit(
            "axis=1", "axis=0"
        ),
        "All documents together: one number came back. There is one for each document.": edit(
            "axis=1, ", ""
        ),
        "A distance of more than 255 does not fit into uint8: sum with dtype=int.": edit(
            "dtype=int", "dtype=np.uint8"
        ),
        "This is a fraction of the bits. Their number is asked.": edit(
            "dtype=int)", "dtype=int) / (8 * codes.shape[1])"
        ),
        "You add up the bytes of codes ^ query as numbers. Count their ones.": edit(
            "np.bitwise_count", ""
        ),
        "The difference of the counts of ones is no distance: ones at different places "
        "cancel.": edit(
            "return ",
            "return abs(",
            "codes ^ query",
            "codes",
            "=int)",
            "=int) - np.bitwise_count(query).sum(dtype=int))",
        ),
    },
)
