"""Ten kinds of chairs, seen from all around, rendered by the course itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError
from course_utils.datasets.chairs import store
from scripts.chairs.models import MODELS

__all__ = ["CHAIRS", "chairs"]

#: The names of the classes, in the order of the labels.
CHAIRS = tuple(MODELS)
_SMALLEST, _LARGEST = 16, 1024  # pixels
_MOST_VIEWS = 10_000


def chairs(
    views: int | None = None, varied: bool = False, seed: int = 0, size: int = 64
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return pictures of ten kinds of chairs, ordered by class: ladder-back, ..., bench.

    Args:
        views: pictures of each class; None gives those that come with the course, 200 in the
            studio or 100 varied ones.
        varied: False: one chair of each class, before white in an even light, on a turntable. Of n
            views, view v is taken at azimuth 360 v / n degrees (0: from the front) and, in turns,
            at an elevation of 10, 20, 30, 40 and 50 degrees. True: each picture shows another chair
            of its class, of its own measures and colours, in its own room and light, from any side.
        seed: of the measures of the chairs and, of varied ones, of everything else.
        size: of the pictures, in pixels.

    Returns:
        images: uint8 (10 * views, size, size, 3), red, green, blue (sRGB).
        labels: int64 (10 * views,), 0 to 9, as in `CHAIRS`.
        View v of class c is number c * views + v.

    Sets of the course's own are read from data/ (views up to 200 or 100, seed 0, size 64; of the
    studio all 200). Others are rendered once, at some 25 ms a picture of 64 x 64, with a progress
    bar, and kept in Keras's cache directory.

    The idea: CG models of chairs, 200 views of each, as a test of transfer; compare M. Aubry,
    D. Maturana, A. Efros, B. Russell and J. Sivic, Seeing 3D chairs, CVPR 2014. Nothing of theirs
    is used.

    Raises CourseError where an argument is not a whole number of its range.
    """
    if views is not None:
        _check("views", views, 1, _MOST_VIEWS)
    _check("seed", seed, 0, 2**32 - 1)
    _check("size", size, _SMALLEST, _LARGEST)
    images = store.load(views, bool(varied), seed, size)
    return images, np.repeat(np.arange(len(CHAIRS)), len(images) // len(CHAIRS))


def _check(name: str, value: int, low: int, high: int) -> None:
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or not low <= value <= high:
        raise CourseError(
            f"chairs: {name}={value!r} must be a whole number from {low:,} to {high:,}."
        )
