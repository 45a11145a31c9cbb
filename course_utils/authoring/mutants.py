"""Mutants: an exercise's edits applied to its solution and made into answers."""

from __future__ import annotations

import ast
import copy
import linecache
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from course_utils.authoring import markers
from course_utils.authoring.slicing import answer_steps, definitions_that_read
from course_utils.authoring.source import LabSource, shown
from course_utils.authoring.steps import Step
from course_utils.common.errors import CourseError
from course_utils.exercises.edit import Edit
from course_utils.exercises.exercise import Exercise


def with_mutants(
    lab: LabSource, name: str, exercise: Exercise, namespace: Mapping[str, Any]
) -> Exercise:
    """Return the exercise with an answer for each edit among its mistakes and alternatives.

    namespace: the lab's names, as they are where the exercise's cell begins.
    Raises CourseError, naming the exercise and the edit, where an edit cannot be made.
    """

    def made(answer: Any) -> Any:
        return _make(lab, name, answer, namespace) if isinstance(answer, Edit) else answer

    return replace(
        exercise,
        mistakes={sentence: made(answer) for sentence, answer in exercise.mistakes.items()},
        alternatives=[made(answer) for answer in exercise.alternatives],
    )


def _make(lab: LabSource, name: str, edit: Edit, namespace: Mapping[str, Any]) -> Any:
    cell_index = next(i for i, cell in enumerate(lab.cells) if cell.exercise == name)
    source = _edited(lab, cell_index, name, edit)
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise _wrong(lab, name, edit, f"the edited solution does not parse ({error.msg})") from None
    # Under a name of its own, so that tracebacks and `inspect` find the edited lines.
    filename = f"<{name} edited at {edit.place}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    answer = lab.cells[cell_index].checks[0].answer
    edited = answer_steps(lab, cell_index, tree.body, answer)
    names = set[str]().union(*(step.effects.binds for step in edited))
    scope = dict(namespace)
    try:
        # Made anew, since a function finds the names that it reads where it was made.
        for step in definitions_that_read(lab, cell_index, names):
            _define(lab, step, scope)
        body = ast.Module(body=[step.node for step in edited], type_ignores=[])
        code = compile(body, filename, "exec", dont_inherit=True)
        exec(code, scope)
        return eval(compile(ast.Expression(answer), filename, "eval"), scope)
    except Exception as error:
        text = f"the edited solution raises {type(error).__name__}: {error}"
        raise _wrong(lab, name, edit, text) from error


def _define(lab: LabSource, step: Step, scope: dict[str, Any]) -> None:
    """Execute a definition of the lab, with the numbers of its lines in the lab's file."""
    node = ast.increment_lineno(copy.deepcopy(step.node), lab.cells[step.cell].line - 1)
    body = ast.Module(body=[node], type_ignores=[])
    exec(compile(body, str(lab.path), "exec", dont_inherit=True), scope)


def _edited(lab: LabSource, cell_index: int, name: str, edit: Edit) -> str:
    """The code of the exercise's cell after the edit."""
    cell = lab.cells[cell_index]
    lines = cell.source.splitlines()
    regions, _ = markers.find(cell)
    solutions = [_dedented(lines, region) for region in regions]
    for old, new in edit.replacements:
        count = sum(solution.count(old) for solution in solutions)
        if count != 1:
            text = f"{old!r} occurs {count} times in the solution; it has to occur exactly once"
            raise _wrong(lab, name, edit, text)
        solutions = [solution.replace(old, new) for solution in solutions]
    for region, solution in reversed(list(zip(regions, solutions, strict=True))):
        body = [region.indent + line if line else "" for line in solution.splitlines()]
        lines[region.begin : region.end - 1] = body
    return "\n".join(lines)


def _dedented(lines: list[str], region: markers.Region) -> str:
    inside = lines[region.begin : region.end - 1]
    return "\n".join(line.removeprefix(region.indent) for line in inside)


def _wrong(lab: LabSource, name: str, edit: Edit, text: str) -> CourseError:
    path, _, line = edit.place.rpartition(":")
    return CourseError(
        f"{shown(Path(path), lab.root)}:{line}: exercise {name}, edit {edit}: {text}."
    )
