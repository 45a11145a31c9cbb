"""What `dropout` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    def case(name, shape, rate, training):
        return Case(name, rng.normal(size=shape), rng.random(shape), rate, training)

    yield case("in training", (2, 4), 0.5, True)
    yield case("in use", (2, 4), 0.5, False)
    yield case("a small rate", (4, 5), 0.2, True)
    yield case("a large rate", (4, 5), 0.8, True)
    yield case("a rate of 0", (2, 3), 0.0, True)
    yield case("a small rate, in use", (3, 3), 0.3, False)
    yield Case(
        "a number exactly at the rate", np.array([[2.0, 4.0]]), np.array([[0.25, 0.2]]), 0.25, True
    )


def _by_mask(h, u, rate, training):
    mask = (u >= rate) / (1 - rate) if training else 1.0
    return h * mask


def _by_places(h, u, rate, training):
    out = np.array(h, dtype=float)
    if training:
        out[u < rate] = 0
        out[u >= rate] *= 1 / (1 - rate)
    return out


def _by_numbers(h, u, rate, training):
    pairs = zip(np.ravel(h), np.ravel(u), strict=True)
    kept = [0.0 if training and y < rate else x / (1 - rate * bool(training)) for x, y in pairs]
    return np.reshape(kept, h.shape)


dropout = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "Two cases: in training and in use. In use h comes back, as a new array.",
        "In training: where is u below the rate? np.where picks between 0 and something else.",
        "What is kept is divided by 1 - rate.",
    ],
    alternatives=[_by_mask, _by_places, _by_numbers],
    mistakes={
        "What is kept has to be divided by 1 - rate.": edit("h / (1 - rate)", "h"),
        "You multiply what is kept by 1 - rate. Divide by it.": edit(
            "h / (1 - rate)", "h * (1 - rate)"
        ),
        "You divide by the rate. What is kept is the share 1 - rate.": edit(
            "h / (1 - rate)", "h / rate"
        ),
        "Units are dropped in use, too. Look at training.": edit("if not training:", "if False:"),
        "Training and use are swapped.": edit("if not training:", "if training:"),
        "You scale in use as well, by 1 - rate. That is done in training already.": edit(
            "return h.copy()", "return h * (1 - rate)"
        ),
        "You drop where u is above the rate: a share of 1 - rate. Drop where u < rate.": edit(
            "np.where(u < rate, 0.0, h / (1 - rate))", "np.where(u < rate, h / (1 - rate), 0.0)"
        ),
        "A number exactly at the rate is kept: drop where u < rate.": edit("u < rate", "u <= rate"),
        "You drop where h is small. The random numbers u decide.": edit("u < rate", "h < rate"),
        "You scale in use, by 1 - rate. Here training does it: divide what is kept by 1 - rate, "
        "and leave h as it is in use.": edit(
            "return h.copy()", "return h * (1 - rate)", "h / (1 - rate)", "h"
        ),
        "You divide in use as well. In use h comes back as it is.": edit(
            "return h.copy()", "return h / (1 - rate)"
        ),
        "You divide by the share that happened to be kept. Divide by 1 - rate.": edit(
            "np.where(u < rate, 0.0, h / (1 - rate))",
            "np.where(u < rate, 0.0, h) / np.mean(u >= rate)",
        ),
        "You divide by the root of 1 - rate. It is 1 - rate itself.": edit(
            "h / (1 - rate)", "h / np.sqrt(1 - rate)"
        ),
        "This is the mask. Multiply h by it.": edit("h / (1 - rate)", "1 / (1 - rate)"),
        "h is multiplied by the random numbers. They only decide who is dropped.": edit(
            "h / (1 - rate)", "h * u / (1 - rate)"
        ),
        "You keep where u is below 1 - rate. Drop where u is below the rate.": edit(
            "np.where(u < rate, 0.0, h / (1 - rate))",
            "np.where(u < 1 - rate, h / (1 - rate), 0.0)",
        ),
        "You keep what is dropped: its place gets 0.": edit(
            "np.where(u < rate, 0.0,", "np.where(u < rate, h,"
        ),
        "Only what is kept comes back. The dropped units keep their places, as zeros.": edit(
            "np.where(u < rate, 0.0, h / (1 - rate))", "h[u >= rate] / (1 - rate)"
        ),
        "All examples lose the units that the first one loses. Each has random numbers of its "
        "own.": edit("u < rate", "u[:1] < rate"),
        "All examples lose the same units. Each has random numbers of its own.": edit(
            "u < rate", "u.mean(axis=0) < rate"
        ),
        "You drop where u lies above the rate. Drop where it lies below.": edit(
            "u < rate", "u > rate"
        ),
    },
)
