"""Names of students as found in file names: made fit to be shown, and to name files."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

#: Characters of a name as it is shown, and of the stem of a file.
NAME_LIMIT, SLUG_LIMIT = 120, 60
#: Bytes that the stem of a file may take: file systems allow 255 for a whole name.
_SLUG_BYTES = 180
#: Names that Windows keeps for devices, whatever follows their first dot.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)
#: Letters, marks and numbers; everything else but these signs becomes a hyphen.
_KEPT_CATEGORIES, _KEPT_SIGNS = "LMN", "-_."
#: Controls, formats (such as those that turn the direction of text), halves of pairs, unassigned.
_NOT_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def readable(name: str, limit: int = NAME_LIMIT) -> str:
    """Return a file's or a student's name as it can be shown.

    NFC, on one line, without characters that do not show. One that is too long keeps its beginning
    and a digest of all of it.
    """
    shown = (" " if c.isspace() else "\ufffd" if _hidden(c) else c for c in name[: 4 * limit])
    text = " ".join(unicodedata.normalize("NFC", "".join(shown)).split())
    if len(name) <= 4 * limit and len(text) <= limit:
        return text
    return f"{text[: limit - 10]}…{_digest(name, 8)}"


def slug(name: str) -> str:
    """Return a safe stem of a file name for a student's name.

    Letters of any script, digits, `-`, `_` and inner dots; at most 60 characters; no name that a
    system keeps for itself.
    """
    text = unicodedata.normalize("NFC", readable(name, 10 * SLUG_LIMIT))
    kept = "".join(c if _keeps(c) else "-" for c in text)
    stem = re.sub(r"-{2,}", "-", kept).strip("-. ")
    short = _cut(stem)
    if not short:
        return f"student-{_digest(name, 8)}"
    if _RESERVED.fullmatch(short):
        return f"student-{short}"
    return short if short == stem else f"{short}-{_digest(name, 8)}"


def slugs(names: Iterable[str]) -> dict[str, str]:
    """Return a slug for each of the names, all different.

    Also where a file system takes upper and lower case for one. Names whose slugs would be one get
    a digest each.
    """
    found = {name: slug(name) for name in names}
    for length in (8, 16, 32, 64):
        taken = Counter(_folded(stem) for stem in found.values())
        clashing = [name for name, stem in found.items() if taken[_folded(stem)] > 1]
        for name in clashing:
            found[name] = f"{slug(name)}-{_digest(name, length)}"
    return found


def _cut(stem: str) -> str:
    stem = stem[:SLUG_LIMIT]
    while len(stem.encode()) > _SLUG_BYTES:
        stem = stem[:-1]
    return stem.strip("-. ")


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in _NOT_SHOWN


def _keeps(character: str) -> bool:
    kept = unicodedata.category(character)[0] in _KEPT_CATEGORIES
    return kept or character in _KEPT_SIGNS


def _folded(stem: str) -> str:
    return unicodedata.normalize("NFKC", stem.casefold())


def _digest(name: str, length: int) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:length]
