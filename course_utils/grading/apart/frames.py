"""Python objects on a socket between two of the grader's own processes.

They are pickles: both ends run the grader's code and nothing of a student's. Sockets among the
objects go over as descriptors.
"""

from __future__ import annotations

import io
import os
import pickle
import socket
import struct
from typing import Any

_HEAD = struct.Struct("!QB")
_CHUNK, _MOST_SOCKETS = 2**20, 8


class Hung(Exception):
    """The other end is closed."""


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.sockets: list[socket.socket] = []

    def persistent_id(self, value: Any) -> int | None:
        if not isinstance(value, socket.socket):
            return None
        self.sockets.append(value)
        return len(self.sockets) - 1


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, descriptors: list[int]) -> None:
        super().__init__(file)
        self._sockets = [socket.socket(fileno=descriptor) for descriptor in descriptors]

    def persistent_load(self, number: int) -> socket.socket:
        return self._sockets[number]


def send(line: socket.socket, value: Any) -> None:
    """Send an object. Raises OSError where the other end is closed, or as pickle does."""
    file = io.BytesIO()
    pickler = _Pickler(file)
    pickler.dump(value)
    content = file.getbuffer()
    head = _HEAD.pack(len(content), len(pickler.sockets))
    socket.send_fds(line, [head], [one.fileno() for one in pickler.sockets])
    line.sendall(content)


def receive(line: socket.socket) -> Any:
    """Wait for an object. Raises Hung where the other end is closed."""
    head, descriptors, _, _ = socket.recv_fds(line, _HEAD.size, _MOST_SOCKETS)
    if len(head) < _HEAD.size:
        for descriptor in descriptors:
            os.close(descriptor)
        raise Hung
    size, _ = _HEAD.unpack(head)
    content = bytearray()
    while len(content) < size:
        part = line.recv(min(size - len(content), _CHUNK))
        if not part:
            raise Hung
        content += part
    return _Unpickler(io.BytesIO(content), descriptors).load()
