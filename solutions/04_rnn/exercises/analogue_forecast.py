"""What `analogue_forecast` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    def some(count, window, batch):
        known = rng.normal(size=(count, window))
        followed = rng.permutation(np.arange(count) + rng.uniform(0, 0.5, size=count)) - count / 3
        return known, followed, rng.normal(size=(batch, window))

    yield Case("one known window", *some(1, 3, 2))
    yield Case(
        "a window of one step",
        np.array([[1.0], [4.0], [6.0]]),
        np.array([7.0, -2.0, 3.0]),
        np.array([[5.5], [0.0], [2.6]]),
    )
    # Squared: 2.56 against 1.47. Summed without squares: 1.6 against 2.1.
    spread = np.array([[1.6, 0, 0, 0], [0.7, 0.7, 0.7, 0]]) * rng.choice([-1.0, 1.0], size=(1, 4))
    yield Case(
        "one large difference or three small ones",
        spread,
        rng.uniform(1, 9, size=2),
        np.zeros((1, 4)),
    )
    # The largest difference is 1.0 against 0.9; squared they sum to 1.0 against 2.43.
    peak = np.array([[0.9, 0.9, 0.9], [1.0, 0, 0]])
    yield Case("three large differences or one", peak, rng.uniform(1, 9, size=2), np.zeros((1, 3)))
    # A sum of signed differences would be 0 for the first.
    signed = np.array([[2.0, -2.0], [0.3, 0.4]])
    yield Case("differences of both signs", signed, rng.uniform(1, 9, size=2), np.zeros((1, 2)))
    # The same shape on another level, and twice as large: neither is near.
    shape = rng.normal(size=5)
    levels = np.stack([shape + 3, 2 * shape - 3, shape + rng.normal(size=5) * 0.2])
    yield Case("the same shape elsewhere", levels, rng.uniform(1, 9, size=3), shape[None])
    known, followed, _ = some(6, 4, 1)
    yield Case("a window that is known", known, followed, known[3:4].copy())
    yield Case("a batch", *some(20, 3, 6))
    yield Case("as many windows as known", *some(5, 5, 5))
    yield Case("as many windows as known, other numbers", *some(5, 5, 5))
    twice = np.array([[1.0, 1], [0, 2], [2, 0], [0, 2]])
    yield Case("two that are equally near", twice, np.array([5.0, 3, 8, 4]), np.array([[0.0, 2.2]]))
    # By the last step alone it would be the first, by the first alone the second.
    ends = np.array([[5.0, 0, 0.1], [0.1, 0, 5.0], [1.0, 0, 1.0]])
    yield Case("near at one end only", ends, rng.uniform(1, 9, size=3), np.zeros((1, 3)))


def _in_loops(known, followed, windows):
    found = []
    for window in windows:
        best, nearest = float("inf"), 0
        for index, other in enumerate(known):
            far = sum((float(a) - float(b)) ** 2 for a, b in zip(window, other, strict=True))
            if far < best:
                best, nearest = far, index
        found.append(float(followed[nearest]))
    return np.array(found)


def _by_products(known, followed, windows):
    """|a - b|^2 = |a|^2 - 2 a b + |b|^2; rounding may decide between equals, so it is rounded."""
    far = (known**2).sum(axis=1) - 2 * windows @ known.T + (windows**2).sum(axis=1)[:, None]
    return followed[far.round(9).argmin(axis=1)]


_DISTANCES = "np.sum(differences**2, axis=2)"
_ANSWER = "followed[nearest]"


analogue_forecast = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "For each window: how far is it from each of the known ones?",
        "windows[:, None] - known[None] has the shape (batch, count, window). Square it and sum "
        "over the last axis.",
        "np.argmin over the known windows gives the place of the nearest, and of several equals "
        "the first. What followed there?",
        "followed[places] picks a number for each of the batch.",
    ],
    alternatives=[_in_loops, _by_products, edit(_DISTANCES, "np.linalg.norm(differences, axis=2)")],
    mistakes={
        "You take the window that is farthest away: argmin, not argmax.": edit("argmin", "argmax"),
        "You return the place of the nearest window. What followed it is asked.": edit(
            _ANSWER, "nearest"
        ),
        "You return the last value of the nearest window. What followed it is asked.": edit(
            _ANSWER, "known[nearest, -1]"
        ),
        "You return what followed one window later. followed[i] belongs to known[i].": edit(
            _ANSWER, "followed[(nearest + 1) % len(followed)]"
        ),
        "You return what followed one window earlier. followed[i] belongs to known[i].": edit(
            _ANSWER, "followed[nearest - 1]"
        ),
        "Differences of both signs cancel in your sum: square them first.": edit(
            _DISTANCES, "np.abs(np.sum(differences, axis=2))"
        ),
        "You look for the smallest sum of the differences themselves, which is far below 0 where "
        "the window lies far off: square them first.": edit("**2", ""),
        "You sum the absolute differences. Nearest is meant by the squared ones.": edit(
            "differences**2", "np.abs(differences)"
        ),
        "You compare the largest difference of each window. All steps count, squared.": edit(
            _DISTANCES, "np.max(np.abs(differences), axis=2)"
        ),
        "Only the last step is compared. All of the window counts.": edit(
            _DISTANCES, "(differences[:, :, -1] ** 2)"
        ),
        "Only the first step is compared. All of the window counts.": edit(
            _DISTANCES, "(differences[:, :, 0] ** 2)"
        ),
        "You forecast the first window of the batch, and repeat it for the others.": edit(
            _ANSWER, "np.full(len(windows), followed[nearest[0]])"
        ),
        "Of several that are equally near, the first is asked, not the last.": edit(
            ".argmin(axis=1)", "[:, ::-1].argmin(axis=1)", "followed[", "followed[::-1]["
        ),
        "You take the mean off each window first, so that one of the same shape on another level "
        "counts as near.": edit(
            "known[None]",
            "known[None]\ndifferences = differences - differences.mean(axis=2, keepdims=True)",
        ),
        "You take the last value off each window first, so that one of the same shape on another "
        "level counts as near.": edit(
            "known[None]", "known[None]\ndifferences = differences - differences[:, :, -1:]"
        ),
        "You average over the two nearest. The nearest alone is asked.": edit(
            ".argmin(axis=1)", ".argsort(axis=1)[:, :2]", _ANSWER, f"{_ANSWER}.mean(axis=1)"
        ),
        "You average over all of them, the near ones with more weight. The nearest alone is "
        "asked.": edit(
            f"nearest = {_DISTANCES}.argmin(axis=1)",
            f"weights = np.exp(-{_DISTANCES})",
            _ANSWER,
            "weights @ followed / weights.sum(axis=1)",
        ),
        "The product of two windows is largest where the other is large, not where it is near: "
        "take squared differences.": edit(f"{_DISTANCES}.argmin", "(windows @ known.T).argmax"),
        "All windows get the mean of what followed. The nearest alone is asked.": edit(
            _ANSWER, "np.full(len(windows), followed.mean())"
        ),
        "The nearest window is in your answer. Only what followed it is asked.": edit(
            _ANSWER, "known[nearest]"
        ),
        "The smallest distance comes back. What followed the nearest window is asked.": edit(
            "argmin", "min", _ANSWER, "nearest"
        ),
        "This is persistence: the last value of the window.": edit(_ANSWER, "windows[:, -1]"),
    },
)
