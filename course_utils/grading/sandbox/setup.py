"""What the grading process and the processes that make sandboxes tell each other, as plain data.

`Setup` holds for all submissions of a run; a `SpawnRequest` is one start. Neither says anything
about exercises, cases or students.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from course_utils.grading.sandbox.limits import Limits

#: The ways to isolate that there may be, see `sandbox.choose`.
NAMESPACES, BUBBLEWRAP, NONE = "namespaces", "bubblewrap", "none"

#: The environment of every kernel, and of the processes that make kernels.
#: One thread per kernel: as many kernels as cores run at once. Read when TensorFlow's context and
#: the BLAS pools are made. A GPU's driver does not survive a fork, and the sandbox shows none.
ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "",
    "KERAS_BACKEND": "tensorflow",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # `%pip install` ends at once, and well where the package is there, rather than after retries.
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INDEX": "1",
    "PYTHONHASHSEED": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}

_FILE = "setup.json"
_LENGTH = struct.Struct("!I")
#: How many descriptors go with a request, see `Descriptors`.
DESCRIPTORS = 4


@dataclass(frozen=True)
class Setup:
    """isolation: NAMESPACES, BUBBLEWRAP or NONE. packages: modules to import before the fork.

    readable: files and folders that the sandbox shows, read-only. hidden: folders below those that
    it covers. path: where commands are looked for.
    """

    isolation: str
    packages: tuple[str, ...]
    readable: tuple[str, ...]
    hidden: tuple[str, ...]
    path: str
    limits: Limits

    def save(self, folder: Path) -> None:
        """Write the set-up where a helper finds it: children see a command's arguments."""
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
class SpawnRequest:
    """One start. uid: the user that the sandbox runs as, where it is started by root.

    core: the processor that it is bound to, or -1. folder: a private one, where there is no
    isolation.
    """

    uid: int
    core: int
    folder: str


@dataclass(frozen=True)
class Descriptors:
    """The sandbox's ends of a connection.

    channel: frames. control: messages of the sandbox's init, which the student's process has no end
    of. out, err: what is written to descriptors 1 and 2.
    """

    channel: int
    control: int
    out: int
    err: int

    def all(self) -> tuple[int, ...]:
        """Return the four descriptors."""
        return tuple(getattr(self, field.name) for field in fields(self))


def send_request(control: socket.socket, request: SpawnRequest, descriptors: Descriptors) -> None:
    """Send a request with copies of its descriptors. Raises OSError where nobody listens."""
    text = json.dumps(asdict(request)).encode()
    socket.send_fds(control, [_LENGTH.pack(len(text)) + text], list(descriptors.all()))


def receive_request(control: socket.socket) -> tuple[SpawnRequest, Descriptors] | None:
    """Wait for a request; None when the grading process has hung up."""
    head, descriptors, _, _ = socket.recv_fds(control, _LENGTH.size, DESCRIPTORS)
    if len(head) < _LENGTH.size or len(descriptors) < DESCRIPTORS:
        return None
    text = b""
    while len(text) < _LENGTH.unpack(head)[0]:
        part = control.recv(_LENGTH.unpack(head)[0] - len(text))
        if not part:
            return None
        text += part
    return SpawnRequest(**json.loads(text)), Descriptors(*descriptors)


def send_init_pid(control: int, pid: int) -> None:
    """Tell the grading process the sandbox's outermost process, with a descriptor of it."""
    message = json.dumps({"pid": pid}).encode() + b"\n"
    with socket.socket(fileno=os.dup(control)) as line:
        if hasattr(os, "pidfd_open"):
            socket.send_fds(line, [message], [os.pidfd_open(pid)])
        else:
            line.sendall(message)
