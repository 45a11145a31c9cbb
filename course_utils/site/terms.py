"""The index of terms: for each, the lab that introduces it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path


def read(path: Path) -> list[str]:
    """Return the terms of a file, one on each line; lines that begin with # say something of it."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def introductions(terms: Sequence[str], texts: Mapping[str, str]) -> dict[str, str]:
    """Return the lab that introduces each term: the first whose text names it.

    texts: each lab's text, in the course's order. A term that no lab names is left out.
    """
    found = {}
    for term in terms:
        words = r"[\s*]+".join(re.escape(word) for word in term.split())
        pattern = re.compile(rf"(?<!\w){words}(?:s|es)?(?!\w)", re.IGNORECASE)
        labs = [lab for lab, text in texts.items() if pattern.search(text)]
        if labs:
            found[term] = labs[0]
    return found
