"""What exercise mistake_bound of lab 1 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit

_LENGTHS = "np.linalg.norm(with_one, axis=1)"
_BOUND = "float((longest / gamma) ** 2)"


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


def _bound_by_loops(X, t, w, b):
    size = (sum(value**2 for value in w) + b**2) ** 0.5
    longest, gamma = 0.0, float("inf")
    for x, target in zip(X, t, strict=True):
        longest = max(longest, (sum(value**2 for value in x) + 1) ** 0.5)
        z = sum(weight * value for weight, value in zip(w, x, strict=True)) + b
        gamma = min(gamma, (z if target == 1 else -z) / size)
    return (longest / gamma) ** 2


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
    alternatives=[
        _bound_by_loops,
        lambda X, t, w, b: (
            (1 + (X**2).sum(axis=1)).max() * (w @ w + b**2) / ((X @ w + b) ** 2).min()
        ),
        edit("float", ""),
    ],
    mistakes={
        "R lacks the constant input: take the length of (x, 1), not of x.": edit(
            "norm(with_one", "norm(X"
        ),
        "u has to include the bias: divide (w, b) by the length of (w, b), not by that of w.": edit(
            "norm(u)", "norm(w)"
        ),
        "The constant input is left out: it belongs to R and to u's length.": edit(
            "norm(with_one", "norm(X", "norm(u)", "norm(w)"
        ),
        "u must have length 1: divide (w, b) by its length.": edit(" / np.linalg.norm(u)", ""),
        "u is not of length 1, and R lacks the constant input.": edit(
            " / np.linalg.norm(u)", "", "norm(with_one", "norm(X"
        ),
        "You subtract the bias: with the constant input 1 it is added.": edit("w, b", "w, -b"),
        "You multiply where you should divide.": edit("longest / gamma", "longest * gamma"),
        "The square is missing: (R / gamma)^2.": edit(_BOUND, "longest / gamma"),
        "You divided the wrong way round: R stands above the line, gamma below.": edit(
            "longest / gamma", "gamma / longest"
        ),
        "gamma is squared, but R is not: the square covers the whole fraction.": edit(
            _BOUND, "longest / gamma**2"
        ),
        "R is squared, but gamma is not: the square covers the whole fraction.": edit(
            _BOUND, "longest**2 / gamma"
        ),
        "Your gamma belongs to the farthest example. It is the smallest margin, with s = +1 for "
        "class 1 and -1 for class 0.": edit("min", "max"),
        "The margin is the smallest over the examples; you took the mean.": edit("min", "mean"),
        "R is the largest length; you took the smallest.": edit("max", "min"),
        "R is the largest length; you took the mean.": edit("max", "mean"),
        "Classes 0 and 1 are no signs: with s = 0 the margin of class 0 vanishes. Make -1 of 0.": (
            edit("(2 * t - 1)", "t")
        ),
        "The sign s is missing in the margin: for class 0 the sum is negative, and a minimum of "
        "negative numbers is the farthest example.": edit("(2 * t - 1) * ", ""),
        "The margin lacks the bias: u.(x, 1) is more than w.x.": edit("with_one @ u", "X @ u[:-1]"),
        "You took the length of the whole matrix of examples. R is the length of its longest row: "
        "use axis=1.": edit(", axis=1", ""),
        "You took the lengths of the columns (axis=0). An example is a row.": edit(
            "axis=1", "axis=0"
        ),
        "R is a length, the root of the sum of squares: the root is missing.": edit(
            _LENGTHS, "np.sum(with_one**2, axis=1)"
        ),
        "You took the largest single input; R is the length of an example.": edit(
            _LENGTHS, "np.abs(with_one)"
        ),
        "R is the sum of the absolute inputs; its length is the root of the sum of squares.": edit(
            _LENGTHS, "np.sum(np.abs(with_one), axis=1)"
        ),
        "u is divided by the squared length of (w, b): by the length itself.": edit(
            "np.linalg.norm(u)", "np.sum(u**2)"
        ),
        "You return R and gamma; the bound is asked.": edit(_BOUND, "longest, gamma"),
        "You return gamma only; the bound is (R / gamma)^2.": edit(_BOUND, "gamma"),
        "You return a whole number; the bound is asked as it is, a float.": edit("float", "int"),
        "R and gamma belong to different examples, the longest and the nearest: no example's own "
        "length comes into its margin.": edit("np.max", "", "np.min", "", "float", "np.max"),
        "gamma belongs to the longest example: it is the smallest of all margins.": edit(
            "np.max", "", "np.min", "", "longest / gamma", "longest.max() / gamma[longest.argmax()]"
        ),
        "You return one number for each example: R is the largest of the lengths, gamma the "
        "smallest of the margins.": edit("np.max", "", "np.min", "", "float", ""),
        "gamma looks at class 1 only: the nearest example may be of class 0.": edit(
            "(2 * t - 1) * (with_one @ u)", "with_one[t == 1] @ u"
        ),
        "gamma looks at class 0 only: the nearest example may be of class 1.": edit(
            "(2 * t - 1) * (with_one @ u)", "-with_one[t == 0] @ u"
        ),
        "gamma is the smallest margin; you add the margins up.": edit("min", "sum"),
        "You divide w by its length and leave b as it is: divide both, by the length of (w, b).": (
            edit("(w, b", "(w / np.linalg.norm(w), b", "u / np.linalg.norm(u)", "u")
        ),
        "The bias is left out, and with it the constant input: both belong to (x, 1) and (w, b).": (
            edit("w, b", "w, 0.0", "norm(with_one", "norm(X")
        ),
        "The constant input is 1; with 0 in its place the bias has no effect.": edit(
            "ones", "zeros"
        ),
        "The 1 stands first in (1, x), and b last in (w, b): they belong together.": edit(
            "X, np.ones(len(X))", "np.ones(len(X)), X"
        ),
        "u is divided by the sum of (w, b): by its length, the root of the sum of squares.": edit(
            "np.linalg.norm(u)", "np.sum(u)"
        ),
        "The length of (x, 1) is not that of x plus 1: it is the root of |x|^2 + 1.": edit(
            _LENGTHS, "np.linalg.norm(X, axis=1) + 1"
        ),
        "You took the largest entry; R is the length of an example.": edit(_LENGTHS, "with_one"),
        "You double where you should square.": edit("** 2", "* 2"),
        "You return R only; the bound is (R / gamma)^2.": edit(_BOUND, "longest"),
        "You return R^2 only; the bound is (R / gamma)^2.": edit(_BOUND, "longest**2"),
        "2 / |w| is the margin of a support vector machine, whose w has a length of its own "
        "choice. Here gamma is the smallest s u.(x, 1).": edit(
            "norm(with_one", "norm(X", _BOUND, "(longest * np.linalg.norm(w) / 2) ** 2"
        ),
    },
)
