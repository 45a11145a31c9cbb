"""The course's docstrings, which are plain text, as reStructuredText: an extension of Sphinx."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx

_NAMED = re.compile(r"(\w+(?:, \w+)*): (.*)", re.DOTALL)
_MARKUP = re.compile(r"([*`|_\\])")


def setup(app: Sphinx) -> dict[str, Any]:
    """Read docstrings as plain text. Called by Sphinx."""
    app.connect("autodoc-process-docstring", _process)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _process(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    lines[:] = to_rst("\n".join(lines)).split("\n")


def to_rst(docstring: str) -> str:
    """Return a docstring as reStructuredText that shows what it says.

    A paragraph of `name: text` lines, with what goes on indented, becomes a list; an indented one
    stays code; in the others nothing is markup but `code`.
    """
    paragraphs = [part.strip("\n") for part in re.split(r"\n\s*\n", docstring) if part.strip()]
    return "\n\n".join(_paragraph(part) for part in paragraphs) + "\n"


def _paragraph(text: str) -> str:
    if text.startswith("    "):
        return "::\n\n" + text
    entries = list(_entries(text))
    if not any(_NAMED.match(entry) for entry in entries):
        return _plain(" ".join(entries))
    return "\n".join(f"- {_entry(entry)}" for entry in entries)


def _entries(text: str) -> Iterator[str]:
    """Yield the paragraph's parts: a line that names something, or a sentence, with its rest."""
    begun: list[str] = []
    for line in text.splitlines():
        if begun and not line.startswith(" ") and (_NAMED.match(line) or "Returns" in line[:8]):
            yield " ".join(begun)
            begun = []
        begun.append(line.strip())
    yield " ".join(begun)


def _entry(text: str) -> str:
    found = _NAMED.match(text)
    return f"``{found[1]}``: {_plain(found[2])}" if found else _plain(text)


def _plain(text: str) -> str:
    """Return text in which only what stands between single backticks is markup: code."""
    parts = re.split(r"`([^`]+)`", text)
    plain = (
        f"``{part}``" if number % 2 else _MARKUP.sub(r"\\\1", part)
        for number, part in enumerate(parts)
    )
    # A literal must not touch a letter.
    return "\\ ".join(plain)
