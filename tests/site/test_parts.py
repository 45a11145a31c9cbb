"""What the site is made of: the plan, the index, the bibliography, figures, docstrings."""

import base64
import io
import re
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from course_utils.common import catalog
from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT, SOLUTIONS
from course_utils.site import api, docstrings, figures, labs, overview, papers, plan, stage, terms


@pytest.fixture(scope="module")
def course() -> list[labs.Page]:
    return [labs.read(name) for name in catalog.names(SOLUTIONS)]


minutes = st.lists(st.integers(5, 120), min_size=1, max_size=6)


@given(st.lists(minutes, min_size=1, max_size=5), st.integers(5, 15))
def test_every_section_has_one_week_and_no_week_two_labs(
    lengths: list[list[int]], count: int
) -> None:
    course = [
        [plan.Section(f"{lab}", n, "", (), length) for n, length in enumerate(lab_lengths)]
        for lab, lab_lengths in enumerate(lengths)
    ]
    weeks = plan.weeks(course, count)
    assert len(weeks) <= count
    assert list(chain(*weeks)) == list(chain(*course))
    assert all(len({section.lab for section in week}) == 1 for week in weeks)


def test_more_labs_than_weeks_are_refused() -> None:
    with pytest.raises(ValueError, match="2 labs do not fit into 1 weeks"):
        plan.weeks([[plan.Section("a", 1, "", (), 5)], [plan.Section("b", 1, "", (), 5)]], 1)


def test_every_exercise_stands_in_the_plan(course: list[labs.Page]) -> None:
    weeks = plan.weeks([plan.sections(lab.name, lab.text) for lab in course], stage.WEEKS)
    planned = [name for week in weeks for section in week for _, name in section.exercises]
    assert sorted(planned) == sorted(chain(*(lab.hints for lab in course)))


def test_every_term_is_introduced_by_a_lab(course: list[labs.Page]) -> None:
    listed = terms.read(stage.PAGES / "terms.txt")
    found = terms.introductions(listed, {lab.name: lab.text for lab in course})
    assert [term for term in listed if term not in found] == []
    assert found["perceptron"] == "01_perceptron" and found["LSTM"] == "04_rnn"


def test_a_term_is_a_whole_word() -> None:
    texts = {"1": "an ensembled **batch**", "2": "Batches, ensembles"}
    assert terms.introductions(["ensemble", "batch"], texts) == {"ensemble": "2", "batch": "1"}


def test_each_paper_of_the_bibliography_is_cited(course: list[labs.Page]) -> None:
    listed = papers.read(stage.PAGES / "papers.bib")
    assert [p.key for p in listed if not any(p.cited(lab.sources) for lab in course)] == []


def test_each_source_of_a_lab_is_in_the_bibliography(course: list[labs.Page]) -> None:
    listed = papers.read(stage.PAGES / "papers.bib")
    for lab in course:
        # The year of the conference in parentheses is a second one: arXiv ..., 2014 (CVPR 2015).
        sources = re.sub(r"\([^)]*\d{4}\)", lambda found: "." * len(found[0]), lab.sources)
        known = set[int]().union(*(paper.years(sources) for paper in listed))
        for year in re.finditer(r"(?<![\d.–])(?:1[89]|20)\d\d(?![\d.–]\d)", sources):
            place = sources[max(0, year.start() - 60) : year.end()]
            assert year.end() in known, f"{lab.name} names a paper that papers.bib lacks: {place}"


def test_each_lab_says_what_the_front_page_needs(course: list[labs.Page]) -> None:
    for lab in course:
        assert lab.able and lab.time and lab.sources, lab.name
    with pytest.raises(CourseError, match="no figure whose text begins with 'nowhere'"):
        course[0].figure("nowhere")


def test_needs_are_those_of_the_openings_first_sentence(course: list[labs.Page]) -> None:
    needs = stage.needs(course)
    assert needs["01_perceptron"] == [] and needs["03_cnn"] == ["02_backpropagation"]


def test_a_lab_stands_behind_all_that_it_needs() -> None:
    assert overview.ranks({"a": [], "b": ["a"], "c": ["a", "b"], "d": ["a"]}) == {
        "a": 0,
        "b": 1,
        "c": 2,
        "d": 1,
    }


def test_a_figure_becomes_a_file_and_loses_nothing(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (6, 5, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "png")
    inside = base64.b64encode(stream.getvalue()).decode()
    output = new_output(
        "display_data", data={"text/html": f'<img src="data:image/png;base64,{inside}" alt="a">'}
    )
    notebook = new_notebook(cells=[new_code_cell("1", outputs=[output])])
    page = figures.to_files(notebook, tmp_path, "../figures/").cells[0].outputs[0].data["text/html"]
    (written,) = tmp_path.iterdir()
    assert f'src="../figures/{written.name}" alt="a"' in page and "base64" not in page
    assert np.array_equal(np.asarray(Image.open(written)), pixels)
    assert "base64" in notebook.cells[0].outputs[0].data["text/html"], "the notebook stays"


@pytest.mark.parametrize(
    ("plain", "rst"),
    [
        ("A sentence with x_ and *b*.", "A sentence with x\\_ and \\*b\\*."),
        ("Call `f_x` now.", "Call \\ ``f_x``\\  now."),
        ("x: an array,\n    long.\ny, z: two.", "- ``x``: an array, long.\n- ``y, z``: two."),
        ("Before.\n\n    code()", "Before.\n\n::\n\n    code()"),
    ],
)
def test_docstrings_say_what_they_say(plain: str, rst: str) -> None:
    assert docstrings.to_rst(plain) == rst + "\n"


def test_the_reference_holds_what_labs_import(tmp_path: Path) -> None:
    source = tmp_path / "lab.py"
    source.write_text(
        "from course_utils import plots, training\nfrom course_utils.lab import Lab\n"
        "from course_utils.sequences.series import nmse\nimport numpy\n"
    )
    assert api.modules([source]) == [
        "course_utils.lab",
        "course_utils.plots",
        "course_utils.sequences.series",
        "course_utils.training",
    ]
    assert (ROOT / "docs" / "site" / "labs.toml").exists()
