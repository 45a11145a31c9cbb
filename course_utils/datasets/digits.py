"""Handwritten digits in 8 x 8 pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


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
