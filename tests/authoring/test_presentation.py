"""A lab as its readers see it: stubs and hints, or folded answers."""

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.authoring.presentation import for_instructors, for_students

ANSWER = (
    "def f():\n    ### BEGIN SOLUTION\n    return 42\n    ### END SOLUTION\n\n\nlab.check('f', f)"
)
STUB = "def f():\n    raise NotImplementedError\n\n\nlab.check('f', f)"


def shown(html: str) -> NotebookNode:
    return new_output("display_data", data={"text/html": html})


def notebook(answer: str, seen: str) -> NotebookNode:
    cells = [
        new_markdown_cell("# A lab", id="a"),
        new_code_cell(
            answer,
            id="exercise-f",
            metadata={"course": {"exercise": "f"}},
            outputs=[shown('<section role="region" aria-label="Right: f">Right</section>')],
        ),
        new_code_cell(
            seen,
            id="b",
            outputs=[
                shown("<b>5</b>"),
                shown('<section role="region" aria-label="Hint"></section>'),
                new_output("display_data", data={"text/plain": "1 of 1 exercises right, 1 of 1"}),
            ],
        ),
    ]
    return new_notebook(cells=cells)


def test_students_see_the_stub_the_hints_and_no_card() -> None:
    solved = notebook(ANSWER, "f()")
    page = for_students(solved, notebook(STUB, 'lab.needs("f")\nf()'), {"f": ["Is a < `b`?", "2"]})
    _, stub, hints, after = page.cells
    assert stub.source == STUB and stub.outputs == []
    assert "<summary>Hint 1 of 2</summary><p>Is a &lt; <code>b</code>?</p>" in hints.source
    assert after.source == "f()"
    assert [output.data["text/html"] for output in after.outputs] == ["<b>5</b>"]
    assert "42" not in str(page)
    assert "42" in solved.cells[1].source, "the notebook stays"


def test_instructors_see_the_answer_folded_and_without_markers() -> None:
    _, answer, after = for_instructors(notebook(ANSWER, "f()")).cells
    assert answer.source == "def f():\n    return 42\n\n\nlab.check('f', f)"
    assert "hide-input" in answer.metadata.tags and answer.outputs == []
    assert len(after.outputs) == 1


def test_two_notebooks_of_different_labs_are_refused() -> None:
    solved = notebook(ANSWER, "f()")
    with pytest.raises(KeyError, match="exercise-f"):
        for_students(solved, new_notebook(cells=solved.cells[:1]), {})
