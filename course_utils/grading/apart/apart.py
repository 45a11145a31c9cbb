"""Runs a function in a fresh process with limits, so that no file can take the grading along.

Archives, JSON, syntax trees, arrays and pictures that a student made are read by code that was
written for honest ones: it may take hours, or gigabytes, or fail in ways nobody thought of. Where
that happens the process ends, and its caller says a sentence about one student.

The processes are forks of a server, itself a fork of the grading process from before it had read
anything: all has been imported, and no student's data is there. The server ends with the process
that made it, and each call with the server.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pickle
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from course_utils.common.errors import CourseError
from course_utils.grading.apart.frames import Hung, receive, send
from course_utils.grading.apart.server import serve
from course_utils.grading.sandbox.private_folder import private_folder

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Bounds:
    """What one call may use: seconds of processor time, bytes of memory beyond the server's."""

    seconds: int = 60
    memory: int = 400 * 2**20


class Ended(Exception):
    """The process ended before it had an answer. The message says why, the end of a sentence."""


class Apart:
    """The server of such processes.

    Use it as a context manager, made before there are threads; call it from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._lines: set[socket.socket] = set()
        self._closed = False
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Apart:
        with contextlib.ExitStack() as stack:
            self._folder = stack.enter_context(private_folder())
            self._control, inner = socket.socketpair()
            stack.callback(self._control.close)
            with inner:
                self._server = os.fork()
                if not self._server:
                    serve(inner, self._control)
            stack.callback(self._end)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process. Calls that are waiting raise CourseError."""
        self._stack.close()

    def share(self, value: Any) -> Shared:
        """Return what hands a large value to many calls: it is packed once."""
        path = self._folder / f"shared-{next(self._numbers)}"
        path.write_bytes(pickle.dumps(value))
        return Shared(path)

    def call(
        self, bounds: Bounds, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return what a function of a module returns, called in a process of its own.

        What it raises is raised here.

        Arguments may hold sockets, see `frames`. Raises Ended where a limit was met or the process
        was killed, CourseError where there are no such processes any more.
        """
        ours, theirs = socket.socketpair()
        with self._open(ours):
            with theirs:
                self._request(theirs)
            try:
                send(ours, (bounds.seconds, bounds.memory, function, args, kwargs))
                right, answer = receive(ours)
            except (Hung, OSError):
                if self._closed:
                    raise CourseError("The grading was stopped.") from None
                raise Ended(_why(bounds)) from None
        if not right:
            raise answer
        found: T = answer
        return found

    @contextlib.contextmanager
    def _open(self, line: socket.socket) -> Iterator[None]:
        with line:
            with self._lock:
                self._lines.add(line)
            try:
                yield
            finally:
                with self._lock:
                    self._lines.discard(line)

    def _request(self, line: socket.socket) -> None:
        try:
            socket.send_fds(self._control, [b"\0"], [line.fileno()])
        except OSError:
            raise CourseError(
                "The process that reads submissions has ended: start the same command again; "
                "what is graded already is kept."
            ) from None

    def _end(self) -> None:
        """End the server; with its line cut, each process ends, and so does each call."""
        self._closed = True
        with self._lock:
            for line in self._lines:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
        os.kill(self._server, signal.SIGKILL)
        os.waitpid(self._server, 0)


@dataclass(frozen=True)
class Shared:
    """A value that was packed once, for `call`."""

    path: Path

    def get(self) -> Any:
        """Return the value."""
        return pickle.loads(self.path.read_bytes())


def _why(bounds: Bounds) -> str:
    return (
        f"its process was ended: it may need more than {bounds.seconds} s or "
        f"{bounds.memory // 2**20} MB, or somebody ended it"
    )
