"""What `kl_sparsity` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


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
    alternatives=[
        edit("np.log(target / often)", "(np.log(target) - np.log(often))", "np.sum", "sum"),
        edit("often =", "import keras.ops as np\noften ="),
        edit(
            "return np.sum(fires + silent)",
            "from scipy.special import rel_entr\n"
            "return float(sum(rel_entr(target, often) + rel_entr(1 - target, 1 - often)))",
        ),
    ],
    mistakes={
        "The two distributions are swapped: this is KL(rho_hat || target).": edit(
            "fires =", "target, often = often, target\nfires ="
        ),
        "The second term is missing: a unit is silent with probability 1 - rho.": edit(
            " + silent", ""
        ),
        "The first term is missing: a unit fires with probability rho.": edit("fires + ", ""),
        "The two terms are subtracted. They add up.": edit("+ silent", "- silent"),
        "The sign is flipped: a divergence is never negative.": edit("return np", "return -np"),
        "You take the mean over the units. Their sum is asked.": edit("np.sum", "np.mean"),
        "The units are not summed: one number is asked.": edit("np.sum", ""),
        "The mean is taken over the units of each example. Take it over the batch, axis 0.": edit(
            "axis=0", "axis=1"
        ),
        "One mean of all units: each unit has its own.": edit("axis=0", ""),
        "The divergence is taken of each activation, then summed. First average over the batch: a "
        "unit may fire strongly now and then.": edit(".mean(axis=0)", ""),
        "The divergence is taken of each activation, then averaged. First average over the batch: "
        "a unit may fire strongly now and then.": edit(
            ".mean(axis=0)", "", "silent)", "silent) / len(A)"
        ),
        "The activations are summed over the batch. How often a unit fires is their mean.": edit(
            "A.mean", "A.sum"
        ),
        "This is the logarithm to base 2; take the natural one, numpy.log.": edit(
            "silent)", "silent) / np.log(2)"
        ),
        "This is the cross-entropy: the part that depends on the target alone is missing.": edit(
            "log(target /", "log(1 /", "log((1 - target) /", "log(1 /"
        ),
        "This is a squared distance. The divergence has logarithms.": edit(
            "fires + silent", "(target - often) ** 2"
        ),
        "The target is fixed at 0.05: use the argument.": edit("often =", "target = 0.05\noften ="),
        "This is the sum of the activations, the L1 penalty.": edit("fires + silent", "A"),
    },
)
