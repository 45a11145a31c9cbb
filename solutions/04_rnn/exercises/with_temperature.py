"""What `with_temperature` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    def p(*shape):
        """Probabilities, none of them near another or near 0."""
        weights = 1 + np.arange(shape[-1]) + rng.uniform(0, 0.5, size=shape)
        return rng.permuted(weights, axis=-1) / weights.sum(axis=-1, keepdims=True)

    yield Case("temperature 1 changes nothing", p(4), 1.0)
    yield Case("cold", p(5), 0.5)
    yield Case("hot", p(5), 3.0)
    yield Case("two characters", np.array([0.8, 0.2]), 0.5)
    yield Case("a batch", p(3, 4), 0.7)
    yield Case("a batch of texts", p(2, 3, 5), 1.5)
    yield Case("one never comes next", np.array([0.5, 0.0, 0.3, 0.2]), 2.5)
    yield Case("all but one never come next", np.array([[0.0, 1.0, 0.0]]), 2.0)
    close = np.array([0.2, 0.21, 0.19, 0.2, 0.2])
    yield Case("very cold", rng.permutation(close), 0.002)
    # The largest of the whole batch does not help the second row: its powers all become 0.
    sure = np.array([0.96, 0.01, 0.01, 0.01, 0.01])
    yield Case("a batch, very cold", np.array([sure, close]), 0.002)
    yield Case("very hot", p(4), 500.0)
    yield Case("two that are equal, cold", np.array([0.4, 0.2, 0.4]), 0.05)


def _row_by_row(p, temperature):
    if p.ndim > 1:
        return np.array([_row_by_row(row, temperature) for row in p])
    largest = max(p)
    powers = [(float(x) / largest) ** (1 / temperature) for x in p]
    return np.array(powers) / sum(powers)


_POWER = "(p / p.max(axis=-1, keepdims=True)) ** (1 / temperature)"
_SHARE = "q / q.sum(axis=-1, keepdims=True)"


with_temperature = Exercise(
    points=2,
    cases=_cases,
    rtol=1e-4,
    hints=[
        "Raise to the power 1 / T first. What must then be done so that it adds up to 1?",
        "Each text of a batch adds up to 1 by itself: sum over the last axis, with keepdims=True.",
        "0.2 ** 500 is less than the smallest number that the computer knows, so it becomes 0, and "
        "0 / 0 is no number. Which factor, the same for all characters, may you take out of p "
        "before the power?",
        "Divide p by its maximum over the last axis first. The largest is then 1, and 1 to any "
        "power is 1.",
    ],
    alternatives=[
        _row_by_row,
        edit(_POWER, "np.exp(np.log(p / p.max(axis=-1, keepdims=True)) / temperature)"),
        edit("q = (p", "p = p.astype(np.float32)\nq = (p"),
    ],
    mistakes={
        "The power is 1 / T, not T: a low temperature must make the likely likelier.": edit(
            _POWER, "p**temperature"
        ),
        "The powers do not add up to 1: divide by their sum.": edit(
            _POWER, "p ** (1 / temperature)", _SHARE, "q"
        ),
        "Divided by the temperature and then by the sum, everything is as before: T must stand in "
        "the power.": edit(_POWER, "p / temperature"),
        "exp(p / T) is the power of no probability: with logarithms it is exp(log(p) / T).": edit(
            _POWER, "np.exp(p / temperature)"
        ),
        "The sum is taken over the whole batch. Each text has its own: axis=-1.": edit(
            _SHARE, "q / q.sum()"
        ),
        "The sum is taken over the batch, axis 0. The characters lie along the last axis.": edit(
            "q.sum(axis=-1", "q.sum(axis=0"
        ),
        "At a very low temperature all powers become 0, and 0 / 0 is no number: divide p by its "
        "largest before the power.": edit(_POWER, "p ** (1 / temperature)"),
        "All powers are divided by the largest. By their sum is asked, so that they add up to "
        "1.": edit(_SHARE, "q"),
        "A small number added to p gives what never comes next a chance, and a hot temperature "
        "makes it a good one. 0 stays 0.": edit("q = (p", "p = p + 1e-8\nq = (p"),
        "The most likely character gets everything. That is the limit of temperature 0 "
        "alone.": edit(_POWER, "1.0 * (p == p.max(axis=-1, keepdims=True))"),
        "Probabilities come back as logarithms: take exp at the end.": edit(
            _SHARE, f"np.log({_SHARE})"
        ),
        "p itself is changed. Work on a copy.": edit(
            "q = (p / p.max(axis=-1, keepdims=True))", "p /= p.max(axis=-1, keepdims=True)\nq = p"
        ),
        "The root is always the square root: use the temperature.": edit(
            "(1 / temperature)", "0.5"
        ),
        "A temperature above 1 is treated as 1. It makes the text more varied.": edit(
            "1 / temperature", "1 / min(temperature, 1)"
        ),
        "A temperature below 1 is treated as 1. It makes the likely likelier.": edit(
            "1 / temperature", "1 / max(temperature, 1)"
        ),
        "Each row is divided by the largest of the whole batch, so that in a cold one all powers "
        "still become 0. Divide by the row's own largest: axis=-1.": edit(
            "p.max(axis=-1, keepdims=True)", "p.max()"
        ),
        "The largest is taken over the batch, axis 0, and does not cancel out. The characters lie "
        "along the last axis.": edit("p.max(axis=-1", "p.max(axis=0"),
        "np.log2 and np.exp do not undo each other: take np.log with np.exp.": edit(
            _POWER, "np.exp(np.log2(p) / temperature)"
        ),
    },
)
