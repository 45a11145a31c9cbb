"""The grading process: a cell's outputs, from untrusted frames to nbformat, bounded.

Kept are text, tracebacks as text, and pictures that begin as PNG or JPEG do. HTML, scripts and SVG
are not: whoever opens the feedback must not run what a student wrote. Text is kept as a terminal
would show it: progress bars overwritten, no escapes or control characters.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from course_utils.common.wording import ESCAPES
from course_utils.grading.protocol.channel import ProtocolError

#: Outputs of one cell, of whatever size.
_MOST = 500
CUT = "\n... (output beyond the limit is left out)\n"
_PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_Output = dict[str, Any]

#: Control characters but tab, line feed and carriage return.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
#: What stands on a line before its last carriage return that is followed by something.
_OVERWRITTEN = re.compile(r"^[^\n]*\r(?=[^\r\n])", re.MULTILINE)
_FIRST_OVERWRITTEN = re.compile(r"[^\n]*\r(?=[^\r\n])")


class CellOutputs:
    """Collects the outputs of one cell. `limit`: bytes that are kept, about."""

    def __init__(self, limit: int) -> None:
        self._left = limit
        self._outputs: list[_Output] = []
        self._by_identity: dict[str, _Output] = {}
        self._clear_next = False
        self.spent = 0

    def add(self, payload: bytes) -> None:
        """Take an OUTPUT frame's payload. Raises ProtocolError where it is no output."""
        try:
            message = json.loads(payload)
            self._dispatch(message)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ProtocolError(f"an output that is none ({type(error).__name__})") from None

    def text(self, name: str, text: str) -> None:
        """Take text of a stream; it continues the text before it."""
        text = self._spend(text)
        if not text:
            return
        self._clear_if_waiting()
        last = self._outputs[-1] if self._outputs else {}
        if last.get("output_type") != "stream" or last["name"] != name:
            last = {"output_type": "stream", "name": name, "text": []}
            if not self._append(None, last):
                return
        last["text"].append(text)

    def done(self) -> list[_Output]:
        """Return the outputs as nbformat has them."""
        return [_joined(output) for output in self._outputs]

    def _dispatch(self, message: _Output) -> None:
        kind = message["output_type"]
        if kind == "stream":
            name = "stderr" if message["name"] == "stderr" else "stdout"
            self.text(name, _string(message["text"]))
        elif kind == "clear":
            self._clear_next = True
            if not message["wait"]:
                self._clear_if_waiting()
        elif kind == "error":
            self._append(None, self._error(message))
        elif kind in {"display_data", "execute_result", "update"}:
            self._shown(kind, message)
        else:
            raise ValueError(kind)

    def _shown(self, kind: str, message: _Output) -> None:
        identity = message.get("id")
        identity = identity if isinstance(identity, str) else None
        data = self._data(message["data"])
        if not data:
            return
        if kind == "update":
            if identity in self._by_identity:
                self._by_identity[identity]["data"] = data
            return
        output: _Output = {"output_type": kind, "data": data, "metadata": {}}
        if kind == "execute_result":
            output["execution_count"] = None
        self._append(identity, output)

    def _append(self, identity: str | None, output: _Output) -> bool:
        """Add an output, unless there are too many."""
        self._clear_if_waiting()
        if len(self._outputs) >= _MOST:
            return False
        self._outputs.append(output)
        if identity is not None:
            self._by_identity[identity] = output
        return True

    def _clear_if_waiting(self) -> None:
        if self._clear_next:
            self._outputs, self._by_identity, self._clear_next = [], {}, False

    def _data(self, data: dict[str, Any]) -> dict[str, str]:
        kept: dict[str, str] = {}
        if "text/plain" in data:
            kept["text/plain"] = self._spend(clean(_string(data["text/plain"])))
        for kind, magic in _PICTURES.items():
            if kind in data:
                text = "".join(_string(data[kind]).split())
                if _decoded(text).startswith(magic) and self._spend(text) == text:
                    kept[kind] = text
        return kept

    def _error(self, message: _Output) -> _Output:
        lines = [clean(_string(line)) for line in message["traceback"]]
        return {
            "output_type": "error",
            "ename": self._spend(clean(_string(message["ename"]))),
            "evalue": self._spend(clean(_string(message["evalue"]))),
            "traceback": self._spend("\n".join(lines)).split("\n"),
        }

    def _spend(self, text: str) -> str:
        """As much of `text` as may still be kept; where it is cut, that is said once."""
        kept = text[: self._left]
        self.spent += len(kept)
        if len(kept) < len(text) and self._left > 0:
            self._left = 0
            return kept + CUT
        self._left -= len(kept)
        return kept


def _joined(output: _Output) -> _Output:
    """Text is joined once, at the end: it may have come in very small pieces."""
    if output["output_type"] != "stream":
        return output
    return {**output, "text": overwritten(clean("".join(output["text"])))}


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def clean(text: str) -> str:
    """Return text without escapes, control characters and halves of surrogate pairs."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROLS.sub("", ESCAPES.sub("", text))


def overwritten(text: str) -> str:
    """Return text in which a carriage return has erased the line before it, as in progress bars."""
    return _OVERWRITTEN.sub("", text).replace("\r", "") if "\r" in text else text


def shortened(text: str) -> str:
    """Like `overwritten` for a part of a text: it still erases what comes before the part."""
    if "\r" not in text:
        return text
    first, newline, rest = text.partition("\n")
    return _FIRST_OVERWRITTEN.sub("\r", first, count=1) + newline + _OVERWRITTEN.sub("", rest)
