"""What `update_ratios` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    def case(name, *shapes, step=0.1):
        before = [rng.normal(size=shape) for shape in shapes]
        return Case(name, before, [w + step * rng.normal(size=w.shape) for w in before])

    yield Case("one weight", [np.array([2.0])], [np.array([2.5])])
    yield Case("two weights", [np.array([3.0, 4.0])], [np.array([3.0, 4.5])])
    yield case("a matrix", (3, 2))
    yield case("kernel and bias", (3, 4), (4,))
    yield case("a large step", (2, 2), (2,), step=3.0)
    yield case("a kernel of four axes", (3, 3, 2, 2))
    yield Case("nothing moved", [np.ones((2, 2)), np.ones(3)], [np.ones((2, 2)), np.full(3, 1.5)])


def _by_sums(before, after):
    return [
        (((b - a) ** 2).sum() / (a**2).sum()) ** 0.5 for a, b in zip(before, after, strict=True)
    ]


def _by_loop(before, after):
    ratios = []
    for k in range(len(before)):
        moved = np.ravel(after[k]) - np.ravel(before[k])
        ratios.append(float(np.sqrt(moved @ moved) / np.sqrt(np.vdot(before[k], before[k]))))
    return ratios


update_ratios = Exercise(
    points=1,
    cases=_cases,
    hints=[
        "np.linalg.norm of an array, all of it, is its length.",
        "For each pair: the length of the difference, divided by the length before.",
    ],
    alternatives=[_by_sums, _by_loop],
    mistakes={
        "You divide by the weights after the step. Take those before.": edit(
            "/ np.linalg.norm(old)", "/ np.linalg.norm(new)"
        ),
        "This is the change of the length. The length of the change is asked.": edit(
            "np.linalg.norm(new - old)", "(np.linalg.norm(new) - np.linalg.norm(old))"
        ),
        "The ratio is upside down.": edit(
            "np.linalg.norm(new - old) / np.linalg.norm(old)",
            "np.linalg.norm(old) / max(np.linalg.norm(new - old), 1e-300)",
        ),
        "You do not divide by the length of the weights.": edit("/ np.linalg.norm(old)", "/ 1"),
        "The root is missing: the length is the root of the sum of squares.": edit(
            "np.linalg.norm(new - old) / np.linalg.norm(old)",
            "np.sum((new - old) ** 2) / np.sum(old**2)",
        ),
        "You take the ratio number by number, and then the mean. Take the two lengths first.": edit(
            "np.linalg.norm(new - old) / np.linalg.norm(old)", "np.mean(np.abs((new - old) / old))"
        ),
        "One ratio for all arrays together came back. Each array has its own.": edit(
            "return [np.linalg.norm(new - old) / np.linalg.norm(old) for old, new in pairs]",
            "flat = [np.concatenate([np.ravel(w) for w in ws]) for ws in (before, after)]\n"
            "return [np.linalg.norm(flat[1] - flat[0]) / np.linalg.norm(flat[0])] * len(before)",
        ),
    },
)
