"""Text as a terminal would show it: progress bars overwritten, no escapes or control characters."""

from __future__ import annotations

import re

from course_utils.common.wording import ESCAPES

#: Control characters but tab, line feed and carriage return.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
#: What stands on a line before its last carriage return that is followed by something.
_OVERWRITTEN = re.compile(r"^[^\n]*\r(?=[^\r\n])", re.MULTILINE)
_FIRST_OVERWRITTEN = re.compile(r"[^\n]*\r(?=[^\r\n])")


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
