"""In the sandbox: the process that runs a student's cells and answers with observations.

Whatever runs here can be taken over by the code that it runs. It holds nothing worth taking:
no expected value, no tolerance, no other submission, no way out. What it says is only ever data,
which the grading process checks. Everything that it needs is imported before the first cell runs,
by name, and what a cell rebinds in the libraries is put back (`originals`): a student who patches a
module mostly harms nobody, and at worst themselves.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any, NoReturn

from course_utils.exercises.failure import Failure
from course_utils.exercises.observe import Observation
from course_utils.grading.guest.answers import keep, observe_cases
from course_utils.grading.guest.models import examine
from course_utils.grading.guest.originals import ORIGINALS
from course_utils.grading.guest.outputs import OutputSender, OutStream
from course_utils.grading.guest.shell import Shell
from course_utils.grading.protocol.channel import (
    DATA,
    DONE,
    HEADER,
    LARGEST,
    OBSERVE,
    OUTPUT,
    READY,
    REBUILD,
    RUN,
    encode,
)
from course_utils.grading.protocol.endings import NO_DATA, TOO_LARGE
from course_utils.grading.protocol.payload import dumps, loads
from course_utils.grading.protocol.untrusted import too_large
from course_utils.grading.sandbox.limits import Limits

#: Bytes of all answers to one request together.
_MOST_DATA = 24 * 2**20
_dumps, _loads, _write, _read, _exit = json.dumps, json.loads, os.write, os.read, os._exit
_restore = ORIGINALS.restore
_thread, _process = threading.get_ident, os.getpid
_eval, _compile = eval, compile


class Channel:
    """The guest's end of the channel. A frame is never cut by an interrupt: it waits."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.RLock()
        self._owner = _process()
        self._main = threading.get_ident()
        self._sending = False
        self._interrupted = False
        self.interruptible = False
        self.number = 0

    def send(self, kind: bytes, payload: bytes) -> None:
        """Send one frame of the request that is being answered. A forked child sends nothing."""
        if _process() != self._owner:
            return
        with self._lock:
            # Interrupts reach the main thread only, so only its frames have to be kept whole.
            self._sending = _thread() == self._main
            try:
                view = memoryview(encode(kind, self.number, payload))
                while view:
                    view = view[_write(self._descriptor, view) :]
            finally:
                self._sending = False
        if self._interrupted and self.interruptible and _thread() == self._main:
            self._interrupted = False
            raise KeyboardInterrupt

    def leave_if_forked(self) -> None:
        """End a forked child that came back from a cell: requests are for its parent alone."""
        if _process() != self._owner:
            _exit(0)

    def receive(self) -> tuple[bytes, bytes]:
        """Wait for the next request; return its kind and payload. Ends the process at the end."""
        kind, self.number, length = HEADER.unpack(self._exactly(HEADER.size))
        self._interrupted = False
        return kind, self._exactly(length)

    def _exactly(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size:
            part = _read(self._descriptor, min(size, 2**20))
            if not part:
                _exit(0)
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def on_interrupt(self, number: int, frame: FrameType | None) -> None:
        """The handler of SIGINT: only student code is interrupted, and no frame is."""
        __tracebackhide__ = True  # IPython leaves this function out of the traceback.
        if not self.interruptible:
            return
        if self._sending:
            self._interrupted = True
            return
        raise KeyboardInterrupt


class Driver:
    """Answers requests, one after another, until the grading process hangs up."""

    def __init__(self, channel: Channel, shell: Shell, limits: Limits) -> None:
        self._channel = channel
        self._outputs = OutputSender(
            lambda payload: channel.send(OUTPUT, payload), limits.cell_output, limits.output
        )
        shell.outputs = self._outputs
        self._shell = shell
        self._run_cell: Callable[..., Any] = shell.run_cell
        self._kept: dict[str, Any] = {}
        self._answers: dict[bytes, Callable[[bytes], dict[str, Any]]] = {
            RUN: self._run,
            OBSERVE: self._observe,
            REBUILD: self._rebuild,
        }

    def serve(self, notes: dict[str, Any]) -> NoReturn:
        """Say ready, with `notes`, and answer until the end."""
        signal.signal(signal.SIGINT, self._channel.on_interrupt)
        sys.stdout = OutStream(self._outputs, "stdout", 1)
        sys.stderr = OutStream(self._outputs, "stderr", 2)
        self._channel.send(READY, _dumps(notes).encode())
        while True:
            kind, payload = self._channel.receive()
            done = self._answers[kind](payload)
            self._channel.leave_if_forked()
            self._outputs.flush()
            self._channel.send(DONE, _dumps(done).encode())

    def _interruptibly(self, work: Callable[[], Any]) -> Any:
        self._channel.interruptible = True
        try:
            return work()
        finally:
            self._channel.interruptible = False

    def _run(self, payload: bytes) -> dict[str, Any]:
        """Run a cell, then keep the answers that it was to define."""
        request = _loads(payload)
        self._outputs.begin()
        missing: dict[str, Any] = {}

        def work() -> BaseException | None:
            result: Any = self._run_cell(request["source"], store_history=True)
            before: BaseException | None = result.error_before_exec
            return result.error_in_exec if before is None else before

        try:
            error = self._interruptibly(work)
        except BaseException as raised:  # An interrupt after the last line, or a broken shell.
            error = raised
        _restore()
        for name, expression in request["answers"].items():
            try:
                self._interruptibly(partial(self._keep, name, expression))
            except BaseException as raised:
                missing[name] = Failure.of(raised).to_data()
        return {"error": _failure_data(error), "missing": missing}

    def _keep(self, name: str, expression: str) -> None:
        code = _compile(expression, "<answer>", "eval")
        self._kept[name] = keep(_eval(code, self._shell.user_ns))

    def _observe(self, payload: bytes) -> dict[str, Any]:
        """Observe a kept answer on cases; one DATA frame for each."""
        request = loads(payload)
        name, cases = request["exercise"], request["cases"]
        if name not in self._kept:
            return {"missing": True}
        try:
            _restore()
            answer, twice, facts_seed = self._kept[name], request["twice"], request["facts_seed"]
            ask = partial(observe_cases, answer, cases, twice, facts_seed)
            seen = self._interruptibly(ask)
        except BaseException as error:
            return {"error": _failure_data(error)}
        left = _MOST_DATA
        for observation in seen:
            content = _packed(observation, min(left, LARGEST[DATA]))
            self._channel.send(DATA, content)
            left -= len(content)
        return {}

    def _rebuild(self, payload: bytes) -> dict[str, Any]:
        """Rebuild a model that another sandbox packed, and tell its facts or its predictions."""
        request = loads(payload)
        try:
            model, inputs, seed = request["model"], request["inputs"], request["seed"]
            answer = self._interruptibly(lambda: examine(model, inputs, seed))
        except BaseException as error:
            return {"error": _failure_data(error)}
        self._channel.send(DATA, dumps(answer))
        return {}


def _packed(observation: Observation, largest: int) -> bytes:
    """An observation as bytes; one that is no data, or too much, becomes a failure."""
    try:
        content = dumps(observation.to_data())
    except Exception as error:
        failure = Failure(NO_DATA, f"What came back is no plain data ({type(error).__name__}).")
        return dumps(Observation(observation.kind, error=failure).to_data())
    if len(content) > largest or too_large(content):
        failure = Failure(TOO_LARGE, "What came back is too large to check.")
        return dumps(Observation(observation.kind, error=failure).to_data())
    return content


def _failure_data(error: BaseException | None) -> dict[str, Any] | None:
    return None if error is None else Failure.of(error).to_data()
