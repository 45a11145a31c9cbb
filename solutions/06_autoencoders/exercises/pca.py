"""What `pca` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


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


def _fixed(components):
    """The columns, with their largest number (in absolute value) made positive."""
    largest = components[np.abs(components).argmax(axis=0), np.arange(components.shape[1])]
    return components * np.where(largest < 0, -1.0, 1.0)


def _pca(
    centre=lambda X: X.mean(axis=0),
    scatter=lambda Z: Z.T @ Z / len(Z),
    order=lambda values: np.argsort(-values),
    sign=_fixed,
    result=lambda mean, components, variances: (mean, components, variances),
):
    """A PCA with one step exchanged."""

    def pca(X, k):
        mean = centre(X)
        values, vectors = np.linalg.eigh(scatter(X - mean))
        chosen = order(values)[:k]
        return result(mean, sign(vectors[:, chosen]), values[chosen])

    return pca


def _by_svd(X, k):
    mean = X.mean(axis=0)
    _, s, Vt = np.linalg.svd(X - mean, full_matrices=True)
    values = np.zeros(X.shape[1])
    values[: len(s)] = s**2 / len(X)
    return mean, _fixed(Vt[:k].T), values[:k]


def _by_np_cov(X, k):
    values, vectors = np.linalg.eig(np.cov(X, rowvar=False, bias=True))
    values, vectors = np.real(values), np.real(vectors)
    chosen = values.argsort()[::-1][:k]
    columns = []
    for index in chosen:
        u = vectors[:, index]
        columns.append(u if u.max() >= -u.min() else -u)
    return np.average(X, axis=0), np.stack(columns, axis=1), values[chosen]


def _by_sums(X, k):
    mean = sum(X) / len(X)
    covariance = sum(np.outer(x - mean, x - mean) for x in X) / len(X)
    values, vectors = np.linalg.eigh(covariance)
    return mean, _fixed(vectors[:, ::-1][:, :k]), values[::-1][:k]


def _not_centred_scatter(X, k):
    values, vectors = np.linalg.eigh(X.T @ X / len(X))
    return X.mean(axis=0), _fixed(vectors[:, ::-1][:, :k]), values[::-1][:k]


def _rows_of_eigh(X, k):
    mean = X.mean(axis=0)
    values, vectors = np.linalg.eigh((X - mean).T @ (X - mean) / len(X))
    return mean, _fixed(vectors[::-1][:k].T), values[::-1][:k]


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
    alternatives=[_by_svd, _by_np_cov, _by_sums],
    mistakes={
        "The mean is not subtracted: the first component then points at the mean.": (
            _not_centred_scatter
        ),
        "The mean is taken over the features of each example. Take it over the examples, axis "
        "0.": lambda X, k: _pca(
            centre=lambda X: X.mean() + np.zeros(X.shape[1]),
        )(X, k),
        "These are the components of the smallest variance. eigh sorts upwards; the largest come "
        "first here.": _pca(order=np.argsort),
        "These are the right components in the wrong order: the one of the largest variance comes "
        "first.": lambda X, k: _reversed(*_pca()(X, k)),
        "The covariance is divided by n - 1; here it is divided by n.": _pca(
            scatter=lambda Z: Z.T @ Z / max(1, len(Z) - 1)
        ),
        "The covariance is not divided by the number of examples.": _pca(scatter=lambda Z: Z.T @ Z),
        "These are standard deviations. The variances are asked, the eigenvalues themselves.": _pca(
            result=lambda mean, components, variances: (
                mean,
                components,
                np.sqrt(np.maximum(0, variances)),
            )
        ),
        "The variances are shares of their sum. The eigenvalues themselves are asked.": _pca(
            result=lambda mean, components, variances: (
                mean,
                components,
                variances / sum(variances),
            )
        ),
        "The components are rows. They are asked as columns, (features, k).": _pca(
            result=lambda mean, components, variances: (mean, components.T, variances)
        ),
        "eigh returns eigenvectors as columns; you take rows.": _rows_of_eigh,
        "The sign of a component is not the one asked: its largest number in absolute value is "
        "positive.": _pca(sign=lambda components: -_fixed(components)),
        "You make the first number of each component positive. The one with the largest absolute "
        "value is meant.": _pca(
            sign=lambda components: components * np.where(components[0] < 0, -1.0, 1.0)
        ),
        "You make every number of the components positive. Turn a component around as a "
        "whole.": _pca(sign=np.abs),
        "The components are scaled by their variances. They have length 1.": _pca(
            result=lambda mean, components, variances: (mean, components * variances, variances)
        ),
        "All components are returned. The first k are asked.": lambda X, k: _pca()(X, X.shape[1]),
        "The mean is missing from the result: (mean, components, variances).": _pca(
            result=lambda mean, components, variances: (components, variances)
        ),
        "Each feature is divided by its standard deviation. Subtract the mean, no more.": (
            lambda X, k: _pca(
                scatter=lambda Z: (Z / Z.std(axis=0)).T @ (Z / Z.std(axis=0)) / len(Z)
            )(X, k)
        ),
    },
)


def _reversed(mean, components, variances):
    return mean, components[:, ::-1], variances[::-1]
