"""How an answer failed: the exception, and the student's own line."""

from __future__ import annotations

import linecache
import re
import sys
import sysconfig
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

#: A stub's message: "Exercise heaviside: ...". The build writes it, see authoring/markers.py.
_STUB = re.compile(r"Exercise (\w+):")
#: A shape, in parentheses or brackets, or a word.
_PART = re.compile(r"[(\[][\d\s,None]*[)\]]|\w+")
_LAYER_NUMBER = re.compile(r"(?<=[a-z])_\d+\b")
_LIBRARIES = tuple(
    {sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib", "platlib")}
    | {str(Path(__file__).resolve().parents[1]), str(Path(sys.prefix) / "lib")}
)


@dataclass(frozen=True)
class Failure:
    """An exception as plain data.

    kind: its class's name. message: its text, cut off. line: the student's own line of code
    ("" where it is not known), lineno: that line's number in its cell or file.
    stub: the exercise whose stub raised it, or None.
    """

    kind: str
    message: str
    line: str = ""
    lineno: int = 0
    stub: str | None = None

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """Describe an exception."""
        message = _text(error)
        stub = _STUB.match(message) if isinstance(error, NotImplementedError) else None
        line, lineno = _own_line(error.__traceback__)
        if isinstance(error, SyntaxError) and not line:  # of code that never ran
            line, lineno = _unparsed_line(error)
        name = type(error).__name__
        return cls(name, message, line, lineno, stub.group(1) if stub else None)

    def alike(self, other: Failure) -> bool:
        """Whether two failures are of one kind and say the same of the same things.

        The order in which they name them does not count: a + b names the two shapes the other way
        round than b + a. Nor do the numbers that Keras gives its layers.
        """
        return self.kind == other.kind and _parts(self.message) == _parts(other.message)

    def to_data(self) -> dict[str, Any]:
        """Return the failure as plain data."""
        return asdict(self)


def _parts(message: str) -> list[str]:
    """The words, numbers and shapes of a message, sorted."""
    return sorted(_PART.findall(_LAYER_NUMBER.sub("", message)))


def _text(error: BaseException) -> str:
    """The exception's text; one whose `__str__` fails has none."""
    try:
        return str(error)[:2_000]
    except Exception:
        return ""


def _unparsed_line(error: SyntaxError) -> tuple[str, int]:
    text, lineno = error.text, error.lineno
    if not isinstance(text, str) or not isinstance(lineno, int):
        return "", 0
    return text.strip()[:2_000], lineno


def _own_line(trace: TracebackType | None) -> tuple[str, int]:
    """The deepest line that is neither a library's nor the course's: the student wrote it."""
    own = ("", 0)
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if not path.startswith(_LIBRARIES) and not path.startswith("<frozen"):
            own = (linecache.getline(path, trace.tb_lineno).strip(), trace.tb_lineno)
        trace = trace.tb_next
    return own
