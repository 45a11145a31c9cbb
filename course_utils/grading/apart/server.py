"""The process that forks one process for each call, see `apart`."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import resource
import signal
import socket
import sys
from types import FrameType
from typing import Any, NoReturn

from course_utils.grading.apart import frames
from course_utils.grading.sandbox import system

#: Seconds that Python code which was told to end has, before it is killed.
_LAST_SECONDS = 5


class OutOfTime(BaseException):
    """The call has used up its time."""


def serve(control: socket.socket, other: socket.socket) -> NoReturn:
    """Be the server, in a process that was forked for it.

    It forks one more for each descriptor that comes, until the other end is closed. other: that
    end, of which this process has a copy.
    """
    with contextlib.suppress(BaseException):
        other.close()
        os.setsid()  # Ctrl-C is for the grading process alone.
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):  # What a library says of a student's file is for nobody.
            os.dup2(nothing, descriptor)
        faulthandler.disable()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # The kernel collects those that have ended.
        gc.freeze()
        server = os.getpid()
        while True:
            said, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not said:
                break
            if os.fork() == 0:
                control.close()
                _answer(socket.socket(fileno=descriptors[0]), server)
            for descriptor in descriptors:
                os.close(descriptor)
    os._exit(0)


def _answer(line: socket.socket, server: int) -> NoReturn:
    """Be the process of one call."""
    with contextlib.suppress(BaseException):
        _end_with(server)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        seconds, memory, function, args, kwargs = frames.receive(line)
        signal.signal(signal.SIGXCPU, _out_of_time)
        _limit(seconds, memory)
        frames.send(line, _outcome(function, args, kwargs))
    os._exit(0)


def _outcome(function: Any, args: Any, kwargs: Any) -> tuple[bool, Any]:
    """Whether a function returned, and what it returned or raised."""
    try:
        return True, function(*args, **kwargs)
    except MemoryError:
        os._exit(1)  # What it would say of itself may need memory again.
    except Exception as error:
        return False, error.with_traceback(None)


def _limit(seconds: int, memory: int) -> None:
    """The limit of memory counts what may be written to, which the server has some of already."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + _LAST_SECONDS))
    most = _data_bytes() + memory
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _data_bytes() -> int:
    with open("/proc/self/status", encoding="ascii") as file:
        line = next((line for line in file if line.startswith("VmData:")), "VmData: 0")
    return int(line.split()[1]) * 1024


def _out_of_time(number: int, frame: FrameType | None) -> None:
    raise OutOfTime


def _end_with(server: int) -> None:
    if sys.platform == "linux":
        system.prctl(system.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        os._exit(1)
