"""What is run of a submission: cells in order, what is asked of them, and which must run.

Grading a class need not train every demonstration. A released cell runs where it gives a name its
meaning that the student's code reads, directly or through other such cells. It is a slice by names,
as of a lab's references, over whole cells, since a cell runs whole.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from course_utils.authoring.names import Effects
from course_utils.authoring.slicing import backward_slice
from course_utils.grading.rebuild.cell_code import Code, read_code

#: released: as the course wrote it. answer: the student's cell for an exercise, attempted or not.
#: extra: any other code of the student's. markdown: text, which does not run.
Role = Literal["released", "answer", "extra", "markdown"]
#: Methods that take long, so that a cell which seeds and then calls one is no cell to seed with.
_SLOW = frozenset({"evaluate", "fit", "predict", "train", "train_on_batch"})


@dataclass(frozen=True)
class Planned:
    """One cell of the rebuilt notebook.

    cell_id: unique in it, and valid in a notebook. own: the student wrote this source.
    needed: False for a demonstration that no code of the student's depends on; it need not run.
    exercise: the first exercise that an answer answers, or whose stub a released cell holds.
    answers: each exercise to ask for after this cell, with the expression that the released
    notebook gives to lab.check.
    """

    source: str
    cell_id: str
    role: Role
    own: bool
    needed: bool = True
    exercise: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The rebuilt notebook.

    status: of each exercise, in the lab's order: "attempted", "unattempted" (its stub stands) or
    "missing" (no cell has its names). notes: how the notebook was understood. review: what a person
    should look at. Both are sentences. calls: for each exercise, the others whose names its answer
    reads, directly or through other cells.
    """

    cells: tuple[Planned, ...]
    status: Mapping[str, str]
    notes: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    calls: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def with_solutions(self, solutions: Mapping[str, str]) -> Plan:
        """Return the plan with the solved cell in the place of some exercises' answers."""
        kept, cells = set[str](), list[Planned]()
        for cell in self.cells:
            replaced = [name for name in solutions if name == cell.exercise]
            if cell.role == "markdown" or not (replaced or solutions.keys() & cell.answers.keys()):
                cells.append(cell)
                continue
            for name in {*replaced, *(solutions.keys() & cell.answers.keys())} - kept:
                kept.add(name)
                cells.append(Planned(solutions[name], f"solved-{name}", "released", False))
        return replace(self, cells=tuple(mark_needed([replace(one, needed=True) for one in cells])))

    def without(self, cell_ids: Collection[str]) -> Plan:
        """Return the plan without some cells."""
        return replace(self, cells=tuple(c for c in self.cells if c.cell_id not in cell_ids))


def calls(
    cells: Sequence[Planned], names: Mapping[str, Sequence[str]]
) -> dict[str, frozenset[str]]:
    """Return for each exercise the others whose names its answer reads, through whatever cells.

    names: those that an answer to each exercise binds.
    """
    code = [read_code(cell.source) for cell in cells if cell.role != "markdown"]
    planned = [cell for cell in cells if cell.role != "markdown"]
    owners = {name: exercise for exercise, bound in names.items() for name in bound}
    binders: dict[str, list[int]] = {}
    for number, one in enumerate(code):
        for name in one.effects.binds | one.effects.may_bind:
            binders.setdefault(name, []).append(number)

    for number, cell in enumerate(planned):  # Of a cell that does not parse nothing else is known.
        for exercise in {cell.exercise, *cell.answers} & names.keys():
            for name in names[exercise]:
                binders.setdefault(name, []).append(number)

    def reached(exercise: str) -> frozenset[str]:
        own = [n for n, cell in enumerate(planned) if exercise in (cell.exercise, *cell.answers)]
        seen, waiting = set(own), list(own)
        while waiting:
            effects = code[waiting.pop()].effects
            for name in effects.now | effects.later:
                waiting += [n for n in binders.get(name, ()) if n not in seen]
                seen.update(binders.get(name, ()))
        bound = {name for name, places in binders.items() if not seen.isdisjoint(places)}
        beside = {one for n in own for one in (planned[n].exercise, *planned[n].answers)}
        return frozenset(owners[name] for name in bound if name in owners) - beside

    return {exercise: reached(exercise) for exercise in names}


def mark_needed(cells: Sequence[Planned]) -> list[Planned]:
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
