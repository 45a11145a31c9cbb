"""What starts kernels: in the grading process, or lent to one that grades a single submission."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from course_utils.common.errors import CourseError
from course_utils.grading.protocol.channel import ProtocolError
from course_utils.grading.protocol.connection import Connection, DeadlinePassed, Disconnected
from course_utils.grading.protocol.endings import Crashed
from course_utils.grading.protocol.session import Session
from course_utils.grading.sandbox import privileges
from course_utils.grading.sandbox.limits import Limits, MemoryWatch
from course_utils.grading.sandbox.setup import NONE, SpawnRequest, send_request

#: Seconds for a kernel to be ready.
_STARTING = 120.0


@dataclass(frozen=True)
class Lent:
    """The line to the helper that makes kernels, with what a start needs.

    It can go to another process.

    control: the line. sandbox, limits, folder: as in `Kernels`. first: the number of the first
    start. core: the processor that all are bound to, -1 for none.
    """

    control: socket.socket
    sandbox: str
    limits: Limits
    folder: str
    first: int
    core: int

    def opened(self) -> Starter:
        """Return what starts kernels in this process."""
        return Starter(self, itertools.count(self.first), MemoryWatch(self.limits.memory))


@dataclass
class Starter:
    """Starts kernels one after another, from one thread; and watches their memory.

    numbers: of the starts, which no other start may have meanwhile. on_open, on_close: are told of
    each session.
    """

    lent: Lent
    numbers: Iterator[int]
    watch: MemoryWatch
    on_open: Callable[[Session], None] = lambda session: None
    on_close: Callable[[Session], None] = lambda session: None

    def __enter__(self) -> Starter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self, limits: Limits | None = None) -> Session:
        """Start a fresh kernel in a sandbox of its own. Raises CourseError where that fails.

        It never falls back to anything less than what `sandbox` says.
        """
        connection = Connection(everyone=self.lent.sandbox == NONE)
        try:
            self._request_kernel(connection)
            notes = connection.greeting(_STARTING)
        except (OSError, Disconnected, DeadlinePassed, ProtocolError) as error:
            reason = connection.failed or "the process that makes kernels has ended"
            connection.kill()
            connection.close()
            raise CourseError(
                f"No sandboxed kernel could be started ({reason}): nothing is graded without one. "
                "Start the same command again; what is graded already is kept."
            ) from error
        pid = connection.pid

        def closed() -> None:
            self.watch.remove(pid)
            self.on_close(session)

        session = Session(connection, limits or self.lent.limits, notes, closed)
        limit = self.lent.limits.memory / 2**30
        too_much = Crashed(f"The notebook needed more than {limit:.1f} GB of memory and was ended.")
        self.watch.add(pid, lambda: session.stop(too_much))
        self.on_open(session)
        return session

    def close(self) -> None:
        """Watch no longer."""
        self.watch.stop()

    def _request_kernel(self, connection: Connection) -> None:
        number = next(self.numbers)
        home = Path(self.lent.folder, f"home{number}")
        if self.lent.sandbox == NONE:
            home.mkdir()
        request = SpawnRequest(privileges.user_of(number), self.lent.core, str(home))
        send_request(self.lent.control, request, connection.guest_ends)
        connection.hand_over()
