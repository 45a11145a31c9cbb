"""What `clip_by_norm` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


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


def _norm(arrays):
    return np.sqrt(sum(np.sum(array**2) for array in arrays))


def _clipped(factor):
    """A clipping by a factor that is told the arrays and the limit."""

    def clip(gradients, limit):
        with np.errstate(all="ignore"):
            return [factor(gradients, limit) * g for g in gradients]

    return clip


def _clip_by_flat_vector(gradients, limit):
    flat = np.concatenate([np.ravel(g) for g in gradients])
    norm = float(np.linalg.norm(flat))
    if norm <= limit:
        return gradients
    return [g * limit / norm for g in gradients]


def _clip_by_maximum(gradients, limit):
    norm = sum(float(np.vdot(g, g)) for g in gradients) ** 0.5
    return tuple(g * (limit / max(norm, limit)) for g in gradients)


def _clip_in_place(gradients, limit):
    norm = _norm(gradients)
    for g in gradients:
        if norm > limit:
            g *= limit / norm
    return gradients


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
        _clip_by_flat_vector,
        _clip_by_maximum,
        lambda gradients, limit: [
            g / max(1.0, np.linalg.norm([np.linalg.norm(h) for h in gradients]) / limit)
            for g in gradients
        ],
    ],
    mistakes={
        "Each array is clipped by its own norm. Take one norm of all arrays together, so that the "
        "direction stays.": lambda gradients, limit: [
            g * min(1.0, limit / max(_norm([g]), 1e-300)) for g in gradients
        ],
        "Each number is cut off at the limit. That turns the gradient: shrink all numbers by one "
        "factor.": lambda gradients, limit: [np.clip(g, -limit, limit) for g in gradients],
        "Gradients that are short enough are made longer: they stay as they are.": _clipped(
            lambda gs, limit: limit / np.maximum(_norm(gs), 1e-300)
        ),
        "You divide 0 by 0 where all gradients are 0, and make short ones longer: leave alone what "
        "is short enough.": _clipped(lambda gs, limit: limit / _norm(gs)),
        "The comparison is the wrong way round: shrink where norm > limit.": _clipped(
            lambda gs, limit: limit / _norm(gs) if 0 < _norm(gs) < limit else 1.0
        ),
        "The clipped gradients have norm 1. Their norm should be the limit.": _clipped(
            lambda gs, limit: 1 / _norm(gs) if _norm(gs) > limit else 1.0
        ),
        "The factor is upside down: it is limit / norm, below 1.": _clipped(
            lambda gs, limit: _norm(gs) / limit if _norm(gs) > limit else 1.0
        ),
        "The square root is missing: this is the sum of the squares.": _clipped(
            lambda gs, limit: limit / _norm(gs) ** 2 if _norm(gs) ** 2 > limit else 1.0
        ),
        "You add up the norms of the arrays. Add up their squares, and take the root of that.": (
            _clipped(
                lambda gs, limit: (
                    limit / sum(_norm([g]) for g in gs)
                    if sum(_norm([g]) for g in gs) > limit
                    else 1.0
                )
            )
        ),
        "You take the norm of the longest array only. All arrays count together.": _clipped(
            lambda gs, limit: min(1.0, limit / max(1e-300, *(_norm([g]) for g in gs), 0.0))
        ),
        "You take the norm of the first array only. All arrays count together.": _clipped(
            lambda gs, limit: min(1.0, limit / max(_norm(gs[:1]), 1e-300))
        ),
        "You take the norm of the last array only. All arrays count together: add up inside the "
        "loop.": _clipped(lambda gs, limit: min(1.0, limit / max(_norm(gs[-1:]), 1e-300))),
        "This is the sum of absolute values. The norm is the root of the sum of squares.": _clipped(
            lambda gs, limit: min(1.0, limit / max(sum(np.abs(g).sum() for g in gs), 1e-300))
        ),
        "You take the largest number for the norm. The norm is the root of the sum of squares.": (
            _clipped(
                lambda gs, limit: min(1.0, limit / max(*(np.abs(g).max() for g in gs), 1e-300))
            )
        ),
        "You take the mean of the squares. The norm has their sum.": _clipped(
            lambda gs, limit: min(
                1.0, limit / max(_norm(gs) / np.sqrt(sum(g.size for g in gs)), 1e-300)
            )
        ),
        "Above the limit you return zeros. Shrink the gradients, keep their direction.": _clipped(
            lambda gs, limit: 0.0 if _norm(gs) > limit else 1.0
        ),
        "Above the limit every number becomes the limit. Shrink all numbers by one factor.": (
            lambda gradients, limit: [
                np.full_like(g, limit) if _norm(gradients) > limit else 1.0 * g for g in gradients
            ]
        ),
        "Nothing is ever clipped.": lambda gradients, limit: [1.0 * g for g in gradients],
        "All arrays come back in one. Return a list, each array with its own shape.": (
            lambda gradients, limit: np.concatenate(
                [np.ravel(g) for g in _clip_by_flat_vector(gradients, limit)]
            )
        ),
        "You change the caller's arrays: g *= works in place. Make new ones.": _clip_in_place,
        "You return the norm. The clipped gradients are asked.": lambda gradients, limit: _norm(
            gradients
        ),
        "You compare the square of the norm with the limit. Take the root first.": _clipped(
            lambda gs, limit: limit / _norm(gs) if _norm(gs) ** 2 > limit else 1.0
        ),
        "You divide by the limit. The factor is limit / norm.": _clipped(
            lambda gs, limit: 1 / limit if _norm(gs) > limit else 1.0
        ),
        "You multiply by the root of limit / norm. The norm has had its root already.": _clipped(
            lambda gs, limit: np.sqrt(limit / _norm(gs)) if _norm(gs) > limit else 1.0
        ),
        "You add up the numbers themselves, so that signs cancel. The norm has their "
        "squares.": _clipped(
            lambda gs, limit: min(1.0, limit / max(abs(sum(g.sum() for g in gs)), 1e-300))
        ),
        "Return the list alone, without the norm.": lambda gradients, limit: (
            _clip_by_flat_vector(gradients, limit),
            _norm(gradients),
        ),
        "Only the first array comes back: is the return inside the loop?": (
            lambda gradients, limit: _clip_by_flat_vector(gradients, limit)[:1]
        ),
    },
)
