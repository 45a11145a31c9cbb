"""The papers that labs name in their lists of sources, and the bibliography of the site."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pybtex.database import Entry, parse_file

#: How far behind its first author's name a reference names its year.
_REACH = 320


@dataclass(frozen=True)
class Paper:
    """An entry of the bibliography. surname: of its first author."""

    key: str
    surname: str
    year: str

    def cited(self, sources: str) -> bool:
        """Whether a list of sources names the paper: its first author, and then its year."""
        return bool(self._found(sources))

    def years(self, sources: str) -> set[int]:
        """Return where in a list of sources the paper's year stands."""
        return {found.end() for found in self._found(sources)}

    def _found(self, sources: str) -> list[re.Match[str]]:
        pattern = rf"(?<!\w){re.escape(self.surname)}(?=[, ]).{{0,{_REACH}}}?\b{self.year}\b"
        return [
            found
            for begin in re.finditer(rf"(?<!\w){re.escape(self.surname)}\b", sources)
            if (found := re.compile(pattern, re.DOTALL).match(sources, begin.start()))
        ]


def read(path: Path) -> list[Paper]:
    """Return the entries of a BibTeX file, in its order."""
    entries: dict[str, Entry] = parse_file(str(path), bib_format="bibtex").entries
    return [
        Paper(key, " ".join(entry.persons["author"][0].last_names), str(entry.fields["year"]))
        for key, entry in entries.items()
    ]
