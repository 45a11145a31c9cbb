"""The labs as the site needs them: executed, released, with their hints and their words."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nbformat import NotebookNode

from course_utils.authoring import notebook
from course_utils.authoring.page import title
from course_utils.common import catalog
from course_utils.common.errors import CourseError
from course_utils.common.paths import LABS, SOLUTIONS
from course_utils.exercises import archive
from course_utils.lab import CHECKS

_SOURCES = re.compile(r"^\*\*Sources\*\*\s*$", re.MULTILINE)
_TIME = re.compile(r"\*\*Time:\*\*\s+(?:about\s+)?(.+?)\.", re.DOTALL)
_ABLE = re.compile(r"\*\*After this lab you can\*\*\n\n((?:- .+\n(?:  .+\n)*)+)")
_ALT = re.compile(r'<img [^>]*?src="data:image/png;base64,([^"]+)" alt="([^"]*)"')


@dataclass(frozen=True)
class Page:
    """One lab. solved: its executed notebook. released: the one that students open."""

    name: str
    solved: NotebookNode
    released: NotebookNode
    hints: dict[str, list[str]]

    @cached_property
    def title(self) -> str:
        """The lab's heading, such as "Lab 1: The perceptron"."""
        return title(self.solved)

    @cached_property
    def text(self) -> str:
        """What a reader reads: all text cells, without the list of sources."""
        return _SOURCES.split(self._all_text)[0]

    @cached_property
    def sources(self) -> str:
        """The list of sources at the lab's end; "" where there is none."""
        return _SOURCES.split(self._all_text)[-1] if _SOURCES.search(self._all_text) else ""

    @cached_property
    def time(self) -> str:
        """How long the lab takes a student, in its own words."""
        found = _TIME.search(self._all_text)
        return " ".join(found[1].split()) if found else ""

    @cached_property
    def able(self) -> list[str]:
        """What its reader can do afterwards, a sentence each."""
        found = _ABLE.search(self._all_text + "\n")
        return [" ".join(line.split()) for line in found[1][2:].split("\n- ")] if found else []

    def figure(self, words: str) -> tuple[str, str]:
        """Return the first figure whose text begins with these words: as base64, and its text.

        Raises CourseError where the lab shows no such figure.
        """
        for cell in self.solved.cells:
            for output in cell.get("outputs", []):
                for picture, alt in _ALT.findall(_html(output)):
                    if html.unescape(alt).startswith(words):
                        return str(picture), html.unescape(alt)
        raise CourseError(f"Lab {self.name} shows no figure whose text begins with {words!r}.")

    @cached_property
    def _all_text(self) -> str:
        texts = (cell.source for cell in self.solved.cells if cell.cell_type == "markdown")
        return "\n\n".join(texts)


def _html(output: NotebookNode) -> str:
    return "".join(output.get("data", {}).get("text/html", ""))


def read(name: str) -> Page:
    """Read lab `name`. Raises CourseError where it is not built."""
    solved = notebook.load(catalog.notebook(SOLUTIONS, name))
    released = notebook.load(catalog.notebook(LABS, name))
    if solved is None or released is None:
        raise CourseError(f"Lab {name} is not built: run `python3 -m course_utils build {name}`.")
    return Page(name, solved, released, _hints(LABS / name / CHECKS))


def _hints(path: Path) -> dict[str, list[str]]:
    return {check["name"]: list(check["hints"]) for check in archive.read(path)["checks"]}
