"""What `with_temperature` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


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


def _answer(
    power=lambda p, t: (p / p.max(axis=-1, keepdims=True)) ** (1 / t),
    norm=lambda q: q / q.sum(axis=-1, keepdims=True),
):
    def with_temperature(p, temperature):
        with np.errstate(all="ignore"):
            return norm(power(p, temperature))

    return with_temperature


def _softmax(z):
    z = np.exp(z - z.max(axis=-1, keepdims=True))
    return z / z.sum(axis=-1, keepdims=True)


def _by_logarithms(p, temperature):
    with np.errstate(divide="ignore"):
        return _softmax(np.log(p) / temperature)


def _row_by_row(p, temperature):
    if p.ndim > 1:
        return np.array([_row_by_row(row, temperature) for row in p])
    largest = max(p)
    powers = [(float(x) / largest) ** (1 / temperature) for x in p]
    return np.array(powers) / sum(powers)


def _in_float32(p, temperature):
    p = np.asarray(p, np.float32)
    q = (p / p.max(axis=-1, keepdims=True)) ** np.float32(1 / temperature)
    return q / q.sum(axis=-1, keepdims=True)


def _in_place(p, temperature):
    p /= p.max(axis=-1, keepdims=True)
    q = p ** (1 / temperature)
    return q / q.sum(axis=-1, keepdims=True)


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
    alternatives=[_by_logarithms, _row_by_row, _in_float32],
    mistakes={
        "The power is 1 / T, not T: a low temperature must make the likely likelier.": _answer(
            lambda p, t: p**t
        ),
        "The powers do not add up to 1: divide by their sum.": _answer(
            lambda p, t: p ** (1 / t), lambda q: q
        ),
        "Divided by the temperature and then by the sum, everything is as before: T must stand in "
        "the power.": _answer(lambda p, t: p / t),
        "exp(p / T) is the power of no probability: with logarithms it is exp(log(p) / T).": (
            lambda p, temperature: _softmax(p / temperature)
        ),
        "The sum is taken over the whole batch. Each text has its own: axis=-1.": _answer(
            norm=lambda q: q / q.sum()
        ),
        "The sum is taken over the batch, axis 0. The characters lie along the last axis.": _answer(
            norm=lambda q: q / q.sum(axis=0, keepdims=True)
        ),
        "At a very low temperature all powers become 0, and 0 / 0 is no number: divide p by its "
        "largest before the power.": _answer(lambda p, t: p ** (1 / t)),
        "All powers are divided by the largest. By their sum is asked, so that they add up to "
        "1.": _answer(norm=lambda q: q),
        "A small number added to p gives what never comes next a chance, and a hot temperature "
        "makes it a good one. 0 stays 0.": _answer(
            lambda p, t: ((p + 1e-8) / (p + 1e-8).max(axis=-1, keepdims=True)) ** (1 / t)
        ),
        "The most likely character gets everything. That is the limit of temperature 0 "
        "alone.": _answer(lambda p, t: (p == p.max(axis=-1, keepdims=True)).astype(float)),
        "Probabilities come back as logarithms: take exp at the end.": lambda p, temperature: (
            np.log(np.maximum(_answer()(p, temperature), 1e-300))
        ),
        "p itself is changed. Work on a copy.": _in_place,
        "The root is always the square root: use the temperature.": _answer(
            lambda p, t: (p / p.max(axis=-1, keepdims=True)) ** 0.5
        ),
        "A temperature above 1 is treated as 1. It makes the text more varied.": (
            lambda p, temperature: _answer()(p, min(temperature, 1.0))
        ),
        "A temperature below 1 is treated as 1. It makes the likely likelier.": (
            lambda p, temperature: _answer()(p, max(temperature, 1.0))
        ),
        "Each row is divided by the largest of the whole batch, so that in a cold one all powers "
        "still become 0. Divide by the row's own largest: axis=-1.": _answer(
            lambda p, t: (p / p.max()) ** (1 / t)
        ),
        "The largest is taken over the batch, axis 0, and does not cancel out. The characters lie "
        "along the last axis.": _answer(lambda p, t: (p / p.max(axis=0, keepdims=True)) ** (1 / t)),
        "np.log2 and np.exp do not undo each other: take np.log with np.exp.": _answer(
            lambda p, t: np.exp(np.log2(p) / t)
        ),
    },
)
