"""Pictures of chairs: what comes with the course, and how it is cut."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from course_utils import datasets
from course_utils.common.errors import CourseError

loader = sys.modules["course_utils.datasets.chairs"]
NAMES = list(datasets.CHAIRS)


def test_the_studio_comes_with_the_course() -> None:
    images, labels = datasets.chairs()
    assert images.shape == (2000, 64, 64, 3) and images.dtype == np.uint8
    assert labels.dtype == np.int64 and np.array_equal(labels, np.repeat(np.arange(10), 200))
    assert NAMES[0] == "ladder-back" and NAMES[-1] == "bench" and len(set(NAMES)) == 10
    # Before white: the corners of nearly all pictures, but for shadows and wide benches.
    assert np.mean(images[:, 0, 0] == 255) > 0.95


def test_varied_ones_come_with_the_course_whatever_number_is_asked() -> None:
    images, labels = datasets.chairs(varied=True)
    few, few_labels = datasets.chairs(views=7, varied=True)
    assert images.shape == (1000, 64, 64, 3) and np.array_equal(np.unique(labels), np.arange(10))
    assert few.shape == (70, 64, 64, 3) and np.array_equal(few_labels, np.repeat(np.arange(10), 7))
    assert np.array_equal(few.reshape(10, 7, -1), images.reshape(10, 100, -1)[:, :7])


def test_what_is_shipped_is_small_and_has_its_card() -> None:
    sheets = [loader.sheet(varied) for varied in (False, True)]
    assert sum(sheet.stat().st_size for sheet in sheets) < 6e6
    card = (sheets[0].parent / "chairs.md").read_text(encoding="utf-8")
    assert all(sheet.name in card for sheet in sheets)


def test_a_damaged_sheet_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader.paths, "DATA", tmp_path)
    (tmp_path / "chairs_studio.webp").write_bytes(b"RIFF")
    with pytest.raises(CourseError, match=r"chairs_studio\.webp cannot be read"):
        datasets.chairs()


@pytest.mark.parametrize(
    ("views", "varied"), [(0, False), (201, False), (101, True), (2.5, False), (True, True)]
)
def test_a_bad_number_of_views_gets_a_sentence(views: object, varied: bool) -> None:
    with pytest.raises(CourseError, match=r"chairs: views=.* must be a whole number from 1 to \d"):
        datasets.chairs(views=views, varied=varied)


def test_few_of_the_studio_are_its_first_views() -> None:
    few, labels = datasets.chairs(views=3)
    assert np.array_equal(labels, np.repeat(np.arange(10), 3))
    assert np.array_equal(few.reshape(10, 3, -1), datasets.chairs()[0].reshape(10, 200, -1)[:, :3])


def test_it_imports_no_tensorflow() -> None:
    code = (
        "import sys; from course_utils import datasets; datasets.chairs(); "
        "print('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
