"""Ten kinds of chairs, seen from all around: sheets of pictures in data/.

`python -m scripts.chairs` has rendered them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from course_utils.common import paths
from course_utils.common.errors import CourseError

#: The names of the classes, in the order of the labels.
CHAIRS = (
    *("ladder-back", "windsor", "stool", "office", "armchair"),
    *("cantilever", "shell", "folding", "rocking", "bench"),
)
#: Views of each class: of the studio's chair, and of varied ones.
VIEWS = {False: 200, True: 100}
SIZE = 64  # pixels


def chairs(
    views: int | None = None, varied: bool = False
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return pictures of ten kinds of chairs, ordered by class: ladder-back, ..., bench.

    Args:
        views: pictures of each class, the first of those there are; None gives all, 200 of the
            studio or 100 varied ones.
        varied: False: one chair of each class, before white in an even light, on a turntable. Of
            its 200 views, view v is taken at azimuth 1.8 v degrees (0: from the front) and, in
            turns, at an elevation of 10, 20, 30, 40 and 50 degrees. True: each picture shows
            another chair of its class, of its own measures and colours, in its own room and light,
            from any side.

    Returns:
        images: uint8 (10 * views, 64, 64, 3), red, green, blue (sRGB).
        labels: int64 (10 * views,), 0 to 9, as in `CHAIRS`.
        View v of class c is number c * views + v.

    The idea: CG models of chairs, 200 views of each, as a test of transfer; compare M. Aubry,
    D. Maturana, A. Efros, B. Russell and J. Sivic, Seeing 3D chairs, CVPR 2014. Nothing of theirs
    is used.

    Raises CourseError where there are not so many views, or a file of them cannot be read.
    """
    there = VIEWS[bool(varied)]
    wanted = there if views is None else views
    whole = isinstance(wanted, (int, np.integer)) and not isinstance(wanted, bool)
    if not whole or not 1 <= wanted <= there:
        raise CourseError(f"chairs: views={views!r} must be a whole number from 1 to {there}.")
    images = _read(sheet(bool(varied)), there)[:, :wanted].reshape(-1, SIZE, SIZE, 3)
    return images, np.repeat(np.arange(len(CHAIRS)), wanted)


def sheet(varied: bool) -> Path:
    """Return the path of a sheet of pictures: a row for each class, a column for each view."""
    return paths.DATA / f"chairs_{'varied' if varied else 'studio'}.webp"


def _read(path: Path, views: int) -> NDArray[np.uint8]:
    """A sheet as (10, views, 64, 64, 3)."""
    try:
        with Image.open(path) as file:
            pixels = np.asarray(file.convert("RGB"))
    except OSError as error:
        raise CourseError(
            f"chairs: {path} cannot be read ({error}); get this file of the course again."
        ) from error
    return pixels.reshape(len(CHAIRS), SIZE, views, SIZE, 3).transpose(0, 2, 1, 3, 4)
