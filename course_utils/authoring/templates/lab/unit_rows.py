"""What `unit_rows` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def cases(rng):  # the public cases from one fixed seed, the hidden ones from another
    yield Case("rows of lengths 5 and 10", np.array([[3.0, 4.0], [6.0, 8.0]]))
    yield Case("a row of zeros", np.array([[0.0, 0.0], [1.0, -1.0]]))
    yield Case("a batch", rng.normal(size=(4, 3)))


unit_rows = Exercise(
    points=2,
    cases=cases,
    hints=[
        "How long is the vector (3, 4)? Its length needs one sum for each row.",
        "numpy.where puts another divisor where a length is 0.",
    ],
    mistakes={
        "The square root is missing: the length is the root of the sum of squares.": edit(
            "np.sqrt((X**2).sum(axis=1, keepdims=True))", "(X**2).sum(axis=1, keepdims=True)"
        ),
        "Each column is divided by its length. Sum along axis 1.": edit("axis=1", "axis=0"),
        "The numbers are divided by their sum. The length has squares.": edit("X**2", "X"),
        "A row of zeros becomes nan: divide it by 1 instead.": edit(
            "np.where(lengths == 0, 1, lengths)", "lengths"
        ),
        "X itself is changed: X /= works in place. Make a new array.": edit(
            "return X / ", "X /= ", "1, lengths)", "1, lengths)\nreturn X"
        ),
    },
    alternatives=[
        edit("np.sqrt((X**2).sum(axis=1, keepdims=True))", "np.linalg.norm(X, axis=1)[:, None]")
    ],
)
