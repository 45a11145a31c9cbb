"""The data sets are what their docstrings say, and a split keeps every example once."""

import numpy as np
import pytest

from course_utils import datasets
from course_utils.common.errors import CourseError


def test_digits() -> None:
    images, labels = datasets.digits()
    assert images.shape == (1797, 8, 8) and images.dtype == np.float32
    assert images.min() == 0 and images.max() == 1
    assert np.array_equal(images * 16, np.round(images * 16))
    assert labels.shape == (1797,) and labels.dtype == np.int64
    counts = np.bincount(labels)
    assert len(counts) == 10 and counts.min() == 174 and counts.max() == 183


def test_irises() -> None:
    measures, species = datasets.irises()
    assert measures.shape == (150, 4) and measures.dtype == np.float64
    assert measures.min() == 0.1 and measures.max() == 7.9
    assert species.dtype == np.int64 and np.bincount(species).tolist() == [50, 50, 50]
    # Fisher's own flowers 35 and 38; other copies of the data have errors in them.
    assert measures[34].tolist() == [4.9, 3.1, 1.5, 0.2]
    assert measures[37].tolist() == [4.9, 3.6, 1.4, 0.1]


def test_split_keeps_every_example_once_with_its_label() -> None:
    x = np.arange(200)
    y = x % 3
    parts = datasets.split(x, y, validation=0.25, test=0.1, seed=3)
    assert sorted(np.concatenate([part for part, _ in parts])) == list(range(200))
    assert all(np.array_equal(part % 3, labels) for part, labels in parts)


def test_split_sizes_and_proportions() -> None:
    y = np.repeat([0, 1], [150, 50])
    training, validation, test = datasets.split(np.zeros((200, 2)), y, validation=0.2, test=0.1)
    assert [len(labels) for _, labels in (training, validation, test)] == [140, 40, 20]
    assert [int(labels.sum()) for _, labels in (training, validation, test)] == [35, 10, 5]


def test_split_is_shuffled_and_repeatable() -> None:
    x = np.arange(100)
    y = np.repeat([0, 1], 50)
    (first, labels), _, _ = datasets.split(x, y, seed=1)
    (again, _), _, _ = datasets.split(x, y, seed=1)
    (other, _), _, _ = datasets.split(x, y, seed=2)
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert np.any(np.diff(labels) < 0), "the classes come one after the other"


@pytest.mark.parametrize("fractions", [(0.0, 0.2), (0.2, 0.0), (0.5, 0.5), (-0.1, 0.2)])
def test_split_refuses_an_empty_part(fractions: tuple[float, float]) -> None:
    with pytest.raises(CourseError, match="leave a part empty"):
        datasets.split(np.zeros(10), np.zeros(10), *fractions)


def test_split_refuses_labels_of_another_length() -> None:
    with pytest.raises(CourseError, match="10 examples and 9 labels"):
        datasets.split(np.zeros(10), np.zeros(9))
