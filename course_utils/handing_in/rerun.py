"""A saved notebook, run from top to bottom in a kernel of its own, as a grader runs it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from course_utils.handing_in.saved import RUNNING, Cell, code_cells, stated, text

#: A training cell takes up to a minute on two cores; a busy machine may take several times that.
CELL_SECONDS = 600


class Client(NotebookClient):
    """A client that leaves widgets alone.

    nbclient answers an Output widget's messages on the channel on which it waits for its cell's
    reply, and so waits forever now and then (jupyter/nbclient issue 312). What such a widget would
    have caught goes to the cell instead.
    """

    def on_comm_open_jupyter_widget(self, msg: dict[str, Any]) -> None:
        """Keep no model of the widget."""


@dataclass(frozen=True)
class Run:
    """What came of a run.

    states: of each exercise checked. failed: one sentence for each cell that stopped with an error,
    other than for want of an exercise.
    """

    states: dict[str, str]
    failed: list[str]


def rerun(path: Path) -> Run:
    """Run a saved notebook from top to bottom in a kernel of its own; its file stays as it is.

    It goes on past cells that fail, as a grader does.
    """
    notebook = nbformat.read(path, as_version=4)
    begun: list[Cell] = []
    client = Client(
        notebook,
        kernel_name="python3",
        timeout=CELL_SECONDS,
        allow_errors=True,
        shutdown_kernel="immediate",
        on_cell_execute=lambda cell, cell_index: begun.append(cell),
    )
    environment = {**os.environ, RUNNING: "1"}
    ended = []
    try:
        client.execute(cwd=str(path.parent), env=environment, stderr=subprocess.DEVNULL)
    except CellTimeoutError:
        ended = [f"{_place(begun[-1])} ran longer than {CELL_SECONDS} s, and the rest did not."]
    except DeadKernelError:
        ended = [f"{_place(begun[-1])} ended its kernel, and the rest did not run."]
    code = list(code_cells(notebook))
    return Run(stated(code), [*filter(None, map(_failure, code)), *ended])


def _place(cell: Cell) -> str:
    lines = text(cell["source"]).strip().splitlines() or [""]
    return f"The cell that begins {lines[0][:60]!r}"


def _failure(cell: Cell) -> str:
    """Return how a cell failed; "" where it did not, or waits for an exercise."""
    for output in cell["outputs"]:
        if output["output_type"] == "error" and output["ename"] != "NeedsExercise":
            return f"{_place(cell)} raises {output['ename']}: {output['evalue']}"[:300]
    return ""
