"""What `bigram_table` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    yield Case("one pair", np.array([0, 1]), 2, 1.0)
    yield Case("a pair that comes twice", np.array([0, 1, 0, 1]), 2, 1.0)
    yield Case("the same character again and again", np.array([1, 1, 1, 1]), 3, 0.5)
    yield Case("some never occur", rng.permutation(np.repeat([0, 2, 5], 4)), 6, 0.1)
    yield Case("the last is one of a kind", np.array([0, 1, 0, 1, 2]), 3, 0.5)
    yield Case("a pair that comes 300 times", np.tile([0, 1], 300), 2, 1.0)
    for name, length, size, alpha in (
        ("a short text", 12, 4, 1.0),
        ("a longer text", 200, 5, 0.01),
        ("much smoothing", 40, 3, 20.0),
    ):
        codes = rng.integers(0, size, size=length)
        codes[rng.random(length) < 0.4] = 0  # some are more frequent than others
        yield Case(name, codes.astype(np.int32), size, alpha)


def _in_lists(codes, size, alpha):
    counts = [[float(alpha)] * size for _ in range(size)]
    for here, after in zip(codes[:-1].tolist(), codes[1:].tolist(), strict=True):
        counts[here][after] += 1
    return np.array([[number / sum(row) for number in row] for row in counts])


def _by_bincount(codes, size, alpha):
    pairs = codes[:-1].astype(np.int64) * size + codes[1:]
    table = np.bincount(pairs, minlength=size * size).reshape(size, size) + alpha
    return table / table.sum(axis=1, keepdims=True)


_SUM = "counts.sum(axis=1, keepdims=True)"
_PAIRS = "zip(codes[:-1], codes[1:], strict=True)"


bigram_table = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "Go through the text, from the first character to the last but one. Where in a table of "
        "size x size does each pair belong?",
        "A loop over zip(codes[:-1], codes[1:]) counts the pairs. np.add.at does so without a "
        "loop.",
        "Add alpha to every count. What must a row be divided by, so that it adds up to 1?",
    ],
    alternatives=[_in_lists, _by_bincount, edit("float(alpha)", "alpha, np.float32")],
    mistakes={
        "Rows and columns are swapped: row i says what follows i.": edit(
            "[here, after]", "[after, here]"
        ),
        "You count what stands before each character, and divide by columns: P[i, j] is the "
        "chance of j after i.": edit("axis=1", "axis=0"),
        "The table adds up to 1 as a whole. Each row should.": edit(_SUM, "counts.sum()"),
        "Rows do not add up to 1: alpha was added to `size` counts, so alpha * size belongs to the "
        "sum.": edit(
            "float(alpha)", "0.0", f"counts / {_SUM}", f"(counts + alpha) / ({_SUM} + alpha)"
        ),
        "Rows do not add up to 1: alpha is missing in the sum that you divide by.": edit(
            "float(alpha)", "0.0", "return counts", "return (counts + alpha)"
        ),
        "alpha is missing: a pair that was not seen has a probability of 0, and costs infinitely "
        "many bits.": edit("float(alpha)", "0.0"),
        "1 is added to the counts in place of alpha.": edit("float(alpha)", "1.0"),
        "alpha is added after dividing. It belongs to the counts.": edit(
            "float(alpha)",
            "0.0",
            f"counts / {_SUM}",
            f"(counts / {_SUM} + alpha) / (1 + alpha * size)",
        ),
        "Counts come back. Divide each row by its sum.": edit(f" / {_SUM}", ""),
        "A pair that comes twice counts once: table[a, b] += 1 with arrays adds a single 1. Use a "
        "loop or np.add.at.": edit(
            f"for here, after in {_PAIRS}:\n    counts[here, after]",
            "counts[codes[:-1], codes[1:]]",
        ),
        "The last character has no successor in the text, but your count gives it one: the "
        "first.": edit(_PAIRS, "zip(codes, np.roll(codes, -1))"),
        "You divide by how often each character occurs. The last one of the text has no successor: "
        "divide by the sum of the row.": edit(
            _SUM, "(np.bincount(codes, minlength=size)[:, None] + alpha * size)"
        ),
        "Pairs overlap: every character but the last begins one.": edit(
            _PAIRS, "zip(codes[::2], codes[1::2])"
        ),
        "You pair each character with the one after the next.": edit(
            _PAIRS, "zip(codes[:-2], codes[2:])"
        ),
        "Each pair counts in both directions. Only what follows counts.": edit(
            "+= 1", "+= 1\n    counts[after, here] += 1"
        ),
        "Your rows are all the same: they do not depend on the character before.": edit(
            _PAIRS, "zip(codes, codes)", "[here,", "[:,"
        ),
        "Logarithms come back. Probabilities are asked.": edit(
            f"counts / {_SUM}", f"np.log(counts / {_SUM})"
        ),
        "The table is rounded to whole numbers: counts must be floats before you divide.": edit(
            "counts /", "counts //"
        ),
        "alpha is divided by the size. All of it is added to each count.": edit(
            "float(alpha)", "alpha / size"
        ),
        "alpha is added twice.": edit("float(alpha)", "2 * alpha"),
        "A character that follows itself is not counted. It is a pair as others are.": edit(
            "+= 1", "+= here != after"
        ),
    },
)
