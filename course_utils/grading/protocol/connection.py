"""The grading process's end of a connection to one sandbox: what comes in, bounded, in time.

Four parts: the channel (frames; the student's process has its other end), the control channel (the
sandbox's init, which can be believed, has its other end), and the pipes of descriptors 1 and 2.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import select
import signal
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course_utils.grading.protocol.channel import (
    INTERRUPT,
    READY,
    Frame,
    FrameReader,
    ProtocolError,
    encode,
)
from course_utils.grading.sandbox.processes import kill_descendants
from course_utils.grading.sandbox.setup import Descriptors

_READ = 2**18
#: Seconds that a killed sandbox may take to disappear.
_DYING = 5.0
#: The init sends short messages; more than this is not from it.
_LONGEST_MESSAGE = 2**16


@dataclass(frozen=True)
class Text:
    """Bytes that were written to descriptor 1 or 2, past `sys.stdout`."""

    name: str
    content: bytes


class DeadlinePassed(Exception):
    """The deadline passed."""


class Disconnected(Exception):
    """The student's process, or the sandbox's init, has closed its end."""


class Connection:
    """Both socketpairs and both pipes of one sandbox. Not for use by two threads at once.

    everyone: whether `kill` has to look for every process: without a process table of its own, a
    sandbox does not end with its init.
    received: bytes that came in so far, text included.
    ended: how the student's process ended, failed: why the sandbox could not be had; None until the
    init tells. pid: the init's, process: a descriptor of it (a pidfd); -1 until the init tells.
    """

    def __init__(self, everyone: bool = False) -> None:
        self._everyone = everyone
        self.received = 0
        self.ended: dict[str, Any] | None = None
        self.failed: str | None = None
        self.process = self.pid = -1
        self._channel, channel = socket.socketpair()
        self._control, control = socket.socketpair()
        out_read, out = os.pipe()
        err_read, err = os.pipe()
        self._guest_ends = [channel.detach(), control.detach(), out, err]
        self._names = {out_read: "stdout", err_read: "stderr"}
        self._frames = FrameReader()
        self._partial = b""
        self._poll = select.poll()
        self._open = {self._channel.fileno(), self._control.fileno(), out_read, err_read}
        for descriptor in self._open:
            os.set_blocking(descriptor, False)
            self._poll.register(descriptor, select.POLLIN)

    @property
    def guest_ends(self) -> Descriptors:
        """The descriptors for the other side; `hand_over` them once they are sent."""
        return Descriptors(*self._guest_ends)

    def hand_over(self) -> None:
        """Close our copies of the guest's ends, so that the other side's end is noticed."""
        while self._guest_ends:
            os.close(self._guest_ends.pop())

    def send(self, kind: bytes, number: int, payload: bytes, deadline: float) -> None:
        """Send a request. Raises DeadlinePassed, or Disconnected where the other end is closed."""
        view = memoryview(encode(kind, number, payload))
        writable = select.poll()
        writable.register(self._channel, select.POLLOUT)
        while view:
            if not writable.poll(_milliseconds(deadline)):
                raise DeadlinePassed
            try:
                view = view[self._channel.send(view[:_READ]) :]
            except BlockingIOError:
                continue
            except OSError:
                raise Disconnected from None

    def greeting(self, seconds: float) -> dict[str, Any]:
        """Wait until the sandbox is up and the driver says so; return its notes.

        Raises DeadlinePassed, Disconnected, ProtocolError; `failed` may say why.
        """
        deadline = time.monotonic() + seconds
        frames: list[Frame] = []
        try:
            while not frames or self.pid < 0:
                frames += [event for event in self.receive(deadline) if isinstance(event, Frame)]
        except Disconnected:
            self.exit_report(deadline)
            raise
        if frames[0].kind != READY:
            raise ProtocolError("no greeting")
        notes: dict[str, Any] = json.loads(frames[0].payload)
        return notes

    def interrupt(self) -> None:
        """Have the init interrupt the student's process."""
        with contextlib.suppress(OSError):
            self._control.send(INTERRUPT)

    def receive(self, deadline: float) -> list[Frame | Text]:
        """Wait for what comes next; an empty list when the init sent something.

        Raises DeadlinePassed, Disconnected, and ProtocolError at what is no frame.
        """
        if self._channel.fileno() not in self._open or self._control.fileno() not in self._open:
            raise Disconnected
        ready = self._poll.poll(_milliseconds(deadline))
        if not ready or time.monotonic() > deadline:
            raise DeadlinePassed
        # Text before frames: what was written before a cell's end was reported belongs to the cell.
        order = sorted((descriptor for descriptor, _ in ready), key=self._rank)
        return [event for descriptor in order for event in self._read(descriptor)]

    def pending_text(self) -> list[Text]:
        """One read of what was written to descriptors 1 and 2; empty when all has been read."""
        found = [event for name in self._names if name in self._open for event in self._read(name)]
        return [event for event in found if isinstance(event, Text)]

    def exit_report(self, deadline: float) -> dict[str, Any] | None:
        """How the student's process ended, as the init tells; None where it tells nothing."""
        control = self._control.fileno()
        line = select.poll()
        line.register(control, select.POLLIN)
        while (
            (self.ended or self.failed) is None
            and control in self._open
            and line.poll(_milliseconds(deadline))
        ):
            with contextlib.suppress(ProtocolError):
                self._read(control)
        return self.ended

    @property
    def init_alive(self) -> bool:
        """Whether the init holds its end of the control channel."""
        return self._control.fileno() in self._open

    def kill(self) -> None:
        """End the sandbox's init, and with it all that is in the sandbox."""
        if self._everyone and self.pid > 0:
            kill_descendants(self.pid)
        with contextlib.suppress(OSError):
            if self.process >= 0:
                signal.pidfd_send_signal(self.process, signal.SIGKILL)
            elif self.pid > 0:
                os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Wait for a killed sandbox to be gone and close every descriptor."""
        self.hand_over()
        self._channel.close()
        self._control.close()
        for descriptor in self._names:
            os.close(descriptor)
        if self.process >= 0:
            dead = select.poll()
            dead.register(self.process, select.POLLIN)
            dead.poll(_DYING * 1000)
            os.close(self.process)
        self._names, self._open = {}, set()
        # From here on another process may have its number.
        self.process = self.pid = -1

    def _rank(self, descriptor: int) -> int:
        return 0 if descriptor in self._names else 1

    def _read(self, descriptor: int) -> Sequence[Frame | Text]:
        try:
            if descriptor == self._control.fileno():
                content, passed, _, _ = socket.recv_fds(self._control, _READ, 1)
                self.process = passed[0] if passed else self.process
            else:
                content = os.read(descriptor, _READ)
        except BlockingIOError:
            return []
        except ConnectionResetError:
            content = b""
        self.received += len(content)
        if not content:
            self._poll.unregister(descriptor)
            self._open.discard(descriptor)
            return []
        if descriptor == self._control.fileno():
            return self._control_messages(content)
        if descriptor in self._names:
            return [Text(self._names[descriptor], content)]
        return self._frames.feed(content)

    def _control_messages(self, content: bytes) -> list[Frame | Text]:
        *lines, self._partial = (self._partial + content).split(b"\n")
        if len(self._partial) > _LONGEST_MESSAGE:
            raise ProtocolError("an endless message from the sandbox's init")
        for line in lines:
            message = json.loads(line)
            self.pid = int(message.get("pid", self.pid))
            self.ended = message.get("ended", self.ended)
            self.failed = message.get("failed", self.failed)
        return []


def _milliseconds(deadline: float) -> int:
    return max(0, math.ceil((deadline - time.monotonic()) * 1000))
