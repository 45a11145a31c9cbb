"""What `pca` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _pca_cases(rng):
    def case(name, examples, features, k, shift=0.0):
        spread = np.diag(1.5 ** np.arange(features)[::-1])  # variances that lie well apart
        turn, _ = np.linalg.qr(rng.normal(size=(features, features)))
        X = rng.normal(size=(examples, features)) @ spread @ turn + shift
        return Case(name, X, k)

    line = np.arange(5.0)[:, None] * np.array([[1.0, -2.0]]) + 3 + rng.normal(size=2)
    yield Case("points on a line that falls", line, 1)
    yield case("a cloud around 0, one component", 40, 3, 1)
    yield case("a cloud far from 0", 40, 4, 2, shift=7.0)
    yield case("as many components as features", 30, 4, 4, shift=-2.0)
    yield case("as many examples as features", 5, 5, 2, shift=1.0)
    yield case("fewer examples than features", 4, 6, 3, shift=1.0)
    yield Case("whole numbers", rng.integers(0, 17, size=(20, 3)) * np.array([1, 2, 5]), 2)


def _by_np_cov(X, k):
    values, vectors = np.linalg.eig(np.cov(X, rowvar=False, bias=True))
    chosen = np.real(values).argsort()[::-1][:k]
    components = [u if u.max() >= -u.min() else -u for u in np.real(vectors.T[chosen])]
    return np.average(X, axis=0), np.stack(components, axis=1), np.real(values[chosen])


pca = Exercise(
    points=2,
    cases=_pca_cases,
    atol=1e-7,
    hints=[
        "Three steps: centre the data, form the covariance, find its eigenvectors.",
        "With Z = X - mean, the sum over examples of (x - m)(x - m)^T is the product Z.T @ Z.",
        "np.linalg.eigh takes a symmetric matrix and returns eigenvalues in ascending order, and "
        "their eigenvectors as columns. You need the last k, in reverse.",
        "The sign: u[np.abs(u).argmax()] is the number of u with the largest absolute value. Where "
        "it is negative, take -u.",
    ],
    alternatives=[
        _by_np_cov,
        edit("Z.T @ Z", "sum(np.outer(z, z) for z in Z)", "X.mean(axis=0)", "sum(X) / len(X)"),
        edit(
            "values, vectors = np.linalg.eigh(Z.T @ Z / len(Z))",
            "_, s, Vt = np.linalg.svd(Z)",
            "values[::-1][:k], vectors[:, ::-1][:, :k]",
            "s[:k] ** 2 / len(Z), Vt[:k].T",
        ),
    ],
    mistakes={
        "The mean is not subtracted: the first component then points at the mean.": edit(
            "Z = X - mean", "Z = X"
        ),
        "The mean is taken over the features of each example. Take it over the examples, axis "
        "0.": edit("X.mean(axis=0)", "np.full(X.shape[1], X.mean())"),
        "These are the components of the smallest variance. eigh sorts upwards; the largest come "
        "first here.": edit("values[::-1][:k], vectors[:, ::-1]", "values[:k], vectors"),
        "These are the right components in the wrong order: the one of the largest variance comes "
        "first.": edit("mean, components, variances", "mean, components[:, ::-1], variances[::-1]"),
        "The covariance is divided by n - 1; here it is divided by n.": edit(
            "len(Z)", "(len(Z) - 1)"
        ),
        "The covariance is not divided by the number of examples.": edit(" / len(Z)", ""),
        "These are standard deviations. The variances are asked, the eigenvalues themselves.": edit(
            "components, variances", "components, np.sqrt(np.maximum(0, variances))"
        ),
        "The variances are shares of their sum. The eigenvalues themselves are asked.": edit(
            "components, variances", "components, variances / sum(variances)"
        ),
        "The components are rows. They are asked as columns, (features, k).": edit(
            "mean, components", "mean, components.T"
        ),
        "eigh returns eigenvectors as columns; you take rows.": edit(
            "vectors[:, ::-1][:, :k]", "vectors[::-1][:k].T"
        ),
        "The sign of a component is not the one asked: its largest number in absolute value is "
        "positive.": edit("< 0", "> 0"),
        "You make the first number of each component positive. The one with the largest absolute "
        "value is meant.": edit("np.abs(u).argmax()", "0"),
        "You make every number of the components positive. Turn a component around as a "
        "whole.": edit("mean, components", "mean, np.abs(components)"),
        "The components are scaled by their variances. They have length 1.": edit(
            "mean, components", "mean, components * variances"
        ),
        "All components are returned. The first k are asked.": edit(
            "[::-1][:k], vectors[:, ::-1][:, :k]", "[::-1], vectors[:, ::-1]"
        ),
        "The mean is missing from the result: (mean, components, variances).": edit(
            "return mean, ", "return "
        ),
        "Each feature is divided by its standard deviation. Subtract the mean, no more.": edit(
            "X - mean", "(X - mean) / X.std(axis=0)"
        ),
    },
)
