"""Which cells of a rebuilt notebook must run: grading a class need not train every demonstration.

A released cell runs where it gives a name its meaning that the student's code reads, directly or
through other such cells. It is a slice by names, as of a lab's references (authoring/slicing.py),
over whole cells, since a cell runs whole.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from course_utils.authoring.names import Effects
from course_utils.authoring.slicing import backward_slice
from course_utils.grading.rebuild.cell_code import Code, read_code
from course_utils.grading.rebuild.plan import Planned

#: Methods that take long, so that a cell which seeds and then calls one is no cell to seed with.
_SLOW = frozenset({"evaluate", "fit", "predict", "train", "train_on_batch"})


def mark(cells: Sequence[Planned]) -> list[Planned]:
    """Return the cells with those flagged that need not run.

    Answers, other code of the student's and the stubs of missing exercises always run, and so do
    released cells that only seed a random generator or set something up.
    """
    code = {n: read_code(cell.source) for n, cell in enumerate(cells) if cell.role != "markdown"}
    imports = set[str]().union(*(one.effects.imports for one in code.values()))
    kept = {n for n in code if _always(cells[n], code[n])}
    effects = {n: _effects(cells[n], one) for n, one in code.items()}
    needed = backward_slice(effects, imports, set(), kept)
    return [
        cell if number not in code or number in needed else replace(cell, needed=False)
        for number, cell in enumerate(cells)
    ]


def _always(cell: Planned, code: Code) -> bool:
    if cell.role != "released" or cell.exercise:
        return True
    return code.effects.seeds and not _is_slow(code)


def _is_slow(code: Code) -> bool:
    """True if a cell needs an exercise's answer or calls a method that takes long."""
    called = {
        node.func.attr
        for statement in code.statements or ()
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    return bool(called & (_SLOW | {"needs"}))


def _effects(cell: Planned, code: Code) -> Effects:
    """Return a cell's effects; what is asked for after it is read too."""
    if not cell.answers:
        return code.effects
    asked = [read_code(expression).effects.now for expression in cell.answers.values()]
    return replace(code.effects, now=code.effects.now.union(*asked))
