"""Who descends from whom: what memory is counted by, and who is ended without a process table."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

from course_utils.grading.sandbox import system


def adopt_orphans() -> None:
    """Make this process the parent of whatever its descendants leave behind. Linux only."""
    if sys.platform == "linux":
        system.prctl(system.PR_SET_CHILD_SUBREAPER, 1)


def descendants(pid: int) -> list[int]:
    """Return `pid` and all that descend from it, as far as they are there to be seen."""
    found = [pid]
    for parent in found:
        for task in _listed(Path(f"/proc/{parent}/task")):
            with contextlib.suppress(OSError):
                found.extend(map(int, (task / "children").read_text().split()))
    return found


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def kill_descendants(pid: int) -> None:
    """Kill whatever descends from `pid`, again until nothing is left. Linux only."""
    while others := [child for child in descendants(pid)[1:] if not _is_dead(child)]:
        for child in others:
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)


def _is_dead(pid: int) -> bool:
    """Whether a process has ended, although nobody has collected it yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state in "ZX"
