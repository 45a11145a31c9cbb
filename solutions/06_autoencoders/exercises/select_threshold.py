"""What `select_threshold` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


def _select_cases(rng):
    yield Case("one example, both sides of the threshold", np.array([[-2.0, 0.4, 1.5, 3.0]]), 1.0)
    yield Case("exactly at the threshold: not selected", np.array([[1.0, 1.0 + 1e-9, 0.5]]), 1.0)
    yield Case("a batch", rng.normal(size=(4, 3)) * 2, 0.5)
    yield Case("a threshold of 0: ReLU", rng.normal(size=(3, 4)), 0.0)
    yield Case("a negative threshold", rng.normal(size=(5, 2)), -0.5)
    yield Case("nothing is selected", rng.normal(size=(2, 3)) - 9, 2.0)
    yield Case("one row only", rng.normal(size=5) * 3, 1.0)
    yield Case("whole numbers", rng.integers(-3, 4, size=(3, 4)), 1)


def _loop(A, theta):
    H = np.array(A, dtype=float)
    for place, a in np.ndenumerate(H):
        if not a > theta:
            H[place] = 0.0
    return H


def _by_keras(A, theta):
    import keras

    return keras.ops.convert_to_numpy(
        keras.ops.where(np.asarray(A) > theta, np.asarray(A), np.zeros_like(A))
    )


def _in_place(A, theta):
    A[A <= theta] = 0
    return A


select_threshold = Exercise(
    points=1,
    cases=_select_cases,
    hints=[
        "A comparison gives True or False for each number. What are they in a product?",
        "(A > theta) * A, or np.where with three arguments.",
    ],
    alternatives=[_loop, lambda A, theta: np.where(A > theta, A, 0), _by_keras],
    mistakes={
        "What is selected is made smaller by theta: that is ReLU(a - theta). Pass on a itself.": (
            lambda A, theta: np.maximum(0, A - theta)
        ),
        "At the threshold a unit is not selected: use >, not >=.": lambda A, theta: (
            (A >= theta) * A
        ),
        "The comparison is the wrong way round: what lies above theta is passed on.": (
            lambda A, theta: (A < theta) * A
        ),
        "This says whether a unit is selected. Pass on its activation: times a.": (
            lambda A, theta: (A > theta) * 1.0
        ),
        "These are True and False. Pass on the activations: times a.": lambda A, theta: A > theta,
        "What is not selected becomes theta. It becomes 0.": lambda A, theta: np.maximum(A, theta),
        "What lies above theta is cut off at theta. It is passed on as it is.": (
            lambda A, theta: np.where(A > theta, theta, 0.0)
        ),
        "Strong negative activations are selected too: compare a, not |a|.": (
            lambda A, theta: (np.abs(A) > theta) * A
        ),
        "Negative activations are always set to 0. With a negative theta some are selected.": (
            lambda A, theta: (A > theta) * np.maximum(0, A)
        ),
        "The threshold is fixed at 1: use the argument.": lambda A, theta: (A > 1) * A,
        "The threshold is 0: use the argument.": lambda A, theta: (A > 0) * A,
        "Only what is selected comes back, in one row. Keep the shape, with zeros elsewhere.": (
            lambda A, theta: A[A > theta]
        ),
        "A itself is changed: make a new array.": _in_place,
    },
)
