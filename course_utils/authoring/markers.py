"""Find the solutions in a cell: what stands between ### BEGIN SOLUTION and ### END SOLUTION."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from course_utils.authoring.source import Cell

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_ALMOST = re.compile(r"#\s*(?:BEGIN|END)[\s_-]*SOLUTIONS?\b", re.IGNORECASE)
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Region:
    """One solution. `begin` and `end` are the markers' lines in the cell, from 1.

    scope: the function or method that it stands in, such as "Perceptron.update"; "" at top level.
    owner: the top-level name of the scope, such as "Perceptron"; "" at top level.
    body: the statements of a solution at top level; empty in a function.
    """

    begin: int
    end: int
    indent: str
    scope: str = ""
    owner: str = ""
    in_class: bool = False
    body: tuple[ast.stmt, ...] = ()


@dataclass(frozen=True)
class Problem:
    """What is wrong on one line of a cell, from 1."""

    line: int
    text: str


def find(cell: Cell) -> tuple[list[Region], list[Problem]]:
    """Return the cell's solutions in order, and what is wrong with its markers."""
    problems: list[Problem] = []
    spans = list(_spans(cell, problems))
    if problems or not spans or cell.tree is None:
        return [], problems
    regions = []
    for begin, end in spans:
        found = _place(cell, cell.tree, begin, end)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            regions.append(found)
    return regions, problems


def without_markers(code: str) -> str:
    """Return code without the lines that mark a solution for the build."""
    lines = code.splitlines()
    return "\n".join(line for line in lines if line.strip() not in (BEGIN, END))


def _spans(cell: Cell, problems: list[Problem]) -> Iterator[tuple[int, int]]:
    """Yield the lines of each pair of markers; note every marker without a partner."""
    opened = 0
    for number, line in enumerate(cell.source.splitlines(), 1):
        marker = line.strip()
        if marker not in (BEGIN, END):
            if _ALMOST.search(line):
                text = f"{marker!r} is no marker: write {BEGIN!r} or {END!r} on a line of its own"
                problems.append(Problem(number, text))
        elif cell.kind != "code":
            problems.append(Problem(number, "a solution stands in a code cell, not in a text cell"))
        elif marker == BEGIN:
            if opened:
                text = f"{BEGIN} again, before the {END} of the one on line {_file(cell, opened)}"
                problems.append(Problem(number, text))
            opened = number
        elif not opened:
            problems.append(Problem(number, f"{END} without a {BEGIN} above it in its cell"))
        else:
            yield opened, number
            opened = 0
    if opened:
        problems.append(Problem(opened, f"{BEGIN} without an {END} below it in its cell"))


def _place(cell: Cell, tree: ast.Module, begin: int, end: int) -> Region | Problem:
    """Find out where in the code a pair of markers stands."""
    statements = _statements(tree)
    inside = [s for s in statements if begin < _first(s) and _last(s) < end]
    if not inside:
        return Problem(begin, "the solution is empty: there is no statement between its markers")
    # A function ends with its last statement, so an END behind that is still in the function.
    around = [s for s in statements if _first(s) < begin < _last(s) and hasattr(s, "body")]
    for statement in statements:
        overlaps = _first(statement) < end and begin < _last(statement)
        if overlaps and statement not in around and statement not in inside:
            line = _file(cell, _first(statement))
            return Problem(begin, f"the solution cuts the statement on line {line} in two")
    lines = cell.source.splitlines()
    indent, other = (lines[n - 1].partition("#")[0] for n in (begin, end))
    column = min(s.col_offset for s in inside)
    if not len(indent) == len(other) == column:
        return Problem(begin, "indent both markers like the first line of code between them")
    definitions = [s for s in around if isinstance(s, _Definition)]
    if not around:
        return Region(begin, end, indent, body=tuple(s for s in inside if s in tree.body))
    if not definitions or isinstance(definitions[-1], ast.ClassDef):
        kind = "the body of a class" if definitions else "a top-level if, for, while, with or try"
        return Problem(begin, f"a solution in {kind} has no stub: put it into a function")
    if definitions[0] not in tree.body:
        return Problem(begin, "a solution's function must not stand in an if, for, while or try")
    scope = ".".join(s.name for s in definitions)
    in_class = any(isinstance(s, ast.ClassDef) for s in definitions)
    return Region(begin, end, indent, scope, definitions[0].name, in_class)


def _statements(tree: ast.Module) -> list[ast.stmt]:
    """Every statement of a cell, those around others before them."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    return sorted(found, key=lambda s: (_first(s), -_last(s)))


def _first(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(node.lineno for node in decorators)])


def _last(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _file(cell: Cell, line: int) -> int:
    return cell.line + line - 1
