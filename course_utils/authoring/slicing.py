"""Which statements of a solved lab the reference answers need: a backward slice by names."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from course_utils.authoring.source import LabSource
from course_utils.authoring.steps import Step, answer_names, imported_names, steps, steps_of


def needed_steps(lab: LabSource) -> list[Step]:
    """Return, in order, the statements without which some answer would not be what it is.

    Statements that bind `lab` and those that only show something are left out. Seeds are kept, as
    they change what follows without binding a name.
    """
    every = steps(lab)
    imports = imported_names(lab)
    needed: set[int] = set()
    for position, step in enumerate(every):
        if step.talks and _check_names(step):
            needed |= {position} | _slice(every[:position], _check_names(step), imports)
    return [every[position] for position in sorted(needed)]


def answer_steps(
    lab: LabSource, cell: int, body: Sequence[ast.stmt], answer: ast.expr
) -> list[Step]:
    """Return, in order, the statements of one cell, given as `body`, that its answer needs."""
    every = steps_of(cell, body)
    places = _slice(every, set(answer_names(answer) or ()), imported_names(lab))
    return [every[place] for place in sorted(places)]


def definitions_that_read(lab: LabSource, cell: int, names: set[str]) -> list[Step]:
    """Return, in order, the functions and classes above a cell that read one of these names.

    Those that read one of those are among them. A name has its last meaning above the cell.
    """
    above = [step for step in steps(lab) if step.cell < cell]
    last = {name: step for step in above for name in step.effects.binds}
    found: dict[str, Step] = {}
    while True:
        wanted = names | found.keys()
        new = {
            name: step
            for name, step in last.items()
            if isinstance(step.node, ast.FunctionDef | ast.ClassDef)
            and (step.effects.now | step.effects.later) & wanted
        }
        if new == found:
            return [step for step in above if step in found.values()]
        found = new


def _check_names(step: Step) -> set[str]:
    """Return the names that a lab.check checks; none for another statement."""
    match step.node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="check"), args=[_, answer])):
            return set(answer_names(answer) or ())
    return set()


def _slice(before: Sequence[Step], wanted: set[str], imports: set[str]) -> set[int]:
    """Return the places of the statements that give the wanted names their meaning.

    What functions read later may be bound anywhere before they are called, above or below them;
    every binding of such a name is kept, and the search repeated until no such name is new.
    """
    later: set[str] = set()
    while True:
        places: set[int] = set()
        open_names = wanted | later
        found = set(later)
        for place in range(len(before) - 1, -1, -1):
            step, effects = before[place], before[place].effects
            touched = effects.binds | effects.may_bind | (effects.changes - imports)
            if step.talks or "lab" in touched or not (touched & open_names or effects.seeds):
                continue
            places.add(place)
            open_names = (open_names - (effects.binds - found)) | effects.now | effects.later
            found |= effects.later
        if found == later:
            return places
        later = found
