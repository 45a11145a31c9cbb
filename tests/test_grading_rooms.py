"""The rooms of `course_utils.grading`: imports run down, and each room says what it is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from course_utils.common.paths import ROOT

GRADING = ROOT / "course_utils" / "grading"
PREFIX = "course_utils.grading."
#: From the lowest floor up. What is in no room, `command` above all, stands on top.
FLOORS = (
    *("sandbox", "wires", "inside", "kernels", "intake", "rebuild"),
    *("marks", "words", "gradebooks", "pages"),
)
MODULES = sorted(path.relative_to(GRADING) for path in GRADING.rglob("*.py"))


def floor(parts: tuple[str, ...]) -> int:
    return FLOORS.index(parts[0]) if parts[0] in FLOORS else len(FLOORS)


def imported(tree: ast.AST) -> set[str]:
    """Every module of the grading that is imported, at the top or in a function."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_run_down(module: Path) -> None:
    tree = ast.parse((GRADING / module).read_text(encoding="utf-8"))
    own = floor(module.parts)
    above = {name for name in imported(tree) if floor(tuple(name.split("."))) > own}
    assert not above, f"{module} imports from a floor above its own"


def test_every_folder_is_a_room_that_says_what_it_is() -> None:
    rooms = {path.parent.name: path for path in GRADING.glob("*/__init__.py")}
    assert set(rooms) == set(FLOORS)
    assert all(ast.get_docstring(ast.parse(path.read_text())) for path in rooms.values())
