"""Read a lab's source: a Jupytext percent script whose every cell knows its line in the file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import jupytext  # type: ignore[import-untyped]

from course_utils.common import catalog
from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT

#: jupytext must leave comments alone: by default it turns `# cat ...` into a shell command.
_FORMAT = {"extension": ".py", "format_name": "percent", "comment_magics": False}
_MARKER = re.compile(r"\s*#\s*%%")
_QUOTES = ('"""', "'''", 'r"""', "r'''")


@dataclass(frozen=True)
class Cell:
    """One cell of a lab. `line` is the line of the file on which `source` begins, from 1."""

    kind: str
    source: str
    line: int
    tags: tuple[str, ...] = ()

    @cached_property
    def tree(self) -> ast.Module | None:
        """The parsed code, numbered by the cell's own lines.

        None for text and for what does not parse (which `verify` reports).
        """
        if self.kind != "code":
            return None
        try:
            return ast.parse(self.source)
        except (SyntaxError, ValueError):
            return None

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """Every `lab.check("name", answer)` that stands on its own in this cell."""
        body = self.tree.body if self.tree else []
        found = (_as_check(statement, self.line) for statement in body)
        return tuple(check for check in found if check)

    @property
    def exercise(self) -> str | None:
        """The exercise whose answer this cell holds: the first that it checks."""
        return self.checks[0].name if self.checks else None


@dataclass(frozen=True)
class Check:
    """One `lab.check(name, answer)` at the top level of a cell, with its line in the file."""

    name: str
    answer: ast.expr
    line: int


@dataclass(frozen=True)
class LabSource:
    """A lab as its author wrote it. `name` is its folder's name, such as 01_perceptron."""

    name: str
    path: Path
    cells: tuple[Cell, ...]
    root: Path = ROOT

    @property
    def topic(self) -> str:
        """The name of the lab's files without its number: "perceptron"."""
        return self.path.stem

    @property
    def exercises_path(self) -> Path:
        """Where exercises.py lies if the lab has one."""
        return self.path.with_name("exercises.py")

    @property
    def exercises_paths(self) -> tuple[Path, ...]:
        """The modules that say what the exercises are checked on.

        exercises.py, or those of a folder exercises/ in its place.
        """
        folder = self.exercises_path.with_suffix("")
        return tuple(sorted(folder.glob("*.py"))) or (self.exercises_path,)

    @property
    def solved_path(self) -> Path:
        """The solved, executed notebook."""
        return self.path.with_suffix(".ipynb")

    @property
    def released_path(self) -> Path:
        """The notebook that students open."""
        return self.root / "labs" / self.name / f"{self.topic}.ipynb"

    @property
    def checks_path(self) -> Path:
        """What the checks compare with."""
        return self.released_path.with_name("checks.npz")

    def where(self, line: int, path: Path | None = None) -> str:
        """Return "solutions/01_x/x.py:57", the place that an error names."""
        return f"{shown(path or self.path, self.root)}:{line}"


def shown(path: Path, root: Path) -> str:
    """Return the path as messages show it: seen from the course's folder where it lies there."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def find_labs(root: Path = ROOT) -> list[Path]:
    """Return the source of every lab, solutions/NN_topic/topic.py, in order.

    Raises CourseError where a lab's folder has no source.
    """
    found = []
    for name in catalog.names(root / "solutions"):
        path = catalog.notebook(root / "solutions", name).with_suffix(".py")
        if not path.is_file():
            raise CourseError(
                f"{shown(path.parent, root)} has no {path.name}: write the lab's source there, "
                "or remove the folder."
            )
        found.append(path)
    return found


def read(path: Path, root: Path = ROOT) -> LabSource:
    """Read a lab's source, solutions/NN_topic/topic.py.

    Raises CourseError where the file is missing, is not UTF-8, or does not begin with a cell.
    """
    place = shown(path, root)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CourseError(f"{place} is missing: it is the source of the lab.") from None
    except UnicodeDecodeError as error:
        raise CourseError(f"{place} is not UTF-8 ({error.reason}): save it as UTF-8.") from None
    return LabSource(path.parent.name, path, tuple(_cells(text, place)), root)


def _cells(text: str, place: str) -> Iterable[Cell]:
    lines = text.splitlines()
    position = _after_header(lines)
    while position < len(lines) and not lines[position].strip():
        position += 1
    if position == len(lines) or not _MARKER.match(lines[position]):
        raise CourseError(
            f"{place}:{position + 1}: a lab begins with a cell: "
            "put `# %% [markdown]` or `# %%` above this line."
        )
    # Without the header, which jupytext would take for a cell where it is no proper YAML.
    for cell in jupytext.reads("\n".join(lines[position:]), fmt=_FORMAT).cells:
        # A marker inside a string belongs to a cell, so the search goes on behind each cell.
        while not _MARKER.match(lines[position]):
            position += 1
        tags = tuple(cell.metadata.get("tags", ()))
        position += 1
        if cell.metadata.get("cell_marker") and lines[position].strip() in _QUOTES:
            position += 1  # text between triple quotes begins below them
        yield Cell(cell.cell_type, cell.source, position + 1, tags)
        position += len(cell.source.splitlines()) if cell.cell_type == "code" else 0


def _after_header(lines: list[str]) -> int:
    """Return how many lines the YAML header between two `# ---` lines takes."""
    if not lines or lines[0].rstrip() != "# ---":
        return 0
    ends = (n for n, line in enumerate(lines) if n and line.rstrip() == "# ---")
    return next(ends, -1) + 1


def is_lab_call(node: ast.AST, *methods: str) -> bool:
    """True for the expression `lab.METHOD(...)` with one of these methods."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "lab"
        and node.func.attr in methods
    )


def _as_check(statement: ast.stmt, first_line: int) -> Check | None:
    if not isinstance(statement, ast.Expr) or not is_lab_call(statement.value, "check"):
        return None
    call = statement.value
    assert isinstance(call, ast.Call)
    match call.args, call.keywords:
        case [ast.Constant(value=str(name)), answer], []:
            return Check(name, answer, first_line + statement.lineno - 1)
    return None
