"""What `bigram_table` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


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


def _pairs(codes, size):
    table = np.zeros((size, size))
    np.add.at(table, (codes[:-1], codes[1:]), 1)
    return table


def _of(
    count=_pairs,
    above=lambda table, alpha: table + alpha,
    below=lambda table, codes, size, alpha: table.sum(axis=1, keepdims=True) + alpha * size,
    after=lambda p: p,
):
    def bigram_table(codes, size, alpha):
        table = count(codes, size)
        with np.errstate(all="ignore"):
            return after(above(table, alpha) / below(table, codes, size, alpha))

    return bigram_table


def _in_loops(codes, size, alpha):
    counts = [[float(alpha)] * size for _ in range(size)]
    for here, after in zip(codes[:-1].tolist(), codes[1:].tolist(), strict=True):
        counts[here][after] += 1
    return np.array([[number / sum(row) for number in row] for row in counts])


def _by_bincount(codes, size, alpha):
    pairs = codes[:-1].astype(np.int64) * size + codes[1:]
    table = np.bincount(pairs, minlength=size * size).reshape(size, size) + alpha
    return table / table.sum(axis=1, keepdims=True)


def _by_one_hot(codes, size, alpha):
    hot = np.eye(size, dtype=np.float32)[codes]
    table = hot[:-1].T @ hot[1:] + np.float32(alpha)
    return table / table.sum(axis=1, keepdims=True)


def _once(codes, size):
    table = np.zeros((size, size))
    table[codes[:-1], codes[1:]] += 1
    return table


def _round(codes, size):
    return _pairs(np.append(codes, codes[0]), size)


def _every_second(codes, size):
    table = np.zeros((size, size))
    even = len(codes) // 2 * 2
    np.add.at(table, (codes[:even:2], codes[1:even:2]), 1)
    return table


def _two_apart(codes, size):
    table = np.zeros((size, size))
    np.add.at(table, (codes[:-2], codes[2:]), 1)
    return table


def _both_ways(codes, size):
    return _pairs(codes, size) + _pairs(codes, size).T


def _single(codes, size):
    """How often each character occurs, whatever stood before it."""
    return np.tile(np.bincount(codes, minlength=size).astype(float), (size, 1))


def _own_count(table, codes, size, alpha):
    return np.bincount(codes, minlength=size)[:, None] + alpha * size


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
    alternatives=[_in_loops, _by_bincount, _by_one_hot],
    mistakes={
        "Rows and columns are swapped: row i says what follows i.": _of(
            lambda codes, size: _pairs(codes, size).T
        ),
        "You count what stands before each character, and divide by columns: P[i, j] is the "
        "chance of j after i.": _of(
            below=lambda table, codes, size, alpha: table.sum(axis=0, keepdims=True) + alpha * size
        ),
        "The table adds up to 1 as a whole. Each row should.": _of(
            below=lambda table, codes, size, alpha: table.sum() + alpha * size**2
        ),
        "Rows do not add up to 1: alpha was added to `size` counts, so alpha * size belongs to the "
        "sum.": _of(
            below=lambda table, codes, size, alpha: table.sum(axis=1, keepdims=True) + alpha
        ),
        "Rows do not add up to 1: alpha is missing in the sum that you divide by.": _of(
            below=lambda table, codes, size, alpha: (
                table.sum(axis=1, keepdims=True) + alpha * size * (table.sum(axis=1) == 0)[:, None]
            )
        ),
        "alpha is missing: a pair that was not seen has a probability of 0, and costs infinitely "
        "many bits.": _of(
            lambda codes, size: _pairs(codes, size) + 1e-12,
            above=lambda table, alpha: table,
            below=lambda table, codes, size, alpha: table.sum(axis=1, keepdims=True),
        ),
        "1 is added to the counts in place of alpha.": lambda codes, size, alpha: _of()(
            codes, size, 1.0
        ),
        "alpha is added after dividing. It belongs to the counts.": _of(
            lambda codes, size: _pairs(codes, size) + 1e-12,
            above=lambda table, alpha: table / table.sum(axis=1, keepdims=True) + alpha,
            below=lambda table, codes, size, alpha: 1 + alpha * size,
        ),
        "Counts come back. Divide each row by its sum.": _of(
            below=lambda table, codes, size, alpha: 1.0
        ),
        "A pair that comes twice counts once: table[a, b] += 1 with arrays adds a single 1. Use a "
        "loop or np.add.at.": _of(_once),
        "The last character has no successor in the text, but your count gives it one: the "
        "first.": _of(_round),
        "You divide by how often each character occurs. The last one of the text has no successor: "
        "divide by the sum of the row.": _of(below=_own_count),
        "Pairs overlap: every character but the last begins one.": _of(_every_second),
        "You pair each character with the one after the next.": _of(_two_apart),
        "Each pair counts in both directions. Only what follows counts.": _of(_both_ways),
        "Your rows are all the same: they do not depend on the character before.": _of(_single),
        "Logarithms come back. Probabilities are asked.": _of(after=np.log),
        "The table is rounded to whole numbers: counts must be floats before you divide.": _of(
            after=np.floor
        ),
        "alpha is divided by the size. All of it is added to each count.": _of(
            above=lambda table, alpha: table + alpha / len(table),
            below=lambda table, codes, size, alpha: table.sum(axis=1, keepdims=True) + alpha,
        ),
        "alpha is added twice.": lambda codes, size, alpha: _of()(codes, size, 2 * alpha),
        "A character that follows itself is not counted. It is a pair as others are.": _of(
            lambda codes, size: _pairs(codes, size) * (1 - np.eye(size))
        ),
    },
)
