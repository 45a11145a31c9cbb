"""The saved notebook: which file it is, the code of its cells, and what the cards in it say."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from course_utils.common.errors import CourseError
from course_utils.exercises.card import said

#: Set in the kernel of a rerun: a `lab.ready()` in there does nothing.
RUNNING = "COURSE_READY"
Cell = dict[str, Any]


def session_path() -> Path | None:
    """Return the notebook that this kernel belongs to, as JupyterLab or VS Code name it."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    named = os.environ.get("JPY_SESSION_NAME") or (
        shell.user_ns.get("__vsc_ipynb_file__") if shell else None
    )
    path = Path(named) if named else None
    return path if path and path.suffix == ".ipynb" and path.is_file() else None


def find(lab: str) -> Path:
    """Return the saved notebook of a lab: the session's, or the only one of the lab in this folder.

    Raises CourseError where there is none, or more than one.
    """
    found = [path] if (path := session_path()) else _of_lab(lab)
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(path.name for path in found)
        raise CourseError(f"Which notebook is yours? {Path.cwd()} has {names}: keep one there.")
    raise CourseError(f"No saved notebook of lab {lab} lies in {Path.cwd()}: save yours there.")


def _of_lab(lab: str) -> list[Path]:
    return [
        path
        for path in sorted(Path.cwd().glob("*.ipynb"))
        if (_load(path).get("metadata", {}).get("course") or {}).get("lab") == lab
    ]


def _load(path: Path) -> dict[str, Any]:
    """Return a notebook as its file has it; {} for what is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def code_cells(notebook: dict[str, Any]) -> Iterator[Cell]:
    """Yield the code cells of a notebook."""
    cells = notebook.get("cells")
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            yield cell


def text(lines: str | list[str]) -> str:
    """A notebook's file has a text as one string or as its lines."""
    return lines if isinstance(lines, str) else "".join(lines)


def sources(path: Path) -> set[str]:
    """Return the code of each cell of a saved notebook, without white space around it."""
    return {text(cell.get("source", "")).strip() for cell in code_cells(_load(path))}


def states(path: Path) -> dict[str, str]:
    """Return what the cards in a saved notebook say: the state of each exercise."""
    return stated(code_cells(_load(path)))


def stated(cells: Iterable[Cell]) -> dict[str, str]:
    """Return what the cards below cells say: the state of each exercise."""
    found = {}
    for cell in cells:
        for output in cell.get("outputs", ()):
            plain = output.get("data", {}).get("text/plain", output.get("text", ""))
            for line in text(plain).splitlines():
                if card := said(line):
                    found[card[0]] = card[1]
    return found
