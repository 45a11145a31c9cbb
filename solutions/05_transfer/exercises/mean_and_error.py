"""What exercise `mean_and_error` of lab 5 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    yield Case("two runs, by hand", np.array([[0.5, 0.6], [0.7, 0.6]]))
    yield Case("five runs", rng.uniform(0.3, 0.9, size=(5, 4)).round(3))
    yield Case("a single size", rng.uniform(0.3, 0.9, size=(6, 1)).round(3))
    yield Case("as many runs as sizes", rng.uniform(0.3, 0.9, size=(3, 3)).round(3))
    yield Case("runs that agree", np.full((4, 2), 0.75))
    yield Case("whole numbers", rng.integers(0, 9, size=(3, 2)))


def _by_sums(scores):
    runs = len(scores)
    mean = sum(scores) / runs
    variance = sum((one - mean) ** 2 for one in scores) / (runs - 1)
    return mean, (variance / runs) ** 0.5


def _by_columns(scores):
    import statistics

    columns = [[float(value) for value in column] for column in np.transpose(scores)]
    means = [statistics.fmean(column) for column in columns]
    errors = [statistics.stdev(column) / len(column) ** 0.5 for column in columns]
    return np.array(means), np.array(errors)


def _in_single_precision(scores):
    scores = np.asarray(scores, dtype=np.float32)
    return scores.mean(axis=0), np.std(scores, axis=0, ddof=1) / np.float32(len(scores) ** 0.5)


def _by_scipy(scores):
    from scipy import stats

    return np.mean(scores, axis=0), stats.sem(scores, axis=0)


mean_and_error = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "The runs lie along axis 0. Everything is asked for each column by itself.",
        "np.std divides by the number of runs unless it is told ddof=1.",
        "The standard error is the standard deviation, with ddof=1, over the root of the number "
        "of runs, len(scores).",
    ],
    alternatives=[_by_sums, _by_columns, _in_single_precision, _by_scipy],
    mistakes={
        "This is the standard deviation. The standard error of the mean is smaller by the root of "
        "the number of runs.": edit(" / np.sqrt(len(scores))", ""),
        "This is the standard deviation, and divided by m. Divide by m - 1 (ddof=1), and then by "
        "the root of m.": edit(", ddof=1) / np.sqrt(len(scores))", ")"),
        "The squares are divided by the number of runs m. Divide them by m - 1: ddof=1.": edit(
            ", ddof=1", ""
        ),
        "Divide by the root of the number of runs, not by the number itself.": edit("np.sqrt", ""),
        "This is the variance of the mean. Its root is asked.": edit("std", "var", "np.sqrt", ""),
        "Mean and error are taken over the sizes. Take them over the runs: axis 0.": edit(
            "mean = ", "scores = scores.T\nmean = "
        ),
        "One number for all sizes came back. Each column has its own: axis=0.": edit(
            "mean(axis=0)", "mean()", "axis=0, ", ""
        ),
        "The root is taken of the number of sizes. Take it of the number of runs: "
        "len(scores).": edit("len(scores)", "scores.shape[1]"),
        "The root is taken of the number of all scores. Take it of the number of runs: "
        "len(scores).": edit("len(scores)", "scores.size"),
        "The error comes first in your answer. The mean does.": edit("mean, error", "error, mean"),
        "Only the mean came back. The standard error is asked, too.": edit("mean, error", "mean"),
        "Only the standard error came back. The mean is asked, too.": edit("mean, error", "error"),
        "This is the median. The mean is asked.": edit("scores.mean(", "np.median(scores, "),
        "The interval's ends came back. Mean and standard error are asked.": edit(
            "mean, error", "mean - error, mean + error"
        ),
        "The error is multiplied by 1.96, for a confidence interval. The standard error alone is "
        "asked.": edit("mean, error", "mean, 1.96 * error"),
    },
)
