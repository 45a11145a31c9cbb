"""New faces out of old ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError
from course_utils.datasets._grey import grey_photographs


def blended(images: NDArray[Any], count: int, seed: int = 0) -> NDArray[np.float32]:
    """Mix aligned photographs two by two: more of them than there are, to train on.

    Each result is m + cos(a) (x - m) + sin(a) (y - m), with two photographs x and y and an angle a
    from 0 to 90 degrees, all drawn at random, and m the mean of all photographs. So the results
    differ from m as much as photographs do, which a plain mean of two would not.

    Args:
        images: (photographs, height, width), two or more, on which the same things lie at the
            same places. count: how many to make. seed: the same seed makes the same ones.

    Returns float32 (count, height, width). Numbers may lie a little outside those of the images.

    Raises CourseError where images are no such photographs, and for a count below 1.
    """
    images = grey_photographs(images, "blended", least=2)
    if count < 1:
        raise CourseError(f"blended: count={count}; give 1 or more.")
    rng = np.random.default_rng(seed)
    first = rng.integers(len(images), size=count)
    second = (first + rng.integers(1, len(images), size=count)) % len(images)
    angle = rng.uniform(0, np.pi / 2, (count, 1, 1)).astype(np.float32)
    mean = images.mean(axis=0)
    apart = images - mean
    mixed: NDArray[np.float32] = mean + np.cos(angle) * apart[first] + np.sin(angle) * apart[second]
    return mixed
