"""Data that installed packages ship: where it lies, and the small sets that need no more."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError

#: How bright red, green and blue look: ITU-R Recommendation BT.601.
_BRIGHTNESS = np.array([0.299, 0.587, 0.114])


def shipped(package: str, *parts: str, asking: str) -> Path:
    """Return the path of a file that a package ships, found without importing the package.

    parts: where it lies in the package's folder. asking: the function that wants it.
    Raises CourseError where there is no such file or folder.
    """
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    path = Path(next(iter(folders or [package])), *parts)
    if not path.exists():
        raise CourseError(
            f"{asking}: {path} is missing; install the package that ships it: "
            f"pip install {package}."
        )
    return path


def digits() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return 1797 handwritten digits, in scikit-learn's order.

    Returns:
        images: float32 (1797, 8, 8) = (batch, height, width); 0 is paper, 1 is full ink, in steps
            of 1/16. labels: int64 (1797,), the digit 0 to 9; each occurs 174 to 183 times.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, 1998, https://doi.org/10.24432/C50P49 (CC BY 4.0), the test part, as
    scikit-learn ships it. Nothing is downloaded.
    """
    from sklearn.datasets import load_digits

    data: Any = load_digits()
    return (data.images / 16).astype(np.float32), data.target.astype(np.int64)


def irises() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return 150 irises, ordered by species.

    Returns:
        measures: float64 (150, 4), in cm: sepal length, sepal width, petal length, petal width,
            from 0.1 to 7.9. species: int64 (150,): 0 setosa, 1 versicolor, 2 virginica, 50 each.

    Source: R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of
    Eugenics 7(2), 1936, 179-188 (CC BY 4.0 at UCI, https://doi.org/10.24432/C56C76), as
    scikit-learn ships it, with Fisher's own numbers. Nothing is downloaded.
    """
    from sklearn.datasets import load_iris

    data: Any = load_iris()
    return data.data.astype(np.float64), data.target.astype(np.int64)


def photographs(grey: bool = False) -> NDArray[np.float32]:
    """Return two photographs of one size, a palace and a flower.

    Args:
        grey: False gives red, green and blue; True the brightness 0.299 R + 0.587 G + 0.114 B.

    Returns:
        float32 (2, 427, 640, 3) = (batch, height, width, channels), with grey=True
        (2, 427, 640); 0 is dark, 1 is bright.

    Source: china.jpg and flower.jpg of scikit-learn, photographs by danielbuechele
    (https://www.flickr.com/photos/danielbuechele/6061409035) and vultilion
    (https://www.flickr.com/photos/vultilion/6056698931), both CC BY 2.0. Nothing is downloaded.
    """
    from sklearn.datasets import load_sample_image

    images: list[Any] = [load_sample_image(f"{name}.jpg") for name in ("china", "flower")]
    colours = np.stack(images) / 255
    return (colours @ _BRIGHTNESS if grey else colours).astype(np.float32)


def sunspots() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the yearly mean sunspot numbers of 1700 to 2008.

    Returns:
        years: int64 (309,). numbers: float64 (309,), the mean over the year of Wolf's relative
        sunspot number, ten times the groups of spots plus the spots, without unit: from 0 to 190.2.
        They rise and fall in cycles of about 11 years.

    Source: the international sunspot number as the US National Geophysical Data Center published
    it (public domain), before its revision in 2015; the package statsmodels ships it. Nothing is
    downloaded.

    Raises CourseError where statsmodels' file is missing.
    """
    path = shipped("statsmodels", "datasets", "sunspots", "sunspots.csv", asking="sunspots")
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    return table[:, 0].astype(np.int64), table[:, 1]
