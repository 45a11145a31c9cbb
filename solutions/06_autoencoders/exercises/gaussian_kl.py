"""What `gaussian_kl` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


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


def _by_matrices(mean, log_variance):
    """The formula for any two normal distributions."""

    def one(m, log):
        covariance = np.diag(np.exp(log))
        return (np.trace(covariance) + m @ m - len(m) - np.linalg.slogdet(covariance)[1]) / 2

    return np.array([one(m, log) for m, log in zip(mean, log_variance, strict=True)])


gaussian_kl = Exercise(
    points=2,
    cases=_kl_cases,
    hints=[
        "The network gives log sigma^2. How do you get sigma^2?",
        "For each number of the code: (exp(log_variance) + mean^2 - 1 - log_variance) / 2.",
        "Sum over the numbers of each code, axis 1. What shape is left?",
    ],
    alternatives=[
        edit("np.exp(log_variance)", "np.exp(log_variance / 2) ** 2"),
        edit("return", "import keras.ops as np\nreturn"),
        _by_matrices,
    ],
    mistakes={
        "The half is missing.": edit("0.5 * ", ""),
        "The sign is flipped: a divergence is never negative.": edit("0.5", "-0.5"),
        "log_variance is the logarithm of the variance, not of sigma: no factor of 2 before "
        "it.": edit("exp(", "exp(2 * ", "1 - ", "1 - 2 * "),
        "You take log_variance for the variance: take exp of it first.": edit("np.exp", ""),
        "exp(log_variance / 2) is sigma. The formula has sigma^2.": edit(
            "exp(log_variance", "exp(log_variance / 2"
        ),
        "The mean is not squared.": edit("mean**2", "mean"),
        "The mean is missing: a shift costs too.": edit(" + mean**2", ""),
        "The variance is missing: only the shift is counted.": edit(
            "np.exp(log_variance) + mean**2 - 1 - log_variance", "mean**2"
        ),
        "The logarithm is missing: with it, a narrow cloud costs something too.": edit(
            " - log_variance", ""
        ),
        "The 1 is missing: for N(0, 1) itself the divergence is 0.": edit(" - 1", ""),
        "The logarithm has the wrong sign: a narrow cloud costs more, not less.": edit(
            "- log_variance", "+ log_variance"
        ),
        "The exponential term is missing: sigma^2 itself counts too.": edit(
            "np.exp(log_variance) + ", ""
        ),
        "You take the mean over the numbers of the code. Their sum is asked.": edit(
            "np.sum", "np.mean"
        ),
        "The sum runs over the examples. Sum over the numbers of each code, axis 1.": edit(
            "axis=1", "axis=0"
        ),
        "You sum over the whole batch. Each example has a divergence of its own.": edit(
            ", axis=1", ""
        ),
        "You take the mean over the batch as well. Each example has a divergence of its own.": edit(
            ", axis=1)", ") / len(mean)"
        ),
        "The numbers of a code are not summed: one divergence for each example is asked.": edit(
            "np.sum", "", ", axis=1", ""
        ),
        "The two distributions are swapped: this is KL(N(0, 1) || N(mean, variance)).": edit(
            "np.exp(log_variance) + mean**2 - 1 - log",
            "(1 + mean**2) / np.exp(log_variance) - 1 + log",
        ),
        "The result is one column, (batch, 1); (batch,) is asked: leave keepdims out.": edit(
            "axis=1", "axis=1, keepdims=True"
        ),
    },
)
