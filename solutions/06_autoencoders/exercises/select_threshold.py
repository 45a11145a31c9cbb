"""What `select_threshold` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _select_cases(rng):
    yield Case("one example, both sides of the threshold", np.array([[-2.0, 0.4, 1.5, 3.0]]), 1.0)
    yield Case("exactly at the threshold: not selected", np.array([[1.0, 1.001, 0.5]]), 1.0)
    yield Case("a batch", rng.normal(size=(4, 3)) * 2, 0.5)
    yield Case("a threshold of 0: ReLU", rng.normal(size=(3, 4)), 0.0)
    yield Case("a negative threshold", rng.normal(size=(5, 2)), -0.5)
    yield Case("nothing is selected", rng.normal(size=(2, 3)) - 9, 2.0)
    yield Case("one row only", rng.normal(size=5) * 3, 1.0)
    yield Case("whole numbers", rng.integers(-3, 4, size=(3, 4)), 1)


select_threshold = Exercise(
    points=1,
    cases=_select_cases,
    hints=[
        "A comparison gives True or False for each number. What are they in a product?",
        "(a > theta) * a, or np.where with three arguments.",
    ],
    alternatives=[
        edit("(a > theta) * a", "np.where(a > theta, a, 0)"),
        edit(
            "return (a > theta) * a",
            "H = np.array(a, dtype=float)\nH[~(H > theta)] = 0.0\nreturn H",
        ),
        edit(
            "return (a > theta) * a",
            "import keras\nreturn keras.ops.where(a > theta, a, np.zeros_like(a))",
        ),
    ],
    mistakes={
        "What is selected is made smaller by theta: that is ReLU(a - theta). Pass on a "
        "itself.": edit("(a > theta) * a", "np.maximum(0, a - theta)"),
        "At the threshold a unit is not selected: use >, not >=.": edit(">", ">="),
        "The comparison is the wrong way round: what lies above theta is passed on.": edit(
            ">", "<"
        ),
        "This says whether a unit is selected. Pass on its activation: times a.": edit(
            "* a", "* 1.0"
        ),
        "These are True and False. Pass on the activations: times a.": edit(" * a", ""),
        "What is not selected becomes theta. It becomes 0.": edit(
            "(a > theta) * a", "np.maximum(a, theta)"
        ),
        "What lies above theta is cut off at theta. It is passed on as it is.": edit(
            "* a", "* theta"
        ),
        "Strong negative activations are selected too: compare a, not |a|.": edit(
            "a >", "np.abs(a) >"
        ),
        "Negative activations are always set to 0. With a negative theta some are selected.": edit(
            "* a", "* np.maximum(0, a)"
        ),
        "The threshold is fixed at 1: use the argument.": edit("theta", "1"),
        "The threshold is 0: use the argument.": edit("theta", "0"),
        "Only what is selected comes back, in one row. Keep the shape, with zeros elsewhere.": edit(
            "(a > theta) * a", "a[a > theta]"
        ),
        "The input a is changed: make a new array.": edit(
            "return (a > theta) * a", "a[a <= theta] = 0\nreturn a"
        ),
    },
)
