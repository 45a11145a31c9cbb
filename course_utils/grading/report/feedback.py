"""A page for each student: their notebook, with what each exercise earned and why not more.

The lab's own text and code, which stand on every page, are rendered once (`LabText`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode

from course_utils import __version__
from course_utils.authoring import page
from course_utils.common.wording import listed
from course_utils.grading.report.outputs import Output, highlighted, shown_outputs
from course_utils.grading.report.page import clean, render
from course_utils.grading.results.results import ExerciseResult, Result

#: Characters of a student's own cells that a page shows; the cells behind them are left out.
_OWN = 300_000

_HEADING = re.compile(r"(#{1,6})\s+\S")
_EXERCISE = re.compile(r"#+\s*Exercise \d+: `(\w+)`")
_FENCE = re.compile(r"\s*(```|~~~)")
_HEADING_TEXT = re.compile(r"\s*<h\d[^>]*>(.*)</h\d>\s*", re.DOTALL)


@dataclass
class Block:
    """One thing on the page. kind: "heading", "text", "own text", "code", "card" or "fold"."""

    kind: str
    html: Markup = field(default_factory=Markup)
    level: int = 0
    anchor: str = ""
    text: str = ""
    label: str = ""
    outputs: list[Output] = field(default_factory=list)
    result: ExerciseResult | None = None
    blocks: list[Block] = field(default_factory=list)


class FeedbackPages:
    """Makes the pages of feedback of one lab.

    released: the notebook that students open. folder: where it lies, for the images that its text
    names. The lab's own text is rendered once, here.
    """

    def __init__(self, released: NotebookNode, folder: Path) -> None:
        self._lab = LabText(released, folder)

    def page(self, result: Result) -> str:
        """Return a student's page: HTML that needs nothing else.

        It shows the exercises with the student's code, outputs and results, and the student's own
        cells where they stand. The lab's other text and code are folded. Nothing that the student
        wrote is taken for HTML, and of outputs only text and pictures are shown.
        """
        blocks = _Assembly(self._lab, result).blocks()
        return render(
            "feedback.html.j2",
            result=_without_folder(result),
            title=self._lab.title,
            about=_about(result),
            state_of_it=state_of(result),
            blocks=blocks,
            anchors={block.anchor for block in blocks},
        )


def state_of(result: Result) -> str:
    """Return a digest of what a page shows of a result, which the page bears in its head."""
    data = result.to_data() | {"notebook": None, "key": None}
    return hashlib.sha256(json.dumps([__version__, data]).encode()).hexdigest()[:32]


def is_current(page: Path, result: Result) -> bool:
    """Whether a page that was written shows this result."""
    with page.open(encoding="utf-8", errors="replace") as file:
        return state_of(result) in file.read(2_000)


def _about(result: Result) -> str:
    """When, which file, graded with what: what somebody asks who doubts a grade."""
    parts = []
    if result.origin:
        file = result.origin.partition("/")[2] or result.origin
        parts.append(f"File {file} (SHA-256 {result.digest[:12]})")
    if result.handed_in:
        parts.append(f"handed in {result.handed_in.replace('T', ' ')}")
    if result.graded_on:
        parts.append(f"graded {result.graded_on} with course {__version__}")
    if result.lab_version:
        parts.append(f"lab {result.lab_version}, seed {result.seed}")
    return ", ".join(parts) + "." if parts else ""


def _without_folder(result: Result) -> Result:
    """The name of the instructor's folder before a file's is nothing that a student knows."""
    folder, slash, _ = result.origin.partition("/")
    if not slash:
        return result
    exercises = [
        replace(one, message=one.message.replace(f"{folder}/", "")) for one in result.exercises
    ]
    notes = [note.replace(f"{folder}/", "") for note in result.notes]
    note = result.note.replace(f"{folder}/", "")
    return replace(result, exercises=exercises, note=note, notes=notes)


class _Assembly:
    """Puts the blocks of one page in order."""

    def __init__(self, lab: LabText, result: Result) -> None:
        self._lab = lab
        self._cells = result.notebook.get("cells", [])
        self._results = {one.exercise: one for one in result.exercises}
        # Where an exercise's cell stands twice, its card follows the last one, which counts.
        self._last = {_course(cell).get("exercise"): i for i, cell in enumerate(self._cells)}
        self._headed: set[str] = set()
        self._left = _OWN
        self._blocks: list[Block] = []
        self._folded: list[Block] = []

    def blocks(self) -> list[Block]:
        for index, cell in enumerate(self._cells):
            source = _source(cell)
            if cell.get("cell_type") == "code":
                self._code(index, cell, source)
            else:
                self._text(source)
        self._unfold()
        return self._blocks

    def _text(self, source: str) -> None:
        pieces = self._lab.pieces(source)
        if pieces is not None:
            for piece in pieces:
                self._piece(piece)
        elif source.strip() and self._spend(source):
            self._show(Block("own text", text=clean(source)))

    def _piece(self, piece: Piece) -> None:
        if piece.exercise in self._results and piece.exercise not in self._headed:
            self._head(piece.exercise, piece.title)
            self._show(Block("text", piece.body))
            if piece.exercise not in self._last:
                self._card(piece.exercise)
            return
        if piece.level == 2:
            self._show(Block("heading", piece.title, level=2))
        elif piece.level > 2:
            self._folded.append(Block("heading", piece.title, level=3, text=piece.plain))
        if piece.body:
            self._folded.append(Block("text", piece.body))

    def _code(self, index: int, cell: Mapping[str, Any], source: str) -> None:
        name = str(_course(cell).get("exercise") or "")
        released = self._lab.code(source)
        if name in self._results:
            if name not in self._headed:
                self._head(name, Markup("<code>{}</code>").format(name))
            self._show(_code(cell, released, "The lab's cell" if released else "Your answer"))
            if index == self._last[name]:
                self._card(name)
        elif released is not None:
            was_run = _course(cell).get("needed") is not False
            note = "" if was_run else "Not run when grading: no answer needs it."
            self._folded.append(_code(cell, released, note))
        elif (source.strip() or cell.get("outputs")) and self._spend(source):
            self._show(_code(cell, None, "Your own cell"))

    def _spend(self, source: str) -> bool:
        """Whether one more cell of the student's own still fits on the page."""
        if self._left > 0 and len(source) > self._left:
            self._show(Block("own text", text="[The cells from here on are left out.]"))
        self._left -= len(source)
        return self._left >= 0

    def _head(self, name: str, title: Markup) -> None:
        self._headed.add(name)
        self._show(Block("heading", title, level=3, anchor=f"exercise-{name}"))

    def _card(self, name: str) -> None:
        self._show(Block("card", result=self._results.pop(name)))

    def _show(self, block: Block) -> None:
        self._unfold()
        self._blocks.append(block)

    def _unfold(self) -> None:
        if self._folded:
            folded, self._folded = self._folded, []
            self._blocks.append(Block("fold", label=_label(folded), blocks=folded))


def _code(cell: Mapping[str, Any], released: Markup | None, label: str) -> Block:
    html = highlighted(_source(cell)) if released is None else released
    return Block("code", html, label=label, outputs=shown_outputs(cell.get("outputs") or []))


def _label(folded: list[Block]) -> str:
    titles = [block.text for block in folded if block.kind == "heading"]
    label = (
        f"The lab's own text and code: {listed(titles)}"
        if titles
        else "The lab's own text and code"
    )
    failed = any(one.kind == "error" for block in folded for one in block.outputs)
    return f"{label} (a cell stopped with an error)" if failed else label


def _course(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    found = cell.get("metadata", {}).get("course", {})
    return found if isinstance(found, Mapping) else {}


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


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
    """What the released notebook holds.

    A text or code of a student's is none of it unless it is the same, character for character.
    """

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
