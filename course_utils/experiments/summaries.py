"""Records of longer runs, as a lab shows them: lines grouped, means and errors over seeds."""

from __future__ import annotations

import csv
from collections.abc import Iterable

import numpy as np

from course_utils.common.errors import CourseError
from course_utils.common.paths import DATA

Row = dict[str, str]


def groups(name: str, *columns: str) -> dict[tuple[str, ...], list[Row]]:
    """Return the lines of data/NAME.csv, grouped by the texts in some columns, in file order.

    Raises CourseError where the record is missing.
    """
    path = DATA / f"{name}.csv"
    if not path.is_file():
        raise CourseError(
            f"{path} is missing; make it with python scripts/record_{name}.py --export {path}."
        )
    found: dict[tuple[str, ...], list[Row]] = {}
    with path.open(newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(tuple(row[column] for column in columns), []).append(row)
    return found


def by(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """Return lines, grouped by the text in one column."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


def mean_and_error(rows: Iterable[Row], column: str) -> tuple[float, float]:
    """Return a column's mean and its standard error, over two lines or more."""
    values = np.array([float(row[column]) for row in rows])
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))
