"""The lab's own text and code, rendered once for all pages of feedback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup
from nbformat import NotebookNode

from course_utils.authoring import page
from course_utils.grading.report.outputs import highlighted

_HEADING = re.compile(r"(#{1,6})\s+\S")
_EXERCISE = re.compile(r"#+\s*Exercise \d+: `(\w+)`")
_FENCE = re.compile(r"\s*(```|~~~)")
_HEADING_TEXT = re.compile(r"\s*<h\d[^>]*>(.*)</h\d>\s*", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A heading and the text below it, as HTML.

    level: of the heading, 0 for text without one. title: the heading's content. plain: the heading
    as plain text. exercise: the exercise that the heading announces, or "".
    """

    level: int
    title: Markup
    plain: str
    body: Markup
    exercise: str


class LabText:
    """What the released notebook holds. A text or code of a student's is none of it unless it is
    the same, character for character."""

    def __init__(self, released: NotebookNode, folder: Path) -> None:
        self.title = page.title(released)
        self._pieces: dict[str, list[Piece]] = {}
        self._code: dict[str, Markup] = {}
        for cell in released.cells:
            if cell.cell_type == "markdown":
                attachments = cell.get("attachments", {})
                parts = [_piece(part, folder, attachments) for part in _parts(cell.source)]
                self._pieces[cell.source] = parts
            elif cell.cell_type == "code":
                self._code[cell.source] = highlighted(cell.source)

    def pieces(self, source: str) -> list[Piece] | None:
        """Return the pieces of one of the lab's text cells; None for any other text."""
        return self._pieces.get(source)

    def code(self, source: str) -> Markup | None:
        """Return one of the lab's code cells as HTML; None for any other code."""
        return self._code.get(source)


def _parts(source: str) -> Iterator[str]:
    """Cut a text cell before each of its headings; # in a block of code is none."""
    part: list[str] = []
    in_code = False
    for text in source.splitlines():
        in_code ^= bool(_FENCE.match(text))
        if not in_code and _HEADING.match(text) and part:
            yield "\n".join(part)
            part = []
        part.append(text)
    if part:
        yield "\n".join(part)


def _piece(source: str, folder: Path, attachments: dict[str, dict[str, str]]) -> Piece:
    first, _, rest = source.partition("\n")
    heading = _HEADING.match(first)
    if heading is None:
        return Piece(0, Markup(), "", Markup(page.markdown(source, folder, attachments)), "")
    found = _HEADING_TEXT.fullmatch(page.markdown(first, folder))
    exercise = _EXERCISE.match(first)
    plain = Markup(found[1] if found else "").striptags()
    return Piece(
        level=len(heading[1]),
        title=Markup(found[1]) if found else Markup.escape(first.lstrip("# ")),
        plain=plain or first.lstrip("# "),
        body=Markup(page.markdown(rest, folder, attachments)) if rest.strip() else Markup(),
        exercise=exercise[1] if exercise else "",
    )
