"""Three species of iris, measured."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


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
