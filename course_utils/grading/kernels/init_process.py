"""The sandbox's init: it isolates itself, starts the student's process and outlives it briefly.

As process 1 of its own process namespace it takes every other process of the sandbox with it when
it ends. It ends when the student's process does, and when the grading process hangs up, killed or
not. It has a channel of its own to the grading process, which the student's process does not have:
so what it says about how a run ended can be believed.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
from collections.abc import Iterator
from typing import NoReturn

from course_utils.grading.guest import process
from course_utils.grading.guest.shell import Shell
from course_utils.grading.protocol.channel import INTERRUPT
from course_utils.grading.sandbox import isolation, places
from course_utils.grading.sandbox.setup import Descriptors, Setup, SpawnRequest, send_init_pid

#: Milliseconds between two counts of a sandbox's files.
_COUNTING = 100


def start(setup: Setup, request: SpawnRequest, descriptors: Descriptors, shell: Shell) -> NoReturn:
    """Enter the sandbox in this forked process, run the student's process, and end.

    Tells the grading process how it went: {"pid": pid} with a descriptor of the init process,
    then {"failed": why} if the sandbox cannot be had, or {"ended": ...}.
    """
    with _failures_reported(descriptors):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        isolation.separate(setup, request)
        child = os.fork()
    if child:
        send_init_pid(descriptors.control, child)
        os._exit(0)
    run(setup, request, descriptors, shell)


def run(setup: Setup, request: SpawnRequest, descriptors: Descriptors, shell: Shell) -> NoReturn:
    """The rest, in the process that becomes the sandbox's init."""
    with _failures_reported(descriptors):
        # Process 1 gets no signal from its namespace unless it handles it; Python handles this one.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        notes = isolation.enclose(setup, request)
        wakeup_read, wakeup = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        child = os.fork()
        if not child:
            os.close(wakeup)
            os.close(wakeup_read)
            process.run(setup, request, descriptors, shell, notes)
        for descriptor in (descriptors.channel, descriptors.out, descriptors.err):
            os.close(descriptor)
        counts_files = isolation.may_make_files_without_end(setup)
        ended = _watch(child, descriptors.control, wakeup_read, wakeup, counts_files)
        if ended is not None:
            _report(descriptors.control, {"ended": ended})
    isolation.kill_all(setup)
    os._exit(0)


@contextlib.contextmanager
def _failures_reported(descriptors: Descriptors) -> Iterator[None]:
    """Whatever goes wrong ends this process: nothing may go on with half a sandbox."""
    try:
        yield
    except BaseException as error:
        with contextlib.suppress(OSError):
            _report(descriptors.control, {"failed": f"{type(error).__name__}: {error}"})
        os._exit(1)


def _report(control: int, message: dict[str, object]) -> None:
    os.write(control, json.dumps(message).encode() + b"\n")


def _watch(
    child: int, control: int, wakeup_read: int, wakeup: int, counts_files: bool
) -> dict[str, int] | None:
    """Wait for the student's process to end; None when the grading process hung up first.

    counts_files: whether nobody else ends a sandbox that makes files without end.
    """
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
    poll = select.poll()
    poll.register(control, select.POLLIN)
    poll.register(wakeup_read, select.POLLIN)
    while True:
        ended = _reap(child)
        if ended is not None:
            return ended
        if counts_files and (files := isolation.files()) > places.MOST_FILES:
            return {"files": files}
        for descriptor, _ in poll.poll(_COUNTING if counts_files else None):
            said = os.read(descriptor, 4096)
            if descriptor == control and not said:
                return None
            if descriptor == control and INTERRUPT in said:
                os.kill(child, signal.SIGINT)


def _reap(child: int) -> dict[str, int] | None:
    """Collect every process that has ended; how `child` did, if it did."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return {"code": 0}
        if pid == 0:
            return None
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return {"signal": -code} if code < 0 else {"code": code}
