"""What exercise `transfer_effects` of lab 5 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit

_CURVES = ("AnB", "AnB+", "BnB", "BnB+")


def _cases(rng):
    def case(name, seeds, cuts):
        """The tasks differ widely, the curves of one task little, as they do in the record."""
        base = rng.uniform(0.2, 0.8, size=seeds).round(3)
        shifts = {
            curve: rng.normal(scale=0.05, size=(seeds, cuts)).round(3)
            for curve in rng.permutation(_CURVES).tolist()  # their order in the dict is any
        }
        return Case(name, base, {curve: base[:, None] + x for curve, x in shifts.items()})

    by_hand = {
        "AnB": np.array([[0.5, 0.25], [0.75, 0.25]]),
        "BnB": np.array([[0.5, 0.375], [0.75, 0.5]]),
        "AnB+": np.array([[0.625, 0.75], [0.875, 0.75]]),
        "BnB+": np.array([[0.5, 0.5], [0.75, 0.625]]),
    }
    yield Case("two seeds, two cuts, by hand", np.array([0.5, 0.75]), by_hand)
    yield case("three seeds, five cuts", 3, 5)
    # base belongs to the seeds, not to the cuts: with as many of both, it must not be taken along
    # the wrong axis.
    yield case("as many seeds as cuts", 4, 4)
    yield case("more seeds than cuts", 6, 2)
    yield case("a single cut", 3, 1)


def _by_loops(base, curves):
    import statistics

    pairs = {"co-adaptation": "BnB", "specificity": "AnB", "gain": "AnB+"}
    effects = {}
    for effect, curve in pairs.items():
        means, errors = [], []
        for cut in range(curves[curve].shape[1]):
            lost = []
            for seed, start in enumerate(base):
                first = start if effect == "co-adaptation" else curves["BnB"][seed, cut]
                value = curves[curve][seed, cut]
                lost.append(float(value - start) if effect == "gain" else float(first - value))
            means.append(statistics.fmean(lost))
            errors.append(statistics.stdev(lost) / len(lost) ** 0.5)
        effects[effect] = (np.array(means), np.array(errors))
    return effects


def _by_scipy(base, curves):
    from scipy import stats

    column = np.reshape(base, (-1, 1))
    differences = [column - curves["BnB"], curves["BnB"] - curves["AnB"], curves["AnB+"] - column]
    names = ["co-adaptation", "specificity", "gain"]
    return {n: (d.mean(axis=0), stats.sem(d)) for n, d in zip(names, differences, strict=True)}


def _errors_added(base, curves):
    """Means and errors of each curve first, as if the seeds of two curves were others."""

    def both(x):
        return x.mean(axis=0), x.std(axis=0, ddof=1) / np.sqrt(len(x))

    means = {name: both(curve) for name, curve in curves.items()} | {"base": both(base)}
    pairs = {
        "co-adaptation": ("base", "BnB"),
        "specificity": ("BnB", "AnB"),
        "gain": ("AnB+", "base"),
    }
    return {
        effect: (means[a][0] - means[b][0], np.hypot(means[a][1], means[b][1]))
        for effect, (a, b) in pairs.items()
    }


transfer_effects = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "base has one number for each seed, a curve a row for each seed: base[:, None] stands "
        "beside each column.",
        "First take the differences, seed by seed: arrays (seeds, cuts). Then their means and "
        "standard errors: you have a function for these.",
        'mean_and_error(base[:, None] - curves["BnB"]) is the first of the three.',
    ],
    alternatives=[_by_loops, _by_scipy],
    mistakes={
        "The co-adaptation is AnB's loss here: BnB, which stays with its own task, shows it "
        "alone.": edit('base - curves["BnB"]', 'base - curves["AnB"]'),
        "The co-adaptation has the wrong sign: what is lost is positive, base minus BnB.": edit(
            'base - curves["BnB"]', 'curves["BnB"] - base'
        ),
        "The specificity holds the co-adaptation, too: from base to AnB. Begin at BnB.": edit(
            'curves["BnB"] - curves["AnB"]', 'base - curves["AnB"]'
        ),
        "The specificity has the wrong sign: what is lost is positive, BnB minus AnB.": edit(
            'curves["BnB"] - curves["AnB"]', 'curves["AnB"] - curves["BnB"]'
        ),
        "The gain is that of AnB, the frozen curve. AnB+ is asked, minus base.": edit(
            'curves["AnB+"] - base', 'curves["AnB"] - base'
        ),
        "The gain is counted from BnB+. It is counted from base.": edit(
            'curves["AnB+"] - base', 'curves["AnB+"] - curves["BnB+"]'
        ),
        "The gain has the wrong sign: AnB+ minus base.": edit(
            'curves["AnB+"] - base', 'base - curves["AnB+"]'
        ),
        "The gain is that of BnB+: it is the network from the other task, AnB+, whose gain is "
        "asked.": edit('curves["AnB+"]', 'curves["BnB+"]'),
        "The co-adaptation is seen in BnB, whose layers are frozen; this is BnB+.": edit(
            'base - curves["BnB"]', 'base - curves["BnB+"]'
        ),
        "Your curves go by their order in the dict, which is any. Take them by name.": edit(
            "base = base[:, None]",
            "base = base[:, None]\n"
            'curves = dict(zip(("AnB", "AnB+", "BnB", "BnB+"), curves.values()))',
        ),
        "The errors of two curves are added, as if their seeds had nothing in common. Take the "
        "differences first, seed by seed.": _errors_added,
        "Mean and error are taken over the cuts. Take them over the seeds, axis 0.": edit(
            "mean_and_error(lost)", "mean_and_error(lost.T)"
        ),
        "base is laid along the cuts. It belongs to the seeds: base[:, None].": edit(
            "base[:, None]", "base[None, :]"
        ),
        "base is averaged over the seeds first. Each seed has its own task, and its own "
        "base.": edit("base[:, None]", "base.mean()"),
        "The differences came back for each seed. Mean and standard error over the seeds are "
        "asked.": edit("mean_and_error(lost)", "lost"),
        "Only the means came back. Mean and standard error are asked, as a pair.": edit(
            "mean_and_error(lost)", "lost.mean(axis=0)"
        ),
        "The errors are standard deviations. Divide by the root of the number of seeds.": edit(
            "mean_and_error(lost)", "(lost.mean(axis=0), lost.std(axis=0, ddof=1))"
        ),
        "The errors are divided by the number of seeds in the variance: ddof=1 is asked.": edit(
            "mean_and_error(lost)",
            "(lost.mean(axis=0), lost.std(axis=0) / np.sqrt(len(lost)))",
        ),
        "Mean and error are swapped: the mean comes first.": edit(
            "mean_and_error(lost)", "mean_and_error(lost)[::-1]"
        ),
    },
)
