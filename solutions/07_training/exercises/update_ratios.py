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
        "This is the ratio of the two lengths. The length of the change is asked.": edit(
            "np.linalg.norm(new - old)", "np.linalg.norm(new)"
        ),
        "These are sums of absolute values. The length is the root of the sum of squares.": edit(
            "np.linalg.norm(new - old) / np.linalg.norm(old)",
            "np.abs(new - old).sum() / np.abs(old).sum()",
        ),
        "These are the largest numbers. The length is the root of the sum of squares.": edit(
            "np.linalg.norm(new - old) / np.linalg.norm(old)",
            "np.abs(new - old).max() / np.abs(old).max()",
        ),
        "These are sums with signs: changes up and down cancel. Square them first.": edit(
            "np.linalg.norm(new - old) / np.linalg.norm(old)",
            "np.sum(new - old) / np.sum(old)",
        ),
        "There is a ratio for each column. Each array has one: no axis.": edit(
            "np.linalg.norm(new - old) / np.linalg.norm(old)",
            "np.linalg.norm(new - old, axis=0) / np.linalg.norm(old, axis=0)",
        ),
        "Of a matrix, norm(..., 2) is something else, and of more axes it is nothing. Leave the 2 "
        "out.": edit(
            "np.linalg.norm(new - old) / np.linalg.norm(old)",
            "np.linalg.norm(new - old, 2) / np.linalg.norm(old, 2)",
        ),
        "The ratios are averaged. A list with one for each array is asked.": edit(
            "return [np.linalg.norm(new - old) / np.linalg.norm(old) for old, new in pairs]",
            "return np.mean([np.linalg.norm(n - o) / np.linalg.norm(o) for o, n in pairs])",
        ),
        "Only the first array's ratio comes back: return after the loop.": edit(
            "return [np.linalg.norm(new - old) / np.linalg.norm(old) for old, new in pairs]",
            "return [np.linalg.norm(new - old) / np.linalg.norm(old) for old, new in pairs][:1]",
        ),
        "One ratio came back, of all arrays as one. Each array has its own.": edit(
            "return [np.linalg.norm(new - old) / np.linalg.norm(old) for old, new in pairs]",
            "flat = [np.concatenate([np.ravel(w) for w in ws]) for ws in (before, after)]\n"
            "return [np.linalg.norm(flat[1] - flat[0]) / np.linalg.norm(flat[0])]",
        ),
        "The weights are added. The change is after minus before.": edit(
            "np.linalg.norm(new - old)", "np.linalg.norm(new + old)"
        ),
        "You divide number by number, and take the length of that. Take the two lengths first.": (
            edit(
                "np.linalg.norm(new - old) / np.linalg.norm(old)",
                "np.linalg.norm((new - old) / old)",
            )
        ),
        "The change has a mean of squares, the weights a sum. Take the same for both.": edit(
            "np.linalg.norm(new - old)", "np.linalg.norm(new - old) / np.sqrt(new.size)"
        ),
    },
)
