"""Running one submission: its cells, then its answers on the hidden cases.

It takes as many sandboxes as that needs. A cell or an answer that ends its sandbox costs what it
was asked for, and nothing else.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from course_utils.common.errors import CourseError
from course_utils.common.wording import listed
from course_utils.exercises.exercise import Case
from course_utils.exercises.failure import Failure
from course_utils.exercises.observe import Observation
from course_utils.grading.kernels.lent import Lent
from course_utils.grading.protocol.endings import MISSING, TOO_LARGE, CellResult, SessionError
from course_utils.grading.protocol.models import of_its_own_code
from course_utils.grading.protocol.session import Session
from course_utils.grading.rebuild.cell_code import read_code
from course_utils.grading.rebuild.plan import Plan, Planned

#: Sandboxes that a submission may use up, and the seconds after which no further one is begun.
SANDBOXES, SECONDS = 4, 600.0
#: Bytes of all that is kept of the answers: an honest lab's take less than one million.
MOST_BYTES = 64 * 2**20
#: What a process raises that may have no more memory or processes, or that has filled its folder.
_LIMITS = frozenset({"BlockingIOError", "MemoryError"})
_FULL = re.compile(r"\[Errno (?:11|12|27|28)\]")
_USED_UP = "Not asked: the notebook had used up its time, or its fresh starts."
#: Names and contents of small files.
Files = Sequence[tuple[str, bytes]]
_NAME = re.compile(r"name '(\w+)' is not defined")


class Kernels(Protocol):
    """Where sandboxed kernels come from, see kernels.py."""

    def start(self) -> Session:
        """Return a fresh one. Raises CourseError where there is none to be had."""


class Lender(Protocol):
    """Where another process gets its kernels from, see kernels.py."""

    def lend(self) -> contextlib.AbstractContextManager[Lent]:
        """Lend what starts them. Raises CourseError where there are none to be had."""

    def close(self) -> None:
        """End everything."""


class Unavailable(CourseError):
    """There are no kernels any more: the grading of the class cannot go on."""


def start(kernels: Kernels) -> Session:
    """Start a kernel. Raises Unavailable."""
    with at_work():
        return kernels.start()


@contextlib.contextmanager
def at_work() -> Iterator[None]:
    """Around calls of a session: one that is taken away raises Unavailable."""
    try:
        yield
    except CourseError as error:
        raise Unavailable(str(error)) from error


@dataclass(frozen=True)
class Ending:
    """How a sandbox ended early: its status and a sentence that says where."""

    status: str
    sentence: str


@dataclass
class Gathered:
    """What running a submission gave.

    shown: what each cell did, by its place in the plan. observations: by exercise. missing: why
    there is no answer. not_graded: why an answer could not be asked, in a sentence. self_reported:
    exercises whose models the student's process has described itself. seconds: that asking took.
    endings: of its sandboxes, those that ended early. deadly: the cells that were stopped.
    """

    shown: dict[int, CellResult] = field(default_factory=dict)
    observations: dict[str, list[Observation]] = field(default_factory=dict)
    missing: dict[str, Failure] = field(default_factory=dict)
    not_graded: dict[str, str] = field(default_factory=dict)
    self_reported: set[str] = field(default_factory=set)
    seconds: dict[str, float] = field(default_factory=dict)
    endings: list[Ending] = field(default_factory=list)
    deadly: set[str] = field(default_factory=set)

    def limits_met(self) -> list[str]:
        """Where code of the student's met a limit of the sandbox that elsewhere it may not meet."""
        cells = [("a cell", result.error) for result in self.shown.values()]
        asked = [(name, one.error) for name, seen in self.observations.items() for one in seen]
        return [
            f"A limit of the sandbox was met: {where} raised {error.kind}."
            for where, error in [*cells, *asked]
            if error is not None and (error.kind in _LIMITS or _FULL.match(error.message))
        ]


def gather(
    plan: Plan,
    questions: Mapping[str, Sequence[Case]],
    kernels: Kernels,
    facts_seed: int = 0,
    files: Files = (),
) -> Gathered:
    """Run a plan's cells and ask the exercises of `questions` their cases.

    facts_seed: what a model is tried out with that can be rebuilt nowhere else. files: written into
    the notebook's folder first.
    Raises Unavailable. Whatever the student's code does becomes part of what is gathered.
    """
    attempt = _Attempt(plan, questions, facts_seed, files)
    began = time.monotonic()
    for _ in range(SANDBOXES):
        with start(kernels) as session, at_work():
            if attempt.completed(session):
                break
        if time.monotonic() - began > SECONDS:
            break
    for name in attempt.open_questions():
        attempt.found.not_graded[name] = _USED_UP
    return attempt.found


