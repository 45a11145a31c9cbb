"""What the grading process tells its helper processes, as plain data.

`Setup` holds for all submissions of a run; a `Ticket` is one start. Neither says anything about
exercises, cases or students.
"""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from course_utils.grading.sandbox.limits import Limits

#: The walls that there may be, see `sandbox.choose`.
NAMESPACES, BUBBLEWRAP, NONE = "namespaces", "bubblewrap", "none"

_FILE = "setup.json"
_LENGTH = struct.Struct("!I")
#: How many descriptors go with a ticket, see `Wires`.
WIRES = 4


@dataclass(frozen=True)
class Setup:
    """walls: NAMESPACES, BUBBLEWRAP or NONE. packages: modules to import before the fork.

    readable: files and folders that the sandbox shows, read-only. hidden: folders below those that
    it covers. path: where commands are looked for.
    """

    walls: str
    packages: tuple[str, ...]
    readable: tuple[str, ...]
    hidden: tuple[str, ...]
    path: str
    limits: Limits

    def save(self, folder: Path) -> None:
        """Write the set-up where a helper finds it: a command's words are seen by its children."""
        (folder / _FILE).write_text(self.to_json(), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Setup:
        """Read what `save` wrote."""
        return cls.from_json((folder / _FILE).read_text(encoding="utf-8"))

    def to_json(self) -> str:
        """Return the set-up as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Setup:
        """Rebuild what `to_json` gave."""
        data: dict[str, Any] = json.loads(text)
        data["limits"] = Limits(**data["limits"])
        for name in ("packages", "readable", "hidden"):
            data[name] = tuple(data[name])
        return cls(**data)


@dataclass(frozen=True)
class Ticket:
    """One start. uid: the user that the sandbox runs as, where it is started by root.

    core: the processor that it is bound to, or -1. folder: a private one, for a run without walls.
    """

    uid: int
    core: int
    folder: str


@dataclass(frozen=True)
class Wires:
    """The inner ends, as descriptors. channel: frames. keeper: the line to the sandbox's own init,
    which the student's process has not. out, err: what is written to descriptors 1 and 2."""

    channel: int
    keeper: int
    out: int
    err: int

    def all(self) -> tuple[int, ...]:
        """Return the four descriptors."""
        return tuple(getattr(self, field.name) for field in fields(self))


def send_ticket(control: socket.socket, ticket: Ticket, wires: Wires) -> None:
    """Send a ticket with copies of its descriptors. Raises OSError where nobody listens."""
    text = json.dumps(asdict(ticket)).encode()
    socket.send_fds(control, [_LENGTH.pack(len(text)) + text], list(wires.all()))


def receive_ticket(control: socket.socket) -> tuple[Ticket, Wires] | None:
    """Wait for a ticket; None when the grading process has hung up."""
    head, descriptors, _, _ = socket.recv_fds(control, _LENGTH.size, WIRES)
    if len(head) < _LENGTH.size or len(descriptors) < WIRES:
        return None
    text = b""
    while len(text) < _LENGTH.unpack(head)[0]:
        part = control.recv(_LENGTH.unpack(head)[0] - len(text))
        if not part:
            return None
        text += part
    return Ticket(**json.loads(text)), Wires(*descriptors)
