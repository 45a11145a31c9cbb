"""What `error_by_horizon` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    def both(runs, horizon):
        truth = rng.normal(size=(runs, horizon)) * (1 + np.arange(horizon)) + 3
        off = rng.normal(size=(runs, horizon)) * np.linspace(0.2, 2, horizon)
        return truth, truth + off

    yield Case("two runs of one step", np.array([[1.0], [3.0]]), np.array([[1.5], [2.0]]))
    yield Case(
        "whole numbers", np.array([[1, 2], [3, 6], [5, 1]]), np.array([[1, 4], [2, 6], [4, 2]])
    )
    yield Case("many runs, three steps", *both(12, 3))
    yield Case("three runs, many steps", *both(3, 8))
    yield Case("as many runs as steps", *both(4, 4))
    truth, _ = both(5, 3)
    yield Case("perfect runs", truth, truth.copy())
    yield Case("the mean of each step", truth, np.tile(truth.mean(axis=0), (5, 1)))
    truth, runs = both(6, 4)
    yield Case("far from 0", truth + 100, runs + 100)
    truth, _ = both(7, 3)
    yield Case("always too high", truth, truth + np.array([0.5, 1.0, 2.0]))


def _in_loops(truth, runs):
    count, found = len(truth), []
    for step in range(len(truth[0])):
        mean = sum(truth[run][step] for run in range(count)) / count
        off = sum((truth[run][step] - runs[run][step]) ** 2 for run in range(count))
        found.append(float(off / sum((truth[run][step] - mean) ** 2 for run in range(count))))
    return np.array(found)


def _by_einsum(truth, runs):
    off, centred = truth - runs, truth - truth.mean(axis=0)
    return np.einsum("rh,rh->h", off, off) / np.einsum("rh,rh->h", centred, centred)


def _cumulative(truth, runs):
    steps = range(1, truth.shape[1] + 1)
    return np.array([((runs - truth)[:, :h] ** 2).mean() / truth[:, :h].var() for h in steps])


_NMSE = "np.mean((runs - truth) ** 2, axis=0) / np.var(truth, axis=0)"


error_by_horizon = Exercise(
    points=1,
    cases=_cases,
    hints=[
        "One number for each column: which axis disappears?",
        "For one column h: the mean of (truth[:, h] - runs[:, h]) squared, divided by the variance "
        "of truth[:, h].",
        "np.mean and np.var both take axis=0.",
    ],
    alternatives=[
        _in_loops,
        _by_einsum,
        edit(
            "return",
            "from course_utils.sequences.series import nmse\n\nreturn",
            _NMSE,
            "np.array([nmse(*one) for one in zip(truth.T, runs.T)])",
        ),
    ],
    mistakes={
        "You average over the steps of each run. The runs are averaged, for each step: axis "
        "0.": edit("2, axis=0", "2, axis=1", "truth, axis=0", "truth, axis=1"),
        "One number for all steps together. One for each step is asked: axis=0.": edit(
            "2, axis=0", "2", "truth, axis=0", "truth"
        ),
        "You divide by the variance of all of truth. Each step has its own: axis=0.": edit(
            "truth, axis=0", "truth"
        ),
        "It is not divided by the variance.": edit(" / np.var(truth, axis=0)", ""),
        "You divide by the standard deviation. A squared error needs its square, the "
        "variance.": edit("np.var", "np.std"),
        "You divide by the variance of the forecasts. What they are measured by is the "
        "truth.": edit("np.var(truth", "np.var(runs"),
        "The variance divides by the number of runs, not by that less 1: ddof=0.": edit(
            "truth, axis=0", "truth, axis=0, ddof=1"
        ),
        "The errors are summed, not averaged.": edit("np.mean", "np.sum"),
        "The errors are not squared.": edit("(runs - truth) ** 2", "abs(runs - truth)"),
        "The errors are averaged before they are squared, so that they cancel.": edit(
            " ** 2, axis=0)", ", axis=0) ** 2"
        ),
        "You take the variance of the errors: a run that is always too high has none. Take the "
        "mean of their squares.": edit("np.mean((runs - truth) ** 2", "np.var(runs - truth"),
        "The root is one step too far: NMSE is a ratio of squares.": edit(
            _NMSE, f"np.sqrt({_NMSE})"
        ),
        "You divide by the mean of truth squared. The variance is taken around the mean.": edit(
            "np.var(truth", "np.mean(truth**2"
        ),
        "Each step counts the errors of the steps before it too. Take one column at a "
        "time.": _cumulative,
        "This is 1 less the NMSE, the share that is explained.": edit("return", "return 1 -"),
        "The steps stand in reverse: the first step comes first.": edit(_NMSE, f"({_NMSE})[::-1]"),
        "The errors of the worst run are taken. The mean over the runs is asked.": edit(
            "np.mean", "np.max"
        ),
        "The median of the squared errors is taken. The mean is asked.": edit(
            "np.mean", "np.median"
        ),
        "Errors of both signs cancel out. Square them before the mean.": edit(
            "(runs - truth) ** 2", "truth - runs"
        ),
        "The errors of all steps up to this one are added up. Each step stands by itself.": edit(
            _NMSE, f"np.cumsum({_NMSE})"
        ),
        "The error is multiplied by the variance: divide by it.": edit("/", "*"),
        "All steps are divided by the variance of the first. Each has its own.": edit(
            "np.var(truth, axis=0)", "np.var(truth[:, 0])"
        ),
    },
)
