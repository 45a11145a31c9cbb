"""A lab with some of its exercises solved, as a student has it on the way."""

import ast
from collections.abc import Callable
from dataclasses import replace

from course_utils.authoring.needs import find_needs
from course_utils.authoring.release import released_code
from course_utils.authoring.source import Cell, LabSource, is_lab_call
from course_utils.authoring.steps import answer_names


def solvable(
    lab: LabSource, wish: Callable[[str], bool] = lambda name: True, working: bool = True
) -> set[str]:
    """Return the wished exercises whose own solution runs at once only what is solved as well.

    working: so do the functions in the answer, and its check finds it right.
    What a solution runs is what its cell would need, were it no exercise.
    """
    solved: set[str] = set()
    for index, cell in enumerate(lab.cells):
        if cell.exercise and wish(cell.exercise):
            cells = list(lab.cells)
            cells[index] = Cell("code", _without_check(cell, working), line=1)
            needed = find_needs(replace(lab, cells=tuple(cells))).cells.get(index, ())
            if set(needed) <= solved:
                solved.add(cell.exercise)
    return solved


def half_solved(lab: LabSource, solved: set[str]) -> dict[int, str]:
    """Return the code of every code cell of the released lab, with some exercises solved."""
    needs = find_needs(lab).cells
    codes = {}
    for index, (cell, code) in enumerate(zip(lab.cells, released_code(lab), strict=True)):
        if cell.kind == "code":
            lines = [f"lab.needs(*{needs[index]})"] if index in needs else []
            codes[index] = "\n".join([*lines, cell.source if cell.exercise in solved else code])
    return codes


def stopping(lab: LabSource, solved: set[str]) -> dict[int, set[str]]:
    """Return the cells that must stop with these exercises solved, and which they lack."""
    lacking = {index: set(names) - solved for index, names in find_needs(lab).cells.items()}
    return {index: names for index, names in lacking.items() if names}


def _without_check(cell: Cell, working: bool) -> str:
    """The cell's code with its answer named in place of its check, or with nothing there."""
    assert cell.tree is not None
    lines = []
    for node in cell.tree.body:
        if not (isinstance(node, ast.Expr) and is_lab_call(node.value, "check")):
            lines.append(ast.unparse(node))
        elif working:
            lines.append(", ".join(answer_names(cell.checks[0].answer) or ()))
    return "\n".join(lines)
