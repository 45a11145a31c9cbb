"""Notebooks made from a lab's source: stable cell ids, no volatile metadata, the same bytes."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.authoring.guard import guard
from course_utils.authoring.needs import find_needs
from course_utils.authoring.release import released_code
from course_utils.authoring.source import Cell, LabSource

#: Raise this when the build writes the same source differently: every lab is then built anew.
FORMAT = 2
#: The tag of a cell that only draws: JupyterLab and the pages fold its code, not its figure.
HIDE_INPUT = "hide-input"
#: What every lab ends in, for students alone. It has no cell of code: Run All would run the whole
#: lab a second time, and a grader takes note of a cell of the lab's that somebody changed.
_HAND_IN = """\
## Hand in

Save this notebook (Ctrl+S; on a Mac Cmd+S). Then add a cell below this one, write `lab.ready()` in
it and run it. It runs the saved file from top to bottom, as a grader does, and says which exercises
are right there. That takes as long as the lab runs. What you hand in is the file {file} alone. A
grader tries your answers on fresh cases besides."""
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def released(lab: LabSource) -> NotebookNode:
    """Return the notebook that students open: stubs for solutions, no outputs.

    Cells that need an exercise begin by saying so and may raise, so that Run All goes on past them.
    The first code cell says what to do where the notebook lies alone, without the course.
    Behind the lab's own cells stands a word on handing it in.
    """
    sources = released_code(lab)
    first = next(index for index, cell in enumerate(lab.cells) if cell.kind == "code")
    sources[first] = f"{guard(lab.root)}\n\n{sources[first]}"
    needs = find_needs(lab).cells
    for index, names in needs.items():
        listed = ", ".join(f'"{name}"' for name in names)
        sources[index] = f"lab.needs({listed})\n{sources[index]}"
    made = _notebook(lab, sources, may_raise=set(needs))
    text = _HAND_IN.format(file=lab.released_path.name)
    made.cells.append(new_markdown_cell(text, id="hand-in-1"))
    return seal(made)


def solved(lab: LabSource) -> NotebookNode:
    """Return the solved notebook, not executed yet: every cell as its author wrote it."""
    return _notebook(lab, [cell.source for cell in lab.cells], may_raise=set())


def source_digest(lab: LabSource) -> str:
    """Return the SHA-256 of what a lab is made from: its source and its exercises."""
    parts = [str(FORMAT)]
    parts += [p.read_text(encoding="utf-8") for p in (lab.path, *lab.exercises_paths)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def content_digest(notebook: NotebookNode) -> str:
    """Return the SHA-256 of the notebook's cells without their outputs.

    What JupyterLab adds to metadata when it saves a notebook is no content.
    """
    return _digest([[cell.cell_type, cell.get("id"), cell.source] for cell in notebook.cells])


def outputs_digest(notebook: NotebookNode) -> str:
    """Return the SHA-256 of the outputs of the notebook's cells."""
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return _digest([[cell.outputs, cell.execution_count] for cell in code])


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def seal(notebook: NotebookNode) -> NotebookNode:
    """Record in the notebook's metadata what its cells and outputs are, and return it."""
    notebook.metadata.course["content"] = content_digest(notebook)
    notebook.metadata.course["outputs"] = outputs_digest(notebook)
    return notebook


def sealed(notebook: NotebookNode) -> bool:
    """True if nobody has changed the notebook's cells since they were sealed.

    Running them is no change.
    """
    return recorded(notebook, "content") == content_digest(notebook)


def dumps(notebook: NotebookNode) -> str:
    """Return the notebook as its file's text: sorted keys, an indent of 1, a newline at the end."""
    return str(nbformat.writes(notebook, version=4)).rstrip("\n") + "\n"


def load(path: Path) -> NotebookNode | None:
    """Return the notebook in the file; None where there is none, or none that can be read."""
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except (OSError, ValueError, KeyError, AttributeError, nbformat.ValidationError):
        return None
    return notebook


def recorded(notebook: NotebookNode | None, key: str) -> str | None:
    """Return what the build noted in the notebook's metadata.

    key: "lab", "source", "content" or "outputs".
    """
    course = notebook.metadata.get("course", {}) if notebook else {}
    return course.get(key) if isinstance(course, dict) else None


def _notebook(lab: LabSource, sources: list[str], may_raise: set[int]) -> NotebookNode:
    cells: list[NotebookNode] = []
    for index, (cell, name) in enumerate(zip(lab.cells, cell_ids(lab), strict=True)):
        metadata: dict[str, Any] = {}
        tags = [*cell.tags, *(["raises-exception"] if index in may_raise else [])]
        if tags:
            metadata["tags"] = tags
        if HIDE_INPUT in tags:
            metadata["jupyter"] = {"source_hidden": True}
        if cell.exercise:
            metadata |= {"course": {"exercise": cell.exercise}, "deletable": False}
        new: Any = new_markdown_cell if cell.kind == "markdown" else new_code_cell
        cells.append(new(source=sources[index], id=name, metadata=metadata))
    metadata = {
        "kernelspec": _KERNEL,
        "language_info": {"name": "python"},
        "course": {"lab": lab.name, "source": source_digest(lab)},
    }
    notebook: NotebookNode = new_notebook(cells=cells, metadata=metadata)
    notebook.nbformat_minor = 5
    return seal(notebook)


def cell_ids(lab: LabSource) -> list[str]:
    """Return each cell's id: exercise-NAME, else the slug of its section's heading and a number.

    An id changes only when its section changes, so a student's work can be matched to a newer lab.
    """
    section = "start"
    counts: dict[str, int] = {}
    ids = []
    for cell in lab.cells:
        section = _section(cell) or section
        if cell.exercise:
            ids.append(_exercise_id(cell.exercise))
        else:
            counts[section] = counts.get(section, 0) + 1
            ids.append(f"{section}-{counts[section]}")
    return ids


def _exercise_id(name: str) -> str:
    """An id has at most 64 characters; a longer name keeps a digest in place of its end."""
    full = f"exercise-{name}"
    return (
        full if len(full) <= 64 else f"{full[:55]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    )


def _section(cell: Cell) -> str | None:
    """Return the slug of the cell's first heading; None for a cell without one."""
    match = re.search(r"^#{1,6}\s+(.+)$", cell.source, re.MULTILINE)
    if cell.kind != "markdown" or not match:
        return None
    exercise = re.match(r"Exercise \d+: `(\w+)`", match[1])
    if exercise:  # its points and minutes may change
        return f"exercise-{exercise[1]}"[:50] + "-text"
    plain = unicodedata.normalize("NFKD", match[1]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "section"
