"""Reads any file that claims to be a notebook: cells, or one sentence that says why not.

Only the cells' text and ids are kept. Outputs and attachments, however large, are dropped here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import nbformat

from course_utils.common.errors import CourseError
from course_utils.grading.intake.entries import read_file

#: Lists and objects in a file, its commas, its cells, and characters of their text. A file beyond
#: these is no notebook that a person wrote, and would take gigabytes to read.
MOST_NESTED, MOST_COMMAS, MOST_CELLS, MOST_TEXT = 1_000_000, 10_000_000, 1_000, 1_000_000
_KINDS = ("code", "markdown", "raw")
#: What else students hand in under a notebook's name, by the first bytes.
_OTHERS = {
    b"PK\x03\x04": "a zip or an office file",
    b"%PDF": "a PDF",
    b"<": "a web page: save the notebook itself, not the page that shows it",
    b"\x1f\x8b": "a packed file",
}

#: How a card begins that says an answer is right, see `exercises.card`.
_CARD = re.compile(r"\[Right: (\w{1,100})\]")

Kind = Literal["code", "markdown", "raw"]


class Unreadable(CourseError):
    """A submission that cannot be graded; the message says what is wrong and what to do.

    status: "unreadable", "wrong lab" or "empty".
    """

    def __init__(self, message: str, status: str = "unreadable") -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class StudentCell:
    """One cell as handed in.

    source: with line feeds between lines. ids: its id and the one that Colab keeps in its metadata,
    where it has them. place: its number in the file, from 1.
    """

    kind: Kind
    source: str
    ids: tuple[str, ...] = ()
    place: int = 0


@dataclass(frozen=True)
class StudentNotebook:
    """A notebook as handed in.

    lab, language: what its metadata say, in lower case the latter, "" for nothing. source: the
    digest of the lab that it was made from. python: the version that it was saved with, (3, 13), ()
    for none. cards: exercises whose saved card says that they are right. A student can change all
    of these. notes: what could not be read of it, in sentences.
    """

    cells: tuple[StudentCell, ...]
    lab: str = ""
    language: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""
    python: tuple[int, ...] = ()
    cards: frozenset[str] = frozenset()


def read(path: Path, shown: str = "") -> StudentNotebook:
    """Read a notebook of any format version. shown: its name in messages, else the path's.

    Raises Unreadable for whatever is no notebook, or none that can be read.
    """
    shown = shown or path.name
    data = _load(path, shown)
    cells = _cells(data, shown)
    notes: list[str] = []
    kept = [one for place, cell in enumerate(cells, 1) if (one := _cell(cell, place, notes))]
    if sum(len(cell.source) for cell in kept) > MOST_TEXT:
        raise Unreadable(
            f"{shown}: its cells hold more than {MOST_TEXT} characters: take data that was pasted "
            "into them out, and hand it in again."
        )
    return StudentNotebook(
        tuple(kept),
        _lab(data),
        _language(data),
        tuple(notes),
        _word(data, "metadata", "course", "source"),
        _version(_word(data, "metadata", "language_info", "version")),
        frozenset(name for cell in cells for name in _cards(cell)),
    )


@dataclass(frozen=True)
class Glance:
    """What tells a student's notebooks apart.

    lab: that the metadata name, "" where that cannot be told. code: of the cells, white space at
    the ends left out.
    """

    lab: str = ""
    code: frozenset[str] = frozenset()


def glance(path: Path) -> Glance:
    """Look at a notebook; what cannot be read says nothing."""
    try:
        found = read(path)
    except CourseError:
        return Glance()
    code = (cell.source.strip() for cell in found.cells if cell.kind == "code")
    return Glance(found.lab, frozenset(filter(None, code)))


def _load(path: Path, shown: str) -> dict[str, Any]:
    """Return the file's JSON object with its cells, whatever the format's version."""
    try:
        raw = read_file(path, shown)
    except CourseError as error:
        raise Unreadable(str(error)) from None
    data = _parse(raw, shown)
    if not isinstance(data, dict) or not ({"cells", "worksheets", "nbformat"} & data.keys()):
        raise Unreadable(f"{shown} is JSON but no notebook: hand in the notebook itself.")
    version = data.get("nbformat", 4)
    if not isinstance(version, int | float) or not 1 <= version < 5:
        raise Unreadable(
            f"{shown} has the notebook format {str(version)[:20]}, which is not known here: save "
            "it in format 4, as Jupyter does."
        )
    return data if version >= 4 else _upgraded(data, int(version), shown)


def _parse(raw: bytes, shown: str) -> Any:
    if not raw.strip():
        raise Unreadable(f"{shown} is an empty file: save the notebook and hand it in again.")
    containers, commas = raw.count(b"{") + raw.count(b"["), raw.count(b",")
    if containers > MOST_NESTED or commas > MOST_COMMAS:
        raise Unreadable(f"{shown} holds too much to read: clear its outputs and hand it in again.")
    try:
        return json.loads(_text(raw), parse_int=_whole)
    except RecursionError:
        raise Unreadable(
            f"{shown} is nested too deeply for a notebook: hand it in again."
        ) from None
    except ValueError as error:
        other = next((name for start, name in _OTHERS.items() if raw.startswith(start)), "")
        if other:
            raise Unreadable(f"{shown} is no notebook but {other}.") from None
        raise Unreadable(
            f"{shown} is not JSON, as a notebook is ({error}): it is damaged or no notebook; save "
            "it in Jupyter and hand it in again."
        ) from None


def _whole(digits: str) -> int | float:
    """Python refuses to read a whole number of 5000 digits; no number in a notebook matters."""
    return int(digits) if len(digits) < 20 else float(digits)


def _text(raw: bytes) -> str:
    """Decode a file: UTF-8 or what its first bytes tell, else Latin-1, which never fails."""
    try:
        return raw.decode(json.detect_encoding(raw))
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _upgraded(data: dict[str, Any], version: int, shown: str) -> dict[str, Any]:
    try:
        data["nbformat"], data["nbformat_minor"] = version, 0
        upgraded: dict[str, Any] = nbformat.convert(nbformat.from_dict(data), 4)
    except Exception:  # the upgrade trusts its input
        raise Unreadable(
            f"{shown} has the notebook format {version}, of before 2015, and cannot be upgraded: "
            "open it in Jupyter, save it and hand it in again."
        ) from None
    return upgraded


def _cells(data: dict[str, Any], shown: str) -> list[Any]:
    cells = data.get("cells")
    if not isinstance(cells, list):
        raise Unreadable(f"{shown} has no list of cells: it is damaged; hand it in again.")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"{shown} has more than {MOST_CELLS} cells: hand in the lab's notebook.")
    if not cells:
        raise Unreadable(f"{shown} has no cells: hand in the notebook you worked in.", "empty")
    return cells


def _cell(cell: Any, place: int, notes: list[str]) -> StudentCell | None:
    """Return one cell, or None and a note where there is nothing to be read of it."""
    if not isinstance(cell, dict) or cell.get("cell_type") not in _KINDS:
        notes.append(f"Cell {place} is no cell of a notebook; it was left out.")
        return None
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    if not all(isinstance(line, str) for line in lines):
        notes.append(f"The source of cell {place} is not text; it was left out.")
        return None
    metadata = cell.get("metadata")
    kept = metadata.get("id") if isinstance(metadata, dict) else None
    return StudentCell(cell["cell_type"], _clean("".join(lines)), _ids(cell.get("id"), kept), place)


def _ids(*found: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in found if isinstance(one, str) and one))


def _clean(source: str) -> str:
    """Return source that every encoder takes, with one sign for the end of a line."""
    plain = source.replace("\r\n", "\n").replace("\r", "\n")
    return plain.encode("utf-8", "replace").decode("utf-8")


def _lab(data: dict[str, Any]) -> str:
    return _word(data, "metadata", "course", "lab")


def _language(data: dict[str, Any]) -> str:
    info = _word(data, "metadata", "language_info", "name")
    return (info or _word(data, "metadata", "kernelspec", "language")).lower()


def _version(text: str) -> tuple[int, ...]:
    """Return (3, 13) for "3.13.1", () for what is no version."""
    found = re.match(r"(\d{1,4})\.(\d{1,4})", text)
    return tuple(map(int, found.groups())) if found else ()


def _cards(cell: Any) -> Iterator[str]:
    """Yield the exercises that a cell's saved outputs call right."""
    outputs = cell.get("outputs") if isinstance(cell, dict) else None
    for output in outputs[:100] if isinstance(outputs, list) else ():
        data = output.get("data") if isinstance(output, dict) else None
        text = data.get("text/plain") if isinstance(data, dict) else None
        said = "".join(map(str, text[:2])) if isinstance(text, list) else str(text or "")
        if found := _CARD.match(said):
            yield found[1]


def _word(data: Any, *keys: str) -> str:
    """Return the text at the end of a path of keys; "" where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data[:100] if isinstance(data, str) else ""
