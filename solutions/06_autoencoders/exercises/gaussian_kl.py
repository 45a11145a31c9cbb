"""What `gaussian_kl` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


def _kl_cases(rng):
    def case(name, batch, units):
        return Case(name, rng.normal(size=(batch, units)), 0.7 * rng.normal(size=(batch, units)))

    yield case("one example, one unit", 1, 1)
    yield case("one example", 1, 4)
    yield case("a batch", 5, 3)
    yield case("as many examples as units", 3, 3)
    yield Case("the standard normal distribution itself", np.zeros((2, 3)), np.zeros((2, 3)))
    yield Case("shifted only", rng.normal(size=(2, 2)), np.zeros((2, 2)))
    yield Case("wider or narrower only", np.zeros((2, 3)), rng.normal(size=(2, 3)))
    yield Case("very narrow", rng.normal(size=(2, 2)), np.full((2, 2), -30.0))


def _kl(
    variance=np.exp,
    terms=lambda m, v, log: (v + m**2 - 1 - log) / 2,
    result=lambda terms: terms.sum(axis=1),
):
    """An answer with one step exchanged."""
    return lambda mean, log_variance: result(terms(mean, variance(log_variance), log_variance))


def _by_loops(mean, log_variance):
    out = []
    for means, logs in zip(mean, log_variance, strict=True):
        total = 0.0
        for m, log in zip(means, logs, strict=True):
            sigma = np.exp(log / 2)
            total += -np.log(sigma) + (sigma**2 + m**2) / 2 - 0.5
        out.append(total)
    return np.array(out)


def _by_matrices(mean, log_variance):
    """The formula for any two normal distributions."""

    def one(m, log):
        covariance = np.diag(np.exp(log))
        return (np.trace(covariance) + m @ m - len(m) - np.linalg.slogdet(covariance)[1]) / 2

    return np.array([one(m, log) for m, log in zip(mean, log_variance, strict=True)])


def _by_keras(mean, log_variance):
    import keras

    inside = 1 + log_variance - mean**2 - keras.ops.exp(log_variance)
    return keras.ops.convert_to_numpy(-0.5 * keras.ops.sum(inside, axis=-1))


gaussian_kl = Exercise(
    points=2,
    cases=_kl_cases,
    hints=[
        "The network gives log sigma^2. How do you get sigma^2?",
        "For each number of the code: (exp(log_variance) + mean^2 - 1 - log_variance) / 2.",
        "Sum over the numbers of each code, axis 1. What shape is left?",
    ],
    alternatives=[_by_loops, _by_matrices, _by_keras],
    mistakes={
        "The half is missing.": _kl(terms=lambda m, v, log: v + m**2 - 1 - log),
        "The sign is flipped: a divergence is never negative.": _kl(
            terms=lambda m, v, log: -(v + m**2 - 1 - log) / 2
        ),
        "log_variance is the logarithm of the variance, not of sigma: no factor of 2 before "
        "it.": _kl(terms=lambda m, v, log: (v**2 + m**2 - 1 - 2 * log) / 2),
        "You take log_variance for the variance: take exp of it first.": _kl(
            variance=lambda log: log
        ),
        "exp(log_variance / 2) is sigma. The formula has sigma^2.": _kl(
            variance=lambda log: np.exp(log / 2)
        ),
        "The mean is not squared.": _kl(terms=lambda m, v, log: (v + m - 1 - log) / 2),
        "The mean is missing: a shift costs too.": _kl(terms=lambda m, v, log: (v - 1 - log) / 2),
        "The variance is missing: only the shift is counted.": _kl(
            terms=lambda m, v, log: m**2 / 2
        ),
        "The logarithm is missing: with it, a narrow cloud costs something too.": _kl(
            terms=lambda m, v, log: (v + m**2 - 1) / 2
        ),
        "The 1 is missing: for N(0, 1) itself the divergence is 0.": _kl(
            terms=lambda m, v, log: (v + m**2 - log) / 2
        ),
        "The logarithm has the wrong sign: a narrow cloud costs more, not less.": _kl(
            terms=lambda m, v, log: (v + m**2 - 1 + log) / 2
        ),
        "The exponential term is missing: sigma^2 itself counts too.": _kl(
            terms=lambda m, v, log: (m**2 - 1 - log) / 2
        ),
        "You take the mean over the numbers of the code. Their sum is asked.": _kl(
            result=lambda terms: terms.mean(axis=1)
        ),
        "The sum runs over the examples. Sum over the numbers of each code, axis 1.": _kl(
            result=lambda terms: terms.sum(axis=0)
        ),
        "You sum over the whole batch. Each example has a divergence of its own.": _kl(
            result=lambda terms: terms.sum()
        ),
        "You take the mean over the batch as well. Each example has a divergence of its own.": _kl(
            result=lambda terms: terms.sum(axis=1).mean()
        ),
        "The numbers of a code are not summed: one divergence for each example is asked.": _kl(
            result=lambda terms: terms
        ),
        "The two distributions are swapped: this is KL(N(0, 1) || N(mean, variance)).": _kl(
            terms=lambda m, v, log: ((1 + m**2) / v - 1 + log) / 2
        ),
        "The result is one column, (batch, 1); (batch,) is asked: leave keepdims out.": _kl(
            result=lambda terms: terms.sum(axis=1, keepdims=True)
        ),
    },
)
