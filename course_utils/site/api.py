"""What students import, found in the labs: the modules of the API reference."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterable
from pathlib import Path

PACKAGE = "course_utils"
#: A package offers what its modules define, and says in `__all__` what of it.
_REEXPORTED = "   :imported-members:\n"


def modules(sources: Iterable[Path]) -> list[str]:
    """Return the modules of the package that labs import something from, in alphabetical order.

    sources: the labs' sources.
    """
    found: set[str] = set()
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
                found |= set(_imported(str(node.module), [alias.name for alias in node.names]))
    return sorted(found)


def _imported(module: str, names: list[str]) -> list[str]:
    """Return which modules `from module import names` means: those named, or where they stand."""
    inner = [f"{module}.{name}" for name in names]
    are_modules = [importlib.util.find_spec(name) for name in inner] if _is_package(module) else []
    there = [name for name, found in zip(inner, are_modules, strict=False) if found]
    return there if len(there) == len(names) else [*there, module]


def _is_package(module: str) -> bool:
    found = importlib.util.find_spec(module)
    return found is not None and found.submodule_search_locations is not None


def page(names: Iterable[str]) -> str:
    """Return the page of the reference, for Sphinx to fill in from the docstrings."""
    parts = [
        "# Reference\n\nWhat the labs import, from the docstrings. Shapes stand in parentheses: "
        "`(batch, features)` is an array with a row for each example."
    ]
    for name in names:
        parts.append(
            f"## {name.removeprefix(PACKAGE + '.')}\n\n```{{eval-rst}}\n.. automodule:: {name}\n"
            f"   :members:\n{_REEXPORTED if _is_package(name) else ''}```"
        )
    return "\n\n".join(parts) + "\n"