class _Attempt:
    def __init__(
        self,
        plan: Plan,
        questions: Mapping[str, Sequence[Case]],
        facts_seed: int,
        files: Files,
    ) -> None:
        self.found = Gathered()
        self._facts_seed, self._files = facts_seed, files
        self._plan = plan
        self._questions = questions
        self._left_out = {i for i, cell in enumerate(plan.cells) if not cell.needed}
        self._deadly: set[int] = set()
        self._stopped: set[str] = set()
        self._bytes_left = MOST_BYTES

    def completed(self, session: Session) -> bool:
        """Go as far as this session does. False: begin again, with another session."""
        try:
            self._run_cells(session)
            if self._needs_more(self._name_errors()):
                return False
            self._ask(session)
        except SessionError:
            return False  # What it was doing has been noted.
        return not self._needs_more(self._names_missed_when_asked())

    def open_questions(self) -> list[str]:
        """The exercises that are still to be asked."""
        found = self.found
        done = found.observations.keys() | found.missing.keys() | found.not_graded.keys()
        return [name for name in self._questions if name not in done]

    def _run_cells(self, session: Session) -> None:
        self.found.missing.clear()
        for name, content in self._files:
            session.run(f"import pathlib\npathlib.Path({name!r}).write_bytes({content!r})")
        for place, cell in enumerate(self._plan.cells):
            if cell.role == "markdown" or place in self._left_out | self._deadly:
                continue
            try:
                result = session.run(cell.source, cell.answers)
            except SessionError as error:
                self.found.shown[place] = error.result
                self._deadly.add(place)
                self.found.deadly.add(cell.cell_id)
                self._note(error, _place_of(cell))
                if not error.alive:
                    self._give_up(cell.answers, error)
                    raise
                continue
            self.found.shown[place] = result
            self._take(cell, result)

    def _take(self, cell: Planned, result: CellResult) -> None:
        for name in cell.answers:
            self.found.missing.pop(name, None)
            if name in result.missing:
                self.found.missing[name] = result.error or result.missing[name]

    def _ask(self, session: Session) -> None:
        for name in self.open_questions():
            if stopped := self._plan.calls.get(name, frozenset()) & self._stopped:
                # It would not end either. Its turn comes with the solved cells in their place.
                self.found.not_graded[name] = f"It calls {listed(sorted(stopped))}: stopped."
                continue
            began = time.monotonic()
            try:
                self._keep(name, self._observe(session, name))
            except SessionError as error:
                self._note(error, f"{name}, on the hidden cases")
                self._give_up([name], error)
                self._stopped.add(name)
                if not error.alive:
                    raise
            finally:
                self.found.seconds[name] = time.monotonic() - began

    def _observe(self, session: Session, name: str) -> list[Observation]:
        """Ask for one exercise.

        A model with code of its author's own can be rebuilt nowhere else: its process is asked what
        it is and computes, with weights and inputs drawn for grading.
        """
        cases = self._questions[name]
        self.found.self_reported.discard(name)
        seen = session.observe(name, cases)
        asks_predictions = any(case.metric is not None for case in cases)
        if asks_predictions or not any(map(of_its_own_code, seen)):
            return seen
        self.found.self_reported.add(name)
        return session.observe(name, cases, self._facts_seed)

    def _keep(self, name: str, seen: list[Observation]) -> None:
        self._bytes_left -= sum(_size(one.value) + _size(one.changed) for one in seen)
        if self._bytes_left < 0:
            failure = Failure(TOO_LARGE, "Its answers and those before it are too large to check.")
            seen = [Observation(one.kind, error=failure) for one in seen]
        if all(one.error is not None and one.error.kind == MISSING for one in seen):
            self.found.not_graded[name] = "Its cell was stopped before there was an answer."
        else:
            self.found.observations[name] = seen

    def _give_up(self, names: Iterable[str], error: SessionError) -> None:
        for name in names:
            self.found.not_graded.setdefault(name, str(error))

    def _note(self, error: SessionError, where: str) -> None:
        sentence = f"{str(error).rstrip('.')}: {where}."
        self.found.endings.append(Ending(error.status, sentence))

    def _needs_more(self, names: set[str]) -> bool:
        """Whether a name that is not defined may be one that a cell left out defines.

        If so, next time no cell is left out, and what failed for want of a name is asked again.
        """
        bound = (_bound(self._plan.cells[place]) for place in self._left_out)
        if names.isdisjoint(set[str]().union(*bound)):
            return False
        self._left_out.clear()
        observations = self.found.observations
        for name in [name for name, seen in observations.items() if _undefined(seen)]:
            del observations[name]
        return True

    def _name_errors(self) -> set[str]:
        errors = [result.error for result in self.found.shown.values()]
        return _names([*errors, *self.found.missing.values()])

    def _names_missed_when_asked(self) -> set[str]:
        return set().union(*map(_undefined, self.found.observations.values()))


def _size(value: Any) -> int:
    """Bytes of plain data, about."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, (str, bytes)):
        return len(value)
    if isinstance(value, dict):
        return 64 + sum(map(_size, value.keys())) + sum(map(_size, value.values()))
    return 64 + sum(map(_size, value)) if isinstance(value, (list, tuple)) else 32


def _bound(cell: Planned) -> set[str]:
    """The names that a cell gives a meaning to."""
    if cell.role == "markdown":
        return set()
    effects = read_code(cell.source).effects
    return set(effects.binds | effects.may_bind)


def _undefined(observations: Sequence[Observation]) -> set[str]:
    return _names([seen.error for seen in observations])


def _names(errors: Sequence[Failure | None]) -> set[str]:
    """The names that some errors miss."""
    found = (_NAME.search(e.message) for e in errors if e is not None and e.kind == "NameError")
    return {match[1] for match in found if match}


def _place_of(cell: Planned) -> str:
    if cell.answers:
        return f"the cell of {', '.join(cell.answers)}"
    return "a cell of the student's own" if cell.own else "a cell of the lab"
