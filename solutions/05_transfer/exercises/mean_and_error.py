"""What exercise `mean_and_error` of lab 5 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


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


def _with(mean=lambda s: s.mean(axis=0), error=lambda s: s.std(axis=0, ddof=1) / len(s) ** 0.5):
    return lambda scores: (mean(scores), error(scores))


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
        "the number of runs.": _with(error=lambda s: s.std(axis=0, ddof=1)),
        "This is the standard deviation, and divided by m. Divide by m - 1 (ddof=1), and then by "
        "the root of m.": _with(error=lambda s: s.std(axis=0)),
        "The squares are divided by the number of runs m. Divide them by m - 1: ddof=1.": _with(
            error=lambda s: s.std(axis=0) / len(s) ** 0.5
        ),
        "Divide by the root of the number of runs, not by the number itself.": _with(
            error=lambda s: s.std(axis=0, ddof=1) / len(s)
        ),
        "This is the variance of the mean. Its root is asked.": _with(
            error=lambda s: s.var(axis=0, ddof=1) / len(s)
        ),
        "Mean and error are taken over the sizes. Take them over the runs: axis 0.": (
            lambda scores: (
                scores.mean(axis=1),
                scores.std(axis=1, ddof=min(1, scores.shape[1] - 1)) / scores.shape[1] ** 0.5,
            )
        ),
        "One number for all sizes came back. Each column has its own: axis=0.": lambda scores: (
            scores.mean(),
            scores.std(ddof=1) / len(scores) ** 0.5,
        ),
        "The root is taken of the number of sizes. Take it of the number of runs: "
        "len(scores).": _with(error=lambda s: s.std(axis=0, ddof=1) / s.shape[1] ** 0.5),
        "The root is taken of the number of all scores. Take it of the number of runs: "
        "len(scores).": _with(error=lambda s: s.std(axis=0, ddof=1) / s.size**0.5),
        "The error comes first in your answer. The mean does.": lambda scores: _by_sums(scores)[
            ::-1
        ],
        "Only the mean came back. The standard error is asked, too.": lambda scores: scores.mean(
            axis=0
        ),
        "Only the standard error came back. The mean is asked, too.": lambda scores: _by_sums(
            scores
        )[1],
        "This is the median. The mean is asked.": _with(mean=lambda s: np.median(s, axis=0)),
        "The interval's ends came back. Mean and standard error are asked.": lambda scores: (
            _by_sums(scores)[0] - _by_sums(scores)[1],
            _by_sums(scores)[0] + _by_sums(scores)[1],
        ),
        "The error is multiplied by 1.96, for a confidence interval. The standard error alone is "
        "asked.": lambda scores: (_by_sums(scores)[0], 1.96 * _by_sums(scores)[1]),
    },
)
