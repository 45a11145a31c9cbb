"""One submission's sandboxed process, as the grading process sees it: run cells, observe answers.

Everything that comes from the sandbox is checked before it is used, and nothing is waited for past
a deadline. A process that has ended, however, is noticed at once.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from course_utils.exercises import archive
from course_utils.exercises.exercise import Case, Metric
from course_utils.exercises.failure import Failure
from course_utils.exercises.observe import Observation
from course_utils.grading.protocol import untrusted
from course_utils.grading.protocol.channel import OBSERVE, REBUILD, RUN, ProtocolError
from course_utils.grading.protocol.connection import Connection, DeadlinePassed, Disconnected
from course_utils.grading.protocol.endings import (
    MISSING,
    CellResult,
    Flooded,
    SessionError,
    Tampered,
    TimedOut,
    crash,
)
from course_utils.grading.protocol.exchange import Exchange, Flood
from course_utils.grading.protocol.outputs import CellOutputs
from course_utils.grading.sandbox.limits import Limits

#: Seconds that an interrupted cell has to end by itself, and the init to report how it ended.
_GRACE, _EXIT_REPORT = 2.0, 2.0


class Session:
    """A kernel of its own for one submission. Use it as a context manager, from one thread.

    seconds: how long it has been at work. Once an error other than `TimedOut(alive=True)` has been
    raised, the sandbox is gone and every later call raises the same error.
    """

    def __init__(
        self,
        connection: Connection,
        limits: Limits,
        notes: Mapping[str, Any],
        on_close: Callable[[], None],
    ) -> None:
        self.seconds = 0.0
        self.notes = dict(notes)
        self._connection = connection
        self._limits = limits
        self._output_left = limits.output
        self._ended: Exception | None = None
        self._verdict: Exception | None = None
        self._on_close = on_close
        self._closed = False
        self._killing = threading.Lock()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process of the sandbox, at once. Its files are gone with it."""
        if not self._closed:
            self._closed = True
            with self._killing:
                self._connection.kill()
                self._connection.close()
            self._on_close()

    def run(self, source: str, answers: Mapping[str, str] | None = None) -> CellResult:
        """Run one cell; then take the answers that it was to define.

        answers: exercise -> expression, as given to `lab.check`. Each is evaluated in the student's
        namespace, even if the cell raised, and kept under the exercise's name for `observe`; an
        expression that cannot be evaluated is named in the result's `missing`.
        Raises TimedOut, Crashed, Flooded or Tampered.
        """
        self._go_on()
        result = CellResult()
        outputs = CellOutputs(min(self._limits.cell_output, self._output_left))
        request = json.dumps({"source": source, "answers": dict(answers or {})}).encode()
        began = time.monotonic()
        try:
            done, _ = self._ask(RUN, request, "cell", self._limits.cell, outputs)
            result.error = untrusted.failure(done["error"])
            result.missing = _failures(done["missing"], answers or {})
        except SessionError as error:
            error.result = result
            raise
        except (ProtocolError, KeyError, TypeError, AttributeError) as error:
            raise self._end(_tampered(error)) from None
        finally:
            result.seconds = time.monotonic() - began
            result.outputs = outputs.done()
            self._output_left -= outputs.spent
        return result

    def observe(
        self, exercise: str, cases: Sequence[Case], facts_seed: int | None = None
    ) -> list[Observation]:
        """Observe a kept answer on cases, in order; each twice, to see whether it answers the same.

        An answer that does not becomes an error `INCONSISTENT`. Answers are asked once where
        the first round took more than 5 s or a case has a metric; its target stays here. Keras
        models come packed; with a `facts_seed` the process tells their facts itself. An exercise
        that was never kept gives an error `MISSING` for each case.

        Raises TimedOut, Crashed, Flooded or Tampered.
        """
        request = {
            "exercise": exercise,
            "cases": [question(case) for case in cases],
            "facts_seed": facts_seed,
            "twice": all(case.metric is None for case in cases),
        }
        content = archive.dumps(request)
        limit = self._limits.observe
        done, data = self._ask(OBSERVE, content, "observe", limit, expected=len(cases))
        if done.get("missing") is True:
            failure = Failure(MISSING, f"{exercise} is not defined.")
            return [Observation(error=failure) for _ in cases]
        try:
            error = untrusted.failure(done.get("error"))
            if error is not None:
                return [Observation(error=error) for _ in cases]
            if len(data) != len(cases):
                raise ProtocolError(f"{len(data)} answers to {len(cases)} cases")
            return [untrusted.observation(content) for content in data]
        except ProtocolError as error:
            raise self._end(_tampered(error)) from None

    def rebuild(self, model: Any, inputs: Any = None, seed: int = 0) -> Any:
        """Rebuild a packed Keras model in this sandbox; return its facts, or what it predicts.

        model: as `models.pack` gave it. inputs: what it is to predict on, or None for its facts,
        for which it is tried out with `seed`.
        Use a session for one model, and one in which no cell has run.
        Returns plain data, or a Failure where it cannot be rebuilt. Raises as `observe`.
        """
        request = archive.dumps({"model": model, "inputs": inputs, "seed": seed})
        done, data = self._ask(REBUILD, request, "observe", self._limits.observe, expected=1)
        try:
            error = untrusted.failure(done.get("error"))
            if error is not None:
                return error
            (content,) = data
            return untrusted.read(content)
        except (ProtocolError, ValueError) as error:
            raise self._end(_tampered(error)) from None

    @property
    def init(self) -> int:
        """The number of the sandbox's init process; all others in the sandbox descend from it."""
        return self._connection.pid

    def stop(self, verdict: Exception) -> None:
        """End the sandbox from another thread; whoever waits for it gets `verdict` raised."""
        self._verdict = self._verdict or verdict
        with self._killing:
            self._connection.kill()

    def _ask(
        self,
        kind: bytes,
        request: bytes,
        limit: str,
        seconds: float,
        outputs: CellOutputs | None = None,
        expected: int = 0,
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Send a request and wait for its end: what DONE said, and the DATA before it."""
        self._go_on()
        left = self._limits.wall - self.seconds
        if left <= seconds:
            limit, seconds = "wall", left
        began = time.monotonic()
        exchange = Exchange(self._connection, self._limits.flood, outputs, expected)
        try:
            return exchange.ask(kind, request, began + seconds)
        except DeadlinePassed:
            raise self._late(exchange, limit) from None
        except ProtocolError as error:
            raise self._end(_tampered(error)) from None
        except Flood:
            text = (
                f"The notebook wrote more than {self._limits.flood / 2**20:.0f} MB and was ended."
            )
            raise self._end(Flooded(text)) from None
        except (Disconnected, OSError):
            raise self._end(self._crash()) from None
        finally:
            self.seconds += time.monotonic() - began

    def _go_on(self) -> None:
        if self._ended is not None:
            raise self._ended

    def _late(self, exchange: Exchange, limit: str) -> Exception:
        """Interrupt; end the sandbox unless that helps."""
        self._connection.interrupt()
        try:
            exchange.wait(time.monotonic() + _GRACE)
            alive = limit != "wall"
        except (DeadlinePassed, ProtocolError, Flood, Disconnected, OSError):
            alive = False
        if self._verdict is not None:
            return self._end(self._verdict)
        error = TimedOut(limit, getattr(self._limits, limit), alive)
        return error if alive else self._end(error)

    def _crash(self) -> Exception:
        if self._verdict is not None:
            return self._verdict
        ended = self._connection.exit_report(time.monotonic() + _EXIT_REPORT)
        return crash(ended, self._connection.init_alive, self._limits.cpu)

    def _end(self, error: Exception) -> Exception:
        self._ended = error
        self.close()
        return error


def _tampered(error: Exception) -> Tampered:
    return Tampered(f"The notebook's process sent what no notebook sends: {error}.")


def _failures(data: Mapping[str, Any], answers: Mapping[str, str]) -> dict[str, Failure]:
    """The answers that are missing, with reasons; only exercises that were asked for."""
    found = {name: untrusted.failure(data[name]) for name in answers if name in data}
    return {name: error for name, error in found.items() if error is not None}


def question(case: Case, name: str = "") -> Case:
    """Return a case without what only the grader may know: the labels that a metric compares with.

    name: in place of the case's own, which may say what is hidden.
    """
    metric = case.metric
    if metric is not None:
        metric = Metric(metric.name, None, at_least=0.0, inputs=metric.inputs)
    return Case(name or case.name, *case.args, steps=case.steps, metric=metric, **case.kwargs)
