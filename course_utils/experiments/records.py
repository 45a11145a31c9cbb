"""What long experiments measured: tables in data/, a row for each named tuple."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from course_utils.common.errors import CourseError

Row = TypeVar("Row", bound=tuple[Any, ...])


def recorded(path: Path, kind: type[Row], asking: str, command: str) -> list[Row]:
    """Return the rows of a table that the course ships.

    kind: a NamedTuple whose fields are the table's columns. asking: the function that wants it.
    command: what makes the table. Raises CourseError where it is missing.
    """
    if not path.is_file():
        raise CourseError(f"{asking}: {path} is missing; make it with {command}.")
    return read(path, kind)


def read(path: Path, kind: type[Row]) -> list[Row]:
    """Return the rows of a table; none where it has not been begun."""
    if not path.is_file():
        return []
    types = get_type_hints(kind)
    with path.open(newline="") as lines:
        return [
            kind(**{name: types[name](text) for name, text in row.items()})
            for row in csv.DictReader(lines)
        ]


def append(path: Path, rows: Iterable[Row], kind: type[Row], digits: int) -> None:
    """Add rows to a table, with its head where it is new; fractions with so many digits."""
    new = not path.is_file()
    with path.open("a", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        if new:
            table.writerow(get_type_hints(kind))
        for row in rows:
            table.writerow(f"{x:.{digits}f}" if isinstance(x, float) else x for x in row)
