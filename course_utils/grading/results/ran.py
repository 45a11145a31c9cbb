"""The rebuilt notebook as it ran, with what its cells showed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_utils.grading.protocol.endings import CellResult
from course_utils.grading.rebuild.plan import Plan, Planned


def notebook(plan: Plan, shown: Mapping[int, CellResult]) -> dict[str, Any]:
    """Return a notebook (nbformat 4.5) of the plan's cells.

    shown: what each cell did, by its place; a cell that is not among them did not run. Every cell
    says in metadata.course its role, its exercise ("" if none), whether the student wrote it, and
    whether it was needed.
    """
    cells = [_cell(cell, shown.get(place)) for place, cell in enumerate(plan.cells)]
    for count, cell in enumerate((cells[place] for place in sorted(shown)), 1):
        cell["execution_count"] = count
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def _cell(cell: Planned, result: CellResult | None) -> dict[str, Any]:
    course = {
        "role": cell.role,
        "exercise": cell.exercise,
        "own": cell.own,
        "needed": cell.needed or result is not None,
    }
    made: dict[str, Any] = {
        "cell_type": "markdown" if cell.role == "markdown" else "code",
        "id": cell.cell_id,
        "metadata": {"course": course},
        "source": cell.source,
    }
    if cell.role != "markdown":
        made |= {"execution_count": None, "outputs": [] if result is None else result.outputs}
    return made
