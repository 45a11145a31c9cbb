"""What `kl_sparsity` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


def _kl_cases(rng):
    def case(name, batch, units, target, low=0.02, high=0.98):
        return Case(name, rng.uniform(low, high, size=(batch, units)), target)

    yield case("one unit, one example", 1, 1, 0.05)
    yield case("one unit, a batch", 6, 1, 0.1)
    yield case("units that fire too often", 4, 3, 0.05, low=0.4)
    yield case("units that fire too rarely", 5, 2, 0.6, high=0.3)
    yield case("as many examples as units", 4, 4, 0.2)
    yield case("a target above a half", 3, 5, 0.9)
    yield Case("units that fire as often as they should", np.full((3, 2), 0.25), 0.25)
    yield Case("on half of the time, and nearly off", np.array([[0.99, 0.02], [0.01, 0.04]]), 0.05)


def _kl(rho, often):
    return rho * np.log(rho / often) + (1 - rho) * np.log((1 - rho) / (1 - often))


def _of_means(penalty, often=lambda A: A.mean(axis=0)):
    """An answer: a penalty of (target, mean activations)."""
    return lambda A, target: penalty(target, often(A))


def _by_loops(A, target):
    total = 0.0
    for j in range(A.shape[1]):
        often = sum(A[:, j]) / len(A)
        total += target * np.log(target) - target * np.log(often)
        total += (1 - target) * np.log(1 - target) - (1 - target) * np.log(1 - often)
    return total


def _by_scipy(A, target):
    from scipy.special import rel_entr

    often = A.mean(axis=0)
    return float(np.sum(rel_entr(target, often) + rel_entr(1 - target, 1 - often)))


def _by_keras(A, target):
    import keras

    both = keras.ops.stack([np.mean(A, axis=0), 1 - np.mean(A, axis=0)], axis=1)
    wanted = np.array([target, 1 - target])
    return float(keras.ops.sum(wanted * (np.log(wanted) - keras.ops.log(both))))


kl_sparsity = Exercise(
    points=2,
    cases=_kl_cases,
    hints=[
        "How often does unit j fire, over the whole batch? One number for each column.",
        "rho_hat = A.mean(axis=0). Which two terms does the divergence have, for firing and for "
        "being silent?",
        "target * np.log(target / rho_hat) + (1 - target) * np.log((1 - target) / (1 - rho_hat)), "
        "summed over the units.",
    ],
    alternatives=[_by_loops, _by_scipy, _by_keras],
    mistakes={
        "The two distributions are swapped: this is KL(rho_hat || target).": _of_means(
            lambda rho, often: np.sum(_kl(often, rho))
        ),
        "The second term is missing: a unit is silent with probability 1 - rho.": _of_means(
            lambda rho, often: np.sum(rho * np.log(rho / often))
        ),
        "The first term is missing: a unit fires with probability rho.": _of_means(
            lambda rho, often: np.sum((1 - rho) * np.log((1 - rho) / (1 - often)))
        ),
        "The two terms are subtracted. They add up.": _of_means(
            lambda rho, often: np.sum(
                rho * np.log(rho / often) - (1 - rho) * np.log((1 - rho) / (1 - often))
            )
        ),
        "The sign is flipped: a divergence is never negative.": _of_means(
            lambda rho, often: -np.sum(_kl(rho, often))
        ),
        "You take the mean over the units. Their sum is asked.": _of_means(
            lambda rho, often: np.mean(_kl(rho, often))
        ),
        "The units are not summed: one number is asked.": _of_means(_kl),
        "The mean is taken over the units of each example. Take it over the batch, axis 0.": (
            _of_means(lambda rho, often: np.sum(_kl(rho, often)), often=lambda A: A.mean(axis=1))
        ),
        "One mean of all units: each unit has its own.": _of_means(
            lambda rho, often: np.sum(_kl(rho, often)), often=lambda A: A.mean()
        ),
        "The divergence is taken of each activation, then summed. First average over the batch: a "
        "unit may fire strongly now and then.": lambda A, target: np.sum(_kl(target, A)),
        "The divergence is taken of each activation, then averaged. First average over the batch: "
        "a unit may fire strongly now and then.": lambda A, target: np.sum(
            _kl(target, A).mean(axis=0)
        ),
        "The activations are summed over the batch. How often a unit fires is their mean.": (
            lambda A, target: np.sum(_kl(target, np.clip(A.sum(axis=0), 1e-12, 1 - 1e-12)))
        ),
        "This is the logarithm to base 2; take the natural one, numpy.log.": _of_means(
            lambda rho, often: np.sum(_kl(rho, often)) / np.log(2)
        ),
        "This is the cross-entropy: the part that depends on the target alone is missing.": (
            _of_means(
                lambda rho, often: -np.sum(rho * np.log(often) + (1 - rho) * np.log(1 - often))
            )
        ),
        "This is a squared distance. The divergence has logarithms.": _of_means(
            lambda rho, often: np.sum((rho - often) ** 2)
        ),
        "The target is fixed at 0.05: use the argument.": lambda A, target: np.sum(
            _kl(0.05, A.mean(axis=0))
        ),
        "This is the sum of the activations, the L1 penalty.": lambda A, target: np.sum(A),
    },
)
