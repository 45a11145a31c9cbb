"""A lab's code as a list of steps: its top-level statements in order, and what each does to names.

Every analysis reads these: what a stub must bind, which cells need which exercises, which
statements a reference answer needs.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from course_utils.authoring import names
from course_utils.authoring.names import Effects
from course_utils.authoring.source import LabSource, is_lab_call


@dataclass(frozen=True)
class Step:
    """One top-level statement.

    `cell` is its cell's place in the lab; its own lines are the cell's. `talks` is true for
    lab.check, lab.hint and lab.progress, which need no answer.
    """

    cell: int
    node: ast.stmt
    effects: Effects
    talks: bool


@lru_cache(maxsize=32)
def steps(lab: LabSource) -> tuple[Step, ...]:
    """Return the steps of the solved lab. Cells that do not parse have none."""
    return tuple(
        step
        for index, cell in enumerate(lab.cells)
        for step in steps_of(index, cell.tree.body if cell.tree else ())
    )


def steps_of(index: int, body: Sequence[ast.stmt]) -> list[Step]:
    """Return the steps of one cell's statements."""
    return [Step(index, node, names.effects(node), _talks(node)) for node in body]


def _talks(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and is_lab_call(node.value, "check", "hint", "progress")


def answer_names(answer: ast.expr) -> list[str] | None:
    """Return the names of an answer given to lab.check: a name, or a tuple, list or dict of names.

    None for anything else: an expression would run on the stub of an unsolved exercise.
    """
    match answer:
        case ast.Name(id=name):
            return [name]
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
            found = [answer_names(part) for part in parts]
            return None if None in found else [name for names in found for name in names or []]
    return None


def imported_names(lab: LabSource) -> set[str]:
    """Return the names that the lab imports: `np.sort(x)` does not change `np`."""
    return set[str]().union(*(step.effects.imports for step in steps(lab)))
