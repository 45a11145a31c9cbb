"""Everything that a kernel imports before it can run a cell: seconds once, not for each student.

Nothing here may start a thread or create TensorFlow's context: neither survives a fork.
"""

from __future__ import annotations

import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from course_utils.common.quiet import hush_tensorflow
from course_utils.grading.guest.shell import Shell, make
from course_utils.grading.guest.stand_in import Lab


def preload(folder: str, packages: Sequence[str]) -> Shell:
    """Import `packages` and all that a cell needs; return the shell that will run the cells.

    folder: where IPython and matplotlib may keep files meanwhile.
    """
    os.environ["MPLCONFIGDIR"] = os.environ["KERAS_HOME"] = os.environ["HOME"] = folder
    shell = make(folder)
    hush_tensorflow()
    for name in packages:
        importlib.import_module(name)
    import course_utils.lab

    course_utils.lab.Lab = Lab  # type: ignore[misc, assignment]
    _try_out(shell)
    if "ipywidgets" in sys.modules:
        # A widget clears an area of its own, which without a browser is the whole cell's.
        sys.modules["ipywidgets.widgets.interaction"].clear_output = _leave_output  # type: ignore[attr-defined]
    # For good: a driver that is imported late would be the student's to replace.
    importlib.import_module("course_utils.grading.guest.driver")
    gc.collect()
    gc.freeze()
    return shell


def _try_out(shell: Shell) -> None:
    """Format a traceback and draw a figure: the first of each takes most of a second."""
    try:
        raise ValueError
    except ValueError:
        shell.InteractiveTB.structured_traceback(*sys.exc_info())
    if "matplotlib" in sys.modules:
        from matplotlib.figure import Figure

        figure = Figure()
        figure.add_subplot().plot([0, 1], label="line")
        figure.savefig(io.BytesIO())


def _leave_output(wait: bool = False) -> None:
    """In place of IPython's clear_output."""


def threads() -> int:
    """How many threads this process has; 1 where that cannot be told."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1
