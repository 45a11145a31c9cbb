"""Which statements of a solved lab the reference answers need: a backward slice by names."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from course_utils.authoring.names import Effects
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
    """Return the places of the statements that give the wanted names their meaning."""
    effects = {
        place: step.effects
        for place, step in enumerate(before)
        if not step.talks and "lab" not in _touched(step.effects, imports)
    }
    seeds = {place for place, one in effects.items() if one.seeds}
    return backward_slice(effects, imports, wanted, seeds)


def backward_slice(
    effects: Mapping[int, Effects], imports: set[str], wanted: set[str], kept: set[int]
) -> set[int]:
    """Return which pieces of a program must run, statements or whole cells (Weiser 1981).

    effects: of each piece, by its place in the program. imports: names that the program imports,
    whose objects no method changes. wanted: names that are to mean, at the end, what they mean in
    the whole program. kept: places of pieces that must run, and mean what they mean there.

    What functions read later may be bound anywhere before they are called, above or below them;
    every binding of such a name is kept, and the search repeated until no such name is new.
    """
    later: set[str] = set()
    while True:
        needed: set[int] = set()
        open_names, found = wanted | later, set(later)
        for place in sorted(effects, reverse=True):
            one = effects[place]
            if place in kept or _touched(one, imports) & open_names:
                needed.add(place)
                open_names = (open_names - (one.binds - found)) | one.now | one.later
                found |= one.later
        if found == later:
            return needed
        later = found


def _touched(effects: Effects, imports: set[str]) -> set[str]:
    return effects.binds | effects.may_bind | (effects.changes - imports)
