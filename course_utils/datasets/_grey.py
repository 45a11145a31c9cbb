"""What the functions that take grey photographs ask of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError


def grey_photographs(images: Any, asking: str, least: int = 1) -> NDArray[np.float32]:
    """Return images as float32 (photographs, height, width).

    Raises CourseError, in the name of the function `asking`, where they are not `least` photographs
    or more, of one size and of real and finite numbers.
    """
    try:
        photographs = np.asarray(images, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise CourseError(
            f"{asking}: the images are no array of numbers ({error}); give photographs of one size."
        ) from error
    if photographs.ndim != 3 or len(photographs) < least or photographs.size == 0:
        raise CourseError(
            f"{asking}: images have the shape {photographs.shape}; give {least} or more grey ones: "
            "(photographs, height, width)."
        )
    if not np.isfinite(photographs).all():
        raise CourseError(f"{asking}: the images hold NaN or infinity; give finite numbers.")
    return photographs
