"""An executed lab as a reader sees it: stubs and hints for students, folded answers for others."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_utils.authoring.markers import BEGIN, without_markers
from course_utils.authoring.notebook import HIDE_INPUT

#: The tag of a cell that holds an answer.
ANSWER = "answer"
_CARD = re.compile(r'\s*<section role="region" aria-label=')
_PROGRESS = re.compile(r"\d+ of \d+ exercises right, ")
_NEEDS = re.compile(r"^lab\.needs\(.*\)\n", re.MULTILINE)


def for_students(
    solved: NotebookNode, released: NotebookNode, hints: Mapping[str, Sequence[str]]
) -> NotebookNode:
    """Return the executed lab without its answers: the stub of each, its hints folded below.

    solved: the executed notebook. released: what `build` made of the same source for students, with
    the same cells and some on handing in. hints: those of each exercise. Raises KeyError where the
    released notebook lacks an exercise.
    """
    stubs = {cell.id: cell for cell in released.cells}
    cells: list[NotebookNode] = []
    for cell in solved.cells:
        if not holds_answer(cell):
            cells.append(without_cards(cell))
            continue
        stub = stubs[cell.id]
        cells.append(_code(_NEEDS.sub("", stub.source), cell.id))
        exercise = cell.metadata.get("course", {}).get("exercise", "")
        cells += _hints(hints.get(exercise, ()), cell.id)
    return _like(solved, cells)


def for_instructors(solved: NotebookNode) -> NotebookNode:
    """Return the executed lab with its answers, each folded, and without the build's markers."""
    cells = []
    for cell in solved.cells:
        shown = without_cards(cell)
        if holds_answer(cell):
            shown.source = without_markers(cell.source)
            shown.metadata = NotebookNode(
                cell.metadata,
                tags=[*cell.metadata.get("tags", []), HIDE_INPUT, ANSWER],
                jupyter={"source_hidden": True},
            )
        cells.append(shown)
    return _like(solved, cells)


def holds_answer(cell: NotebookNode) -> bool:
    """Whether a cell of a solved notebook holds an answer, or a part of one."""
    return cell.cell_type == "code" and BEGIN in cell.source


def without_cards(cell: NotebookNode) -> NotebookNode:
    """Return a copy of a cell without cards and progress, which speak to whoever runs it."""
    copy = NotebookNode(cell)
    if cell.cell_type == "code":
        copy.outputs = [output for output in cell.outputs if not _is_card(output)]
    return copy


def _is_card(output: NotebookNode) -> bool:
    data = output.get("data", {})
    shown, plain = ("".join(data.get(kind, "")) for kind in ("text/html", "text/plain"))
    return bool(_CARD.match(shown) or _PROGRESS.match(plain))


def _hints(hints: Sequence[str], cell: str) -> list[NotebookNode]:
    folded = "\n\n".join(
        f'<details class="hint"><summary>Hint {number} of {len(hints)}</summary>'
        f"<p>{_inline(hint)}</p></details>"
        for number, hint in enumerate(hints, 1)
    )
    return [new_markdown_cell(folded, id=f"{cell[:58]}-hints")] if hints else []


def _inline(text: str) -> str:
    """Return a card's plain text as HTML, `names` in it as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def _code(source: str, name: str) -> NotebookNode:
    cell: NotebookNode = new_code_cell(source, id=name)
    return cell


def _like(notebook: NotebookNode, cells: list[NotebookNode]) -> NotebookNode:
    copy: NotebookNode = NotebookNode(notebook)
    copy.cells = cells
    return copy
