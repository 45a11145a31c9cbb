"""What others wrote, made fit to be shown: names, code and outputs of students are hostile text."""

from __future__ import annotations

import re

from course_utils.common.wording import ESCAPES

#: Characters of one piece of text that a page shows.
LIMIT = 20_000
_NEW_LINE = re.compile(r"\r\n?|[\x85\u2028\u2029]")
#: No characters of a text: controls but tab and line feed, halves of pairs, non-characters.
_NOTHING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: These reorder what a reader sees (N. Boucher and R. Anderson, Trojan Source, 2021).
_REORDER = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean(text: object, limit: int = LIMIT) -> str:
    """Return text that every encoder takes and that shows what it holds, cut off after `limit`.

    Colours of a terminal are taken out, what is no character becomes U+FFFD, and what would reorder
    the text is shown by its number. The text is not escaped for HTML: the templates do that.
    """
    whole = str(text)
    kept = ESCAPES.sub("", whole[:limit])
    kept = _NOTHING.sub("\ufffd", _NEW_LINE.sub("\n", kept))
    kept = _REORDER.sub(lambda found: f"[U+{ord(found[0]):04X}]", kept)
    left_out = len(whole) - limit
    return kept if left_out <= 0 else f"{kept}\n[{left_out} more characters are left out.]"


def line(text: object, limit: int = 300) -> str:
    """Return text on one line, cut off after `limit` characters."""
    whole = " ".join(clean(text).split())
    return whole if len(whole) <= limit else f"{whole[: limit - 1]}…"
