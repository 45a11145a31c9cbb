"""One request and everything that comes until its end."""

from __future__ import annotations

import codecs
import json
import secrets
from typing import Any

from course_utils.grading.protocol.channel import DATA, DONE, LARGEST, OUTPUT, Frame, ProtocolError
from course_utils.grading.protocol.connection import Connection, Text
from course_utils.grading.protocol.outputs import CellOutputs

#: Bytes of data in answer to one request; the sandbox keeps to less.
_MOST_DATA = 32 * 2**20


class Flood(Exception):
    """More was written than is worth reading."""


class Exchange:
    """A request has a number nobody can guess, so that no answer can be laid out in advance.

    flood: bytes of the whole session at which reading ends, data apart. outputs: where a cell's go.
    expected: how many pieces of data may come.
    """

    def __init__(
        self, connection: Connection, flood: int, outputs: CellOutputs | None, expected: int
    ) -> None:
        self._connection = connection
        self._flood = flood
        self._outputs = outputs
        self._expected = expected
        self._bytes_of_data = 0
        self._number = secrets.randbits(63)
        self._decoders = {
            name: codecs.getincrementaldecoder("utf-8")("replace") for name in ("stdout", "stderr")
        }
        self._data: list[bytes] = []
        self._done: dict[str, Any] | None = None

    def ask(
        self, kind: bytes, request: bytes, deadline: float
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Send the request and wait for its end: what DONE said, and the DATA before it.

        Raises DeadlinePassed, Disconnected, ProtocolError or Flood.
        """
        self._connection.send(kind, self._number, request, deadline)
        return self.wait(deadline)

    def wait(self, deadline: float) -> tuple[dict[str, Any], list[bytes]]:
        """Wait on. Raises as `ask`."""
        while self._done is None:
            for event in self._connection.receive(deadline):
                self._take(event)
            # A frame of data may be half read.
            if self._connection.received > self._flood + LARGEST[DATA] * (self._expected > 0):
                raise Flood
        # What was written to the descriptors before the end is in the pipes by now.
        while texts := self._connection.pending_text():
            for text in texts:
                self._take(text)
            if self._connection.received > self._flood:
                raise Flood
        return self._done, self._data

    def _take(self, event: Frame | Text) -> None:
        if isinstance(event, Text):
            if self._outputs is not None:
                self._outputs.text(event.name, self._decoders[event.name].decode(event.content))
        elif event.kind == OUTPUT:
            # Threads of an earlier cell may still print: that belongs nowhere.
            if self._outputs is not None and event.number == self._number:
                self._outputs.add(event.payload)
        elif event.number != self._number or self._done is not None:
            raise ProtocolError("an answer that was not asked for")
        elif event.kind == DATA and len(self._data) < self._expected:
            self._data.append(event.payload)
            self._bytes_of_data += len(event.payload)
            self._connection.received -= len(event.payload)
        elif event.kind == DONE:
            self._done = _dict(event.payload)
        else:
            raise ProtocolError(f"a frame of kind {event.kind!r}")
        if self._bytes_of_data > _MOST_DATA:
            raise ProtocolError("too much data")


def _dict(payload: bytes) -> dict[str, Any]:
    try:
        content = json.loads(payload)
    except (ValueError, RecursionError):
        raise ProtocolError("a message that is no JSON") from None
    if not isinstance(content, dict):
        raise ProtocolError("a message that is none")
    return content
