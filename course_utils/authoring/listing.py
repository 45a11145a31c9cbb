"""Which exercises a lab's exercises.py, or the modules of its exercises/, define.

It is read off their syntax, without executing them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course_utils.authoring.source import LabSource


@dataclass(frozen=True)
class Listed:
    """One `name = Exercise(...)`. points: None where they are no plain number."""

    name: str
    path: Path
    line: int
    points: float | None


def listed(lab: LabSource) -> tuple[list[Listed], list[str]]:
    """Return the exercises that the lab's modules define, and what is wrong with the files."""
    found: dict[str, Listed] = {}
    problems = []
    if len(lab.exercises_paths) > 1 and lab.exercises_path.is_file():
        place = lab.where(1, lab.exercises_path)
        problems.append(f"{place}: there is a folder exercises/ too; keep one of the two.")
    for path in lab.exercises_paths:
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            place = lab.where(1, path)
            return [], [f"{place}: the file is missing; it says what each exercise is checked on."]
        except SyntaxError as error:
            place = lab.where(error.lineno or 1, path)
            return [], [*problems, f"{place}: this does not parse ({error.msg})."]
        for exercise in _exercises(tree, path):
            first = found.setdefault(exercise.name, exercise)
            if first is not exercise:
                problems.append(
                    f"{lab.where(exercise.line, path)}: exercise {first.name} is defined at "
                    f"{lab.where(first.line, first.path)} already; give one another name."
                )
    return list(found.values()), problems


def _exercises(tree: ast.Module, path: Path) -> Iterator[Listed]:
    for node in tree.body:
        for name, call in _definitions(node):
            yield Listed(name, path, node.lineno, _points(call))


def _definitions(node: ast.stmt) -> list[tuple[str, ast.Call]]:
    match node:
        case ast.Assign(targets=targets, value=ast.Call() as call):
            pass
        case ast.AnnAssign(target=target, value=ast.Call() as call):
            targets = [target]
        case _:
            return []
    match call.func:
        case ast.Name(id="Exercise") | ast.Attribute(attr="Exercise"):
            return [(t.id, call) for t in targets if isinstance(t, ast.Name)]
    return []


def _points(call: ast.Call) -> float | None:
    given = [keyword.value for keyword in call.keywords if keyword.arg == "points"]
    for value in call.args[:1] + given:
        if isinstance(value, ast.Constant) and isinstance(value.value, int | float):
            return float(value.value)
    return None
