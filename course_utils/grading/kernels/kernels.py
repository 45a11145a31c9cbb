"""Kernels for a class: one sandbox, tried out, and a fresh process in it for each submission."""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from course_utils.common.errors import CourseError
from course_utils.grading.kernels.cores import Cores
from course_utils.grading.kernels.lent import Lent, Starter
from course_utils.grading.kernels.self_test import self_test
from course_utils.grading.protocol.session import Session
from course_utils.grading.sandbox import places
from course_utils.grading.sandbox.choose import choose, python_command
from course_utils.grading.sandbox.limits import Limits, MemoryWatch
from course_utils.grading.sandbox.private_folder import private_folder
from course_utils.grading.sandbox.setup import (
    BUBBLEWRAP,
    ENVIRONMENT,
    NONE,
    Setup,
)

#: What a notebook of the course imports.
PACKAGES = (
    *("numpy", "matplotlib.pyplot", "matplotlib.animation", "tensorflow", "keras", "ipywidgets"),
    *(
        "PIL.Image",
        "sklearn.datasets",
        "mlxtend.data",
        "course_utils.plots",
        "course_utils.training",
    ),
)
_TEMPLATE = "course_utils.grading.kernels.template"
_log = logging.getLogger(__name__)
#: Seconds for the libraries to be imported, on a slow disk, and for the sandbox to be tried out.
_IMPORTING, _SELF_TEST = 300.0, 120.0
#: Kernels that one submission may start: no two of a class have the same number.
_STARTS = 64


class Kernels:
    """Starts sandboxed kernels. Use it as a context manager; call `start` from any thread.

    limits: of each submission. trust_students: whether to go on without a sandbox where none can be
    had. packages: modules that are imported once, before the first kernel. hidden: files and
    folders that no kernel may see, should they lie in something that it does (the submissions, the
    grades); the course's solutions are among them anyway.
    sandbox: "namespaces", "bubblewrap" or "none".
    Raises CourseError where no sandbox works, or where it does not hold; it says what to do.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        trust_students: bool = False,
        packages: Sequence[str] = PACKAGES,
        hidden: Sequence[Path] = (),
    ) -> None:
        self._limits = limits or Limits()
        setup = Setup(
            isolation=NONE,
            packages=tuple(packages),
            readable=places.readable(),
            hidden=places.hidden(hidden),
            path=os.pathsep.join((str(Path(sys.executable).parent), "/usr/bin", "/bin")),
            limits=self._limits,
        )
        self._setup = choose(setup, trust_students)
        self.sandbox = self._setup.isolation
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._sessions: set[Session] = set()
        self._closed = False
        with contextlib.ExitStack() as stack:
            self._folder = str(stack.enter_context(private_folder()))
            self._process, self._control = _start_helper(self._setup, self._folder)
            self._watch = MemoryWatch(self._limits.memory)
            self._cores = Cores()
            stack.callback(self._end)
            self._await_helper()
            if self.sandbox != NONE:
                # Its time is its own: a class may have very little.
                patient = replace(self._limits, wall=_SELF_TEST, cell=_SELF_TEST)
                with self._start(patient) as session:
                    self_test(session, self._setup.hidden)
            self._stack = stack.pop_all()

    def __enter__(self) -> Kernels:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End everything. Sessions that are still open raise CourseError, whatever they do."""
        self._stack.close()

    def start(self) -> Session:
        """Start a fresh kernel, see `Starter.start`, in this process. Raises CourseError."""
        return self._start(self._limits)

    @contextlib.contextmanager
    def lend(self) -> Iterator[Lent]:
        """Meanwhile, another process may start kernels, for one submission."""
        core = self._cores.take()
        try:
            first = next(self._numbers) * _STARTS
            yield Lent(self._control, self.sandbox, self._limits, self._folder, first, core)
        finally:
            self._cores.give_back(core)

    @property
    def helper(self) -> int:
        """The number of the process that makes the kernels."""
        return self._process.pid

    def _start(self, limits: Limits) -> Session:
        core = self._cores.take()

        def closed(session: Session) -> None:
            self._cores.give_back(core)
            with self._lock:
                self._sessions.discard(session)

        first = next(self._numbers) * _STARTS
        lent = Lent(self._control, self.sandbox, self._limits, self._folder, first, core)
        try:
            starter = Starter(lent, itertools.count(first), self._watch, self._opened, closed)
            return starter.start(limits)
        except CourseError:
            self._cores.give_back(core)
            raise

    def _opened(self, session: Session) -> None:
        with self._lock:
            self._sessions.add(session)
            closed = self._closed
        if closed:
            session.stop(_stopped())

    def _end(self) -> None:
        with self._lock:
            self._closed = True
            sessions = list(self._sessions)
        for session in sessions:
            session.stop(_stopped())
        self._watch.stop()
        self._control.close()
        self._process.kill()
        self._process.wait()

    def _await_helper(self) -> None:
        self._control.settimeout(_IMPORTING)
        try:
            said = self._control.recv(4096)
        except TimeoutError:
            said = b""
        if not said:
            raise CourseError(
                "The process that makes kernels ended before it was ready. Run `doctor`: it says "
                "which library cannot be imported."
            )
        self._control.settimeout(None)
        if json.loads(said)["threads"] > 1:
            _log.warning("The template has threads of its own; kernels forked from it may hang.")


def _stopped() -> CourseError:
    return CourseError("The grading was stopped.")


def _start_helper(setup: Setup, folder: str) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start the template, or where nothing can be forked into a sandbox, the launcher."""
    forks = setup.isolation != BUBBLEWRAP and sys.platform == "linux"
    entry = "fork_kernels" if forks else "launch_kernels"
    setup.save(Path(folder))
    control, inner = socket.socketpair()
    with inner:
        process = subprocess.Popen(
            python_command(f"{_TEMPLATE}:{entry}", str(inner.fileno()), folder),
            env={**ENVIRONMENT, "PATH": setup.path},
            cwd="/",
            pass_fds=[inner.fileno()],
            # Not in the terminal's session: Ctrl-C is for the grading process alone.
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    return process, control
