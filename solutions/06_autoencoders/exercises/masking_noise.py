"""What `masking_noise` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, Fixture


def _masking_cases(rng):
    def case(name, shape, fraction):
        seed = int(rng.integers(1000))
        return Case(name, rng.uniform(0.1, 1, size=shape), fraction, Fixture("rng", seed=seed))

    yield case("a third of a row", (1, 9), 0.3)
    yield case("a batch of rows", (4, 5), 0.5)
    yield case("a batch of images", (2, 3, 4), 0.25)
    yield case("nearly all", (3, 6), 0.9)
    yield case("nothing at all", (2, 3), 0.0)
    yield case("everything", (2, 3), 1.0)
    yield Case("whole numbers", rng.integers(1, 9, size=(3, 4)), 0.5, Fixture("rng", seed=3))


def _masked(keep):
    """An answer: X where keep(draws, fraction) holds, else 0."""
    return lambda X, fraction, rng: np.where(keep(rng.random(X.shape), fraction), X, 0)


def _by_rows(X, fraction, rng):
    flat = np.array(X).ravel()
    for i in range(flat.size):
        if rng.random() < fraction:
            flat[i] = 0
    return flat.reshape(X.shape)


def _by_copy(X, fraction, rng):
    noisy = X.copy()
    noisy[rng.uniform(size=X.shape) < fraction] = 0
    return noisy


def _in_place(X, fraction, rng):
    X[rng.random(X.shape) < fraction] = 0
    return X


def _exactly(X, fraction, rng):
    noisy = np.array(X)
    count = int(round(fraction * X.size))
    noisy.ravel()[rng.permutation(X.size)[:count]] = 0
    return noisy


masking_noise = Exercise(
    points=1,
    cases=_masking_cases,
    hints=[
        "Draw a number from 0 to 1 for each number of X. For which draws does it become 0?",
        "draws = rng.random(X.shape); a draw is below `fraction` with probability `fraction`.",
        "X * (draws >= fraction), or np.where.",
    ],
    alternatives=[
        _by_rows,
        _by_copy,
        lambda X, fraction, rng: X * (rng.random(X.shape) >= fraction),
    ],
    mistakes={
        "This keeps what should be masked, and masks what should be kept.": _masked(
            lambda draws, fraction: draws < fraction
        ),
        "A number is masked where its draw is below `fraction`, not where it is above 1 - "
        "fraction.": _masked(lambda draws, fraction: draws < 1 - fraction),
        "What is left is scaled up, as dropout does. Masking noise leaves it as it is.": (
            lambda X, fraction, rng: (
                X * (rng.random(X.shape) >= fraction) / max(1 - fraction, 1e-12)
            )
        ),
        "What is masked becomes 1. It becomes 0.": lambda X, fraction, rng: np.where(
            rng.random(X.shape) < fraction, 1, X
        ),
        "This is the mask. The masked X is asked.": lambda X, fraction, rng: (
            1.0 * (rng.random(X.shape) >= fraction)
        ),
        "Whole examples are masked. Draw a number for each number of X, not for each row.": (
            lambda X, fraction, rng: np.array(
                [x * (draw >= fraction) for x, draw in zip(X, rng.random(len(X)), strict=True)]
            )
        ),
        "All examples get the same mask. Draw in the shape of X.": lambda X, fraction, rng: (
            X * (rng.random(X.shape[1:]) >= fraction)
        ),
        "The draws are normal ones. Take rng.random, from 0 to 1.": lambda X, fraction, rng: (
            X * (rng.normal(size=X.shape) >= fraction)
        ),
        "This adds noise. Masking sets numbers to 0 and leaves the others.": (
            lambda X, fraction, rng: X + fraction * rng.normal(size=X.shape)
        ),
        "Exactly a fraction is masked here. Decide for each number by itself, as the docstring "
        "says.": _exactly,
        "The draws come from another generator: use rng, the argument.": (
            lambda X, fraction, rng: X * (np.random.default_rng(0).random(X.shape) >= fraction)
        ),
        "The fraction is fixed at 0.5: use the argument.": _masked(
            lambda draws, fraction: draws >= 0.5
        ),
        "Small numbers are masked, instead of random ones.": lambda X, fraction, rng: (
            X * np.greater_equal(X, fraction)
        ),
        "X itself is changed: make a new array.": _in_place,
    },
)
