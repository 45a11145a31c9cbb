"""Reading a lab's source: cells, their lines in the file, and what is refused."""

from pathlib import Path

import pytest

from course_utils.authoring import source
from course_utils.common.errors import CourseError
from tests.support import sample_lab

TRICKY = '''\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # Title
#
# text

# %% tags=["quick"]
import os
# cat is a comment, not a command

text = """
# %%
"""


# %%

# %% [markdown]
"""
Between quotes
"""

# %% Some title
y = 2
'''


def test_every_cell_knows_its_line(tmp_path: Path) -> None:
    lab = sample_lab.write(tmp_path, TRICKY)
    lines = lab.path.read_text().splitlines()
    assert [cell.kind for cell in lab.cells] == ["markdown", "code", "code", "markdown", "code"]
    for cell in lab.cells:
        if cell.source:
            assert lines[cell.line - 1].endswith(cell.source.splitlines()[0])
    assert lab.cells[1].tags == ("quick",)
    assert "# cat is a comment" in lab.cells[1].source


def test_checks_and_exercises_of_cells(tmp_path: Path) -> None:
    lab = sample_lab.write(tmp_path)
    assert [cell.exercise for cell in lab.cells if cell.exercise] == ["scale", "slope", "Counter"]
    check = next(cell for cell in lab.cells if cell.exercise == "scale").checks[0]
    assert lab.path.read_text().splitlines()[check.line - 1] == 'lab.check("scale", scale)'


def test_code_above_the_first_cell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"lines.py:2: a lab begins with a cell"):
        sample_lab.write(tmp_path, "\nimport os\n\n# %%\nx = 1\n")


def test_a_header_is_passed_over_whatever_it_holds(tmp_path: Path) -> None:
    lab = sample_lab.write(tmp_path, "# ---\n# jupyter: [\n# ---\n\n# %%\nx = 1\n")
    assert [(cell.source, cell.line) for cell in lab.cells] == [("x = 1", 6)]


def test_a_file_without_cells_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"lines.py:1: a lab begins with a cell"):
        sample_lab.write(tmp_path, "")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    lab = sample_lab.write(tmp_path)
    lab.path.write_bytes(b"# %%\n\xff\xfe\n")
    with pytest.raises(CourseError, match=r"^solutions/01_lines/lines.py is not UTF-8"):
        source.read(lab.path, tmp_path)


def test_labs_are_found_in_order_and_a_folder_without_source_is_said(tmp_path: Path) -> None:
    sample_lab.write(tmp_path, name="02_later")
    sample_lab.write(tmp_path)
    (tmp_path / "solutions" / "notes").mkdir()
    assert [path.stem for path in source.find_labs(tmp_path)] == ["lines", "later"]
    (tmp_path / "solutions" / "03_empty").mkdir()
    with pytest.raises(CourseError, match=r"^solutions/03_empty has no empty.py"):
        source.find_labs(tmp_path)
