"""Code and its outputs as a page of feedback shows them: text, errors and verified pictures."""

from __future__ import annotations

import base64
import io
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import FrameType
from typing import Any

from markupsafe import Markup, escape
from PIL import Image
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

from course_utils.authoring.outputs import settle
from course_utils.grading.report.page import clean, line

#: Characters of code that get colours, and outputs of one cell that are shown.
_COLOURED, _MOST = 20_000, 40
#: Seconds of processor time to colour a cell. An honest one takes a hundredth; on some texts, such
#: as ten thousand lines of one space, it grows with the square of the length.
_COLOURING = 0.5
# Not IPython's lexer: on "a.a.a." and so on it takes time that grows with the square of the length.
_LEXER, _FORMATTER = get_lexer_by_name("python"), HtmlFormatter(cssclass="highlight")

_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}
#: Bytes of one picture, and its pixels: what a page can show on a phone.
LARGEST, MOST_PIXELS = 4 * 2**20, 25_000_000
#: Pixels of a side that a page has room for; what is larger is scaled down.
WIDEST = 1_400


@dataclass(frozen=True)
class Output:
    """One output. kind: "stdout", "stderr", "result", "error", "picture" or "note".

    text: what it says; of a picture, the text in its place. trace: of an error, where it happened.
    """

    kind: str
    text: str
    trace: str = ""
    picture: Picture | None = None


def highlighted(source: str) -> Markup:
    """Return code as HTML, in colours unless it is very long or takes long to be coloured."""
    shown = clean(source)
    if len(source) <= _COLOURED:
        try:
            with _limited(_COLOURING):
                return Markup(highlight(shown, _LEXER, _FORMATTER))
        except _TooLong:
            pass
    return Markup("<pre>") + escape(shown) + Markup("</pre>")


class _TooLong(Exception):
    """The time for something is used up."""


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise _TooLong once the block has had so much processor time.

    Python tells signals to its main thread alone; elsewhere the limits of the process have to do.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGPROF"):
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def shown_outputs(outputs: Iterable[Mapping[str, Any]]) -> list[Output]:
    """Return the outputs of a cell that a page shows, as nbformat 4 has them.

    HTML, JavaScript, SVG and LaTeX are not shown: whoever wrote them could show anything.
    """
    found = [shown for output in outputs if (shown := _shown(output)) is not None]
    if len(found) > _MOST:
        rest = f"{len(found) - _MOST} more outputs are left out."
        return [*found[:_MOST], Output("note", rest)]
    return found


def _shown(output: Mapping[str, Any]) -> Output | None:
    match output.get("output_type"):
        case "stream":
            kind = "stderr" if output.get("name") == "stderr" else "stdout"
            text = clean(settle(_text(output.get("text")))).strip("\n")
            return Output(kind, text) if text.strip() else None
        case "error":
            said = line(f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}", 500)
            trace = "\n".join(map(_text, output.get("traceback") or []))
            return Output("error", said.rstrip(": "), clean(trace).strip("\n"))
        case "execute_result" | "display_data":
            return _rich(output.get("data") or {})
    return None


def _rich(data: Mapping[str, Any]) -> Output | None:
    for kind in ("image/png", "image/jpeg"):
        found = picture(kind, data.get(kind))
        if found:
            size = f"{found.width} by {found.height} pixels"
            return Output("picture", f"A picture that this cell drew ({size}).", picture=found)
    text = clean(_text(data.get("text/plain"))).strip("\n")
    return Output("result", text) if text.strip() else None


def _text(value: object) -> str:
    """nbformat lets a text be a list of its lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")


@dataclass(frozen=True)
class Picture:
    """A picture as a page embeds it: data URI, width and height in pixels, and kind in words."""

    source: str
    width: int
    height: int
    kind: str


def picture(kind: str, data: object) -> Picture | None:
    """Return the picture that base64 `data` of a media type holds, or None where it holds none.

    It is decoded whole, and scaled down where a page has no room for it. The data URI is made anew
    from the bytes, so that nothing but base64 stands in it.
    """
    if kind not in _FORMATS or not isinstance(data, str) or len(data) > LARGEST * 4 // 3 + 4:
        return None
    try:
        return _decoded(kind, base64.b64decode("".join(data.split()), validate=True))
    except Exception:  # What is no picture makes a decoder fail in every way that there is.
        return None


@lru_cache(maxsize=32)
def _decoded(kind: str, content: bytes) -> Picture | None:
    """The same picture often stands on a page more than once."""
    with Image.open(io.BytesIO(content), formats=(_FORMATS[kind],)) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:
            return None
        image.load()
        if max(width, height) > WIDEST:
            image.thumbnail((WIDEST, WIDEST))
            file = io.BytesIO()
            image.save(file, _FORMATS[kind])
            content = file.getvalue()
            width, height = image.size
    source = f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
    return Picture(source, width, height, _FORMATS[kind])
