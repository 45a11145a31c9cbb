"""What `clip_by_norm` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _clip_cases(rng):
    def gradients(*shapes, norm):
        arrays = [rng.normal(size=shape) for shape in shapes]
        total = np.sqrt(sum(np.sum(array**2) for array in arrays))
        return [array * (norm / total) for array in arrays]

    yield Case("one array, too long", gradients((4,), norm=3.0), 1.2)
    yield Case("one array, short enough", gradients((4,), norm=0.7), 2.0)
    yield Case("two arrays, too long together", [np.array([3.0, 0.0]), np.array([[0.0, 4.0]])], 2.5)
    # Each alone is short enough, the two together are not.
    yield Case(
        "each short enough, together too long", [np.array([0.9, 0.0]), np.array([-0.8])], 1.0
    )
    yield Case("weights and bias", gradients((3, 2), (2,), (2, 1), norm=10.0), 5.0)
    yield Case("long in many small numbers", [np.full((4, 4), 0.5), np.full(9, -0.5)], 2.0)
    yield Case("short enough, several arrays", gradients((2, 2), (3,), norm=0.4), 0.5)
    yield Case("exactly at the limit", [np.array([3.0, -4.0])], 5.0)
    yield Case("short enough, its square is not", gradients((3,), (2, 2), norm=3.0), 5.0)
    yield Case("too long, its square is not", gradients((2, 3), (3,), norm=0.6), 0.5)
    yield Case("all zero", [np.zeros(3), np.zeros((2, 2))], 1.0)


_NORM = "np.sqrt(sum(np.sum(g**2) for g in gradients))"
_FACTOR, _SHRUNK = "limit / norm if norm > limit else 1.0", "[factor * g for g in gradients]"

clip_by_norm = Exercise(
    points=2,
    cases=_clip_cases,
    hints=[
        "One norm for all arrays together. Which numbers go into it?",
        "Sum the squares of each array, add up these sums over the list, and take the root at the "
        "very end.",
        "Above the limit every array is multiplied by one and the same factor; below it nothing "
        "changes.",
    ],
    alternatives=[
        edit(
            _NORM,
            "np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))",
            "return",
            "if norm <= limit:\n    return gradients\nreturn",
        ),
        edit(_FACTOR, "limit / max(norm, limit)", _SHRUNK, "tuple(g * factor for g in gradients)"),
        edit(
            _NORM,
            "np.linalg.norm([np.linalg.norm(g) for g in gradients])",
            _FACTOR,
            "max(1.0, norm / limit)",
            "factor * g",
            "g / factor",
        ),
    ],
    mistakes={
        "Each array is clipped by its own norm. Take one norm "
        "of all arrays together, so that the direction stays.": edit(
            "factor * g", "g * min(1.0, limit / max(np.linalg.norm(g), 1e-300))"
        ),
        "Each number is cut off at the limit. That turns the gradient: "
        "shrink all numbers by one factor.": edit("factor * g", "np.clip(g, -limit, limit)"),
        "Gradients that are short enough are made longer: they stay as they are.": edit(
            _FACTOR, "limit / max(norm, 1e-300)"
        ),
        "You divide 0 by 0 where all gradients are 0, and make "
        "short ones longer: leave alone what is short enough.": edit(_FACTOR, "limit / norm"),
        "The comparison is the wrong way round: shrink where norm > limit.": edit(
            "norm > limit", "0 < norm < limit"
        ),
        "The clipped gradients have norm 1. Their norm should be the limit.": edit(
            "limit / norm", "1 / norm"
        ),
        "The factor is upside down: it is limit / norm, below 1.": edit(
            "limit / norm", "norm / limit"
        ),
        "The square root is missing: this is the sum of the squares.": edit(
            _NORM, "sum(np.sum(g**2) for g in gradients)"
        ),
        "You add up the norms of the arrays. Add up their squares, "
        "and take the root of that.": edit(_NORM, "sum(np.sqrt(np.sum(g**2)) for g in gradients)"),
        "You take the norm of the longest array only. All arrays count together.": edit(
            _NORM, "max(np.sqrt(np.sum(g**2)) for g in gradients)"
        ),
        "You take the norm of the first array only. All arrays count together.": edit(
            "gradients))", "gradients[:1]))"
        ),
        "You take the norm of the last array only. All "
        "arrays count together: add up inside the loop.": edit("gradients))", "gradients[-1:]))"),
        "This is the sum of absolute values. The norm is the root of the sum of squares.": edit(
            _NORM, "sum(np.sum(np.abs(g)) for g in gradients)"
        ),
        "You take the largest number for the norm. The norm is "
        "the root of the sum of squares.": edit(_NORM, "max(np.max(np.abs(g)) for g in gradients)"),
        "You take the mean of the squares. The norm has their sum.": edit(
            _NORM, "np.sqrt(np.mean(np.concatenate([np.ravel(g) for g in gradients]) ** 2))"
        ),
        "Above the limit you return zeros. Shrink the gradients, keep their direction.": edit(
            "limit / norm", "0.0"
        ),
        "Above the limit every number becomes the limit. Shrink all numbers by one factor.": edit(
            "factor * g", "np.full_like(g, limit) if norm > limit else g"
        ),
        "Nothing is ever clipped.": edit(_FACTOR, "1.0"),
        "All arrays come back in one. Return a list, each array with its own shape.": edit(
            _SHRUNK, "np.concatenate([np.ravel(factor * g) for g in gradients])"
        ),
        "You change the caller's arrays: g *= works in place. Make new ones.": edit(
            "return [factor * g for g in gradients]",
            "for g in gradients:\n    g *= factor\nreturn gradients",
        ),
        "You return the norm. The clipped gradients are asked.": edit(_SHRUNK, "norm"),
        "You compare the square of the norm with the limit. Take the root first.": edit(
            "norm > limit", "norm**2 > limit"
        ),
        "You divide by the limit. The factor is limit / norm.": edit("limit / norm", "1 / limit"),
        "You multiply by the root of limit / norm. The norm has had its root already.": edit(
            "limit / norm", "np.sqrt(limit / norm)"
        ),
        "You add up the numbers themselves, so that signs cancel. "
        "The norm has their squares.": edit(_NORM, "abs(sum(np.sum(g) for g in gradients))"),
        "Return the list alone, without the norm.": edit("gradients]", "gradients], norm"),
        "Only the first array comes back: is the return inside the loop?": edit(
            "gradients]", "gradients][:1]"
        ),
    },
)
