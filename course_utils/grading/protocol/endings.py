"""What a cell did, how a run can end before its time, and why there may be no answer to compare.

The last is the kind of a `Failure`, each with a space in it: a student's own exception is a class,
and no class statement gives it such a name.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from typing import Any

from course_utils.exercises.failure import Failure

_TOO_LONG = {
    "cell": "A cell took longer than {}.",
    "observe": "An answer took longer than {}.",
    "wall": "The notebook took longer than {}.",
    "cpu": "The notebook used more than {} of processor time.",
}
#: The answer was never kept.
MISSING = "missing answer"
#: It answered differently when it was asked again.
INCONSISTENT = "inconsistent answers"
#: What came back is no plain data, or too much of it.
NO_DATA = "no data"
TOO_LARGE = "too large"


@dataclass
class CellResult:
    """What a cell did.

    outputs: nbformat outputs, bounded: streams, errors, and data with text, PNG and JPEG only.
    error: what it raised. missing: exercise -> why its answer could not be taken. seconds: it took.
    """

    outputs: list[dict[str, Any]] = field(default_factory=list)
    error: Failure | None = None
    missing: dict[str, Failure] = field(default_factory=dict)
    seconds: float = 0.0


class SessionError(Exception):
    """The run has ended, or a part of it. The message is one sentence for people.

    status: in results. result: what the cell had shown until then, where a cell was running.
    alive: whether the code gave way to an interrupt, so that the session can go on.
    """

    status = "ended"
    alive = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.result = CellResult()


class TimedOut(SessionError):
    """A limit of time was reached. limit: "cell", "observe", "wall" or "cpu"."""

    status = "timed out"

    def __init__(self, limit: str, seconds: float, alive: bool) -> None:
        super().__init__(_TOO_LONG[limit].format(f"{seconds:g} s"))
        self.limit = limit
        self.alive = alive


class Crashed(SessionError):
    """The student's process ended."""

    status = "crashed"


class Flooded(SessionError):
    """The student's process wrote without end."""

    status = "flooded"


class Tampered(SessionError):
    """What came back cannot have been sent by the course's own code."""

    status = "tampered"


def crash(ended: dict[str, Any] | None, init_alive: bool, cpu: float) -> SessionError:
    """Return the error for how the student's process ended, as the sandbox's init reports it.

    ended: None where it reports nothing. cpu: the seconds of processor time that it had.
    """
    if ended is None and init_alive:
        return Tampered("The notebook closed its line to the grader.")
    if ended is None:
        return Crashed("The sandbox was ended from outside, perhaps because memory ran out.")
    if "files" in ended:
        return Crashed(f"The notebook made {ended['files']:,} files and was ended.")
    if "code" in ended:
        return Crashed(f"The notebook's process ended itself (exit code {ended['code']}).")
    number = int(ended["signal"])
    if number == signal.SIGXCPU:
        return TimedOut("cpu", cpu, alive=False)
    names = {item.value: item.name for item in signal.Signals}
    return Crashed(f"The notebook's process was ended by {names.get(number, f'signal {number}')}.")
