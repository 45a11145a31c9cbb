"""The two photographs, in colour and in grey."""

import subprocess
import sys

import numpy as np

from course_utils import datasets


def test_they_are_what_the_docstring_says() -> None:
    both = datasets.photographs()
    assert both.shape == (2, 427, 640, 3) and both.dtype == np.float32
    assert both.min() == 0 and both.max() == 1


def test_grey_is_the_brightness_of_the_colours() -> None:
    colours, grey = datasets.photographs(), datasets.photographs(grey=True)
    assert grey.shape == (2, 427, 640) and grey.dtype == np.float32
    assert np.all(grey >= colours.min(axis=-1) - 1e-6)
    assert np.all(grey <= colours.max(axis=-1) + 1e-6)
    row = colours[1, 200].astype(float)
    expected = 0.299 * row[:, 0] + 0.587 * row[:, 1] + 0.114 * row[:, 2]
    assert np.allclose(grey[1, 200], expected, atol=1e-6)


def test_the_palace_comes_first_and_the_flower_second() -> None:
    """The palace stands before a blue sky; the flower is red and yellow on a dark ground."""
    palace, flower = datasets.photographs()
    sky, petals = palace[:50].mean(axis=(0, 1)), flower[150:250, 250:400].mean(axis=(0, 1))
    assert sky[2] > sky[0] and petals[0] > petals[2]


def test_it_imports_no_tensorflow() -> None:
    code = (
        "import sys; from course_utils import datasets; datasets.photographs(); "
        "print('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
