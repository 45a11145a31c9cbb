"""In the sandbox: what a cell shows, sent as it appears, up to a polite limit.

The grading process enforces its own limits on top. Output is sent while the cell runs, so that
what was shown before a crash or a kill is not lost.
"""

from __future__ import annotations

import io
import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from course_utils.grading.protocol.outputs import CUT, shortened

#: Text waits this long, in seconds, or until there are this many characters of it.
_PATIENCE, _CHUNK = 0.05, 32_000
#: Characters of one rich output; larger pictures are left out.
_LARGEST = 900_000
_KEPT = ("text/plain", "image/png", "image/jpeg")


class OutputSender:
    """Turns text and rich outputs into frames' payloads and hands them to `send`."""

    def __init__(self, send: Callable[[bytes], None], cell_limit: int, limit: int) -> None:
        self._send = send
        self._cell_limit = cell_limit
        self._left = limit
        self._left_in_cell = 0
        self._name = "stdout"
        self._waiting: list[str] = []
        self._size = 0
        self._sent_at = 0.0
        self._lock = threading.RLock()

    def begin(self) -> None:
        """A new cell begins."""
        with self._lock:
            self._waiting, self._size = [], 0
            self._left_in_cell = min(self._cell_limit, self._left)

    def text(self, name: str, text: str) -> None:
        """Take what was printed to the stream `name`."""
        with self._lock:
            if name != self._name:
                self.flush()
                self._name = name
            # One character more than fits, so that the cut is noticed.
            self._waiting.append(text[: self._left_in_cell + 1])
            self._size += len(self._waiting[-1])
            if self._size > _CHUNK or time.monotonic() - self._sent_at > _PATIENCE:
                self.flush()

    def rich(self, output: dict[str, Any]) -> None:
        """Take one output with "data" (by media type) or a traceback."""
        if "data" in output:
            output = {**output, "data": _shown(output["data"])}
        payload = json.dumps(output, default=str)
        with self._lock:
            self.flush()
            if len(payload) > _LARGEST:
                self.text("stderr", "(An output too large to keep is left out.)\n")
            elif self._afford(payload) == payload:
                self._send(payload.encode())

    def flush(self) -> None:
        """Send the text that waits. Of a progress bar only its last state is sent."""
        with self._lock:
            text, self._waiting, self._size = "".join(self._waiting), [], 0
            self._sent_at = time.monotonic()
            text = self._afford(shortened(text))
            for start in range(0, len(text), _CHUNK):
                part = text[start : start + _CHUNK]
                message = {"output_type": "stream", "name": self._name, "text": part}
                self._send(json.dumps(message).encode())

    def _afford(self, text: str) -> str:
        """As much as may still be shown; the first time that this is less, it says so.

        Nothing small is shown after something large was cut: it would seem to belong there.
        """
        if len(text) <= self._left_in_cell:
            self._left_in_cell -= len(text)
            self._left -= len(text)
            return text
        kept, self._left_in_cell = self._left_in_cell, 0
        self._left -= kept
        return text[:kept] + CUT if kept else ""


def _shown(data: dict[str, Any]) -> dict[str, Any]:
    return {kind: data[kind] for kind in _KEPT if kind in data}


class OutStream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of the notebook; in a forked child, the plain descriptor."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, outputs: OutputSender, name: str, descriptor: int) -> None:
        self._outputs = outputs
        self.name = name
        self._descriptor = descriptor
        self._owner = os.getpid()

    def writable(self) -> bool:
        """Return True."""
        return True

    def fileno(self) -> int:
        """Return the descriptor that the stream stands for."""
        return self._descriptor

    def write(self, text: str) -> int:
        """Report the text; a child of the kernel writes it to the descriptor."""
        if not isinstance(text, str):
            raise TypeError(f"write() needs a str, not {type(text).__name__}")
        if os.getpid() == self._owner:
            self._outputs.text(self.name, text)
        else:
            os.write(self._descriptor, text.encode("utf-8", "replace"))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:  # type: ignore[override]
        """Write each of the lines."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Report what was written and is kept back."""
        if os.getpid() == self._owner:
            self._outputs.flush()
