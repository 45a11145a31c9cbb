"""What exercise mistake_bound of lab 1 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


def _bound(
    *,
    one=True,
    sign=lambda t: 2 * t - 1,
    u=lambda w, b: np.append(w, b) / np.linalg.norm(np.append(w, b)),
    margin=np.min,
    norms=lambda P: np.linalg.norm(P, axis=1),
    longest=np.max,
    result=lambda R, gamma: (R / gamma) ** 2,
):
    """An answer to `mistake_bound` with pieces exchanged; one: R includes the input 1."""

    def answer(X, t, w, b):
        with np.errstate(all="ignore"):
            P = np.column_stack([X, np.ones(len(X))])
            R = longest(norms(P if one else X))
            return result(R, margin(sign(t) * (P @ u(w, b))))

    return answer


def _bound_by_loops(X, t, w, b):
    size = (sum(value**2 for value in w) + b**2) ** 0.5
    longest, gamma = 0.0, float("inf")
    for x, target in zip(X, t, strict=True):
        longest = max(longest, (sum(value**2 for value in x) + 1) ** 0.5)
        z = sum(weight * value for weight, value in zip(w, x, strict=True)) + b
        gamma = min(gamma, (z if target == 1 else -z) / size)
    return (longest / gamma) ** 2


def _bound_by_squares(X, t, w, b):
    z = X @ w + b
    return (1 + (X**2).sum(axis=1)).max() * (w @ w + b**2) / (z**2).min()


def _bound_without_one(X, t, w, b):
    size = np.linalg.norm(w)
    gamma = np.min((2 * t - 1) * (X @ w + b)) / size
    return (np.max(np.linalg.norm(X, axis=1)) / gamma) ** 2


def _bound_cases(rng):
    for name, batch, n, scale, shift, nearest in (
        ("a line not of length 1", 6, 2, 3.0, 0.5, 0),
        ("zero bias", 5, 2, 1.0, 0.0, 1),
        ("a batch", 8, 3, 0.7, -0.8, 1),
        ("a large bias", 7, 3, 2.0, 1.5, 0),
    ):
        w = scale * rng.normal(size=n)
        b = scale * shift
        sides = rng.permutation(np.arange(batch) % 2)
        X = _on_sides(rng, w, b, sides, nearest)
        yield Case(name, X, sides.astype(float), w, b)


def _on_sides(rng, w, b, sides, nearest):
    """Examples on the given side (0 or 1) of the line; the nearest one is of class `nearest`."""
    distances = rng.uniform(0.6, 2.0, size=len(sides))
    distances[rng.choice(np.flatnonzero(sides == nearest))] = rng.uniform(0.3, 0.5)
    distances *= 2 * sides - 1
    length = np.linalg.norm(w)
    X = rng.normal(size=(len(sides), len(w)))
    return X + np.outer(distances - (X @ w + b) / length, w / length)


mistake_bound = Exercise(
    points=2,
    cases=_bound_cases,
    hints=[
        "Work with the examples as the theorem sees them: with one more column, all ones.",
        "Three pieces: R, a maximum over the examples; u, a vector of length 1; gamma, a minimum "
        "over the examples.",
        "2 t - 1 turns classes 0 and 1 into signs. numpy.linalg.norm with axis=1 gives the length "
        "of each row; numpy.append joins w and b.",
    ],
    alternatives=[_bound_by_loops, _bound_by_squares, _bound()],
    mistakes={
        "R lacks the constant input: take the length of (x, 1), not of x.": _bound(one=False),
        "u has to include the bias: divide (w, b) by the length of (w, b), not by that of w.": (
            _bound(u=lambda w, b: np.append(w, b) / np.linalg.norm(w))
        ),
        "The constant input is left out: it belongs to R and to u's length.": (_bound_without_one),
        "u must have length 1: divide (w, b) by its length.": _bound(u=np.append),
        "u is not of length 1, and R lacks the constant input.": _bound(one=False, u=np.append),
        "You subtract the bias: with the constant input 1 it is added.": (
            _bound(u=lambda w, b: np.append(w, -b) / np.linalg.norm(np.append(w, b)))
        ),
        "You multiply where you should divide.": _bound(result=lambda R, gamma: (R * gamma) ** 2),
        "The square is missing: (R / gamma)^2.": _bound(result=lambda R, gamma: R / gamma),
        "You divided the wrong way round: R stands above the line, gamma below.": _bound(
            result=lambda R, gamma: (gamma / R) ** 2
        ),
        "gamma is squared, but R is not: the square covers the whole fraction.": _bound(
            result=lambda R, gamma: R / gamma**2
        ),
        "R is squared, but gamma is not: the square covers the whole fraction.": _bound(
            result=lambda R, gamma: R**2 / gamma
        ),
        "Your gamma belongs to the farthest example. It is the smallest margin, with s = +1 for "
        "class 1 and -1 for class 0.": _bound(margin=np.max),
        "The margin is the smallest over the examples; you took the mean.": _bound(margin=np.mean),
        "R is the largest length; you took the smallest.": _bound(longest=np.min),
        "R is the largest length; you took the mean.": _bound(longest=np.mean),
        "Classes 0 and 1 are no signs: with s = 0 the margin of class 0 vanishes. Make -1 of 0.": (
            _bound(sign=lambda t: t)
        ),
        "The sign s is missing in the margin: for class 0 the sum is negative, and a minimum of "
        "negative numbers is the farthest example.": _bound(sign=lambda t: np.ones(len(t))),
        "The margin lacks the bias: u.(x, 1) is more than w.x.": _bound(
            u=lambda w, b: np.append(w, 0.0) / np.linalg.norm(np.append(w, b))
        ),
        "You took the length of the whole matrix of examples. R is the length of its longest row: "
        "use axis=1.": _bound(norms=np.linalg.norm),
        "You took the lengths of the columns (axis=0). An example is a row.": _bound(
            norms=lambda P: np.linalg.norm(P, axis=0)
        ),
        "R is a length, the root of the sum of squares: the root is missing.": _bound(
            norms=lambda P: np.sum(P**2, axis=1)
        ),
        "You took the largest single input; R is the length of an example.": (_bound(norms=np.abs)),
        "R is the sum of the absolute inputs; its length is the root of the sum of squares.": (
            _bound(norms=lambda P: np.sum(np.abs(P), axis=1))
        ),
        "u is divided by the squared length of (w, b): by the length itself.": _bound(
            u=lambda w, b: np.append(w, b) / np.sum(np.append(w, b) ** 2)
        ),
        "You return R and gamma; the bound is asked.": _bound(result=lambda R, gamma: (R, gamma)),
        "You return gamma only; the bound is (R / gamma)^2.": _bound(result=lambda R, gamma: gamma),
        "You return a whole number; the bound is asked as it is, a float.": _bound(
            result=lambda R, gamma: int((R / gamma) ** 2)
        ),
        "R and gamma belong to different examples, the longest and the nearest: no example's own "
        "length comes into its margin.": _bound(
            longest=np.asarray, margin=np.asarray, result=lambda R, gamma: np.max((R / gamma) ** 2)
        ),
        "gamma belongs to the longest example: it is the smallest of all margins.": _bound(
            longest=np.asarray,
            margin=np.asarray,
            result=lambda R, gamma: (np.max(R) / gamma[np.argmax(R)]) ** 2,
        ),
        "You return one number for each example: R is the largest of the lengths, gamma the "
        "smallest of the margins.": _bound(longest=np.asarray, margin=np.asarray),
        # Times infinity the other class is never the nearest.
        "gamma looks at class 1 only: the nearest example may be of class 0.": _bound(
            sign=lambda t: np.where(t == 1, 1.0, -np.inf)
        ),
        "gamma looks at class 0 only: the nearest example may be of class 1.": _bound(
            sign=lambda t: np.where(t == 0, -1.0, np.inf)
        ),
        "gamma is the smallest margin; you add the margins up.": _bound(margin=np.sum),
        "You divide w by its length and leave b as it is: divide both, by the length of (w, b).": (
            _bound(u=lambda w, b: np.append(w / np.linalg.norm(w), b))
        ),
        "The bias is left out, and with it the constant input: both belong to (x, 1) and (w, b).": (
            _bound(one=False, u=lambda w, b: np.append(w / np.linalg.norm(w), 0.0))
        ),
        "The constant input is 1; with 0 in its place the bias has no effect.": _bound(
            one=False, u=lambda w, b: np.append(w, 0.0) / np.linalg.norm(np.append(w, b))
        ),
        "The 1 stands first in (1, x), and b last in (w, b): they belong together.": _bound(
            u=lambda w, b: np.roll(np.append(w, b), -1) / np.linalg.norm(np.append(w, b))
        ),
        "u is divided by the sum of (w, b): by its length, the root of the sum of squares.": _bound(
            u=lambda w, b: np.append(w, b) / np.sum(np.append(w, b))
        ),
        "The length of (x, 1) is not that of x plus 1: it is the root of |x|^2 + 1.": _bound(
            one=False, longest=lambda lengths: np.max(lengths) + 1
        ),
        "You took the largest entry; R is the length of an example.": _bound(norms=lambda P: P),
        "You double where you should square.": _bound(result=lambda R, gamma: 2 * R / gamma),
        "You return R only; the bound is (R / gamma)^2.": _bound(result=lambda R, gamma: R),
        "You return R^2 only; the bound is (R / gamma)^2.": _bound(result=lambda R, gamma: R**2),
        "2 / |w| is the margin of a support vector machine, whose w has a length of its own "
        "choice. Here gamma is the smallest s u.(x, 1).": lambda X, t, w, b: (
            (np.max(np.linalg.norm(X, axis=1)) * np.linalg.norm(w) / 2) ** 2
        ),
    },
)
