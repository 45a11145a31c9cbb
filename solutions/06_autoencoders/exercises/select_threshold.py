"""What `select_threshold` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


def _select_cases(rng):
    yield Case("one example, both sides of the threshold", np.array([[-2.0, 0.4, 1.5, 3.0]]), 1.0)
    yield Case("exactly at the threshold: not selected", np.array([[1.0, 1.001, 0.5]]), 1.0)
    yield Case("a batch", rng.normal(size=(4, 3)) * 2, 0.5)
    yield Case("a threshold of 0: ReLU", rng.normal(size=(3, 4)), 0.0)
    yield Case("a negative threshold", rng.normal(size=(5, 2)), -0.5)
    yield Case("nothing is selected", rng.normal(size=(2, 3)) - 9, 2.0)
    yield Case("one row only", rng.normal(size=5) * 3, 1.0)
    yield Case("whole numbers", rng.integers(-3, 4, size=(3, 4)), 1)


def _loop(a, theta):
    H = np.array(a, dtype=float)
    for place, one in np.ndenumerate(H):
        if not one > theta:
            H[place] = 0.0
    return H


def _by_keras(a, theta):
    import keras

    return keras.ops.convert_to_numpy(
        keras.ops.where(np.asarray(a) > theta, np.asarray(a), np.zeros_like(a))
    )


def _in_place(a, theta):
    a[a <= theta] = 0
    return a


select_threshold = Exercise(
    points=1,
    cases=_select_cases,
    hints=[
        "A comparison gives True or False for each number. What are they in a product?",
        "(a > theta) * a, or np.where with three arguments.",
    ],
    alternatives=[_loop, lambda a, theta: np.where(a > theta, a, 0), _by_keras],
    mistakes={
        "What is selected is made smaller by theta: that is ReLU(a - theta). Pass on a itself.": (
            lambda a, theta: np.maximum(0, a - theta)
        ),
        "At the threshold a unit is not selected: use >, not >=.": lambda a, theta: (
            (a >= theta) * a
        ),
        "The comparison is the wrong way round: what lies above theta is passed on.": (
            lambda a, theta: (a < theta) * a
        ),
        "This says whether a unit is selected. Pass on its activation: times a.": (
            lambda a, theta: (a > theta) * 1.0
        ),
        "These are True and False. Pass on the activations: times a.": lambda a, theta: a > theta,
        "What is not selected becomes theta. It becomes 0.": lambda a, theta: np.maximum(a, theta),
        "What lies above theta is cut off at theta. It is passed on as it is.": (
            lambda a, theta: np.where(a > theta, theta, 0.0)
        ),
        "Strong negative activations are selected too: compare a, not |a|.": (
            lambda a, theta: (np.abs(a) > theta) * a
        ),
        "Negative activations are always set to 0. With a negative theta some are selected.": (
            lambda a, theta: (a > theta) * np.maximum(0, a)
        ),
        "The threshold is fixed at 1: use the argument.": lambda a, theta: (a > 1) * a,
        "The threshold is 0: use the argument.": lambda a, theta: (a > 0) * a,
        "Only what is selected comes back, in one row. Keep the shape, with zeros elsewhere.": (
            lambda a, theta: a[a > theta]
        ),
        "The input a is changed: make a new array.": _in_place,
    },
)
