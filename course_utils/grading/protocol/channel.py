"""Frames on a socket between the grading process and the process that runs a student's code.

A frame is a kind (one byte), the number of the request that it belongs to, the length of its
payload (eight bytes each, big-endian), and the payload. The two ends differ in what they may trust.
The guest's end is small and blocks: whoever breaks it breaks only their own run. The grader's end
reads what a hostile process wrote: it bounds each frame before reserving memory for it, never waits
past a deadline, and never reads a payload.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

#: What the grading process asks for: run a cell, observe an answer, rebuild a model.
RUN, OBSERVE, REBUILD = b"R", b"O", b"M"
#: What comes back: ready, one output of a cell, the end of a request (JSON), data (safetensors).
READY, OUTPUT, DONE, DATA = b"y", b"o", b"d", b"n"

#: What the grading process may ask of the sandbox's init, on its control channel: an interrupt.
INTERRUPT = b"i"

HEADER = struct.Struct("!cQQ")
#: Bytes of a payload. An answer's observation may hold arrays; the rest is text.
LARGEST = {READY: 2**10, OUTPUT: 2**20, DONE: 2**18, DATA: 16 * 2**20}


@dataclass(frozen=True)
class Frame:
    """One message. number: the request that it belongs to."""

    kind: bytes
    number: int
    payload: bytes


class ProtocolError(ValueError):
    """What arrived cannot have been sent by our end."""


def encode(kind: bytes, number: int, payload: bytes) -> bytes:
    """Return a frame as bytes."""
    return HEADER.pack(kind, number, len(payload)) + payload


class FrameReader:
    """Cuts a stream of untrusted bytes into frames. Holds at most one frame and one read."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that are complete now.

        Raises ProtocolError at a kind that is never sent or a length above what its kind may have.
        """
        self._buffer += data
        found: list[Frame] = []
        while (frame := self._next()) is not None:
            found.append(frame)
        return found

    def _next(self) -> Frame | None:
        if len(self._buffer) < HEADER.size:
            return None
        kind, number, length = HEADER.unpack_from(self._buffer)
        if length > LARGEST.get(kind, -1):
            raise ProtocolError(f"a frame of kind {kind!r} and {length:,} bytes")
        end = HEADER.size + length
        if len(self._buffer) < end:
            return None
        payload = bytes(self._buffer[HEADER.size : end])
        del self._buffer[:end]
        return Frame(kind, number, payload)
