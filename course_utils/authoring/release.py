"""What students get of each cell: the code with a stub in place of every solution.

A solution in a function becomes `raise NotImplementedError(...)`; the rest of the function stays.
A solution at top level becomes `name = ...` for each of its names that is used after it: a raise
there would stop the cell before its check can say that the exercise is not attempted yet.
"""

from __future__ import annotations

import ast

from course_utils.authoring import markers, names
from course_utils.authoring.markers import Region
from course_utils.authoring.source import LabSource
from course_utils.authoring.steps import steps


def released_code(lab: LabSource, aligned: bool = False) -> list[str]:
    """Return the source of every cell with stubs for its solutions; text cells as they are.

    aligned: keep every line's number, for an analysis that reports lines of the source.
    """
    return [_released(lab, index, aligned) for index in range(len(lab.cells))]


def _released(lab: LabSource, index: int, aligned: bool) -> str:
    cell = lab.cells[index]
    lines = cell.source.splitlines()
    regions, _ = markers.find(cell)
    for region in reversed(regions):
        code, comment = _stub(lab, index, region)
        if aligned:
            stub = [region.indent + "; ".join(code)] + [""] * (region.end - region.begin)
        else:
            stub = [region.indent + line + comment for line in code]
        lines[region.begin - 1 : region.end] = stub
    return "\n".join(lines)


def _stub(lab: LabSource, index: int, region: Region) -> tuple[list[str], str]:
    """Return the stub's lines of code, and the comment behind each."""
    exercise = lab.cells[index].exercise
    if region.scope:
        part = f" for {region.scope}" if region.in_class else ""
        message = f"Exercise {exercise}: replace this line with your code{part}."
        return [f'raise NotImplementedError("{message}")'], ""
    comment = f"  # Exercise {exercise}: replace the dots with your code."
    return [f"{name} = ..." for name in answered_names(lab, index, region)], comment


def answered_names(lab: LabSource, index: int, region: Region) -> list[str]:
    """Return the names of cell `index` that a solution stands for.

    The function or class it is in, or at top level the names it binds that are used after it, in
    the order in which it binds them.
    """
    if region.owner:
        return [region.owner]
    found: list[str] = []
    for statement in region.body:
        bound = names.effects(statement)
        places = {n.id: (n.lineno, n.col_offset) for n in _stored(statement)}
        new = (bound.binds | bound.may_bind) - bound.imports - set(found)
        found += sorted(new, key=lambda name: (places.get(name, (0, 0)), name))
    return [name for name in found if _used_after(lab, index, region, name)]


def _used_after(lab: LabSource, index: int, region: Region, name: str) -> bool:
    """True if the name, as the solution binds it, is read.

    By code below the solution before it is bound anew, or by a function anywhere in the lab.
    """
    if any(name in step.effects.later for step in steps(lab)):
        return True
    for step in steps(lab):
        if (step.cell, step.node.lineno) > (index, region.end):
            if name in step.effects.now:
                return True
            if name in step.effects.binds:
                return False
    return False


def _stored(statement: ast.stmt) -> list[ast.Name]:
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return [node for node in nodes if isinstance(node.ctx, ast.Store)]
