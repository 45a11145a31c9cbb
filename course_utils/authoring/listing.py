"""Which exercises a lab's exercises.py defines, read off its syntax without executing it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from course_utils.authoring.source import LabSource


@dataclass(frozen=True)
class Listed:
    """One `name = Exercise(...)`. points: None where they are no plain number."""

    name: str
    line: int
    points: float | None


def listed(lab: LabSource) -> tuple[list[Listed], list[str]]:
    """Return the exercises of the lab's exercises.py, and what is wrong with the file."""
    path: Path = lab.exercises_path
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        place = lab.where(1, path)
        return [], [f"{place}: the file is missing; it says what each exercise is checked on."]
    except SyntaxError as error:
        return [], [f"{lab.where(error.lineno or 1, path)}: this does not parse ({error.msg})."]
    found: dict[str, Listed] = {}
    problems = []
    for node in tree.body:
        for name, call in _definitions(node):
            if name in found:
                first = found[name].line
                problems.append(
                    f"{lab.where(node.lineno, path)}: exercise {name} is defined on line {first} "
                    "already; give one of the two another name."
                )
            else:
                found[name] = Listed(name, node.lineno, _points(call))
    return list(found.values()), problems


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
