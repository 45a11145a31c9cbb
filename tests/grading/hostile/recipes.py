"""Hostile submissions as short scripts, and the notebooks that are made of them.

A recipe begins with a line that says what it does, then what it deserves:

    # expect: row_means 2        points by exercise; what is not named gets none
    # review                     a person is to look at it
    # tags: a, b                 tags of every cell
    # metadata: {...}            metadata of every cell and of the notebook
    # duplicate: step            the exercise's cell stands twice, the copy with the next one's id

Then cells: `# %% step` takes the place of an exercise's cell, `# %% after step` follows it,
`# %% start` follows the first code cell, `# %% end` is the last.
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.grading.hostile.trial_lab import POINTS

FOLDER = Path(__file__).parent
KINDS = ("cheats", "broken", "honest")


@dataclass(frozen=True)
class Recipe:
    """One submission: its name, what it does, its cells by place, and what it deserves."""

    name: str
    title: str
    cells: dict[str, str]
    points: dict[str, float]
    review: bool = False
    tags: list[str] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    duplicates: list[str] = field(default_factory=list)


def read_all() -> list[Recipe]:
    """Every recipe, in the order of their kinds and names."""
    return [read(path) for kind in KINDS for path in sorted((FOLDER / kind).glob("*.py"))]


def read(path: Path) -> Recipe:
    """One recipe from its file."""
    head, *parts = re.split(r"^# %% (.+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    title, *lines = [line.removeprefix("#").strip() for line in head.splitlines() if line.strip()]
    said = {key.strip(): value.strip() for key, _, value in (one.partition(":") for one in lines)}
    points = dict.fromkeys(POINTS, 0.0)
    points |= {
        name: float(number)
        for name, number in (one.split() for one in _listed(said.get("expect", "")))
    }
    return Recipe(
        name=path.stem,
        title=title,
        cells=dict(zip(parts[::2], (part.strip("\n") for part in parts[1::2]), strict=True)),
        points=points,
        review="review" in said,
        tags=_listed(said.get("tags", "")),
        metadata=json.loads(said.get("metadata", "{}")),
        duplicates=_listed(said.get("duplicate", "")),
    )


def notebook(recipe: Recipe, released: NotebookNode) -> NotebookNode:
    """The released lab with the recipe's cells in it."""
    made = copy.deepcopy(released)
    first = next(i for i, cell in enumerate(made.cells) if cell.cell_type == "code")
    cells: list[NotebookNode] = []
    for index, cell in enumerate(made.cells):
        name = cell.metadata.get("course", {}).get("exercise", "")
        if name in recipe.cells:
            cell.source = f'{recipe.cells[name]}\n\n\nlab.check("{name}", {name})'
        cells.append(cell)
        cells += _extra(recipe, "start" if index == first else f"after {name}")
        if name in recipe.duplicates:
            cells.append(_copied(cell, made.cells))
    cells += _extra(recipe, "end")
    for cell in cells:
        cell.metadata = cell.metadata | recipe.metadata
        if recipe.tags:
            cell.metadata["tags"] = recipe.tags
    made.cells = cells
    made.metadata |= recipe.metadata
    return made


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _extra(recipe: Recipe, place: str) -> list[NotebookNode]:
    return [new_code_cell(recipe.cells[place])] if place in recipe.cells else []


def _copied(cell: NotebookNode, cells: list[NotebookNode]) -> NotebookNode:
    """A copy of an exercise's cell that bears the metadata of the exercise after it."""
    made = copy.deepcopy(cell)
    later = cells[cells.index(cell) + 1 :]
    other = next(one for one in later if one.metadata.get("course", {}).get("exercise"))
    made.metadata = copy.deepcopy(other.metadata)
    return made
