"""Which of a student's cells answers which exercise.

A cell's id proposes, the names that it binds decide: an answer is what binds an exercise's names
and is no stub any more. Of several such cells the last one counts that has the exercise's id or
hands the name to lab.check, as on the student's own screen; else the last one. A cell that does not
parse counts only where no other does.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from course_utils.grading.intake.reading import StudentCell
from course_utils.grading.rebuild.asked import Asked, stands
from course_utils.grading.rebuild.cell_code import Code, is_call_of_lab

#: A call of lab.check in code that does not parse.
_CHECK = re.compile(r"lab\s*\.\s*check\(\s*[\"'](\w+)[\"']")


@dataclass(frozen=True)
class Written:
    """A code cell of the student's. exercise: the one whose id it has, "" for none."""

    cell: StudentCell
    code: Code
    exercise: str = ""

    @property
    def checks(self) -> frozenset[str]:
        """The exercises that the cell hands to lab.check."""
        if self.code.statements is None:
            return frozenset(_CHECK.findall(self.cell.source))
        names = (_checked(node) for node in self.code.statements)
        return frozenset(name for name in names if name)


@dataclass(frozen=True)
class Answer:
    """How one exercise is answered.

    status: as in Plan. parts: the cells that are the answer, in the student's order; for an
    exercise that is not attempted, those with its stub. stubs: other cells that hold nothing but
    its stub. rivals: other cells that bind its names otherwise.
    """

    status: str
    parts: tuple[Written, ...] = ()
    stubs: tuple[Written, ...] = ()
    rivals: tuple[Written, ...] = ()


def find_answers(exercises: Sequence[Asked], written: Sequence[Written]) -> dict[str, Answer]:
    """Return the answer to each exercise.

    written: the student's code cells in their order, without those that are as released.
    """
    return {one.name: _answer(one, exercises, written) for one in exercises}


def _answer(asked: Asked, exercises: Sequence[Asked], written: Sequence[Written]) -> Answer:
    own: dict[str, list[Written]] = {}
    standing: list[Written] = []
    for cell in written:
        bound = _bound(cell, asked)
        for name in asked.names:
            if name in bound and not bound[name] and not _is_others(cell, name, asked, exercises):
                own.setdefault(name, []).append(cell)
        if bound and all(bound.values()) and (cell.code.known or cell.exercise == asked.name):
            standing.append(cell)
    by_id = [cell for cell in written if cell.exercise == asked.name]
    chosen = {id(_best(cells, asked)): _best(cells, asked) for cells in own.values()}
    if not chosen and not standing:
        others = [one for one in exercises if one is not asked]
        chosen = {id(c): c for c in by_id[-1:] if _has_code(c) and not _answers_any(c, others)}
    if not chosen:
        status = "unattempted" if standing else "missing"
        return Answer(status, tuple(standing[:1]), tuple(standing[1:]))
    parts = tuple(cell for cell in written if id(cell) in chosen)
    stubs = tuple(cell for cell in standing if cell not in parts and _only_stubs(cell, exercises))
    rivals = {id(cell): cell for cells in own.values() for cell in cells if cell not in parts}
    different = [c for c in rivals.values() if not any(c.code.same(p.code) for p in parts)]
    return Answer("attempted", parts, stubs, tuple(different))


def _best(cells: Sequence[Written], asked: Asked) -> Written:
    """Return the cell that counts among those that bind a name."""
    parsed = [cell for cell in cells if cell.code.known] or list(cells)
    claiming = [c for c in parsed if c.exercise == asked.name or asked.name in c.checks]
    last = (claiming or parsed)[-1]
    copies = [cell for cell in parsed if cell.exercise == asked.name and cell.code.same(last.code)]
    return copies[-1] if copies else last


def _bound(cell: Written, asked: Asked) -> Mapping[str, bool]:
    """Return the exercise's names that a cell binds, each with whether it is as released."""
    if cell.code.known:
        found = {name: stands(name, cell.code, asked.code) for name in asked.names}
        return {name: as_released for name, as_released in found.items() if as_released is not None}
    if cell.exercise == asked.name:
        return dict.fromkeys(asked.names, False)
    return {name: False for name in asked.names if _seems_to_bind(cell.cell.source, name)}


def _seems_to_bind(source: str, name: str) -> bool:
    pattern = rf"^(?:(?:async\s+)?def\s+|class\s+)?{re.escape(name)}\s*[=(:]"
    return bool(re.search(pattern, source, re.MULTILINE))


def _is_others(cell: Written, name: str, asked: Asked, exercises: Sequence[Asked]) -> bool:
    """True if the cell is another exercise's, whose released cell binds the name as well."""
    if cell.exercise == asked.name or asked.name in cell.checks:
        return False
    claimed = cell.checks | {cell.exercise}
    return any(one.name in claimed and name in one.code.bound for one in exercises)


def _checked(node: ast.stmt) -> str | None:
    """Return the exercise that a statement `lab.check("name", ...)` checks."""
    if is_call_of_lab(node, "check"):
        match node:
            case ast.Expr(value=ast.Call(args=[ast.Constant(value=str(name)), *_])):
                return name
    return None


def _has_code(cell: Written) -> bool:
    """True if there is more in a cell than calls of the lab's: it may bind names in its own way."""
    statements = cell.code.statements
    return statements is None or not all(is_call_of_lab(node) for node in statements)


def _answers_any(cell: Written, exercises: Sequence[Asked]) -> bool:
    """True if the cell binds a name of one of these exercises otherwise than released."""
    return any(False in _bound(cell, one).values() for one in exercises)


def _only_stubs(cell: Written, exercises: Sequence[Asked]) -> bool:
    """True if every name that a cell binds still stands as it was released in some exercise."""
    return all(
        any(stands(name, cell.code, one.code) for one in exercises) for name in cell.code.bound
    )
