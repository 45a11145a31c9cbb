"""Which labs there are."""

from pathlib import Path

import pytest

from course_utils.common import catalog
from course_utils.common.errors import CourseError


def test_labs_are_folders_of_a_number_and_a_topic(tmp_path: Path) -> None:
    for name in ("10_late", "02_early", "3_short", "04-dash", "05_a-b", "notes", "06_"):
        (tmp_path / name).mkdir()
    (tmp_path / "07_file").write_text("")
    assert catalog.names(tmp_path) == ["02_early", "10_late"]
    assert catalog.names(tmp_path / "missing") == []
    assert catalog.notebook(tmp_path, "02_early") == tmp_path / "02_early" / "early.ipynb"


@pytest.mark.parametrize("word", ["percepton", "01_perceptrn", "Perzeptron", "1_perceptron"])
def test_a_mistyped_lab_gets_a_suggestion(tmp_path: Path, word: str) -> None:
    for name in ("01_perceptron", "02_backpropagation"):
        (tmp_path / name).mkdir()
    with pytest.raises(CourseError, match=r"did you mean 01_perceptron\? There are 01_perceptron,"):
        catalog.choose(word, tmp_path)


def test_a_word_that_is_near_no_lab_gets_none(tmp_path: Path) -> None:
    (tmp_path / "01_perceptron").mkdir()
    with pytest.raises(CourseError, match=r"no lab 'xyz' in .*: choose one of 01_perceptron\."):
        catalog.choose("xyz", tmp_path)
