"""Kernels without a sandbox, for tests of what is around them: cells run in this very process.

In a cell or an answer, `crash()` ends the kernel, `hang()` is interrupted at a limit of time.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from course_utils.common.errors import CourseError
from course_utils.exercises.exercise import Case
from course_utils.exercises.failure import Failure
from course_utils.exercises.observe import Observation, observe
from course_utils.grading.guest.shell import Lab
from course_utils.grading.protocol.endings import (
    MISSING,
    CellResult,
    Crashed,
    SessionError,
    TimedOut,
)
from course_utils.grading.run.attempt import Unavailable


class _Ends(BaseException):
    """Carries a session's end through the code that caused it."""

    def __init__(self, error: SessionError) -> None:
        self.error = error


class FakeSession:
    """Behaves as course_utils.grading.protocol.session.Session does."""

    def __init__(self, log: list[str]) -> None:
        self._names: dict[str, Any] = {"crash": _crash, "hang": _hang, "Lab": Lab}
        self._kept: dict[str, Any] = {}
        self._ended: SessionError | None = None
        self._log = log
        self.seconds = 0.0

    def __enter__(self) -> FakeSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._log.append("closed")

    def run(self, source: str, answers: Mapping[str, str] | None = None) -> CellResult:
        result = CellResult()
        self._log.append(source.partition("\n")[0])
        code = source.replace("from course_utils.lab import Lab", "")
        try:
            self._guarded(lambda: exec(compile(code, "<cell>", "exec"), self._names))
        except SessionError as error:
            error.result = result
            raise
        except Exception as error:
            result.error = Failure.of(error)
        for name, expression in (answers or {}).items():
            try:
                self._kept[name] = eval(expression, self._names)
            except Exception as error:
                result.missing[name] = Failure.of(error)
        return result

    def observe(self, exercise: str, cases: Sequence[Case]) -> list[Observation]:
        self._log.append(f"asked {exercise}")
        if exercise not in self._kept:
            return [Observation(error=Failure(MISSING, "")) for _ in cases]
        answer = self._kept[exercise]
        return [self._guarded(lambda one=case: _observed(answer, one)) for case in cases]

    def rebuild(self, model: Any, inputs: Any = None, seed: int = 0) -> Any:
        raise AssertionError("no model in these tests")

    def _guarded(self, work: Callable[[], Any]) -> Any:
        if self._ended is not None:
            raise self._ended
        try:
            return work()
        except _Ends as end:
            if not end.error.alive:
                self._ended = end.error
            raise end.error from None


def _observed(answer: Any, case: Case) -> Observation:
    """`observe` catches everything; here an end must come through."""
    ends: list[_Ends] = []
    if not callable(answer):
        return observe(answer, case)

    def watched(*args: Any, **kwargs: Any) -> Any:
        try:
            return answer(*args, **kwargs)
        except _Ends as end:
            ends.append(end)
            raise

    seen = observe(answer if isinstance(answer, type) else watched, case)
    if ends:
        raise ends[0]
    return seen


class FakeKernels:
    """Behaves as course_utils.grading.kernels.kernels.Kernels does.

    log: what its sessions did, in order. lent: to how many other processes. after: how many
    sessions there are until there are none.
    """

    def __init__(self, after: int = 1_000) -> None:
        self.log: list[str] = []
        self.sandbox = "none"
        self.lent = 0
        self._left = after
        self._closed = threading.Event()

    def __enter__(self) -> FakeKernels:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> Any:
        if self._closed.is_set() or not self._left:
            raise CourseError("There are no kernels.")
        self._left -= 1
        self.log.append("started")
        return FakeSession(self.log)

    @contextlib.contextmanager
    def lend(self) -> Iterator[LentFakes]:
        if self._closed.is_set() or not self._left:
            raise Unavailable("There are no kernels.")
        self._left -= 1
        self.lent += 1
        yield LentFakes()

    def close(self) -> None:
        self._closed.set()


class LentFakes:
    """Makes fake kernels in another process."""

    def opened(self) -> FakeKernels:
        return FakeKernels()


def _crash() -> None:
    raise _Ends(Crashed("The notebook's process ended itself (exit code 1)."))


def _hang() -> None:
    raise _Ends(TimedOut("cell", 120, alive=True))
