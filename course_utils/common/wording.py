"""Wording that several rooms share: lists, times, and text without a terminal's escapes."""

import re
from collections.abc import Sequence

#: What a terminal obeys and does not show: colours, positions of the cursor, titles of the window
#: (ECMA-48, fifth edition, 1991: control sequences, strings and two-character escapes).
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return "a, b and c"; "" for none. Of more than `most` names, "a, b and 7 more"."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    *first, last = names or [""]
    return f"{', '.join(first)} and {last}" if first else last


def duration(seconds: float) -> str:
    """Return a time as people say it: "0.4 s", "12 s", "2 min 05 s"."""
    if seconds < 9.95:
        return f"{round(seconds, 1):g} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
