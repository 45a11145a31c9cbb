"""Three parts of one data set: to learn from, to choose by, to report on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError

Part = tuple[NDArray[Any], NDArray[Any]]


def split(
    x: NDArray[Any],
    y: NDArray[Any],
    validation: float = 0.2,
    test: float = 0.2,
    seed: int = 0,
) -> tuple[Part, Part, Part]:
    """Split examples at random into training, validation and test, each class in proportion.

    Args:
        x: the examples, batch first.
        y: their classes (batch,).
        validation: the fraction of the examples that the validation part gets, above 0.
        test: the fraction that the test part gets, above 0. Both are together below 1; the
            training part gets the rest.
        seed: the same seed gives the same parts.

    Returns: (x, y) of the training part, of the validation part and of the test part.

    Raises CourseError where x and y are not of one length or the fractions leave a part empty.
    """
    if len(x) != len(y):
        raise CourseError(f"split: {len(x)} examples and {len(y)} labels; give one label each.")
    if min(validation, test) <= 0 or validation + test >= 1:
        raise CourseError(
            f"split: validation={validation} and test={test} leave a part empty; "
            "both are fractions above 0 that add up to less than 1."
        )
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(y))
    place = np.empty(len(y))  # how far into its own class each example comes: 0 to 1
    for label in np.unique(y):
        members = order[y[order] == label]
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
    in_test = place < test
    in_validation = ~in_test & (place < test + validation)
    masks = (~in_test & ~in_validation, in_validation, in_test)
    picked = [order[mask[order]] for mask in masks]  # in random order, not sorted by class
    training, choosing, reporting = [(x[index], y[index]) for index in picked]
    return training, choosing, reporting
