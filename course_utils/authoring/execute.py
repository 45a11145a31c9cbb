"""Execute a notebook in a kernel of its own."""

from __future__ import annotations

import copy
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from course_utils.authoring import source
from course_utils.authoring.notebook import cell_ids, recorded
from course_utils.authoring.outputs import stabilise
from course_utils.common import settings
from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT
from course_utils.common.wording import ESCAPES
from course_utils.handing_in.rerun import CELL_SECONDS, Client

_FRAME = re.compile(r"(?:Cell |<ipython-input)\D*\[?\d+\]?, line (\d+)")


def execute(
    notebook: NotebookNode,
    folder: Path,
    on_cell: Callable[[int, int], None] | None = None,
    strict: bool = False,
    allow_errors: bool = False,
    root: Path = ROOT,
) -> NotebookNode:
    """Return an executed copy of the notebook, its outputs made stable (see `outputs`).

    folder: where the kernel runs. on_cell: is told after each code cell how many of how many have
    run. strict: a check that does not pass fails its cell. allow_errors: go on past failing cells
    and keep their errors as outputs. root: the course that the lab belongs to.
    Raises CourseError, naming the lab, the cell, its line in the source and the error, where a
    cell fails (unless it has the tag raises-exception), runs too long, or ends the kernel.
    """
    executed = copy.deepcopy(notebook)
    running: list[NotebookNode] = []
    client = Client(
        executed,
        kernel_name="python3",
        timeout=CELL_SECONDS,
        shutdown_kernel="immediate",
        record_timing=False,
        allow_errors=allow_errors,
        store_widget_state=False,
        on_cell_execute=lambda cell, cell_index: running.append(cell),
        on_cell_executed=_report(executed, on_cell),
    )
    try:
        # The kernel also writes its cells' stderr to ours, and a warning about its own transport.
        client.execute(cwd=str(folder), env=_environment(strict), stderr=subprocess.DEVNULL)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise CourseError(_say(executed, running[-1] if running else None, error, root)) from None
    executed.metadata.language_info = copy.deepcopy(notebook.metadata.get("language_info", {}))
    return stabilise(executed)


def _environment(strict: bool) -> Mapping[str, str]:
    # The kernel finds the course_utils that runs this, installed or not.
    path = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    chosen = {
        "PYTHONPATH": os.pathsep.join(path),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONHASHSEED": "0",
        "COURSE_STRICT": "1" if strict else "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # ipykernel's debugger warns of frozen modules
    }
    kept = {name: value for name, value in os.environ.items() if name not in settings.FOREIGN}
    return {**kept, **chosen}


def _report(notebook: NotebookNode, on_cell: Callable[[int, int], None] | None) -> Any:
    """Return nbclient's hook after each cell; None where nobody listens."""
    if on_cell is None:
        return None
    total = sum(1 for c in notebook.cells if c.cell_type == "code" and c.source.strip())
    done = iter(range(1, total + 1))
    return lambda **_: on_cell(next(done), total)


def _say(notebook: NotebookNode, cell: NotebookNode | None, error: Exception, root: Path) -> str:
    lab = recorded(notebook, "lab") or "the notebook"
    if cell is None:
        return f"{lab}: its kernel did not start ({error})."
    traceback = ESCAPES.sub("", getattr(error, "traceback", ""))
    frames = _FRAME.findall(traceback)
    place = _place(lab, cell, int(frames[0]) if frames else 1, root)
    if isinstance(error, CellExecutionError):
        reason = f"{error.ename}: {ESCAPES.sub('', error.evalue)}".strip()
        return f"{place}: cell {cell.id} of lab {lab} raises {reason}"
    if isinstance(error, CellTimeoutError):
        return f"{place}: cell {cell.id} of lab {lab} ran longer than {CELL_SECONDS} s."
    return f"{place}: cell {cell.id} of lab {lab} ended its kernel (out of memory, or os._exit)."


def _place(lab: str, cell: NotebookNode, line: int, root: Path) -> str:
    """Return file and line in the lab's source; the cell's own line where there is no source."""
    path = root / "solutions" / lab / f"{lab.partition('_')[2]}.py"
    if path.is_file():
        read = source.read(path, root)
        for id_, original in zip(cell_ids(read), read.cells, strict=True):
            if id_ == cell.id:
                return read.where(original.line + line - 1)
    return f"{lab}, line {line} of the cell"
